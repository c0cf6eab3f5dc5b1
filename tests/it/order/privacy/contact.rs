//! The contact in the clear: for the current handler while the order is open, each reading logged.

use domain::OrderId;
use harness::both;
use harness::fixture::ROOF;
use harness::play::{Cast, DOOR, NAME, PHONE, now};
use serde_json::json;

both!(only_the_handler_reads_it_and_each_reading_is_logged, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    let path = format!("/orders/{id}/contact");
    let everyone = [&cast.resident, &cast.worker, &cast.dispatcher, &cast.supervisor, &cast.auditor];
    for who in everyone {
        who.get(&path).await.refused(403, "FORBIDDEN");
    }
    cast.worker.claim(&id, attempt).await.ok();
    for _ in 0..2 {
        let contact = cast.worker.get(&path).await;
        assert_eq!((&contact.ok()["name"], &contact.ok()["phone"]), (&json!(NAME), &json!(PHONE)));
        assert!(contact.ok()["address"].as_str().unwrap().ends_with(DOOR));
    }
    cast.second_worker.get(&path).await.refused(403, "FORBIDDEN");
    cast.dispatcher.get(&path).await.refused(403, "FORBIDDEN");
    let order = OrderId(id.parse().unwrap());
    let readers = app.state.store.contact_readers(order).await.unwrap();
    let who: Vec<i64> = readers.iter().map(|r| r.0.0).collect();
    assert_eq!(who, [app.fixture.worker; 2], "refusals read nothing");
});

both!(not_after_the_work_and_not_after_a_release, async |app| {
    let cast = Cast::of(app);
    let id = cast.resolved(ROOF).await;
    cast.worker.get(&format!("/orders/{id}/contact")).await.refused(403, "FORBIDDEN");
    let id = cast.claimed(ROOF).await;
    let path = format!("/orders/{id}/contact");
    cast.worker.get(&path).await.ok();
    now(&cast.worker.command(&id, "release", json!({"reason": "cannot_come"})).await, "pooled");
    cast.worker.get(&path).await.refused(403, "FORBIDDEN");
});
