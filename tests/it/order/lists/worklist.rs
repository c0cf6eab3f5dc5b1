//! Who finds work finds it in one list: what is due next, which requests wait, and in each row what its order says to the same
//! reader, never more.

mod rows;

use chrono::TimeDelta;
use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::database::Backend;
use harness::fixture::{GRID, ROOF, TWO_SLOTS, UNCHECKED, VILLAGE, run, texts};
use harness::play::{Cast, attempt_of, give, id_of, now, order, person, view};
use serde_json::{Value, json};

/// The keys of a list, in its order.
async fn listed(who: &Client, query: &str) -> Vec<String> {
    let answer = who.get(&format!("/orders?limit=100{query}")).await;
    let rows = answer.ok()["list"].as_array().unwrap();
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// Asks for more time.
async fn extend(who: &Client, id: &str) {
    let body = json!({"reason": "large_works", "minutes": 90});
    who.command(id, "request-extend", body).await.ok();
}

async fn suspend(app: &App, who: &Client, id: &str) {
    let until = (app.state.clock.now() + TimeDelta::days(2)).to_rfc3339();
    who.command(id, "request-suspend", json!({"reason": "weather", "until": until})).await.ok();
}

/// The row of an order in a list.
async fn row(who: &Client, path: &str, id: &str) -> Option<Value> {
    let answer = who.get(path).await;
    answer.ok()["list"].as_array().unwrap().iter().find(|row| row["id"] == id).cloned()
}

both!(requests_that_wait_are_a_filter_a_count_and_a_field, async |app| {
    let cast = Cast::of(app);
    let unit = json!({"kind": "unit", "id": "1"});
    let longer = cast.working(ROOF).await;
    let later = cast.working(UNCHECKED).await;
    let (back, attempt) = cast.assigned(ROOF, unit.clone()).await;
    cast.working(ROOF).await;
    extend(&cast.worker, &longer).await;
    suspend(app, &cast.worker, &later).await;
    cast.unit_handler.command(&back, "request-hand-back", json!({"reason": "not_our_duty"})).await.ok();
    let waiting = async |who: &Client| who.get("/orders/counts").await.ok()["requests"].clone();
    for (query, found) in [
        ("&request=any", vec![&back, &later, &longer]),
        ("&request=any&sort=createdAt", vec![&longer, &later, &back]),
        ("&request=extend", vec![&longer]),
        ("&request=suspend", vec![&later]),
        ("&request=hand_back", vec![&back]),
        ("&request=any&status=in_progress", vec![&later, &longer]),
        ("&request=any&serviceItem=2", vec![&later]),
        ("&request=any&q=漏水&status=assigned", vec![&back]),
        ("&request=any&priority=urgent", vec![]),
        ("&request=any&areaId=7", vec![]),
        ("&request=any&areaId=6&total=true", vec![&back, &later, &longer]),
    ] {
        let found: Vec<String> = found.into_iter().cloned().collect();
        assert_eq!(listed(&cast.dispatcher, query).await, found, "{query}");
    }
    assert_eq!(listed(&cast.unit_handler, "&request=any").await, [&*back], "whoever asked finds it, too");
    for who in [&cast.dispatcher, &cast.supervisor, &cast.auditor] {
        assert_eq!(waiting(who).await, 3);
    }
    assert_eq!(waiting(&cast.foreign_dispatcher).await, 0);
    let asked = row(&cast.dispatcher, "/orders", &longer).await.unwrap()["request"].clone();
    assert_eq!(asked, view(&cast.dispatcher, &longer).await["detail"]["request"]);
    assert_eq!(
        (&asked["ask"]["kind"], &asked["reasonText"]),
        (&json!("extend"), &json!("工程量大")),
        "{asked}"
    );
    let own = row(&cast.resident, "/me/orders", &longer).await.unwrap();
    assert!(own.get("request").is_none(), "a matter among staff: {own}");
    // acknowledged, it is not handed back any more; directed anew, nothing is asked
    cast.unit_handler.command(&back, "acknowledge", json!({ "attempt": attempt })).await.ok();
    let rest = [&*later, &*longer];
    assert_eq!(
        (waiting(&cast.dispatcher).await, listed(&cast.dispatcher, "&request=any").await),
        (json!(2), rest.map(String::from).to_vec())
    );
    let again = json!({"assignee": person(app.fixture.worker), "reason": "better_suited"});
    now(&cast.dispatcher.command(&back, "transfer", again).await, "assigned");
    assert_eq!(listed(&cast.dispatcher, "&request=any").await, rest);
    // decided, taken back, and over, it waits no more
    cast.dispatcher.command(&longer, "grant-request", json!({})).await.ok();
    assert_eq!(listed(&cast.dispatcher, "&request=any").await, [&*later]);
    cast.resident.command(&later, "withdraw", json!({"reason": "solved_myself"})).await.ok();
    assert_eq!(
        (waiting(&cast.dispatcher).await, listed(&cast.dispatcher, "&request=any").await),
        (json!(0), vec![])
    );
    for (query, field) in [("request=yes", "request"), ("sort=due", "sort")] {
        let refused = cast.dispatcher.get(&format!("/orders?{query}")).await;
        refused.refused(400, "BAD_REQUEST");
        refused.names(field);
    }
});

both!(whoever_an_order_is_about_does_not_learn_of_requests_by_a_filter, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    extend(&cast.worker, &id).await;
    give(app, app.fixture.resident, "dispatcher", VILLAGE).await;
    let both = app.client(app.fixture.resident);
    assert!(view(&both, &id).await["detail"].get("request").is_none());
    assert!(row(&both, "/orders", &id).await.unwrap().get("request").is_none());
    assert_eq!(listed(&both, "&request=any").await, Vec::<String>::new());
    assert_eq!(both.get("/orders/counts").await.ok()["requests"], 0);
    assert_eq!(listed(&cast.dispatcher, "&request=any").await, [id]);
});

