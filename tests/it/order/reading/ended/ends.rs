//! The ends of a right to read: each brings an order to where somebody took part in it and does no more.

use super::EARLIER;
use harness::app::App;
use harness::client::{Answer, Client};
use harness::fixture::{COUNTY, OTHER_GRID, OTHER_TOWN_VILLAGE, ROOF, VILLAGE};
use harness::play::{Cast, attempt_of, give, id_of, now, order, person};
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;

/// Somebody whose part has ended.
pub struct Ended {
    pub what: &'static str,
    pub id: String,
    pub reader: Client,
    pub account: i64,
    /// The state it was left in.
    pub status: &'static str,
    /// States it was in before, while they had a part in it.
    pub through: &'static [&'static str],
    /// The version it was left at.
    pub version: i64,
    /// Whether it is offered to them anew, like to everybody of their team: how that offer ends is told to them.
    pub offered: bool,
}

type Ending<'a> = Pin<Box<dyn Future<Output = Ended> + 'a>>;
type End = for<'a> fn(&'a App, &'a Cast, &'a str) -> Ending<'a>;

/// So many of them could happen before migration 0005 began to keep what was there.
pub const ENDED_BEFORE: usize = 11;

/// Every end.
pub const END: &[End] = &[
    |app, cast, photo| Box::pin(released(app, cast, photo)),
    |app, cast, photo| Box::pin(withdrawn(app, cast, photo)),
    |app, cast, photo| Box::pin(recalled(app, cast, photo)),
    |app, cast, photo| Box::pin(reassigned(app, cast, photo)),
    |app, cast, photo| Box::pin(transferred(app, cast, photo)),
    |app, cast, photo| Box::pin(handed_back(app, cast, photo)),
    |app, cast, photo| Box::pin(waived(app, cast, photo)),
    |app, cast, photo| Box::pin(done_again_by_another(app, cast, photo)),
    |app, cast, photo| Box::pin(reclassified_elsewhere(app, cast, photo)),
    |app, cast, photo| Box::pin(accepted_elsewhere(app, cast, photo)),
    |app, cast, photo| Box::pin(forwarded(app, cast, photo)),
    |app, cast, photo| Box::pin(claimed_and_reclassified(app, cast, photo)),
    |app, cast, photo| Box::pin(assigned_and_reclassified(app, cast, photo)),
    |app, cast, photo| Box::pin(helped(app, cast, photo)),
    |app, cast, photo| Box::pin(helped_and_answered(app, cast, photo)),
    |app, cast, photo| Box::pin(helped_and_forwarded(app, cast, photo)),
    |app, cast, photo| Box::pin(helped_and_withdrawn(app, cast, photo)),
];

fn unit() -> Value {
    json!({"kind": "unit", "id": "1"})
}

