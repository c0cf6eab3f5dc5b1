//! Who reads nothing: an offer that is over made nobody a party, a role that is gone reads no more from that moment on,
//! and 30 days after an order was finished it is read by those alone whose office it is.

use chrono::TimeDelta;
use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::fixture::{ROOF, UNCHECKED};
use harness::play::{Cast, attempt_of, now, view};
use serde_json::{Value, json};

async fn gone(reader: &Client, id: &str) {
    reader.get(&format!("/orders/{id}")).await.refused(404, "NOT_FOUND");
    reader.get(&format!("/orders/{id}/contact")).await.refused(404, "NOT_FOUND");
    for list in ["/orders", "/me/orders?part=handler", "/me/orders?part=former"] {
        let listed = reader.get(list).await;
        assert!(!listed.raw.contains(&format!("\"id\":\"{id}\"")), "{list}: {listed:?}");
    }
}

async fn to_team(cast: &Cast, id: &str) -> i64 {
    let team = json!({"scopes": [{"kind": "team", "id": "1"}, {"kind": "area", "id": "6"}]});
    attempt_of(&cast.dispatcher.command(id, "dispatch", team).await)
}

async fn messages(reader: &Client) -> Vec<Value> {
    reader.get("/inbox").await.ok()["messages"].as_array().unwrap().clone()
}

both!(an_offer_that_is_over_makes_nobody_a_party, async |app| {
    let cast = Cast::of(app);
    for end in ["recalled", "lost", "suspended", "withdrawn"] {
        let id = cast.accepted(ROOF).await;
        let attempt = to_team(&cast, &id).await;
        assert_eq!(view(&cast.volunteer, &id).await["status"], "pooled", "{end}");
        match end {
            "recalled" => {
                let recall = json!({"reason": "wrong_dispatch"});
                now(&cast.dispatcher.command(&id, "recall", recall).await, "accepted");
            }
            "lost" => drop(cast.worker.claim(&id, attempt).await.ok().clone()),
            "suspended" => {
                let until = (app.state.clock.now() + TimeDelta::days(2)).to_rfc3339();
                let ask = json!({"reason": "weather", "until": until});
                cast.dispatcher.command(&id, "request-suspend", ask).await.ok();
                cast.second_dispatcher.command(&id, "grant-request", json!({})).await.ok();
            }
            _ => {
                drop(cast.resident.command(&id, "withdraw", json!({"reason": "mistake"})).await.ok().clone())
            }
        }
        gone(&cast.volunteer, &id).await;
    }
    app.settled().await.unwrap();
    let snap = messages(&cast.volunteer).await;
    assert!(snap.iter().all(|m| m["t"] != "snap" || m["open"] == json!([])), "{snap:?}");
});

async fn first_role(app: &App, account: i64) -> String {
    let person = app.client(app.fixture.admin).get(&format!("/accounts/{account}")).await;
    person.ok()["roles"][0]["id"].as_str().unwrap().to_owned()
}

both!(a_role_taken_away_reads_no_more_at_once, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let admin = app.client(f.admin);
    let unit = json!({"kind": "unit", "id": "1"});
    let (id, _) = cast.assigned(ROOF, unit).await;
    cast.dispatcher.command(&id, "recall", json!({"reason": "wrong_dispatch"})).await.ok();
    for (account, reader, frozen) in
        [(f.worker, &cast.worker, false), (f.unit_handler, &cast.unit_handler, true)]
    {
        // believed from here on
        assert_eq!(view(reader, &id).await["frozen"], json!(frozen));
        let role = first_role(app, account).await;
        admin.delete(&format!("/accounts/{account}/roles/{role}")).await.ok();
        gone(reader, &id).await;
    }
});

both!(a_month_after_the_end_only_the_office_reads, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let unit = json!({"kind": "unit", "id": "1"});
    // handled to its end, and handled for a while
    let (handled, attempt) = cast.assigned(UNCHECKED, unit.clone()).await;
    cast.unit_handler.command(&handled, "acknowledge", json!({ "attempt": attempt })).await.ok();
    cast.unit_handler.command(&handled, "contact", json!({})).await.ok();
    cast.unit_handler.command(&handled, "resolve", json!({"text": "已办"})).await.ok();
    cast.resident.command(&handled, "rate", json!({"score": 5, "solved": true})).await.ok();
    let (left, _) = cast.assigned(ROOF, unit).await;
    cast.dispatcher.command(&left, "recall", json!({"reason": "wrong_dispatch"})).await.ok();
    cast.resident.command(&left, "withdraw", json!({"reason": "mistake"})).await.ok();

    app.state.clock.advance(TimeDelta::days(30) - TimeDelta::minutes(5));
    let handler = app.client(f.unit_handler);
    assert_eq!(view(&handler, &handled).await["frozen"], json!(false));
    assert_eq!(view(&handler, &left).await["frozen"], json!(true));
    assert_eq!(handler.get("/me/orders?part=handler").await.ok()["list"][0]["id"], *handled);
    assert_eq!(handler.get("/me/orders?part=former").await.ok()["list"][0]["id"], *left);

    app.state.clock.advance(TimeDelta::minutes(10));
    let handler = app.client(f.unit_handler);
    gone(&handler, &handled).await;
    gone(&handler, &left).await;
    for office in [f.dispatcher, f.worker, f.resident] {
        assert_eq!(view(&app.client(office), &handled).await["status"], "closed");
    }
});

both!(whoever_took_it_reads_it_where_they_take_orders, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let admin = app.client(f.admin);
    // a liaison takes orders and reads none but those
    let role = json!({"role": "liaison", "areaId": "6", "employment": "part_time"});
    admin.post(&format!("/accounts/{}/roles", f.neighbour), role).await.ok();
    let mut body = harness::play::order(ROOF);
    body["channel"] = json!("visit");
    let id = harness::play::id_of(&cast.neighbour.post("/orders", body).await);
    assert_eq!(view(&cast.neighbour, &id).await["frozen"], json!(false));
    assert_eq!(cast.neighbour.get("/me/orders?part=creator").await.ok()["list"][0]["id"], *id);
    let there = json!({"areaId": "7"});
    let moved = cast.dispatcher.command(&id, "reclassify", there).await;
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let seen = view(&cast.neighbour, &id).await;
    assert_eq!((&seen["frozen"], &seen["version"]), (&json!(true), &moved.ok()["version"]));
    assert_eq!(cast.neighbour.get("/me/orders?part=creator").await.ok()["list"], json!([]));
    let held = first_role(app, f.neighbour).await;
    admin.delete(&format!("/accounts/{}/roles/{held}", f.neighbour)).await.ok();
    gone(&cast.neighbour, &id).await;
});