both!(a_list_is_in_order_of_what_is_due_next, async |app| {
    let cast = Cast::of(app);
    let resolving = cast.working(ROOF).await;
    let unlimited = cast.accepted(UNCHECKED).await;
    let waiting = cast.placed(ROOF).await;
    let longer = cast.working(ROOF).await;
    extend(&cast.worker, &longer).await;
    cast.dispatcher.command(&longer, "grant-request", json!({})).await.ok();
    let (pooled, _) = cast.pooled(ROOF).await;
    let asked = cast.placed(ROOF).await;
    cast.dispatcher.command(&asked, "ask-info", json!({"text": "哪一栋？"})).await.ok();
    let paused = cast.working(ROOF).await;
    suspend(app, &cast.worker, &paused).await;
    cast.dispatcher.command(&paused, "grant-request", json!({})).await.ok();
    let soonest_first = [&waiting, &resolving, &pooled, &longer].map(String::clone);
    assert_eq!(
        listed(&cast.dispatcher, "&sort=dueAt").await,
        soonest_first,
        "not {unlimited}, {asked}, {paused}"
    );
    let mut last_first = soonest_first.clone();
    last_first.reverse();
    assert_eq!(listed(&cast.dispatcher, "&sort=-dueAt&status=open").await, last_first);
    for (query, found) in [
        ("&sort=dueAt&status=submitted", vec![&waiting]),
        ("&sort=dueAt&status=in_progress,pooled", vec![&resolving, &pooled, &longer]),
        ("&sort=dueAt&status=pooled", vec![&pooled]),
        ("&sort=dueAt&status=closed", vec![]),
        ("&sort=dueAt&serviceItem=2", vec![]),
        ("&sort=dueAt&serviceItem=1&q=屋顶", vec![&waiting, &resolving, &pooled, &longer]),
        ("&sort=dueAt&priority=normal", vec![&waiting, &resolving, &pooled, &longer]),
        ("&sort=dueAt&priority=high", vec![]),
        ("&sort=dueAt&assignee=3", vec![&resolving, &longer]),
        ("&sort=dueAt&overdue=true", vec![]),
        ("&sort=dueAt&createdFrom=2999-01-01T00:00:00%2B08:00", vec![]),
        ("&sort=dueAt&createdFrom=2000-01-01T00:00:00%2B08:00", vec![&waiting, &resolving, &pooled, &longer]),
    ] {
        let found: Vec<String> = found.into_iter().cloned().collect();
        assert_eq!(listed(&cast.dispatcher, query).await, found, "{query}");
    }
    // page by page: each is behind the one before, and the sort is what the rows say
    let (mut found, mut cursor) = (Vec::new(), String::new());
    for _ in 0..4 {
        let page = cast.dispatcher.get(&format!("/orders?sort=dueAt&limit=1{cursor}")).await;
        let row = page.ok()["list"][0].clone();
        found.push((row["dueAt"].as_str().unwrap().to_owned(), row["id"].as_str().unwrap().to_owned()));
        cursor = format!("&cursor={}", page.ok()["nextCursor"].as_str().unwrap_or_default());
    }
    assert!(found.is_sorted());
    assert_eq!(found.into_iter().map(|(_, id)| id).collect::<Vec<_>>(), soonest_first);
    // whoever only handles orders sorts theirs
    let unit = json!({"kind": "unit", "id": "1"});
    let (theirs, _) = cast.assigned(ROOF, unit).await;
    assert_eq!(listed(&cast.unit_handler, "&sort=dueAt").await, [theirs]);
});

