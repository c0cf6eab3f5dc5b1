//! Review: questions and answers, rejections and appeals, direct answers, grid staff who resolve by themselves,
//! reclassification.

use harness::both;
use harness::fixture::{FAR_GRID, OTHER_GRID, ROOF, UNCHECKED};
use harness::play::{Cast, now, steps, view, words};
use serde_json::json;

both!(a_question_goes_to_the_resident_and_back, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let asked = cast.dispatcher.command(&id, "ask-info", json!({"text": "漏在哪个房间？"})).await;
    now(&asked, "need_info");
    assert_eq!(cast.resident.get("/me/badges").await.ok()["toSupplement"], 1);
    assert_eq!(words(&cast.resident, &id).await, ["漏在哪个房间？"]);
    cast.dispatcher.command(&id, "accept", json!({})).await.refused(409, "WRONG_STATE");
    now(&cast.resident.command(&id, "supply-info", json!({"text": "主卧"})).await, "submitted");
    assert_eq!(words(&cast.dispatcher, &id).await, ["漏在哪个房间？", "主卧"]);
    assert_eq!(cast.resident.get("/me/badges").await.ok()["toSupplement"], 0);
    now(&cast.dispatcher.command(&id, "accept", json!({"priority": "urgent"})).await, "accepted");
    assert_eq!(view(&cast.resident, &id).await["priority"], "urgent");
});

both!(a_rejection_is_appealed_once_and_reviewed_by_another, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let body = json!({"reason": "not_ours", "text": "请拨打95598"});
    now(&cast.dispatcher.command(&id, "reject", body.clone()).await, "rejected");
    let appeal = json!({"text": "楼道属于社区职责"});
    now(&cast.resident.command(&id, "appeal", appeal.clone()).await, "submitted");
    cast.dispatcher.command(&id, "accept", json!({})).await.refused(403, "OWN_CASE");
    cast.dispatcher.command(&id, "reject", body.clone()).await.refused(403, "OWN_CASE");
    now(&cast.second_dispatcher.command(&id, "reject", body).await, "rejected");
    cast.resident.command(&id, "appeal", appeal).await.refused(409, "USED_UP");
    assert_eq!(steps(&cast.resident, &id).await, ["submitted", "rejected", "appealed", "rejected"]);
});

both!(a_reason_of_another_kind_is_refused_by_name, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let wrong = cast.dispatcher.command(&id, "reject", json!({"reason": "weather", "text": "无"})).await;
    wrong.refused(422, "VALIDATION_FAILED");
    wrong.names("reason");
    let unknown = cast.dispatcher.command(&id, "reject", json!({"reason": "because", "text": "无"})).await;
    unknown.refused(400, "BAD_REQUEST");
    unknown.names("reason");
    let silent = cast.dispatcher.command(&id, "reject", json!({"reason": "not_ours", "text": " "})).await;
    silent.refused(422, "VALIDATION_FAILED");
    silent.names("text");
});

both!(a_dispatcher_answers_directly, async |app| {
    let cast = Cast::of(app);
    for id in [cast.placed(ROOF).await, cast.accepted(ROOF).await] {
        let answer = json!({"text": "周一至周五办理"});
        now(&cast.dispatcher.command(&id, "answer-directly", answer).await, "resolved");
        assert_eq!(words(&cast.resident, &id).await, ["周一至周五办理"]);
        now(&cast.resident.command(&id, "rate", json!({"score": 4, "solved": true})).await, "closed");
    }
});

both!(grid_staff_resolve_by_themselves_in_their_own_grid, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let done = json!({"text": "已上门处理"});
    cast.other_worker.command(&id, "self-resolve", done.clone()).await.refused(404, "NOT_FOUND");
    cast.dispatcher.command(&id, "self-resolve", done.clone()).await.refused(403, "FORBIDDEN");
    now(&cast.worker.command(&id, "self-resolve", done).await, "resolved");
    assert_eq!(view(&cast.resident, &id).await["detail"]["timeline"][1]["kindText"], "自办自结");
});

both!(item_and_area_are_corrected, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let same = json!({"serviceItemId": ROOF.to_string()});
    cast.dispatcher.command(&id, "reclassify", same).await.names("serviceItemId");
    let other = json!({"serviceItemId": UNCHECKED.to_string(), "areaId": OTHER_GRID.to_string()});
    now(&cast.dispatcher.command(&id, "reclassify", other).await, "submitted");
    let seen = view(&cast.dispatcher, &id).await;
    assert_eq!(
        (&seen["serviceItem"]["name"], &seen["area"]["name"]),
        (&json!("代办证件"), &json!("西郊二网格"))
    );
    assert_eq!(view(&cast.other_worker, &id).await["status"], "submitted", "who works there now reads it");
    let far = cast.dispatcher.command(&id, "reclassify", json!({"areaId": FAR_GRID.to_string()})).await;
    far.refused(422, "VALIDATION_FAILED");
    far.names("areaId");
    let nowhere = cast.dispatcher.command(&id, "reclassify", json!({"areaId": "987654"})).await;
    nowhere.refused(422, "VALIDATION_FAILED");
    nowhere.names("areaId");
    let nothing = cast.dispatcher.command(&id, "accept", json!({"serviceItemId": "987654"})).await;
    nothing.refused(422, "VALIDATION_FAILED");
    nothing.names("serviceItemId");
});
