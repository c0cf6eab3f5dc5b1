//! A worker's socket: offers as they are made, claims over it, the loss learnt at once; a resident's and a dispatcher's.

use crate::order::claims::stage::{accepted, events, offered};
use harness::both;
use harness::database::Backend;
use harness::fixture::crowd;
use harness::fixture::{self, GRID, ROOF, UNCHECKED};
use serde_json::{Value, json};

both!(an_offer_comes_is_claimed_and_is_gone_for_the_others, async |app| {
    let crowd = crowd::workers(app.database(), GRID, 3).unwrap();
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let mut sockets = Vec::new();
    for worker in &crowd {
        let mut socket = app.client(worker.account).socket().await;
        socket.hello(&json!({})).await;
        sockets.push(socket);
    }
    let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    for socket in &mut sockets {
        let offer = socket.until("offer", |m| m["order"] == order.id.as_str()).await;
        assert_eq!(offer["attempt"], order.attempt);
        assert_eq!((&offer["brief"]["status"], &offer["brief"]["slotsLeft"]), (&json!("pooled"), &json!(1)));
        assert!(offer["leftMs"].is_null() || offer["leftMs"].as_i64().unwrap() > 0, "{offer}");
        for secret in ["王小明", "138", "同州花园", "屋顶", "雨天"] {
            assert!(!offer.to_string().contains(secret), "{secret} in {offer}");
        }
    }
    let claim = json!({"t": "claim", "order": order.id, "attempt": order.attempt, "key": "k1"});
    for socket in &mut sockets {
        socket.say(&claim).await;
    }
    let mut results = Vec::new();
    for socket in &mut sockets {
        results.push(socket.until("result", |m| m["order"] == order.id.as_str()).await);
    }
    let winner = results.iter().position(|r| r["r"] == "won").expect("somebody won");
    let masked = domain::words::mask::mask_name(&crowd[winner].name);
    for (n, result) in results.iter().enumerate().filter(|(n, _)| *n != winner) {
        assert_eq!((&result["r"], &result["by"]), (&json!("lost"), &json!(masked)), "{n}");
    }
    assert_eq!(events(app.database(), order.key(), "claimed"), 1);
    for socket in &mut sockets {
        let closed = socket.until("closed", |m| m["order"] == order.id.as_str()).await;
        assert_eq!((&closed["why"], &closed["by"]), (&json!("won"), &json!(masked)));
        socket.whole();
    }
    // the winner's retry is the same answer, over either path
    sockets[winner].say(&claim).await;
    assert_eq!(sockets[winner].until("result", |_| true).await, results[winner]);
    let over_http = app.client(crowd[winner].account).claim(&order.id, order.attempt).await;
    assert_eq!(over_http.ok()["version"], results[winner]["version"]);
});

both!(a_client_comes_back_with_its_cursor_and_misses_nothing, async |app| {
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let worker = app.client(app.fixture.worker);
    let mut socket = worker.socket().await;
    let welcome = socket.hello(&json!({})).await;
    let grid = format!("a{GRID}");
    assert!(welcome["scopes"][&grid].is_array(), "{welcome}");
    let first = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    socket.until("offer", |m| m["order"] == first.id.as_str()).await;
    let cursor = socket.cursor();
    drop(socket);

    // while it is away
    let second = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    dispatcher.command(&first.id, "recall", json!({"reason": "wrong_dispatch"})).await.ok();
    app.settled().await.unwrap();
    let mut socket = worker.socket().await;
    socket.hello(&cursor).await;
    let offer = socket.until("offer", |m| m["order"] == second.id.as_str()).await;
    let closed = socket.until("closed", |m| m["order"] == first.id.as_str()).await;
    assert_eq!(closed["why"], "accepted", "recalled");
    assert!(offer["q"].as_i64() < closed["q"].as_i64());
    assert!(socket.seen.iter().all(|m| m["t"] != "snap"), "the cursor was good: {:#?}", socket.seen);

    // a cursor of another epoch, one past the head, and none: start over with the open offers
    for cursor in [json!({&grid: ["e999", 1]}), json!({&grid: [cursor[&grid][0], 999_999]}), json!({})] {
        let mut socket = worker.socket().await;
        socket.hello(&cursor).await;
        let snap = socket.until("snap", |m| m["s"] == grid.as_str()).await;
        let open: Vec<&Value> = snap["open"].as_array().unwrap().iter().map(|o| &o["order"]).collect();
        assert_eq!(open, [&json!(second.id)], "{cursor}: {snap}");
    }
});

