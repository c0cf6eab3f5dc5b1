//! Handling: first contact, progress, survey, co-handlers, evidence.

use harness::both;
use harness::fixture::{PHOTOS, ROOF};
use harness::play::{Cast, now, view, words};
use serde_json::json;

both!(the_first_contact_happened_between_claim_and_now, async |app| {
    let cast = Cast::of(app);
    let id = cast.claimed(ROOF).await;
    for impossible in ["2000-01-01T00:00:00+08:00", "2999-01-01T00:00:00+08:00"] {
        let refused = cast.worker.command(&id, "contact", json!({"occurredAt": impossible})).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names("occurredAt");
    }
    let no_time = cast.worker.command(&id, "contact", json!({"occurredAt": "yesterday"})).await;
    no_time.refused(400, "BAD_REQUEST");
    no_time.names("occurredAt");
    let seen = view(&cast.worker, &id).await;
    let claimed_at = seen["detail"]["handlers"][0]["at"].as_str().unwrap();
    cast.second_worker.command(&id, "contact", json!({})).await.refused(403, "FORBIDDEN");
    let at = chrono::DateTime::parse_from_rfc3339(claimed_at).unwrap() + chrono::TimeDelta::milliseconds(1);
    let body = json!({"occurredAt": at.to_rfc3339(), "text": "三点上门"});
    now(&cast.worker.command(&id, "contact", body).await, "in_progress");
    assert_eq!(words(&cast.resident, &id).await, ["三点上门"]);
});

both!(progress_is_for_the_resident_or_among_staff, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    for (text, visible) in [("材料已买", true), ("邻里有旧怨", false)] {
        let note = json!({"text": text, "visibleToResident": visible});
        now(&cast.worker.command(&id, "progress", note).await, "in_progress");
    }
    cast.worker.command(&id, "survey", json!({"text": "防水层开裂两米"})).await.ok();
    assert_eq!(words(&cast.resident, &id).await, ["材料已买", "防水层开裂两米"]);
    assert_eq!(words(&cast.dispatcher, &id).await, ["材料已买", "邻里有旧怨", "防水层开裂两米"]);
    cast.resident.command(&id, "supplement", json!({"text": "雨天更严重"})).await.ok();
    assert_eq!(words(&cast.worker, &id).await.last().unwrap(), "雨天更严重");
    let missing = cast.worker.command(&id, "progress", json!({"text": "好"})).await;
    missing.refused(400, "BAD_REQUEST");
    missing.names("visibleToResident");
});

both!(co_handlers_report_in_and_finish_before_the_result, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    let unit = json!({"kind": "unit", "id": "1"});
    cast.second_worker.command(&id, "whistle", json!({ "who": unit })).await.refused(403, "FORBIDDEN");
    cast.unit_handler.command(&id, "report-in", json!({})).await.refused(404, "NOT_FOUND");
    let whistled = json!({"who": unit, "text": "请协助拆除"});
    cast.worker.command(&id, "whistle", whistled.clone()).await.ok();
    cast.worker.command(&id, "whistle", whistled).await.refused(409, "CO_HANDLER_STATE");
    cast.unit_handler.command(&id, "finish-co-handling", json!({})).await.refused(409, "CO_HANDLER_STATE");
    let early = cast.worker.command(&id, "resolve", json!({"text": "好了"})).await;
    early.refused(409, "CO_HANDLER_OPEN");
    cast.unit_handler.command(&id, "report-in", json!({})).await.ok();
    assert_eq!(view(&cast.resident, &id).await["detail"]["coHandlers"][0]["state"], "reported_in");
    cast.unit_handler
        .command(&id, "progress", json!({"text": "已到场", "visibleToResident": true}))
        .await
        .ok();
    cast.unit_handler.command(&id, "finish-co-handling", json!({"text": "已拆除"})).await.ok();
    now(&cast.worker.command(&id, "resolve", json!({"text": "好了"})).await, "pending_check");
});

both!(a_co_handler_is_waived, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    let who = json!({"who": {"kind": "person", "id": app.fixture.other_worker.to_string()}});
    cast.worker.command(&id, "waive-co-handler", who.clone()).await.refused(409, "CO_HANDLER_STATE");
    cast.dispatcher.command(&id, "whistle", who.clone()).await.ok();
    cast.other_worker.command(&id, "waive-co-handler", who.clone()).await.refused(403, "FORBIDDEN");
    cast.worker.command(&id, "waive-co-handler", who.clone()).await.ok();
    assert_eq!(view(&cast.worker, &id).await["detail"]["coHandlers"][0]["state"], "waived");
    now(&cast.worker.command(&id, "resolve", json!({"text": "好了"})).await, "pending_check");
    let own = json!({"who": {"kind": "person", "id": app.fixture.resident.to_string()}});
    let other = cast.working(ROOF).await;
    cast.worker.command(&other, "whistle", own).await.names("who.id");
});

both!(an_item_asks_for_photos_before_and_after, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(PHOTOS).await;
    let mut photos = Vec::new();
    for shade in [10, 20] {
        photos.push(harness::client::photos::upload(&cast.worker, harness::client::photos::png(shade)).await);
    }
    let (before, after) = (&photos[0], &photos[1]);
    for (body, field) in [
        (json!({"text": "好了"}), "beforeFileIds"),
        (json!({"text": "好了", "beforeFileIds": [before]}), "afterFileIds"),
        (json!({"text": "好了", "beforeFileIds": [before], "afterFileIds": [before]}), "afterFileIds[0]"),
        (json!({"text": "好了", "beforeFileIds": [before], "afterFileIds": ["987"]}), "afterFileIds[0]"),
    ] {
        let refused = cast.worker.command(&id, "resolve", body).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names(field);
    }
    let body = json!({"text": "好了", "beforeFileIds": [before], "afterFileIds": [after]});
    now(&cast.worker.command(&id, "resolve", body).await, "pending_check");
    let seen = view(&cast.resident, &id).await;
    let files = &seen["detail"]["timeline"].as_array().unwrap().last().unwrap()["files"];
    let expected = json!([{"id": before, "purpose": "before"}, {"id": after, "purpose": "after"}]);
    assert_eq!(files, &expected);
});
