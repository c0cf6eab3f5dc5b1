//! A row of a list tells each reader what the order's own view tells them, and never more: readers × what becomes of orders.

use std::time::Duration;

use super::{extend, row, suspend};
use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::fixture::crowd;
use harness::fixture::{COUNTY, GRID, OTHER_TOWN, OTHER_TOWN_VILLAGE, ROOF, TWO_SLOTS, run};
use harness::play::{Cast, attempt_of, give, id_of, order, person, view};
use harness::wait::eventually;
use serde_json::{Value, json};

/// Every list that somebody may read orders from.
const LISTS: [&str; 6] = [
    "/orders?limit=100",
    "/orders?limit=100&sort=dueAt",
    "/me/orders?limit=100",
    "/me/orders?limit=100&part=handler",
    "/me/orders?limit=100&part=creator",
    "/me/orders?limit=100&part=former",
];
/// What a row has of the view itself.
const BRIEF: [&str; 17] = [
    "id",
    "number",
    "status",
    "statusText",
    "sentence",
    "frozen",
    "frozenAt",
    "version",
    "attempt",
    "slots",
    "filled",
    "serviceItem",
    "priority",
    "priorityText",
    "createdAt",
    "updatedAt",
    "wantedAt",
];
/// What it has of the view's detail, under the same names.
const DETAIL: [&str; 8] =
    ["title", "due", "suspendedUntil", "unclaimedAt", "request", "urges", "channel", "channelText"];
/// What else it has that a brief does not tell.
const MORE: [&str; 3] = ["leadName", "resolveDueAt", "dueAt"];

/// Orders of every state and of several ends, by real commands.
async fn orders(app: &App, cast: &Cast) -> Vec<String> {
    let unit = json!({"kind": "unit", "id": "1"});
    let team = json!({"scopes": [{"kind": "team", "id": "1"}]});
    let mut ids = vec![cast.placed(ROOF).await, cast.accepted(ROOF).await, cast.pooled(ROOF).await.0];
    ids.push(cast.claimed(ROOF).await);
    ids.push(cast.fed_back(ROOF).await);
    ids.push(cast.assigned(ROOF, person(app.fixture.second_worker)).await.0);
    // asked, and asked in vain
    let question = cast.placed(ROOF).await;
    cast.dispatcher.command(&question, "ask-info", json!({"text": "哪一栋？"})).await.ok();
    let rejected = cast.placed(ROOF).await;
    cast.dispatcher
        .command(&rejected, "reject", json!({"reason": "not_ours", "text": "请联系物业"}))
        .await
        .ok();
    // half taken, and urged
    let (half, attempt) = cast.pooled(TWO_SLOTS).await;
    cast.second_worker.claim(&half, attempt).await.ok();
    cast.resident.command(&half, "urge", json!({})).await.ok();
    // a request that waits, one that was granted, one that is moot
    let (longer, paused) = (cast.working(ROOF).await, cast.working(ROOF).await);
    extend(&cast.worker, &longer).await;
    suspend(app, &cast.worker, &paused).await;
    cast.dispatcher.command(&paused, "grant-request", json!({})).await.ok();
    let (back, attempt) = cast.assigned(ROOF, unit.clone()).await;
    cast.unit_handler.command(&back, "request-hand-back", json!({"reason": "not_our_duty"})).await.ok();
    let (moot, moot_attempt) = cast.assigned(ROOF, unit).await;
    cast.unit_handler.command(&moot, "request-hand-back", json!({"reason": "not_our_duty"})).await.ok();
    cast.unit_handler.command(&moot, "acknowledge", json!({ "attempt": moot_attempt })).await.ok();
    ids.extend([question, rejected, half, longer, paused, back, moot]);
    assert!(attempt > 0);
    // the ends
    let (rated, disputed) = (cast.resolved(ROOF).await, cast.resolved(ROOF).await);
    cast.resident.command(&rated, "rate", json!({"score": 5, "solved": true})).await.ok();
    let said = json!({"reason": "not_done", "text": "还漏"});
    cast.resident.command(&disputed, "dispute", said).await.ok();
    let withdrawn = cast.working(ROOF).await;
    cast.resident.command(&withdrawn, "withdraw", json!({"reason": "solved_myself"})).await.ok();
    ids.extend([rated, disputed, withdrawn]);
    // a volunteer who is offered it, who won it, and who gave it up
    for end in 0..3 {
        let id = cast.accepted(ROOF).await;
        let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", team.clone()).await);
        if end > 0 {
            cast.volunteer.claim(&id, attempt).await.ok();
        }
        if end > 1 {
            cast.volunteer.command(&id, "release", json!({"reason": "cannot_come"})).await.ok();
        }
        ids.push(id);
    }
    ids.extend(of_staff(app, cast).await);
    ids
}

/// Orders that staff took, one with a door in its title, and one that moved away.
async fn of_staff(app: &App, cast: &Cast) -> Vec<String> {
    let mut taken = order(ROOF);
    taken["channel"] = json!("phone");
    taken["title"] = json!("3号楼2单元501室漏水13812345678");
    taken["anonymity"] = json!("hidden_from_worker");
    taken["wantedAt"] = json!(api::http::time::instant(app.state.clock.now() + chrono::TimeDelta::days(1)));
    let taken = id_of(&cast.dispatcher.post("/orders", taken).await);
    cast.dispatcher.command(&taken, "accept", json!({})).await.ok();
    let attempt = attempt_of(&cast.dispatcher.command(&taken, "dispatch", json!({})).await);
    cast.worker.claim(&taken, attempt).await.ok();
    let away = cast.accepted(ROOF).await;
    let there = json!({"areaId": OTHER_TOWN_VILLAGE.to_string()});
    give(app, app.fixture.neighbour, "dispatcher", COUNTY).await;
    cast.dispatcher.command(&away, "forward", there).await.ok();
    vec![taken, away]
}

