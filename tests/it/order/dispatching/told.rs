//! Who would be told, and who was: the preview of a dispatch and an order's offers.

use chrono::{DateTime, TimeDelta};
use domain::At;
use harness::app::App;
use harness::both;
use harness::database::Backend;
use harness::fixture::{self, GRID, OTHER_GRID, OTHER_VILLAGE, ROOF, TOWN, TWO_SLOTS, VILLAGE};
use harness::play::{Cast, attempt_of, give, view};
use serde_json::{Value, json};

/// An instant in SQL.
fn sql(app: &App, at: At) -> String {
    match app.backend {
        Backend::Sqlite => at.timestamp_micros().to_string(),
        #[cfg(feature = "postgres")]
        Backend::Postgres => format!("'{}'", at.to_rfc3339()),
    }
}

/// Somebody was seen so many seconds ago.
fn present(app: &App, account: i64, on_duty: bool, seconds_ago: i64) {
    let seen = sql(app, app.state.clock.now() - TimeDelta::seconds(seconds_ago));
    let row =
        format!("INSERT INTO presence (account_id, on_duty, seen_at) VALUES ({account}, {on_duty}, {seen})");
    fixture::run(app.database(), &row).unwrap();
}

fn number(app: &App, sql: &str) -> i64 {
    fixture::numbers(app.database(), sql).unwrap()[0]
}

/// Somebody acknowledged an area's notifications up to this one.
fn acknowledge(app: &App, account: i64, area: i64, seq: i64) {
    let scope = number(app, &format!("SELECT id AS n FROM scope WHERE kind = 'area' AND ref_id = {area}"));
    let now = sql(app, app.state.clock.now());
    let row = format!(
        "INSERT INTO receipt (account_id, scope_id, acked, at) VALUES ({account}, {scope}, {seq}, {now})"
    );
    fixture::run(app.database(), &row).unwrap();
}

/// The number of the notification that offered it to an area.
fn offered(app: &App, id: &str, area: i64) -> i64 {
    let scope = format!("SELECT id FROM scope WHERE kind = 'area' AND ref_id = {area}");
    number(
        app,
        &format!(
            "SELECT max(seq) AS n FROM notification WHERE order_id = {id} AND kind = 'offer' AND scope_id = ({scope})"
        ),
    )
}

fn seconds_between(from: &Value, to: &Value) -> i64 {
    let at = |v: &Value| DateTime::parse_from_rfc3339(v.as_str().unwrap()).unwrap();
    (at(to) - at(from)).num_seconds()
}

fn counts(ring: &Value) -> (i64, i64, i64) {
    let n = |name: &str| ring[name].as_i64().unwrap();
    (n("members"), n("online"), n("offDuty"))
}

async fn offers(app: &App, account: i64, id: &str) -> Value {
    app.client(account).get(&format!("/orders/{id}/offers")).await.ok().clone()
}

both!(a_preview_says_who_would_be_told_ring_by_ring, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    present(app, f.worker, true, 5);
    present(app, f.second_worker, false, 5);
    present(app, f.third_worker, true, 120);
    present(app, f.far_worker, true, 30);
    let id = cast.accepted(ROOF).await;
    let before = view(&cast.dispatcher, &id).await;
    let seen = cast.dispatcher.command(&id, "dispatch/preview", json!({})).await;
    let rings = seen.ok()["rings"].as_array().unwrap();
    assert_eq!(rings.iter().map(counts).collect::<Vec<_>>(), [(4, 1, 1), (1, 0, 0), (1, 1, 0)]);
    let scopes: Vec<&Value> = rings.iter().map(|r| &r["scopes"][0]["id"]).collect();
    assert_eq!(scopes, [&json!(GRID.to_string()), &json!(VILLAGE.to_string()), &json!(TOWN.to_string())]);
    assert_eq!(rings[1]["scopes"][0]["name"], "西郊社区");
    let first = &rings[0]["people"][0];
    assert_eq!(
        (&first["name"], &first["online"]),
        (&json!("张建国"), &json!(true)),
        "who is there comes first"
    );
    let off_duty = rings[0]["people"].as_array().unwrap().iter().find(|p| p["name"] == "赵志强").unwrap();
    assert_eq!((&off_duty["onDuty"], &off_duty["online"]), (&json!(false), &json!(false)));
    assert_eq!(rings[2]["people"][0]["name"], "吴*", "of another community: not managed by this dispatcher");
    assert_eq!(seconds_between(&rings[0]["at"], &rings[1]["at"]), 120);
    assert_eq!(seconds_between(&rings[0]["at"], &rings[2]["at"]), 300);
    assert_eq!(seconds_between(&rings[0]["at"], &seen.ok()["dispatcherAt"]), 600);
    assert_eq!(seen.ok()["past"], json!({"orders": 0, "claimed": 0, "waiting": 0, "unclaimed": 0}));
    assert_eq!(view(&cast.dispatcher, &id).await, before, "nothing changed");
    assert_eq!(cast.worker.get("/me/offers").await.ok()["list"], json!([]));
});

