//! Who may open a socket, and when it ends.

use harness::both;
use harness::client::live::Socket;
use harness::fixture::GRID;
use serde_json::json;

both!(a_ticket_opens_one_socket, async |app| {
    let worker = app.client(app.fixture.worker);
    let ticket = worker.post("/live/ticket", json!({})).await.ok()["ticket"].as_str().unwrap().to_owned();
    let mut socket = Socket::open(&app.base, None, Some(&ticket)).await.unwrap();
    socket.hello(&json!({})).await;
    assert!(Socket::open(&app.base, None, Some(&ticket)).await.is_err(), "used");
    let forged = ticket.replacen(|c: char| c.is_ascii_digit(), "9", 1);
    for bad in [forged.as_str(), "1.2.3.4", "x"] {
        assert!(Socket::open(&app.base, None, Some(bad)).await.is_err(), "{bad}");
    }
    assert!(Socket::open(&app.base, None, None).await.is_err(), "nobody");
    let plain = worker.get("/live").await;
    plain.refused(400, "BAD_REQUEST");
    plain.names("Upgrade");
    app.stranger().get("/live").await.refused(401, "UNAUTHENTICATED");
    app.stranger().post("/live/ticket", json!({})).await.refused(401, "UNAUTHENTICATED");
});

both!(a_log_out_ends_the_socket, async |app| {
    let worker = app.client(app.fixture.worker);
    let mut socket = worker.socket().await;
    socket.hello(&json!({})).await;
    worker.post("/auth/logout", json!({})).await.ok();
    assert_eq!(socket.closed().await, 4401);
});

both!(a_lost_role_is_a_lost_scope, async |app| {
    let (worker, admin) = (app.client(app.fixture.worker), app.client(app.fixture.admin));
    let mut socket = worker.socket().await;
    let before = socket.hello(&json!({})).await;
    let grid = format!("a{GRID}");
    assert!(before["scopes"].get(&grid).is_some());
    let account = app.fixture.worker;
    let roles = harness::fixture::numbers(
        app.database(),
        &format!("SELECT id AS n FROM role_binding WHERE account_id = {account} AND area_id = {GRID}"),
    )
    .unwrap();
    for role in roles {
        admin.delete(&format!("/accounts/{account}/roles/{role}")).await.ok();
    }
    let after = socket.until("welcome", |_| true).await;
    assert!(after["scopes"].get(&grid).is_none(), "{after}");
});