both!(the_time_left_is_that_of_now_however_late_one_hears, async |app| {
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let mut first = app.client(app.fixture.worker).socket().await;
    first.hello(&json!({})).await;
    let cursor = first.cursor();
    let order = offered(&resident, &dispatcher, ROOF, json!({})).await;
    let mut left =
        vec![first.until("offer", |m| m["order"] == order.id.as_str()).await["leftMs"].as_i64().unwrap()];
    for seconds in [0, 30, 30] {
        app.state.clock.advance(chrono::TimeDelta::seconds(seconds));
        let before = left.iter().copied().min().unwrap() - seconds * 1000;
        let mut fresh = app.client(app.fixture.second_worker).socket().await;
        fresh.hello(&json!({})).await;
        let snap = fresh.until("snap", |m| m["open"][0]["order"] == order.id.as_str()).await;
        let mut back = app.client(app.fixture.worker).socket().await;
        back.hello(&cursor).await;
        let offer = back.until("offer", |m| m["order"] == order.id.as_str()).await;
        for left_ms in [&snap["open"][0]["leftMs"], &offer["leftMs"]] {
            let left_ms = left_ms.as_i64().unwrap();
            // what is kept for many at once is a second old at most
            assert!(left_ms > 0 && left_ms <= before + 1000, "{left_ms} after {left:?}");
            left.push(left_ms);
        }
    }
});

both!(a_resident_follows_the_order_and_a_dispatcher_the_inbox, async |app| {
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let (mut mine, mut inbox) = (resident.socket().await, dispatcher.socket().await);
    mine.hello(&json!({})).await;
    inbox.hello(&json!({})).await;
    let id = accepted(&resident, &dispatcher, UNCHECKED).await;
    for socket in [&mut mine, &mut inbox] {
        let told = socket.until("order", |m| m["order"] == id.as_str() && m["status"] == "accepted").await;
        assert!(told["number"].as_str().is_some_and(|n| n.starts_with("DL-")), "{told}");
        socket.whole();
    }
    // nobody else hears of it
    let mut other = app.client(app.fixture.worker).socket().await;
    other.hello(&json!({})).await;
    other.say(&json!({"t": "ping"})).await;
    other.until("ping", |_| true).await;
    assert!(other.seen.iter().all(|m| m["t"] != "order" && m["t"] != "offer"), "{:#?}", other.seen);
});

both!(nonsense_is_told_and_then_ends_the_socket, async |app| {
    let mut socket = app.client(app.fixture.worker).socket().await;
    socket.say(&json!({"t": "claim", "order": "1", "attempt": 1})).await;
    assert_eq!(socket.until("error", |_| true).await["reason"], "hello comes first");
    socket.hello(&json!({})).await;
    socket.say(&json!({"t": "claim", "order": "x", "attempt": 1})).await;
    assert!(socket.until("error", |_| true).await["reason"].as_str().unwrap().starts_with("order:"));
    socket.say(&json!({"t": "claim", "order": "999999", "attempt": 1})).await;
    assert_eq!(socket.until("result", |_| true).await["r"], "ineligible");
    for _ in 0..20 {
        socket.say(&json!({"t": "what"})).await;
    }
    assert_eq!(socket.closed().await, 1008);
    let mut socket = app.client(app.fixture.worker).socket().await;
    socket.say(&json!({"t": "hello", "v": 1, "cur": {}, "x": "y".repeat(70_000)})).await;
    assert_eq!(socket.closed().await, 1009, "frames are at most 4 KiB");
});

both!(whoever_comes_just_now_takes_nothing_from_whoever_waits, async |app| {
    let worker = app.client(app.fixture.worker);
    let mut waiting = worker.socket().await;
    waiting.hello(&json!({})).await;
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await.id;
    let mut q = waiting.until("offer", |m| m["order"] == order.as_str()).await["q"].as_i64().unwrap();
    let now = match app.backend {
        Backend::Sqlite => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
        #[cfg(feature = "postgres")]
        Backend::Postgres => "now()",
    };
    for _ in 0..5 {
        q += 1;
        // told by another process, which this one has yet to find in the database
        let grid = format!("(SELECT id FROM scope WHERE kind = 'area' AND ref_id = {GRID})");
        let told = format!(
            "BEGIN; UPDATE scope SET seq = {q}, seq_at = {now} WHERE id = {grid}; \
             INSERT INTO notification (scope_id, seq, order_id, version, kind, at) \
             VALUES ({grid}, {q}, {order}, 3, 'offer', {now}); COMMIT"
        );
        fixture::run(app.database(), &told).unwrap();
        let mut another = app.client(app.fixture.second_worker).socket().await;
        another.hello(&json!({})).await;
        waiting.until("offer", |m| m["q"] == q).await;
    }
    waiting.whole();
});