both!(a_preview_takes_what_a_dispatch_takes, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.accepted(ROOF).await;
    give(app, f.resident, "volunteer", OTHER_VILLAGE).await;
    // a person who was never offered anything, and a helper whose own case it is: they may not claim it
    let people = json!([{"kind": "person", "id": f.volunteer.to_string()}, {"kind": "person", "id": f.resident.to_string()}]);
    let body = json!({"slots": 3, "scopes": people, "rings": [
        {"scopes": [{"kind": "area", "id": OTHER_GRID.to_string()}, {"kind": "team", "id": "1"}], "afterS": 45},
    ]});
    let seen = cast.dispatcher.command(&id, "dispatch/preview", body.clone()).await;
    assert_eq!(seen.ok()["slots"], 3);
    let rings = seen.ok()["rings"].as_array().unwrap();
    assert_eq!(rings.iter().map(counts).collect::<Vec<_>>(), [(1, 0, 0), (1, 0, 0)], "{seen:?}");
    assert_eq!(rings[0]["people"][0]["name"], "冯党员");
    assert_eq!(rings[1]["people"][0]["name"], "周敏", "the volunteer was told before");
    assert_eq!(seconds_between(&rings[0]["at"], &rings[1]["at"]), 45);
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", body).await);
    assert_eq!(cast.volunteer.claim(&id, attempt).await.ok()["slot"], 1);
    let again = cast.dispatcher.command(&id, "dispatch/preview", json!({})).await;
    assert_eq!(counts(&again.ok()["rings"][0]), (4, 0, 0), "what dispatching again would do");
    let slots = cast.dispatcher.command(&id, "dispatch/preview", json!({"slots": 1})).await;
    slots.refused(422, "VALIDATION_FAILED");
    slots.names("slots");
});

both!(a_preview_is_the_dispatchers, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let path = "dispatch/preview";
    cast.dispatcher.command(&id, path, json!({})).await.refused(409, "WRONG_STATE");
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    for (who, status) in [
        (&cast.worker, 403),
        (&cast.resident, 403),
        (&cast.supervisor, 403),
        (&cast.neighbour, 404),
        (&cast.foreign_dispatcher, 404),
        (&app.stranger(), 401),
    ] {
        assert_eq!(who.command(&id, path, json!({})).await.status, status, "{who:?}");
    }
    cast.dispatcher.command(&id, path, json!({"slots": 51})).await.names("slots");
    let unknown = json!({"scopes": [{"kind": "unit", "id": "77"}]});
    cast.dispatcher.command(&id, path, unknown).await.names("scopes[0]");
});

both!(a_preview_says_what_became_of_the_last_such_orders, async |app| {
    let cast = Cast::of(app);
    let mut orders = Vec::new();
    for _ in 0..4 {
        orders.push(cast.pooled(ROOF).await);
    }
    let (other_item, _) = cast.pooled(TWO_SLOTS).await;
    for (n, waits) in [10, 20, 30].into_iter().enumerate() {
        app.state.clock.advance(TimeDelta::seconds(waits));
        if n < 2 {
            let (id, attempt) = &orders[n];
            cast.worker.claim(id, *attempt).await.ok();
        }
    }
    cast.dispatcher.command(&orders[2].0, "recall", json!({"reason": "wrong_dispatch"})).await.ok();
    let id = cast.accepted(ROOF).await;
    let seen = cast.dispatcher.command(&id, "dispatch/preview", json!({})).await;
    let past = &seen.ok()["past"];
    let of = |name: &str| past[name].as_i64().unwrap();
    assert_eq!((of("orders"), of("claimed"), of("waiting"), of("unclaimed")), (4, 2, 1, 1), "{past}");
    assert!((10..20).contains(&of("medianClaimS")), "{past}");
    let again = cast.dispatcher.command(&other_item, "dispatch/preview", json!({})).await;
    assert_eq!(again.ok()["past"]["orders"], 0, "the order itself is none of them");
});

both!(offers_say_who_was_reached_and_who_saw_it, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let earlier = cast.pooled(ROOF).await.0;
    app.settled().await.unwrap();
    let (id, _) = cast.pooled(ROOF).await;
    app.settled().await.unwrap();
    let seen = offers(app, f.dispatcher, &id).await;
    let ring = &seen["rings"][0];
    assert_eq!((&ring["ring"], &ring["scopes"][0]["scope"]["name"]), (&json!(0), &json!("西郊一网格")));
    let of = |seen: &Value, ring: usize| {
        let scope = &seen["rings"][ring]["scopes"][0];
        ["members", "reached", "seen"].map(|name| scope[name].as_i64().unwrap())
    };
    assert_eq!(of(&seen, 0), [4, 0, 0]);
    assert!(ring["scopes"][0]["toldAt"].as_str().unwrap().ends_with("+08:00"), "{seen}");
    assert_eq!((&seen["next"]["what"], &seen["next"]["whatText"]), (&json!("widen"), &json!("扩大派单范围")));
    assert_eq!(
        seen["next"]["scopes"],
        json!([{"kind": "area", "id": VILLAGE.to_string(), "name": "西郊社区"}])
    );
    assert_eq!(seconds_between(&ring["scopes"][0]["toldAt"], &seen["next"]["at"]), 120);
    let seq = offered(app, &id, GRID);
    acknowledge(app, f.worker, GRID, seq);
    acknowledge(app, f.second_worker, GRID, seq);
    acknowledge(app, f.third_worker, GRID, offered(app, &earlier, GRID));
    present(app, f.leader, true, 0);
    present(app, f.third_worker, true, 3600);
    // nobody of this grid
    acknowledge(app, f.far_worker, GRID, seq);
    let seen = offers(app, f.dispatcher, &id).await;
    assert_eq!(of(&seen, 0), [4, 3, 2], "{seen}");
    let names: Vec<&Value> =
        seen["rings"][0]["scopes"][0]["seenBy"].as_array().unwrap().iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["张建国", "赵志强"]);
});