/// A field, none and null alike.
fn of<'a>(value: &'a Value, field: &str) -> &'a Value {
    value.get(field).unwrap_or(&Value::Null)
}

/// How a row differs from the view of the same reader.
fn differences(row: &Value, view: &Value) -> Vec<String> {
    // who reads it by another right as well is still told how it was when their own part ended
    if row["frozen"] == true && view["frozen"] == false {
        let later = row["version"].as_i64() > view["version"].as_i64();
        return later.then(|| format!("later than the view: {row}")).into_iter().collect();
    }
    let mut wrong = Vec::new();
    let mut same = |field: &str, told: &Value, seen: &Value| {
        if told != seen {
            wrong.push(format!("{field}: the row says {told}, the view {seen}"));
        }
    };
    for field in BRIEF {
        same(field, of(row, field), of(view, field));
    }
    // an area below the compound is told to nobody in a list
    let within = std::iter::once(&view["area"]["name"]).chain(view["areaNames"].as_array().unwrap());
    let known = within.into_iter().any(|name| *name == row["area"]["name"]);
    same("area", &json!(known), &json!(true));
    same("areaName", &row["areaName"], &row["area"]["name"]);
    match view.get("detail") {
        Some(detail) => {
            for field in DETAIL {
                same(field, of(row, field), of(detail, field));
            }
        }
        None => {
            for field in DETAIL.into_iter().chain(MORE) {
                let nothing = match field {
                    "title" => json!(""),
                    "due" => json!({}),
                    _ => Value::Null,
                };
                same(field, of(row, field), &nothing);
            }
        }
    }
    wrong
}

/// How the lists of a reader differ from what they read of each order; how many rows were compared, and how many of them were
/// frozen and brief.
async fn compared(reader: &Client) -> (Vec<String>, [usize; 3]) {
    let (mut wrong, mut counted) = (Vec::new(), [0; 3]);
    for list in LISTS {
        let page = reader.get(list).await;
        let page = page.ok();
        assert!(page.get("nextCursor").is_none(), "{list}");
        for row in page["list"].as_array().unwrap() {
            let id = row["id"].as_str().unwrap();
            let view = reader.get(&format!("/orders/{id}")).await;
            let view = view.ok();
            let of_one = differences(row, view).into_iter();
            wrong.extend(of_one.map(|what| format!("{list}, order {id}, {}: {what}", row["status"])));
            let (frozen, brief) = (row["frozen"] == true, view.get("detail").is_none());
            for (sum, one) in counted.iter_mut().zip([true, frozen, brief]) {
                *sum += usize::from(one);
            }
        }
    }
    (wrong, counted)
}

/// Compares, and once more if a minute went by in between.
async fn agrees(name: &str, reader: &Client) -> [usize; 3] {
    let looked = eventually(Duration::from_secs(10), name, async || {
        let (wrong, counted) = compared(reader).await;
        if wrong.is_empty() { Ok(counted) } else { Err(wrong.join("\n")) }
    });
    looked.await.unwrap()
}

both!(a_row_says_what_the_orders_own_view_says_to_the_same_reader, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let ids = orders(app, &cast).await;
    app.settled().await.unwrap();
    let admin = app.client(f.admin);
    let mut counted = [0; 3];
    for (name, reader) in [
        ("resident", &cast.resident),
        ("neighbour", &cast.neighbour),
        ("worker", &cast.worker),
        ("second worker", &cast.second_worker),
        ("other worker", &cast.other_worker),
        ("leader", &cast.leader),
        ("volunteer", &cast.volunteer),
        ("dispatcher", &cast.dispatcher),
        ("second dispatcher", &cast.second_dispatcher),
        ("foreign dispatcher", &cast.foreign_dispatcher),
        ("supervisor", &cast.supervisor),
        ("auditor", &cast.auditor),
        ("unit handler", &cast.unit_handler),
        ("administrator", &admin),
    ] {
        let of_reader = agrees(name, reader).await;
        for (sum, one) in counted.iter_mut().zip(of_reader) {
            *sum += one;
        }
    }
    assert!(counted[0] > ids.len() * 8 && counted[1] > 0, "{counted:?}");
});

both!(a_row_of_whoever_may_not_work_on_it_any_more_is_as_brief_as_the_view, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let (id, _) = cast.assigned(ROOF, person(f.second_worker)).await;
    give(app, f.second_worker, "grid_worker", OTHER_TOWN).await;
    // as before the job came by that returns what somebody may not work on any more
    let here =
        format!("DELETE FROM role_binding WHERE account_id = {} AND area_id = {GRID}", f.second_worker);
    run(app.database(), &here).unwrap();
    crowd::refresh(app.database(), &[f.second_worker]).unwrap();
    let moved = app.client(f.second_worker);
    let listed = row(&moved, "/orders", &id).await.expect("it is still directed to them");
    assert_eq!((&listed["title"], &listed["sentence"]), (&json!(""), &view(&moved, &id).await["sentence"]));
    assert!(view(&moved, &id).await.get("detail").is_none());
    assert_eq!(agrees("moved away", &moved).await[2], 2);
});
