//! Somebody must act: no order comes into an inbox that nobody oversees, administrators see where that is, and what was
//! forwarded is taken back until it was looked at.

use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::fixture::{
    COUNTY, FAR_GRID, GRID, OTHER_GRID, OTHER_TOWN, OTHER_TOWN_VILLAGE, OTHER_VILLAGE, ROOF, TOWN, VILLAGE,
    numbers,
};
use harness::play::{Cast, give, id_of, now, order, steps, view};
use reqwest::Method;
use serde_json::{Value, json};

fn order_in(area: i64) -> Value {
    let mut order = order(ROOF);
    order["areaId"] = json!(area.to_string());
    order
}

both!(nothing_is_placed_where_nobody_oversees, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let admin = app.client(f.admin);
    for nowhere in [1, COUNTY, TOWN, OTHER_VILLAGE, FAR_GRID] {
        let refused = cast.resident.post("/orders", order_in(nowhere)).await;
        let body = refused.refused(422, "NOBODY_OVERSEES");
        assert!(body["message"].as_str().unwrap().starts_with("这里还没有开通受理"), "{body}");
        refused.names("areaId");
    }
    let english = cast.resident.request(Method::POST, "/orders").header("Accept-Language", "en");
    let english = cast.resident.send(english.header("Idempotency-Key", "en").json(&order_in(TOWN))).await;
    assert!(
        english.body["message"].as_str().unwrap().starts_with("Nobody takes orders here yet"),
        "{english:?}"
    );
    assert_eq!(numbers(app.database(), "SELECT count(*) AS n FROM orders").unwrap(), [0]);
    for somewhere in [GRID, VILLAGE, OTHER_TOWN_VILLAGE] {
        id_of(&cast.resident.post("/orders", order_in(somewhere)).await);
    }
    give(app, f.neighbour, "dispatcher", TOWN).await;
    id_of(&cast.resident.post("/orders", order_in(FAR_GRID)).await);
    admin.post(&format!("/accounts/{}/disable", f.neighbour), json!({})).await.ok();
    cast.resident.post("/orders", order_in(FAR_GRID)).await.refused(422, "NOBODY_OVERSEES");
});

both!(staff_take_none_there_either, async |app| {
    let f = app.fixture;
    let mut taken = order_in(FAR_GRID);
    taken["channel"] = json!("phone");
    app.client(f.far_worker).post("/orders", taken).await.refused(422, "NOBODY_OVERSEES");
});

both!(nothing_is_forwarded_or_reported_up_there, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let there = json!({"areaId": OTHER_VILLAGE.to_string()});
    let refused = cast.dispatcher.command(&id, "forward", there.clone()).await;
    let body = refused.refused(422, "COMMON_NOT_OVERSEEN");
    assert!(body["message"].as_str().unwrap().contains("共同的上级区域"), "{body}");
    refused.names("areaId");
    give(app, app.fixture.volunteer, "dispatcher", OTHER_VILLAGE).await;
    let own = cast.dispatcher.command(&id, "forward", there.clone()).await;
    own.refused(422, "COMMON_NOT_OVERSEEN");
    let working = cast.working(ROOF).await;
    let up = json!({"reason": "needs_higher_level", "text": "需房屋鉴定"});
    now(&cast.worker.command(&working, "report-up", up.clone()).await, "accepted");
    cast.dispatcher.command(&working, "dispatch", json!({})).await.ok();
    let attempt = view(&cast.dispatcher, &working).await["attempt"].as_i64().unwrap();
    cast.worker.claim(&working, attempt).await.ok();
    cast.worker.command(&working, "report-up", up.clone()).await.refused(422, "NOBODY_OVERSEES");
    assert_eq!(view(&cast.worker, &working).await["status"], "claimed", "who holds it keeps it");
    give(app, app.fixture.neighbour, "dispatcher", TOWN).await;
    now(&cast.worker.command(&working, "report-up", up).await, "accepted");
    now(&cast.dispatcher.command(&id, "forward", there).await, "submitted");
});

/// Areas, whether each stands for its branch, and the orders there.
async fn uncovered(who: &Client) -> Vec<(i64, bool, i64)> {
    let (mut rows, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = who.get(&format!("/uncovered-areas{query}")).await;
        for row in page.ok()["list"].as_array().unwrap() {
            let id = row["id"].as_str().unwrap().parse().unwrap();
            rows.push((id, row["whole"].as_bool().unwrap(), row["openOrders"].as_i64().unwrap()));
        }
        let Some(cursor) = page.ok()["nextCursor"].as_str() else { return rows };
        query = format!("?limit=2&cursor={cursor}");
    }
}

