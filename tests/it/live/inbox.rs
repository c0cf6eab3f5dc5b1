//! The long poll: the same messages, the same cursors, for phones whose sockets do not live.

use crate::import::import;
use crate::order::claims::stage::{count, offered};
use harness::both;
use harness::fixture::{self, GRID, UNCHECKED, numbers};
use harness::wait::eventually;
use serde_json::{Value, json};
use std::time::Duration;

fn kinds(inbox: &Value) -> Vec<&str> {
    inbox["messages"].as_array().unwrap().iter().filter_map(|m| m["t"].as_str()).collect()
}

both!(the_poll_waits_and_tells, async |app| {
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let worker = app.client(app.fixture.worker);
    let first = worker.get("/inbox").await;
    assert_eq!(kinds(first.ok())[0], "welcome");
    let cursor = first.ok()["cursor"].as_str().unwrap().to_owned();
    let empty = worker.get(&format!("/inbox?cursor={cursor}")).await;
    assert_eq!(empty.ok(), &json!({"messages": [], "cursor": cursor}), "nothing new, at once");

    let path = format!("/inbox?cursor={cursor}&wait=25");
    let (told, order) =
        tokio::join!(worker.get(&path), offered(&resident, &dispatcher, UNCHECKED, json!({})));
    let offer = &told.ok()["messages"][0];
    assert_eq!((&offer["t"], &offer["order"]), (&json!("offer"), &json!(order.id)), "{told:?}");
    let next = told.ok()["cursor"].as_str().unwrap();
    // the old cursor again: the same message again
    let again = worker.get(&format!("/inbox?cursor={cursor}")).await;
    assert_eq!(again.ok()["messages"][0]["id"], offer["id"]);

    // the receipt
    worker.post("/inbox/ack", json!({"cursor": next})).await.ok();
    let acked = format!(
        "receipt r JOIN scope s ON s.id = r.scope_id WHERE r.account_id = {} AND s.kind = 'area' \
        AND s.ref_id = {GRID} AND r.acked = {}",
        app.fixture.worker, offer["q"]
    );
    eventually(Duration::from_secs(5), "the receipt", async || match count(app.database(), &acked) {
        1 => Ok(()),
        n => Err(format!("{n} rows")),
    })
    .await
    .unwrap();
});

both!(whoever_belongs_to_many_scopes_goes_on_from_where_they_stood, async |app| {
    let admin = app.client(app.fixture.admin);
    let grids = 300;
    let areas: String = (0..grids).map(|n| format!("grid,M{n},网格{n},A5\n")).collect();
    import(&admin, "areas", format!("level,code,name,parent_code\n{areas}")).await.ok();
    let staff: String = (0..grids).map(|n| format!("many,多网格,网格员,M{n}\n")).collect();
    import(&admin, "staff", format!("login,name,role,area_code\n{staff}")).await.ok();
    let me = numbers(app.database(), "SELECT id AS n FROM account WHERE login = 'many'").unwrap()[0];
    fixture::run(app.database(), "UPDATE account SET must_change_password = FALSE").unwrap();
    let me = app.client(me);
    let first = me.get("/inbox").await;
    let scopes = first.ok()["messages"][0]["scopes"].clone();
    assert!(scopes.as_object().unwrap().len() > grids, "{scopes}");
    let cursor = first.ok()["cursor"].as_str().unwrap().to_owned();
    let again = me.get(&format!("/inbox?cursor={cursor}")).await;
    assert_eq!(again.ok(), &json!({"messages": [], "cursor": cursor}), "nothing new, at once");
    me.post("/inbox/ack", json!({ "cursor": cursor })).await.ok();
    assert!(cursor.len() < 8_000, "it passes a proxy's limit of a line: {}", cursor.len());

    // a socket takes up the same places, with nothing told anew
    let mut socket = me.socket().await;
    let welcome = socket.hello(&scopes).await;
    assert_eq!(welcome["scopes"], scopes);
});

both!(bad_polls_name_the_field, async |app| {
    let worker = app.client(app.fixture.worker);
    for (query, field) in [
        ("wait=26", "wait"),
        ("wait=x", "wait"),
        ("cursor=!!", "cursor"),
        ("cursor=AAAA", "cursor"),
        ("x=1", "x"),
    ] {
        let refused = worker.get(&format!("/inbox?{query}")).await;
        assert_eq!(refused.status, 400, "{query}: {refused:?}");
        refused.names(field);
    }
    worker.post("/inbox/ack", json!({"cursor": "e30x"})).await.names("cursor");
    app.stranger().get("/inbox").await.refused(401, "UNAUTHENTICATED");
});
