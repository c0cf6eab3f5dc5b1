//! Notifications: to the right scopes, once, without gaps, whoever runs the pass and whatever ends it.

use crate::order::claims::stage::{Offered, accepted, count, offered};
use futures_util::future::join_all;
use harness::app::App;
use harness::both;
use harness::fixture::crowd;
use harness::fixture::{GRID, OTHER_GRID, TWO_SLOTS, UNCHECKED, texts};
use serde_json::json;

/// What a scope was told of an order: kind and version, in order.
fn told(app: &App, kind: &str, ref_id: i64, order: &str) -> Vec<String> {
    let sql = format!(
        "SELECT t.kind || ' ' || t.version AS t FROM notification t JOIN scope s ON s.id = t.scope_id \
         WHERE s.kind = '{kind}' AND s.ref_id = {ref_id} AND t.order_id = {order} ORDER BY t.seq"
    );
    texts(app.database(), &sql).unwrap()
}

async fn order(app: &App, item: i64) -> Offered {
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let order = offered(&resident, &dispatcher, item, json!({})).await;
    app.settled().await.unwrap();
    order
}

both!(an_offer_and_its_end_reach_those_who_were_offered_it, async |app| {
    let f = app.fixture;
    let order = order(app, UNCHECKED).await;
    app.client(f.worker).claim(&order.id, 1).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "area", GRID, &order.id), ["offer 3", "closed 4"]);
    assert_eq!(
        told(app, "person", f.resident, &order.id),
        ["changed 1", "changed 2", "changed 3", "changed 4"]
    );
    assert_eq!(told(app, "person", f.worker, &order.id), ["changed 4"]);
    assert_eq!(told(app, "area", OTHER_GRID, &order.id), [""; 0]);
    app.client(f.worker).command(&order.id, "contact", json!({"text": "马上到"})).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "area", GRID, &order.id).len(), 2, "work on it is no news to the others");
    assert_eq!(told(app, "person", f.worker, &order.id), ["changed 4", "changed 5"]);
});

both!(who_is_whistled_in_hears_of_it_until_their_help_is_over, async |app| {
    let f = app.fixture;
    let order = order(app, UNCHECKED).await;
    let worker = app.client(f.worker);
    worker.claim(&order.id, 1).await.ok();
    app.settled().await.unwrap();
    worker.command(&order.id, "whistle", json!({"who": {"kind": "unit", "id": "1"}})).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "unit", 1, &order.id), ["changed 5"], "not of what was before");
    let unit = app.client(f.unit_handler);
    unit.command(&order.id, "report-in", json!({})).await.ok();
    unit.command(&order.id, "finish-co-handling", json!({"text": "已配合拆除"})).await.ok();
    worker.command(&order.id, "contact", json!({"text": "马上到"})).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "unit", 1, &order.id), ["changed 5", "changed 6", "changed 7"]);
    let whistled = json!({"who": {"kind": "person", "id": f.third_worker.to_string()}});
    worker.command(&order.id, "whistle", whistled).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "person", f.third_worker, &order.id), ["changed 9"]);
});

both!(a_released_or_transferred_order_is_offered_anew, async |app| {
    let f = app.fixture;
    let order = order(app, UNCHECKED).await;
    let worker = app.client(f.worker);
    worker.claim(&order.id, 1).await.ok();
    app.settled().await.unwrap();
    worker.command(&order.id, "release", json!({"reason": "cannot_come"})).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "area", GRID, &order.id), ["offer 3", "closed 4", "offer 5"]);
    assert_eq!(told(app, "person", f.worker, &order.id), ["changed 4", "changed 5"], "losing it is news");
    app.client(f.second_worker).claim(&order.id, 2).await.ok();
    app.settled().await.unwrap();
    let to =
        json!({"assignee": {"kind": "person", "id": f.other_worker.to_string()}, "reason": "better_suited"});
    app.client(f.dispatcher).command(&order.id, "transfer", to).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "area", GRID, &order.id), ["offer 3", "closed 4", "offer 5", "closed 6"]);
    assert_eq!(told(app, "person", f.other_worker, &order.id), ["offer 7"]);
    assert_eq!(told(app, "person", f.second_worker, &order.id), ["changed 6", "changed 7"]);
});

both!(a_recall_a_widening_and_the_end_of_need_are_told, async |app| {
    let f = app.fixture;
    let dispatcher = app.client(f.dispatcher);
    let order = order(app, TWO_SLOTS).await;
    let wider = json!({"scopes": [{"kind": "area", "id": OTHER_GRID.to_string()}]});
    dispatcher.command(&order.id, "widen", wider).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "area", GRID, &order.id), ["offer 3"], "they have it already");
    assert_eq!(told(app, "area", OTHER_GRID, &order.id), ["offer 4"]);
    app.client(f.worker).claim(&order.id, 1).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "area", GRID, &order.id), ["offer 3"], "a slot is left");
    dispatcher.command(&order.id, "close-remainder", json!({})).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "area", GRID, &order.id), ["offer 3", "closed 6"]);
    assert_eq!(told(app, "area", OTHER_GRID, &order.id), ["offer 4", "closed 6"]);
    let other = self::order(app, UNCHECKED).await;
    dispatcher.command(&other.id, "recall", json!({"reason": "wrong_dispatch"})).await.ok();
    app.settled().await.unwrap();
    assert_eq!(told(app, "area", GRID, &other.id), ["offer 3", "closed 4"]);
});