both!(administrators_see_where_nobody_is, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let admin = app.client(f.admin);
    let above = [(1, false, 0), (2, false, 0), (COUNTY, false, 0), (TOWN, false, 0)];
    let branch = (OTHER_VILLAGE, true, 0);
    assert_eq!(uncovered(&admin).await, above.into_iter().chain([branch]).collect::<Vec<_>>());
    assert_eq!(app.state.store.uncovered_totals().await.unwrap(), (5, 0));
    cast.placed(ROOF).await;
    cast.resolved(ROOF).await;
    let there = cast.pooled(ROOF).await.0;
    assert_eq!(app.state.store.uncovered_totals().await.unwrap(), (5, 0), "somebody oversees them");
    for dispatcher in [f.dispatcher, f.second_dispatcher] {
        admin.post(&format!("/accounts/{dispatcher}/disable"), json!({})).await.ok();
    }
    let town = [(1, false, 0), (2, false, 0), (COUNTY, false, 0), (TOWN, true, 2)];
    assert_eq!(uncovered(&admin).await, town);
    assert_eq!(app.state.store.uncovered_totals().await.unwrap(), (4, 2));
    give(app, f.neighbour, "dispatcher", VILLAGE).await;
    // one that was forwarded to the town when somebody was there
    give(app, f.volunteer, "dispatcher", TOWN).await;
    let up = json!({"areaId": OTHER_VILLAGE.to_string()});
    let forwarder = app.client(f.neighbour);
    let id = id_of(&cast.resident.post("/orders", order(ROOF)).await);
    forwarder.command(&id, "forward", up).await.ok();
    admin.post(&format!("/accounts/{}/disable", f.volunteer), json!({})).await.ok();
    let lying =
        [(1, false, 0), (2, false, 0), (COUNTY, false, 0), (TOWN, false, 1), (OTHER_VILLAGE, true, 0)];
    assert_eq!(uncovered(&admin).await, lying);
    assert_eq!(app.state.store.uncovered_totals().await.unwrap(), (5, 1));
    assert!(!there.is_empty());
});

both!(each_administrator_sees_their_own_areas, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    give(app, f.neighbour, "admin", TOWN).await;
    assert_eq!(uncovered(&app.client(f.neighbour)).await, [(TOWN, false, 0), (OTHER_VILLAGE, true, 0)]);
    give(app, f.auditor, "admin", OTHER_TOWN_VILLAGE).await;
    assert_eq!(uncovered(&app.client(f.auditor)).await, [], "overseen from above");
    give(app, f.supervisor, "admin", OTHER_TOWN).await;
    give(app, f.supervisor, "admin", OTHER_VILLAGE).await;
    assert_eq!(uncovered(&app.client(f.supervisor)).await, [(OTHER_VILLAGE, true, 0)]);
    for who in [&cast.worker, &cast.dispatcher, &cast.resident] {
        who.get("/uncovered-areas").await.refused(403, "FORBIDDEN");
    }
    app.stranger().get("/uncovered-areas").await.refused(401, "UNAUTHENTICATED");
    app.client(f.admin).get("/uncovered-areas?cursor=x").await.names("cursor");
});

both!(what_is_not_in_use_counts_while_orders_lie_there, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let admin = app.client(f.admin);
    let close = async |area: i64| {
        let change = json!({"displayName": "停用", "active": false});
        admin.put(&format!("/areas/{area}"), change).await.ok();
    };
    let above = [(1, false, 0), (2, false, 0), (COUNTY, false, 0), (TOWN, false, 0)];
    // what was placed there while somebody was there
    give(app, f.neighbour, "dispatcher", OTHER_VILLAGE).await;
    let id = id_of(&cast.resident.post("/orders", order_in(FAR_GRID)).await);
    admin.post(&format!("/accounts/{}/disable", f.neighbour), json!({})).await.ok();
    for (closed, wanted) in [(OTHER_VILLAGE, "a grid below is in use"), (FAR_GRID, "an order lies there")] {
        close(closed).await;
        let listed: Vec<_> = above.into_iter().chain([(OTHER_VILLAGE, true, 1)]).collect();
        assert_eq!(uncovered(&admin).await, listed, "{wanted}");
        assert_eq!(app.state.store.uncovered_totals().await.unwrap(), (5, 1), "{wanted}");
    }
    cast.resident.command(&id, "withdraw", json!({"reason": "mistake"})).await.ok();
    assert_eq!(uncovered(&admin).await, above);
    assert_eq!(app.state.store.uncovered_totals().await.unwrap(), (4, 0));
});