both!(a_claim_leaves_the_lists_alone_and_they_are_true, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    let due = view(&cast.dispatcher, &id).await["detail"]["due"].clone();
    assert!(due["claimAt"].is_string() && due["resolveAt"].is_string(), "{due}");
    cast.worker.claim(&id, attempt).await.ok();
    let row = row(&cast.dispatcher, "/orders?sort=dueAt", &id).await.unwrap();
    assert_eq!((&row["dueAt"], &row["due"]["resolveAt"]), (&due["resolveAt"], &due["resolveAt"]));
    assert!(row["due"]["contactAt"].is_string() && row["due"].get("claimAt").is_none(), "{row}");
});

both!(an_offer_says_how_long_it_stands_when_it_is_wanted_and_how_long_it_takes, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let admin = app.client(f.admin);
    let item = json!({"code": "lamp", "name": "换灯泡", "group": "living", "board": "办事大厅", "takesMinutes": 25,
        "rules": {"claimMinutes": 10}});
    for minutes in [json!(0), json!(10_081)] {
        let mut bad = item.clone();
        bad["takesMinutes"] = minutes;
        let refused = admin.post("/service-items", bad).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names("takesMinutes");
    }
    let lamp = id_of(&admin.post("/service-items", item).await);
    assert_eq!(admin.get(&format!("/service-items/{lamp}")).await.ok()["takesMinutes"], 25);
    let mut body = order(lamp.parse().unwrap());
    for (wanted, status) in
        [("2001-01-01T09:00:00+08:00", 422), ("2999-01-01T09:00:00+08:00", 422), ("tomorrow", 400)]
    {
        body["wantedAt"] = json!(wanted);
        let refused = cast.resident.post("/orders", body.clone()).await;
        assert_eq!(refused.status, status, "{refused:?}");
        refused.names("wantedAt");
    }
    let wanted = api::http::time::instant(app.state.clock.now() + TimeDelta::days(2));
    body["wantedAt"] = json!(wanted);
    let id = id_of(&cast.resident.post("/orders", body).await);
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    let offers = cast.worker.get("/me/offers").await;
    let offer = offers.ok()["list"][0].clone();
    assert_eq!((&offer["wantedAt"], &offer["takesMinutes"]), (&json!(wanted), &json!(25)), "{offer}");
    let left = offer["leftMs"].as_i64().unwrap();
    assert!(left > 0 && left <= 10 * 60_000, "{offer}");
    for hidden in ["屋顶", "雨天", "欧阳", "138*", "同州"] {
        assert!(!offers.raw.contains(hidden), "{hidden} in {}", offers.raw);
    }
    for reader in [&cast.resident, &cast.worker, &cast.dispatcher] {
        assert_eq!(view(reader, &id).await["wantedAt"], json!(wanted));
    }
    let mut socket = cast.second_worker.socket().await;
    socket.hello(&json!({})).await;
    let snap = socket.until("snap", |m| m["open"][0]["order"] == id.as_str()).await;
    let told = &snap["open"][0];
    let brief = (&told["brief"]["wantedAt"], &told["brief"]["takesMinutes"]);
    assert_eq!((&told["order"], brief), (&json!(id), (&json!(wanted), &json!(25))), "{snap}");
    assert!(told["leftMs"].as_i64().unwrap() > 0, "{snap}");
    // directed to somebody after the limit to claim it is over, it may still be acknowledged in time
    app.state.clock.advance(TimeDelta::minutes(11));
    let late = app.client(f.worker).get("/me/offers").await;
    assert_eq!(late.ok()["list"][0]["leftMs"], 0, "{late:?}");
    let assignee = json!({"assignee": person(f.worker)});
    let directed = app.client(f.dispatcher).command(&id, "assign", assignee).await;
    assert_eq!(attempt_of(&directed), attempt + 1);
    let offers = app.client(f.worker).get("/me/offers").await;
    let left = offers.ok()["list"][0]["leftMs"].as_i64().unwrap();
    assert!(left > 9 * 60_000 && left <= 10 * 60_000, "{offers:?}");
    // without a limit nothing is left to say
    let cast = Cast::of(app);
    cast.pooled(UNCHECKED).await;
    let offers = cast.second_worker.get("/me/offers").await;
    let offer = &offers.ok()["list"][0];
    assert!(["leftMs", "wantedAt", "takesMinutes"].iter().all(|field| offer.get(field).is_none()), "{offer}");
});