both!(many_commits_at_once_leave_no_gap, async |app| {
    let crowd = crowd::workers(app.database(), GRID, 8).unwrap();
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let clients: Vec<_> = crowd.iter().map(|w| app.client(w.account)).collect();
    let all = join_all(clients.iter().map(async |worker| {
        let mut ids = Vec::new();
        for _ in 0..3 {
            let id = accepted(&resident, &dispatcher, UNCHECKED).await;
            dispatcher.command(&id, "dispatch", json!({})).await.ok();
            worker.claim(&id, 1).await.ok();
            ids.push(id);
        }
        ids
    }));
    let ids: Vec<String> = all.await.into_iter().flatten().collect();
    app.settled().await.unwrap();
    for id in &ids {
        // dispatch and claim within one pass: nobody is sent an offer that is over
        let grid = told(app, "area", GRID, id);
        assert!(grid.is_empty() || grid == ["offer 3", "closed 4"], "{grid:?}");
        let resident = told(app, "person", app.fixture.resident, id);
        assert_eq!(resident, ["changed 1", "changed 2", "changed 3", "changed 4"]);
    }
    assert_eq!(count(app.database(), "outbox"), 0);
});

#[cfg(feature = "postgres")]
#[test]
fn a_pass_that_dies_before_its_commit_loses_nothing_and_doubles_nothing() {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    use persistence::Clock;
    use persistence::engine::database::pg::Conn;
    use persistence::pg::q;
    harness::app::on(harness::database::Backend::Postgres, async |app| {
        let f = app.fixture;
        let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
        let mut dying = Conn::establish(&app.database().url()).unwrap();
        // holds the sequencer's lock: the server's passes wait, its commits don't
        dying.batch_execute("BEGIN").unwrap();
        assert_eq!(q::news::sequencer::pass(&mut dying, &Clock::default()).unwrap().taken, 0);
        let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
        app.client(f.worker).claim(&order.id, 1).await.ok();
        assert_eq!(
            q::news::sequencer::pass(&mut dying, &Clock::default()).unwrap().taken,
            4,
            "it reads what was committed while it held the lock"
        );
        assert_eq!(
            told(app, "person", f.resident, &order.id),
            [""; 0],
            "nothing is visible before the commit"
        );
        drop(dying);
        app.settled().await.unwrap();
        let resident = told(app, "person", f.resident, &order.id);
        assert_eq!(resident, ["changed 1", "changed 2", "changed 3", "changed 4"]);
    })
    .unwrap();
}

#[cfg(feature = "postgres")]
#[test]
fn a_replica_frozen_in_its_pass_holds_the_others_up_for_half_a_second() {
    use diesel::connection::SimpleConnection;
    use persistence::Clock;
    use persistence::pg::q;
    harness::app::on(harness::database::Backend::Postgres, async |app| {
        let f = app.fixture;
        let mut frozen = persistence::engine::database::pg::connect(&app.database().url()).unwrap();
        frozen.batch_execute("BEGIN").unwrap();
        q::news::sequencer::pass(&mut frozen, &Clock::default()).unwrap();
        let since = std::time::Instant::now();
        let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
        let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
        app.settled().await.unwrap();
        // half a second of idleness, then the others' next look; the rest is for a slow machine
        assert!(since.elapsed() < std::time::Duration::from_secs(4), "{:?}", since.elapsed());
        assert_eq!(told(app, "area", GRID, &order.id).len(), 1);
        assert!(frozen.batch_execute("COMMIT").is_err(), "its session was ended");
    })
    .unwrap();
}

/// What a scope was told while nobody could be: of which orders, in which order.
#[cfg(feature = "postgres")]
#[test]
fn one_pass_tells_of_several_orders_as_things_happened() {
    use diesel::connection::SimpleConnection;
    use persistence::engine::database::pg::{SEQUENCER, connect};
    let body = async |app: &App| {
        let f = app.fixture;
        let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
        let first = order(app, UNCHECKED).await;
        let mut holder = connect(&app.database().url()).unwrap();
        holder.batch_execute(&format!("SELECT pg_advisory_lock({SEQUENCER})")).unwrap();
        let second = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
        dispatcher.command(&first.id, "recall", json!({"reason": "wrong_dispatch"})).await.ok();
        holder.batch_execute(&format!("SELECT pg_advisory_unlock({SEQUENCER})")).unwrap();
        app.settled().await.unwrap();
        let told = |kind: &str, ref_id: i64| {
            let sql = format!(
                "SELECT n.order_id || ' ' || n.kind AS t FROM notification n JOIN scope s ON s.id = n.scope_id \
                 WHERE s.kind = '{kind}' AND s.ref_id = {ref_id} ORDER BY n.seq"
            );
            texts(app.database(), &sql).unwrap()
        };
        let (first, second) = (&first.id, &second.id);
        let of = |order: &String, kind: &str| format!("{order} {kind}");
        assert_eq!(told("area", GRID), [of(first, "offer"), of(second, "offer"), of(first, "closed")]);
        let changed = [first, first, first, second, second, second, first].map(|id| of(id, "changed"));
        assert_eq!(told("person", f.resident), changed);
    };
    harness::app::on(harness::database::Backend::Postgres, body).unwrap();
}
