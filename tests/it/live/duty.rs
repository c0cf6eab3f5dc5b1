//! Off duty: offers to groups stay away; what is directed to a person comes all the same.

use crate::order::claims::stage::{accepted, offered};
use harness::both;
use harness::fixture::{GRID, UNCHECKED};
use serde_json::json;

both!(off_duty_offers_to_groups_stay_away, async |app| {
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let worker = app.client(app.fixture.worker);
    assert_eq!(worker.get("/me/duty").await.ok(), &json!({"onDuty": true}), "whoever never said is");
    let mut socket = worker.socket().await;
    socket.hello(&json!({})).await;
    let off = worker.put("/me/duty", json!({"onDuty": false})).await;
    assert_eq!(off.ok()["onDuty"], false);
    assert_eq!(worker.get("/me/duty").await.ok(), off.ok());
    let welcome = socket.until("welcome", |_| true).await;
    assert!(welcome["scopes"].get(format!("a{GRID}")).is_none(), "{welcome}");
    let pooled = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    let id = accepted(&resident, &dispatcher, UNCHECKED).await;
    let assignee = json!({"assignee": {"kind": "person", "id": app.fixture.worker.to_string()}});
    let assigned = dispatcher.command(&id, "assign", assignee).await;
    let offer = socket.until("offer", |_| true).await;
    assert_eq!((&offer["order"], &offer["brief"]["status"]), (&json!(id), &json!("assigned")));
    socket.say(&json!({"t": "acknowledge", "order": id, "attempt": assigned.ok()["attempt"]})).await;
    assert_eq!(socket.until("result", |_| true).await["r"], "won");
    assert!(socket.seen.iter().all(|m| m["order"] != pooled.id.as_str()), "{:#?}", socket.seen);
    worker.put("/me/duty", json!({"onDuty": true})).await.ok();
    let snap = socket.until("snap", |m| m["s"] == format!("a{GRID}")).await;
    assert_eq!(snap["open"][0]["order"], pooled.id.as_str(), "back on duty, it sees what stands");
    worker.put("/me/duty", json!({"onDuty": "yes"})).await.names("onDuty");
});