both!(whose_inbox_it_left_may_still_take_it_back, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    give(app, f.neighbour, "dispatcher", TOWN).await;
    give(app, f.volunteer, "dispatcher", OTHER_VILLAGE).await;
    let (town, beside) = (app.client(f.neighbour), app.client(f.volunteer));
    let id = cast.placed(ROOF).await;
    town.command(&id, "forward", json!({"areaId": OTHER_VILLAGE.to_string()})).await.ok();
    beside.command(&id, "forward", json!({"areaId": GRID.to_string()})).await.ok();
    let frozen = view(&beside, &id).await;
    assert_eq!(frozen["frozen"], true, "{frozen}");
    let may: Vec<&str> =
        frozen["allowedActions"].as_array().unwrap().iter().filter_map(|a| a["name"].as_str()).collect();
    assert_eq!(may, ["take_back"]);
    beside.command(&id, "accept", json!({})).await.refused(403, "FORBIDDEN");
    now(&beside.command(&id, "take-back", json!({})).await, "submitted");
    assert_eq!(view(&beside, &id).await["inbox"]["id"], OTHER_VILLAGE.to_string());
    town.command(&id, "take-back", json!({})).await.refused(409, "WRONG_STATE");
});

/// Whether this reader is told that it can be taken back.
async fn may_take_back(who: &Client, id: &str) -> bool {
    view(who, id).await["allowedActions"].to_string().contains("\"take_back\"")
}

both!(what_was_forwarded_is_taken_back_until_it_was_looked_at, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    give(app, f.neighbour, "dispatcher", TOWN).await;
    let above = app.client(f.neighbour);
    let there = json!({"areaId": OTHER_VILLAGE.to_string()});
    let id = cast.placed(ROOF).await;
    cast.dispatcher.command(&id, "take-back", json!({})).await.refused(409, "WRONG_STATE");
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    cast.dispatcher.command(&id, "forward", there.clone()).await.ok();
    assert_eq!(view(&cast.dispatcher, &id).await["inbox"]["id"], TOWN.to_string());
    for other in [&cast.worker, &cast.resident, &cast.supervisor] {
        other.command(&id, "take-back", json!({})).await.refused(403, "FORBIDDEN");
        assert!(!may_take_back(other, &id).await);
    }
    cast.foreign_dispatcher.command(&id, "take-back", json!({})).await.refused(404, "NOT_FOUND");
    // one's own mark, and that of a colleague who does not oversee the town, is no look from there
    for here in [&cast.dispatcher, &cast.second_dispatcher] {
        here.put(&format!("/orders/{id}/read"), json!({})).await.ok();
        assert!(may_take_back(here, &id).await);
    }
    now(&cast.second_dispatcher.command(&id, "take-back", json!({})).await, "submitted");
    assert_eq!(view(&cast.dispatcher, &id).await["inbox"]["id"], GRID.to_string());
    let told = steps(&cast.dispatcher, &id).await;
    assert_eq!(told, ["submitted", "accepted", "forwarded", "taken_back"]);
    above.command(&id, "accept", json!({})).await.ok();

    for opened in [true, false] {
        let seen = cast.placed(ROOF).await;
        cast.dispatcher.command(&seen, "forward", there.clone()).await.ok();
        assert!(may_take_back(&cast.dispatcher, &seen).await);
        if opened {
            view(&above, &seen).await;
        } else {
            above.put(&format!("/orders/{seen}/read"), json!({})).await.ok();
        }
        assert!(!may_take_back(&cast.dispatcher, &seen).await, "{opened}");
        cast.dispatcher.command(&seen, "take-back", json!({})).await.refused(409, "LOOKED_AT");
    }

    let acted = cast.placed(ROOF).await;
    cast.dispatcher.command(&acted, "forward", there).await.ok();
    above.command(&acted, "accept", json!({})).await.ok();
    cast.dispatcher.command(&acted, "take-back", json!({})).await.refused(403, "FORBIDDEN");
    above.command(&acted, "take-back", json!({})).await.refused(409, "WRONG_STATE");
    assert_eq!(view(&above, &acted).await["inbox"]["id"], TOWN.to_string());
    let down = json!({"areaId": OTHER_GRID.to_string()});
    let own = cast.placed(ROOF).await;
    cast.dispatcher.command(&own, "forward", down).await.ok();
    now(&cast.dispatcher.command(&own, "take-back", json!({})).await, "submitted");
});

