//! Directed orders: assign, reassign, acknowledge by a person, a team, a unit; transfer.

use harness::both;
use harness::fixture::ROOF;
use harness::play::{Cast, attempt_of, now, person, steps, view};
use serde_json::json;

both!(the_assignee_acknowledges_and_nobody_else, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.assigned(ROOF, person(app.fixture.worker)).await;
    let take = json!({ "attempt": attempt });
    cast.second_worker.command(&id, "acknowledge", take.clone()).await.refused(403, "NOT_ELIGIBLE");
    app.settled().await.unwrap();
    assert_eq!(cast.worker.get("/me/offers").await.ok()["list"][0]["status"], "assigned");
    let won = cast.worker.command(&id, "acknowledge", take.clone()).await;
    assert_eq!(won.ok()["result"], "won");
    assert_eq!(cast.worker.command(&id, "acknowledge", take).await.ok()["at"], won.ok()["at"]);
    assert_eq!(view(&cast.worker, &id).await["status"], "claimed");
    assert_eq!(steps(&cast.resident, &id).await, ["submitted", "accepted", "assigned", "acknowledged"]);
});

both!(the_first_of_a_team_or_unit_acknowledges, async |app| {
    let cast = Cast::of(app);
    for (kind, member, name) in
        [("team", &cast.volunteer, "红色志愿队"), ("unit", &cast.unit_handler, "物业公司")]
    {
        let (id, attempt) = cast.assigned(ROOF, json!({"kind": kind, "id": "1"})).await;
        assert_eq!(view(&cast.dispatcher, &id).await["detail"]["assignee"]["name"], name);
        let listed = member.get("/orders").await;
        assert_eq!(listed.ok()["list"][0]["id"], id.as_str(), "a {kind} lists what is directed to it");
        member.command(&id, "acknowledge", json!({ "attempt": attempt })).await.ok();
        now(&member.command(&id, "contact", json!({})).await, "in_progress");
    }
});

both!(reassigned_the_first_assignee_is_out, async |app| {
    let cast = Cast::of(app);
    let f = app.fixture;
    let (id, attempt) = cast.assigned(ROOF, person(f.worker)).await;
    let same = cast.dispatcher.command(&id, "reassign", json!({"assignee": person(f.worker)})).await;
    same.names("assignee.id");
    let other = cast.dispatcher.command(&id, "reassign", json!({"assignee": person(f.second_worker)})).await;
    let next = attempt_of(&other);
    assert_eq!(next, attempt + 1);
    let late = cast.worker.command(&id, "acknowledge", json!({ "attempt": attempt })).await;
    late.refused(409, "OFFER_GONE");
    cast.second_worker.command(&id, "acknowledge", json!({ "attempt": next })).await.ok();
    let recall = cast.dispatcher.command(&id, "recall", json!({"reason": "wrong_dispatch"})).await;
    recall.refused(409, "WRONG_STATE");
});

both!(nobody_is_assigned_who_is_not_there_or_whose_case_it_is, async |app| {
    let cast = Cast::of(app);
    let id = cast.accepted(ROOF).await;
    for (who, field) in [
        (person(987_654), "assignee.id"),
        (json!({"kind": "unit", "id": "987"}), "assignee.id"),
        (person(app.fixture.resident), "assignee.id"),
        (json!({"kind": "area", "id": "6"}), "assignee.kind"),
    ] {
        let refused = cast.dispatcher.command(&id, "assign", json!({ "assignee": who })).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names(field);
    }
    let bad = json!({"assignee": {"kind": "person", "id": "x"}});
    let bad = cast.dispatcher.command(&id, "assign", bad).await;
    bad.refused(400, "BAD_REQUEST");
    bad.names("assignee.id");
    assert_eq!(view(&cast.dispatcher, &id).await["status"], "accepted");
});

both!(a_claimed_order_is_transferred, async |app| {
    let cast = Cast::of(app);
    let f = app.fixture;
    let id = cast.working(ROOF).await;
    let body = json!({"assignee": person(f.second_worker), "reason": "better_suited"});
    cast.second_worker.command(&id, "transfer", body.clone()).await.refused(403, "FORBIDDEN");
    let held = json!({"assignee": person(f.worker), "reason": "better_suited"});
    cast.leader.command(&id, "transfer", held).await.names("assignee.id");
    let moved = cast.leader.command(&id, "transfer", body).await;
    now(&moved, "assigned");
    cast.worker.command(&id, "resolve", json!({"text": "已修补"})).await.refused(403, "FORBIDDEN");
    let attempt = attempt_of(&moved);
    cast.second_worker.command(&id, "acknowledge", json!({ "attempt": attempt })).await.ok();
    let seen = view(&cast.dispatcher, &id).await;
    assert_eq!(seen["detail"]["handlers"][0]["name"], "赵志强");
    assert_eq!(view(&cast.worker, &id).await["status"], "claimed", "who handled it keeps reading");
});