both!(offers_are_pages, async |app| {
    let cast = Cast::of(app);
    let mut pooled = Vec::new();
    for _ in 0..5 {
        pooled.push(cast.pooled(TWO_SLOTS).await.0);
    }
    for (limit, pages) in [(2, 3), (5, 1), (4, 2)] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        for page in 1..=pages {
            let answer = cast.worker.get(&format!("/me/offers?limit={limit}{cursor}")).await;
            let answer = answer.ok();
            let ids =
                answer["list"].as_array().unwrap().iter().map(|o| o["order"].as_str().unwrap().to_owned());
            found.extend(ids);
            assert_eq!(answer["hasMore"], json!(page < pages), "{limit}: {answer}");
            cursor = format!("&cursor={}", answer["nextCursor"].as_str().unwrap_or_default());
        }
        assert_eq!(found, pooled, "{limit} a page, the oldest first");
    }
    assert_eq!(cast.worker.get("/me/badges").await.ok()["offers"], 5);
    for (query, field) in [("limit=0", "limit"), ("limit=101", "limit"), ("cursor=x", "cursor"), ("q=x", "q")]
    {
        let refused = cast.worker.get(&format!("/me/offers?{query}")).await;
        refused.refused(400, "BAD_REQUEST");
        refused.names(field);
    }
});

/// What the lists hold of every order.
fn kept(app: &App) -> Vec<String> {
    let sql = "SELECT order_id || ' ' || area_id || ' ' || COALESCE(CAST(next_due_at AS TEXT), '-') || ' ' \
        || COALESCE(asked, '-') AS t FROM order_area ORDER BY order_id, area_id";
    texts(app.database(), sql).unwrap()
}

both!(what_was_there_before_is_listed_alike, async |app| {
    let cast = Cast::of(app);
    cast.placed(ROOF).await;
    cast.placed(UNCHECKED).await;
    cast.accepted(ROOF).await;
    let asked = cast.working(ROOF).await;
    extend(&cast.worker, &asked).await;
    let question = cast.placed(ROOF).await;
    cast.dispatcher.command(&question, "ask-info", json!({"text": "哪一栋？"})).await.ok();
    let paused = cast.working(ROOF).await;
    suspend(app, &cast.worker, &paused).await;
    cast.dispatcher.command(&paused, "grant-request", json!({})).await.ok();
    let elsewhere = cast.accepted(ROOF).await;
    cast.dispatcher.command(&elsewhere, "forward", json!({"areaId": GRID.to_string()})).await.names("areaId");
    cast.dispatcher.command(&elsewhere, "forward", json!({"areaId": "7"})).await.ok();
    cast.resolved(ROOF).await;
    app.settled().await.unwrap();
    let before = kept(app);
    assert!(before.iter().any(|line| line.ends_with(" extend")), "{before:?}");
    let (down, up) = match app.backend {
        Backend::Sqlite => (
            include_str!("../../../../persistence/migrations/sqlite/0020_worklist/down.sql"),
            include_str!("../../../../persistence/migrations/sqlite/0020_worklist/up.sql"),
        ),
        #[cfg(feature = "postgres")]
        Backend::Postgres => (
            include_str!("../../../../persistence/migrations/postgres/0020_worklist/down.sql"),
            include_str!("../../../../persistence/migrations/postgres/0020_worklist/up.sql"),
        ),
    };
    run(app.database(), down).unwrap();
    run(app.database(), up).unwrap();
    assert_eq!(kept(app), before);
});