fn ended(
    what: &'static str,
    (id, status): (String, &'static str),
    (reader, account): (&Client, i64),
    last: &Answer,
) -> Ended {
    now(last, status);
    let version = last.ok()["version"].as_i64().unwrap();
    Ended { what, id, reader: reader.clone(), account, status, through: &[], version, offered: false }
}

/// submitted, with a photo and a word more.
async fn placed(cast: &Cast, photo: &str) -> String {
    let mut body = order(ROOF);
    body["fileIds"] = json!([photo]);
    let id = id_of(&cast.resident.post("/orders", body).await);
    cast.resident.command(&id, "supplement", json!({"text": EARLIER})).await.ok();
    id
}

async fn accepted(cast: &Cast, photo: &str) -> String {
    let id = placed(cast, photo).await;
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    id
}

/// claimed by a volunteer, who reads nothing by an area.
async fn claimed(cast: &Cast, photo: &str) -> String {
    let id = accepted(cast, photo).await;
    let team = json!({"scopes": [{"kind": "team", "id": "1"}]});
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", team).await);
    cast.volunteer.claim(&id, attempt).await.ok();
    id
}

/// assigned to the unit.
async fn assigned(cast: &Cast, photo: &str) -> (String, i64) {
    let id = accepted(cast, photo).await;
    let attempt = attempt_of(&cast.dispatcher.command(&id, "assign", json!({ "assignee": unit() })).await);
    (id, attempt)
}

/// in_progress, by the unit's handler.
async fn working(cast: &Cast, photo: &str) -> String {
    let (id, attempt) = assigned(cast, photo).await;
    cast.unit_handler.command(&id, "acknowledge", json!({ "attempt": attempt })).await.ok();
    cast.unit_handler.command(&id, "contact", json!({})).await.ok();
    id
}

async fn released(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = claimed(cast, photo).await;
    let last = cast.volunteer.command(&id, "release", json!({"reason": "cannot_come"})).await;
    let left = ended("released", (id, "pooled"), (&cast.volunteer, app.fixture.volunteer), &last);
    Ended { offered: true, ..left }
}

async fn withdrawn(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = claimed(cast, photo).await;
    let last = cast.resident.command(&id, "withdraw", json!({"reason": "mistake"})).await;
    ended("withdrawn", (id, "withdrawn"), (&cast.volunteer, app.fixture.volunteer), &last)
}

async fn recalled(app: &App, cast: &Cast, photo: &str) -> Ended {
    let (id, _) = assigned(cast, photo).await;
    let last = cast.dispatcher.command(&id, "recall", json!({"reason": "wrong_dispatch"})).await;
    ended("recalled", (id, "accepted"), (&cast.unit_handler, app.fixture.unit_handler), &last)
}

async fn reassigned(app: &App, cast: &Cast, photo: &str) -> Ended {
    let (id, _) = assigned(cast, photo).await;
    let other = json!({"assignee": person(app.fixture.worker)});
    let last = cast.dispatcher.command(&id, "reassign", other).await;
    ended("reassigned", (id, "assigned"), (&cast.unit_handler, app.fixture.unit_handler), &last)
}

async fn transferred(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = working(cast, photo).await;
    let other = json!({"assignee": person(app.fixture.worker), "reason": "better_suited"});
    let last = cast.dispatcher.command(&id, "transfer", other).await;
    ended("transferred", (id, "assigned"), (&cast.unit_handler, app.fixture.unit_handler), &last)
}

async fn handed_back(app: &App, cast: &Cast, photo: &str) -> Ended {
    let (id, _) = assigned(cast, photo).await;
    let ask = json!({"reason": "not_our_duty"});
    cast.unit_handler.command(&id, "request-hand-back", ask).await.ok();
    let last = cast.dispatcher.command(&id, "grant-request", json!({})).await;
    ended("handed back", (id, "accepted"), (&cast.unit_handler, app.fixture.unit_handler), &last)
}

async fn waived(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = accepted(cast, photo).await;
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    cast.worker.claim(&id, attempt).await.ok();
    cast.worker.command(&id, "contact", json!({})).await.ok();
    cast.worker.command(&id, "whistle", json!({ "who": unit() })).await.ok();
    cast.unit_handler.command(&id, "report-in", json!({})).await.ok();
    let last = cast.worker.command(&id, "waive-co-handler", json!({ "who": unit() })).await;
    ended("waived", (id, "in_progress"), (&cast.unit_handler, app.fixture.unit_handler), &last)
}

async fn done_again_by_another(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = working(cast, photo).await;
    cast.unit_handler.command(&id, "resolve", json!({"text": "已修补"})).await.ok();
    cast.dispatcher.command(&id, "pass-check", json!({})).await.ok();
    cast.resident.command(&id, "dispute", json!({"reason": "not_done", "text": "没修好"})).await.ok();
    let other = json!({"assignee": person(app.fixture.worker)});
    let last = cast.supervisor.command(&id, "redo-other", other).await;
    ended("done again", (id, "assigned"), (&cast.unit_handler, app.fixture.unit_handler), &last)
}

async fn reclassified_elsewhere(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = accepted(cast, photo).await;
    let there = json!({"areaId": OTHER_GRID.to_string()});
    let last = cast.dispatcher.command(&id, "reclassify", there).await;
    ended("reclassified", (id, "accepted"), (&cast.worker, app.fixture.worker), &last)
}

async fn accepted_elsewhere(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = placed(cast, photo).await;
    let there = json!({"areaId": OTHER_GRID.to_string()});
    let last = cast.dispatcher.command(&id, "accept", there).await;
    ended("accepted elsewhere", (id, "accepted"), (&cast.leader, app.fixture.leader), &last)
}

/// Somebody who dispatches in the whole county.
async fn chief(app: &App, cast: &Cast) -> Client {
    give(app, app.fixture.neighbour, "dispatcher", COUNTY).await;
    cast.neighbour.clone()
}

async fn claimed_and_reclassified(app: &App, cast: &Cast, photo: &str) -> Ended {
    let (id, chief) = (claimed(cast, photo).await, chief(app, cast).await);
    let there = json!({"areaId": OTHER_TOWN_VILLAGE.to_string()});
    let last = chief.command(&id, "reclassify", there).await;
    ended("claimed, moved", (id, "accepted"), (&cast.volunteer, app.fixture.volunteer), &last)
}

async fn assigned_and_reclassified(app: &App, cast: &Cast, photo: &str) -> Ended {
    let ((id, _), chief) = (assigned(cast, photo).await, chief(app, cast).await);
    let there = json!({"areaId": OTHER_TOWN_VILLAGE.to_string()});
    let last = chief.command(&id, "reclassify", there).await;
    ended("assigned, moved", (id, "accepted"), (&cast.unit_handler, app.fixture.unit_handler), &last)
}

/// in_progress, by the worker, with the unit's handler reported in.
async fn with_help(cast: &Cast, photo: &str) -> String {
    let id = accepted(cast, photo).await;
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    cast.worker.claim(&id, attempt).await.ok();
    cast.worker.command(&id, "contact", json!({})).await.ok();
    cast.worker.command(&id, "whistle", json!({ "who": unit() })).await.ok();
    cast.unit_handler.command(&id, "report-in", json!({})).await.ok();
    id
}

/// accepted again, with the unit's handler still there.
async fn with_help_reported_up(app: &App, cast: &Cast, photo: &str) -> String {
    let id = with_help(cast, photo).await;
    let up = json!({"reason": "needs_higher_level", "text": "需房屋鉴定"});
    now(&cast.worker.command(&id, "report-up", up).await, "accepted");
    let seen = cast.unit_handler.get(&format!("/orders/{id}")).await;
    assert!(seen.ok()["frozen"] != json!(true), "who helps stays: {seen:?}");
    chief(app, cast).await;
    id
}

async fn helped(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = with_help(cast, photo).await;
    let last = cast.unit_handler.command(&id, "finish-co-handling", json!({})).await;
    ended("helped", (id, "in_progress"), (&cast.unit_handler, app.fixture.unit_handler), &last)
}

async fn helped_and_answered(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = with_help_reported_up(app, cast, photo).await;
    let last = cast.dispatcher.command(&id, "answer-directly", json!({"text": "已安排鉴定"})).await;
    let left =
        ended("helped, answered", (id, "resolved"), (&cast.unit_handler, app.fixture.unit_handler), &last);
    Ended { through: &["in_progress", "accepted"], ..left }
}

async fn helped_and_forwarded(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = with_help_reported_up(app, cast, photo).await;
    let there = json!({"areaId": COUNTY.to_string()});
    let last = cast.dispatcher.command(&id, "forward", there).await;
    let left =
        ended("helped, forwarded", (id, "submitted"), (&cast.unit_handler, app.fixture.unit_handler), &last);
    Ended { through: &["in_progress", "accepted"], ..left }
}

async fn helped_and_withdrawn(app: &App, cast: &Cast, photo: &str) -> Ended {
    let id = with_help(cast, photo).await;
    let last = cast.resident.command(&id, "withdraw", json!({"reason": "mistake"})).await;
    let left =
        ended("helped, withdrawn", (id, "withdrawn"), (&cast.unit_handler, app.fixture.unit_handler), &last);
    Ended { through: &["in_progress", "accepted"], ..left }
}

/// An order of another town lay in the village's inbox for a while.
async fn forwarded(app: &App, cast: &Cast, photo: &str) -> Ended {
    let role = json!({"role": "dispatcher", "areaId": COUNTY.to_string(), "employment": "full_time"});
    let chief = format!("/accounts/{}/roles", app.fixture.neighbour);
    app.client(app.fixture.admin).post(&chief, role).await.ok();
    let mut body = order(ROOF);
    body["fileIds"] = json!([photo]);
    body["areaId"] = json!(OTHER_TOWN_VILLAGE.to_string());
    let id = id_of(&cast.resident.post("/orders", body).await);
    cast.resident.command(&id, "supplement", json!({"text": EARLIER})).await.ok();
    let here = json!({"areaId": VILLAGE.to_string()});
    cast.neighbour.command(&id, "forward", here).await.ok();
    let back = json!({"areaId": OTHER_TOWN_VILLAGE.to_string()});
    let last = cast.dispatcher.command(&id, "forward", back).await;
    ended("forwarded", (id, "submitted"), (&cast.dispatcher, app.fixture.dispatcher), &last)
}
