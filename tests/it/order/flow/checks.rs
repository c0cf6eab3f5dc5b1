//! After the work: check, rating, dispute, rulings, revisit; urging, supervising, withdrawing.

use harness::both;
use harness::fixture::{ROOF, UNCHECKED};
use harness::play::{Cast, attempt_of, now, person, steps, view, words};
use serde_json::json;

both!(the_check_sends_back_or_passes, async |app| {
    let cast = Cast::of(app);
    let id = cast.fed_back(ROOF).await;
    cast.worker.command(&id, "pass-check", json!({})).await.refused(403, "FORBIDDEN");
    cast.resident.command(&id, "withdraw", json!({"reason": "mistake"})).await.ok();
    let id = cast.fed_back(ROOF).await;
    let back = json!({"reason": "poor_quality", "text": "墙角仍渗水"});
    now(&cast.leader.command(&id, "send-back", back).await, "in_progress");
    assert!(!words(&cast.resident, &id).await.contains(&"墙角仍渗水".to_owned()), "for the worker");
    now(&cast.worker.command(&id, "resolve", json!({"text": "重做防水"})).await, "pending_check");
    now(&cast.supervisor.command(&id, "pass-check", json!({"text": "现场看过"})).await, "resolved");
    assert_eq!(cast.resident.get("/me/badges").await.ok()["toRate"], 1);
});

both!(a_rating_is_given_once_and_in_range, async |app| {
    let cast = Cast::of(app);
    let id = cast.fed_back(UNCHECKED).await;
    for score in [0, 6] {
        cast.resident.command(&id, "rate", json!({"score": score, "solved": true})).await.names("score");
    }
    cast.worker.command(&id, "rate", json!({"score": 5, "solved": true})).await.refused(403, "FORBIDDEN");
    now(&cast.resident.command(&id, "rate", json!({"score": 2, "solved": true})).await, "closed");
    let seen = view(&cast.dispatcher, &id).await;
    assert_eq!((&seen["detail"]["score"], &seen["detail"]["solved"]), (&json!(2), &json!(true)));
    let again = cast.resident.command(&id, "rate", json!({"score": 5, "solved": true})).await;
    again.refused(409, "ALREADY_RATED");
});

both!(a_dispute_is_redone_by_the_same_then_by_another_then_no_more, async |app| {
    let cast = Cast::of(app);
    let id = cast.resolved(ROOF).await;
    let dispute = json!({"reason": "came_back", "text": "仍在漏水"});
    now(&cast.resident.command(&id, "dispute", dispute.clone()).await, "disputed");
    cast.dispatcher.command(&id, "redo-same", json!({})).await.refused(403, "FORBIDDEN");
    now(&cast.supervisor.command(&id, "redo-same", json!({})).await, "in_progress");
    now(&cast.worker.command(&id, "resolve", json!({"text": "再修"})).await, "pending_check");
    now(&cast.dispatcher.command(&id, "pass-check", json!({})).await, "resolved");
    now(&cast.resident.command(&id, "dispute", dispute.clone()).await, "disputed");
    let same = json!({"assignee": person(app.fixture.worker)});
    cast.supervisor.command(&id, "redo-other", same).await.names("assignee.id");
    let other = json!({"assignee": person(app.fixture.second_worker)});
    let ordered = cast.supervisor.command(&id, "redo-other", other).await;
    now(&ordered, "assigned");
    let attempt = attempt_of(&ordered);
    cast.second_worker.command(&id, "acknowledge", json!({ "attempt": attempt })).await.ok();
    cast.second_worker.command(&id, "contact", json!({})).await.ok();
    cast.second_worker.command(&id, "resolve", json!({"text": "换人修好"})).await.ok();
    now(&cast.dispatcher.command(&id, "pass-check", json!({})).await, "resolved");
    assert_eq!(view(&cast.resident, &id).await["detail"]["redos"], 2);
    cast.resident.command(&id, "dispute", dispute).await.refused(409, "USED_UP");
});

both!(a_result_is_upheld_with_its_reason, async |app| {
    let cast = Cast::of(app);
    let id = cast.resolved(ROOF).await;
    cast.resident.command(&id, "rate", json!({"score": 1, "solved": true})).await.ok();
    let dispute = json!({"reason": "not_done", "text": "没修"});
    now(&cast.resident.command(&id, "dispute", dispute).await, "disputed");
    let finding = json!({"reason": "done_properly", "text": "经核实已修复"});
    now(&cast.supervisor.command(&id, "uphold", finding).await, "closed");
    assert_eq!(words(&cast.resident, &id).await.last().unwrap(), "经核实已修复");
});

