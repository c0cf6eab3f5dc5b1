//! The fixture's people as clients, and orders brought to the state in which a test begins.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a failed assertion is what a test wants")]

use serde_json::{Value, json};

use crate::app::App;
use crate::client::{Answer, Client};
use crate::fixture::GRID;

/// What no answer, list, event or log may hold: the contact that [`order`] gives.
pub const NAME: &str = "欧阳晓峰";
/// The phone of that contact.
pub const PHONE: &str = "13812345678";
/// The end of that address: the door.
pub const DOOR: &str = "302室";

/// Clients of the people who play, each with a session of their own.
#[derive(Debug)]
pub struct Cast {
    pub resident: Client,
    pub neighbour: Client,
    pub worker: Client,
    pub second_worker: Client,
    pub third_worker: Client,
    pub other_worker: Client,
    pub leader: Client,
    pub volunteer: Client,
    pub dispatcher: Client,
    pub second_dispatcher: Client,
    pub foreign_dispatcher: Client,
    pub supervisor: Client,
    pub auditor: Client,
    pub unit_handler: Client,
}

/// A new order of an item in [`GRID`], with a contact.
pub fn order(item: i64) -> Value {
    json!({"serviceItemId": item.to_string(), "areaId": GRID.to_string(), "title": "屋顶漏水",
        "description": "雨天漏水，墙面发霉",
        "contact": {"name": NAME, "phone": PHONE, "address": format!("同州花园3号楼2单元{DOOR}")}})
}

/// Gives somebody a role over an area.
pub async fn give(app: &App, account: i64, role: &str, area: i64) {
    let role = json!({"role": role, "areaId": area.to_string()});
    app.client(app.fixture.admin).post(&format!("/accounts/{account}/roles"), role).await.ok();
}

/// The assignee of a command.
pub fn person(id: i64) -> Value {
    json!({"kind": "person", "id": id.to_string()})
}

/// The key of an order that was placed.
#[track_caller]
pub fn id_of(placed: &Answer) -> String {
    placed.ok()["id"].as_str().expect("an order has an id").to_owned()
}

impl Cast {
    /// Everybody.
    pub fn of(app: &App) -> Self {
        let f = app.fixture;
        Self {
            resident: app.client(f.resident),
            neighbour: app.client(f.neighbour),
            worker: app.client(f.worker),
            second_worker: app.client(f.second_worker),
            third_worker: app.client(f.third_worker),
            other_worker: app.client(f.other_worker),
            leader: app.client(f.leader),
            volunteer: app.client(f.volunteer),
            dispatcher: app.client(f.dispatcher),
            second_dispatcher: app.client(f.second_dispatcher),
            foreign_dispatcher: app.client(f.foreign_dispatcher),
            supervisor: app.client(f.supervisor),
            auditor: app.client(f.auditor),
            unit_handler: app.client(f.unit_handler),
        }
    }

    /// submitted.
    pub async fn placed(&self, item: i64) -> String {
        id_of(&self.resident.post("/orders", order(item)).await)
    }

    /// accepted.
    pub async fn accepted(&self, item: i64) -> String {
        let id = self.placed(item).await;
        self.dispatcher.command(&id, "accept", json!({})).await.ok();
        id
    }

    /// pooled, offered to the staff of [`GRID`]; with the attempt.
    pub async fn pooled(&self, item: i64) -> (String, i64) {
        let id = self.accepted(item).await;
        let attempt = attempt_of(&self.dispatcher.command(&id, "dispatch", json!({})).await);
        (id, attempt)
    }

    /// claimed by the worker.
    pub async fn claimed(&self, item: i64) -> String {
        let (id, attempt) = self.pooled(item).await;
        self.worker.claim(&id, attempt).await.ok();
        id
    }

    /// in_progress, held by the worker.
    pub async fn working(&self, item: i64) -> String {
        let id = self.claimed(item).await;
        self.worker.command(&id, "contact", json!({})).await.ok();
        id
    }

    /// pending_check (resolved where the item needs no check).
    pub async fn fed_back(&self, item: i64) -> String {
        let id = self.working(item).await;
        self.worker.command(&id, "resolve", json!({"text": "已修补"})).await.ok();
        id
    }

    /// resolved by the worker, passed by the dispatcher.
    pub async fn resolved(&self, item: i64) -> String {
        let id = self.fed_back(item).await;
        self.dispatcher.command(&id, "pass-check", json!({})).await.ok();
        id
    }

    /// assigned to this person, team or unit; with the attempt.
    pub async fn assigned(&self, item: i64, assignee: Value) -> (String, i64) {
        let id = self.accepted(item).await;
        let answer = self.dispatcher.command(&id, "assign", json!({ "assignee": assignee })).await;
        let attempt = attempt_of(&answer);
        (id, attempt)
    }
}

/// The attempt in a command's answer.
#[track_caller]
pub fn attempt_of(answer: &Answer) -> i64 {
    answer.ok()["attempt"].as_i64().expect("an answer has an attempt")
}

/// Checks the state that a command left the order in.
#[track_caller]
pub fn now(answer: &Answer, status: &str) {
    assert_eq!(answer.ok()["status"], status, "{answer:?}");
}

/// The order as this person reads it.
pub async fn view(reader: &Client, id: &str) -> Value {
    reader.get(&format!("/orders/{id}")).await.ok().clone()
}

/// The kinds of the timeline's steps as this person reads it.
pub async fn steps(reader: &Client, id: &str) -> Vec<String> {
    let view = view(reader, id).await;
    let steps = view["detail"]["timeline"].as_array().cloned().unwrap_or_default();
    steps.iter().map(|step| step["kind"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The words of the timeline's steps as this person reads it.
pub async fn words(reader: &Client, id: &str) -> Vec<String> {
    let view = view(reader, id).await;
    let steps = view["detail"]["timeline"].as_array().cloned().unwrap_or_default();
    steps.iter().filter_map(|step| step["text"].as_str().map(Into::into)).collect()
}