both!(offers_are_those_of_the_attempt, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.accepted(ROOF).await;
    assert_eq!(offers(app, f.dispatcher, &id).await, json!({"attempt": 0, "rings": []}));
    let people = json!({"scopes": [{"kind": "person", "id": f.far_worker.to_string()}]});
    cast.dispatcher.command(&id, "dispatch", people).await.ok();
    let seen = offers(app, f.dispatcher, &id).await;
    assert_eq!(seen["rings"][0]["scopes"][0]["scope"]["name"], "吴*", "masked as elsewhere");
    assert_eq!(offers(app, f.supervisor, &id).await["rings"][0]["scopes"][0]["scope"]["name"], "吴刚");
    cast.dispatcher.command(&id, "redispatch", json!({})).await.ok();
    let team = json!({"scopes": [{"kind": "team", "id": "1"}]});
    cast.dispatcher.command(&id, "widen", team).await.ok();
    app.settled().await.unwrap();
    let seen = offers(app, f.dispatcher, &id).await;
    let rings: Vec<(&Value, &Value)> = seen["rings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (&r["ring"], &r["scopes"][0]["scope"]["name"]))
        .collect();
    assert_eq!(rings, [(&json!(0), &json!("西郊一网格")), (&json!(1), &json!("红色志愿队"))]);
    assert_eq!(seen["attempt"], 2);
});

both!(offers_are_for_those_who_answer_for_the_order, async |app| {
    let cast = Cast::of(app);
    let (id, _) = cast.pooled(ROOF).await;
    let path = format!("/orders/{id}/offers");
    for (who, status) in [
        (&cast.supervisor, 200),
        (&cast.second_dispatcher, 200),
        (&cast.worker, 403),
        (&cast.leader, 403),
        (&cast.auditor, 403),
        (&cast.resident, 403),
        (&cast.neighbour, 404),
        (&cast.foreign_dispatcher, 404),
        (&app.stranger(), 401),
    ] {
        assert_eq!(who.get(&path).await.status, status, "{who:?}");
    }
});

mod plans {
    //! The past orders of a preview are a bounded piece of an index, however many the area has.

    use diesel::sql_types::Text;
    use diesel::{Connection, QueryableByName, RunQueryDsl, sql_query};
    use domain::{AreaId, OrderId, ServiceItemId};
    use harness::database::Backend;
    use persistence::order::reach::PreviewAsk;

    fn ask() -> PreviewAsk {
        PreviewAsk {
            rings: Vec::new(),
            own: Vec::new(),
            order: OrderId(1),
            area: AreaId(6),
            item: ServiceItemId(1),
        }
    }

    #[derive(QueryableByName)]
    struct Sqlite {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    #[test]
    fn past_orders_sqlite() {
        let database = Backend::Sqlite.database().unwrap();
        let url = database.url();
        let mut conn = diesel::SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
        let sql = persistence::sqlite::q::order::offers::preview::past_sql(&ask());
        let plan: Vec<Sqlite> = sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(&mut conn).unwrap();
        let plan: Vec<String> = plan.into_iter().map(|row| row.detail).collect();
        assert!(
            plan.iter().any(|l| l.contains("order_area USING COVERING INDEX order_area_all")),
            "{plan:?}"
        );
        assert!(!plan.iter().any(|l| l.starts_with("SCAN order")), "{plan:?}");
    }

    #[cfg(feature = "postgres")]
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        #[diesel(column_name = "QUERY PLAN")]
        line: String,
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn past_orders_postgres() {
        let database = Backend::Postgres.database().unwrap();
        let mut conn = diesel::PgConnection::establish(&database.url()).unwrap();
        // as if the tables were large: an empty one is always read whole
        sql_query("SET enable_seqscan = off").execute(&mut conn).unwrap();
        sql_query("SET enable_bitmapscan = off").execute(&mut conn).unwrap();
        let sql = persistence::pg::q::order::offers::preview::past_sql(&ask());
        let plan: Vec<Line> = sql_query(format!("EXPLAIN {sql}")).load(&mut conn).unwrap();
        let text = plan.into_iter().map(|row| row.line).collect::<Vec<_>>().join("\n");
        assert!(text.contains("Index Only Scan using order_area_all"), "{text}");
        assert!(text.contains("order_event_pkey"), "{text}");
    }
}