both!(a_rating_that_says_not_solved_is_a_dispute, async |app| {
    let cast = Cast::of(app);
    let id = cast.resolved(ROOF).await;
    let rate = json!({"score": 1, "solved": false, "text": "还在滴水"});
    now(&cast.resident.command(&id, "rate", rate.clone()).await, "disputed");
    cast.resident.command(&id, "rate", rate.clone()).await.refused(409, "ALREADY_RATED");
    for who in [&cast.resident, &cast.dispatcher, &cast.supervisor] {
        let seen = view(who, &id).await;
        assert_eq!((&seen["detail"]["score"], &seen["detail"]["solved"]), (&json!(1), &json!(false)));
        let steps = seen["detail"]["timeline"].as_array().unwrap();
        let [rated, disputed] = &steps[steps.len() - 2..] else { panic!("{steps:?}") };
        assert_eq!((&rated["kind"], &rated["aboutText"]), (&json!("rated"), &json!("没有解决")));
        assert_eq!((&rated["text"], &disputed["kind"]), (&json!("还在滴水"), &json!("disputed")));
    }
    assert_eq!(cast.supervisor.get("/orders/counts").await.ok()["byStatus"]["disputed"], 1);
    let listed = cast.dispatcher.get("/orders?status=disputed").await;
    assert_eq!(listed.ok()["list"][0]["id"], json!(id), "whoever dispatches there finds it");
    now(&cast.supervisor.command(&id, "redo-same", json!({})).await, "in_progress");
    cast.worker.command(&id, "resolve", json!({"text": "再修"})).await.ok();
    cast.dispatcher.command(&id, "pass-check", json!({})).await.ok();
    now(&cast.resident.command(&id, "rate", rate.clone()).await, "disputed");
    now(&cast.supervisor.command(&id, "redo-same", json!({})).await, "in_progress");
    cast.worker.command(&id, "resolve", json!({"text": "三修"})).await.ok();
    cast.dispatcher.command(&id, "pass-check", json!({})).await.ok();
    now(&cast.resident.command(&id, "rate", rate).await, "closed");
    let seen = view(&cast.dispatcher, &id).await;
    assert_eq!(seen["detail"]["solved"], false, "no dispute is left: it stays marked");
    assert!(seen["sentence"].as_str().unwrap().contains("没有解决"), "{seen}");
});

both!(a_revisit_closes_and_is_recorded_once, async |app| {
    let cast = Cast::of(app);
    let id = cast.resolved(ROOF).await;
    cast.worker.command(&id, "revisit", json!({"satisfied": true})).await.refused(403, "FORBIDDEN");
    let nobody = cast.dispatcher.command(&id, "revisit", json!({"text": "无人接听"})).await;
    nobody.names("satisfied");
    assert_eq!(view(&cast.dispatcher, &id).await["status"], "resolved", "nobody was asked");
    now(&cast.dispatcher.command(&id, "revisit", json!({"satisfied": true})).await, "closed");
    let again = cast.dispatcher.command(&id, "revisit", json!({"satisfied": true})).await;
    again.refused(409, "USED_UP");
});

both!(urging_and_supervising_change_no_state, async |app| {
    let cast = Cast::of(app);
    let (id, _) = cast.pooled(ROOF).await;
    now(&cast.resident.command(&id, "urge", json!({})).await, "pooled");
    now(&cast.dispatcher.command(&id, "urge", json!({})).await, "pooled");
    cast.worker.command(&id, "urge", json!({})).await.refused(403, "FORBIDDEN");
    cast.dispatcher.command(&id, "supervise", json!({"text": "今日内"})).await.refused(403, "FORBIDDEN");
    now(&cast.supervisor.command(&id, "supervise", json!({"text": "今日内"})).await, "pooled");
    assert_eq!(view(&cast.resident, &id).await["detail"]["urges"], 2);
    assert!(!steps(&cast.resident, &id).await.contains(&"supervised".to_owned()));
    assert!(steps(&cast.dispatcher, &id).await.contains(&"supervised".to_owned()));
});

both!(a_withdrawal_ends_the_work_without_penalty, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    now(&cast.resident.command(&id, "withdraw", json!({"reason": "solved_myself"})).await, "withdrawn");
    let late = cast.worker.command(&id, "resolve", json!({"text": "好了"})).await;
    assert!(matches!(late.status, 403 | 409), "{late:?}");
    assert_eq!(view(&cast.worker, &id).await["status"], "withdrawn", "the worker is told");
    cast.worker.get(&format!("/orders/{id}/contact")).await.refused(403, "FORBIDDEN");
});
