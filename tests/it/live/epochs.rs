//! A history that goes back though nothing says so: a scope's head lies below what was heard. Clients start over.

use crate::order::claims::stage::offered;
use harness::both;
use harness::fixture::{GRID, UNCHECKED};
use serde_json::json;

both!(a_head_that_went_back_begins_a_new_epoch, async |app| {
    let f = app.fixture;
    let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
    let mut socket = app.client(f.worker).socket().await;
    let welcome = socket.hello(&json!({})).await;
    let scope = format!("a{GRID}");
    let before = welcome["scopes"][&scope][0].as_str().unwrap().to_owned();
    assert!(before.starts_with("e0"), "{welcome}");
    let first = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    socket.until("offer", |m| m["order"] == first.id.as_str()).await;
    app.settled().await.unwrap();
    let key = app.state.store.memberships(domain::AccountId(f.worker)).await.unwrap();
    let of = key.into_iter().find(|m| m.kind == "area" && m.of == GRID).unwrap();
    // as if five more had been told, of which the database knows nothing any more
    app.state.hub.log(of.scope).unwrap().learn(of.head + 5);
    let snap = socket.until("snap", |m| m["s"] == scope.as_str()).await;
    assert_eq!(
        (snap["head"].as_i64(), snap["open"].as_array().map(Vec::len)),
        (Some(of.head), Some(1)),
        "{snap}"
    );
    assert!(snap["epoch"].as_str().is_some_and(|e| e.starts_with("e1")), "{snap}");
    for _ in 0..2 {
        let next = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
        socket.until("offer", |m| m["order"] == next.id.as_str()).await;
    }
    socket.whole();
    let mut back = app.client(f.worker).socket().await;
    back.hello(&json!({ &*scope: [before, of.head] })).await;
    let snap = back.until("snap", |m| m["s"] == scope.as_str()).await;
    assert_eq!(snap["open"].as_array().map(Vec::len), Some(3), "with what stands: {snap}");
});