/// The dispatcher of [`OTHER_TOWN`] is the only one there.
async fn own_case(app: &App, who: &Client) -> Value {
    let cast = Cast::of(app);
    let placed = who.post("/orders", order_in(OTHER_TOWN_VILLAGE)).await;
    placed.refused(422, "NOBODY_OVERSEES");
    placed.names("areaId");
    give(app, app.fixture.neighbour, "dispatcher", COUNTY).await;
    let id = id_of(&who.post("/orders", order_in(OTHER_TOWN_VILLAGE)).await);
    let seen = view(&cast.neighbour, &id).await;
    assert_eq!(seen["inbox"]["id"], COUNTY.to_string(), "where somebody else dispatches");
    assert_eq!(seen["area"]["id"], OTHER_TOWN_VILLAGE.to_string());
    who.command(&id, "accept", json!({})).await.refused(403, "FORBIDDEN");
    now(&cast.neighbour.command(&id, "accept", json!({})).await, "accepted");
    let back = json!({"areaId": OTHER_TOWN.to_string()});
    cast.neighbour.command(&id, "forward", back).await.names("areaId");
    seen
}

both!(an_only_dispatchers_own_order_comes_to_those_above, async |app| {
    let cast = Cast::of(app);
    own_case(app, &cast.foreign_dispatcher).await;
    // beside another, it stays where it is
    give(app, app.fixture.volunteer, "dispatcher", OTHER_TOWN).await;
    let id = id_of(&cast.foreign_dispatcher.post("/orders", order_in(OTHER_TOWN_VILLAGE)).await);
    let seen = view(&cast.volunteer, &id).await;
    assert_eq!(seen["inbox"]["id"], OTHER_TOWN_VILLAGE.to_string());
    now(&cast.volunteer.command(&id, "accept", json!({})).await, "accepted");
});

both!(taken_by_telephone_or_without_a_name_it_does_so_too, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    give(app, f.second_worker, "grid_worker", OTHER_TOWN).await;
    let mut taken = order_in(OTHER_TOWN_VILLAGE);
    taken["channel"] = json!("phone");
    taken["reporterId"] = json!(f.foreign_dispatcher.to_string());
    cast.second_worker.post("/orders", taken.clone()).await.refused(422, "NOBODY_OVERSEES");
    let mut nameless = order_in(OTHER_TOWN_VILLAGE);
    nameless["anonymity"] = json!("anonymous");
    nameless.as_object_mut().unwrap().remove("contact");
    cast.foreign_dispatcher.post("/orders", nameless.clone()).await.refused(422, "NOBODY_OVERSEES");
    give(app, f.neighbour, "dispatcher", COUNTY).await;
    let id = id_of(&cast.second_worker.post("/orders", taken).await);
    assert_eq!(view(&cast.neighbour, &id).await["inbox"]["id"], COUNTY.to_string());
    cast.foreign_dispatcher.command(&id, "join", json!({})).await.ok();
    let id = id_of(&cast.foreign_dispatcher.post("/orders", nameless).await);
    assert_eq!(view(&cast.neighbour, &id).await["inbox"]["id"], COUNTY.to_string());
});

both!(the_only_dispatcher_left_does_not_join, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let mut taken = order(ROOF);
    taken["channel"] = json!("phone");
    taken["reporterId"] = json!(f.dispatcher.to_string());
    let id = id_of(&cast.second_dispatcher.post("/orders", taken).await);
    app.client(f.admin).post(&format!("/accounts/{}/disable", f.second_dispatcher), json!({})).await.ok();
    cast.dispatcher.command(&id, "join", json!({})).await.refused(422, "ONLY_DISPATCHER");
    give(app, f.neighbour, "dispatcher", VILLAGE).await;
    cast.dispatcher.command(&id, "join", json!({})).await.ok();
    now(&cast.neighbour.command(&id, "accept", json!({})).await, "accepted");
});
