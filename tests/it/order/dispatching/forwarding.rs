//! Forwarding and reporting up: the order moves to another inbox, the sender keeps reading.

use harness::both;
use harness::fixture::{COUNTY, GRID, OTHER_GRID, OTHER_TOWN_VILLAGE, OTHER_VILLAGE, ROOF, TOWN, VILLAGE};
use harness::play::{Cast, give, now, steps, view};
use serde_json::json;

both!(in_scope_the_target_gets_it, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let there = json!({"areaId": OTHER_GRID.to_string(), "text": "在二网格"});
    now(&cast.dispatcher.command(&id, "forward", there.clone()).await, "submitted");
    let seen = view(&cast.dispatcher, &id).await;
    assert_eq!(seen["inbox"]["id"], OTHER_GRID.to_string());
    assert_eq!(seen["area"]["id"], GRID.to_string(), "where it is does not change");
    let again = cast.dispatcher.command(&id, "forward", there).await;
    again.refused(422, "VALIDATION_FAILED");
    again.names("areaId");
});

both!(out_of_scope_the_common_ancestor_gets_it, async |app| {
    let cast = Cast::of(app);
    give(app, app.fixture.neighbour, "dispatcher", COUNTY).await;
    for (target, inbox) in [(OTHER_VILLAGE, TOWN), (OTHER_TOWN_VILLAGE, COUNTY)] {
        let id = cast.placed(ROOF).await;
        let there = json!({"areaId": target.to_string()});
        now(&cast.dispatcher.command(&id, "forward", there).await, "submitted");
        let seen = view(&cast.dispatcher, &id).await;
        assert_eq!(seen["inbox"]["id"], inbox.to_string(), "the sender keeps reading");
        let listed = cast.dispatcher.get("/orders").await;
        assert!(listed.raw.contains(seen["number"].as_str().unwrap()), "and keeps it in the list");
        cast.dispatcher.command(&id, "accept", json!({})).await.refused(403, "FORBIDDEN");
        cast.foreign_dispatcher.command(&id, "accept", json!({})).await.refused(404, "NOT_FOUND");
        cast.supervisor.command(&id, "accept", json!({})).await.refused(403, "FORBIDDEN");
    }
});

both!(reporting_up_goes_one_level_a_time, async |app| {
    let cast = Cast::of(app);
    give(app, app.fixture.neighbour, "dispatcher", TOWN).await;
    let id = cast.working(ROOF).await;
    let up = json!({"reason": "needs_higher_level", "text": "需房屋鉴定"});
    let reported = cast.worker.command(&id, "report-up", up.clone()).await;
    now(&reported, "accepted");
    assert_eq!(view(&cast.dispatcher, &id).await["inbox"]["id"], VILLAGE.to_string());
    assert_eq!(
        view(&cast.worker, &id).await["allowedActions"],
        json!([{
            "name": "self_resolve", "labelText": "自办自结", "needs": ["text"]
        }])
    );
    assert_eq!(steps(&cast.resident, &id).await.last().unwrap(), "reported_up", "the reporter follows");
    cast.worker.command(&id, "report-up", up).await.refused(403, "FORBIDDEN");
    let attempt = harness::play::attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    cast.second_worker.claim(&id, attempt).await.ok();
    let up = json!({"reason": "needs_higher_level", "text": "镇上才能办"});
    now(&cast.second_worker.command(&id, "report-up", up).await, "accepted");
    assert_eq!(view(&cast.supervisor, &id).await["inbox"]["id"], TOWN.to_string());
    cast.dispatcher.command(&id, "dispatch", json!({})).await.refused(403, "FORBIDDEN");
});
