//! Lives of orders in which everybody writes, in every field there is, and in between everybody else looks on.

use super::plants::Plants;
use super::{in_hand, nobody_reads};
use harness::app::App;
use harness::client::Client;
use harness::fixture::{ROOF, UNCHECKED};
use harness::play::{Cast, attempt_of, id_of, now, order};
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;

/// Fields that the reporter reads; the others are words among staff.
pub const FOR_THE_RESIDENT: [&str; 16] = [
    "title",
    "description",
    "ask-info",
    "supply-info",
    "supplement",
    "contact",
    "progress",
    "survey",
    "resolve",
    "dispute",
    "uphold",
    "reject",
    "appeal",
    "answer-directly",
    "self-resolve",
    "rate",
];

/// Who plays, and where.
pub struct Checks<'a> {
    pub app: &'a App,
    pub cast: &'a Cast,
}

type Lived<'a> = Pin<Box<dyn Future<Output = (String, i64)> + 'a>>;
type Life = for<'a> fn(&'a Checks<'a>, &'a mut Plants) -> Lived<'a>;

/// Every life.
pub const LIVES: &[Life] = &[
    |checks, plants| Box::pin(handled(checks, plants)),
    |checks, plants| Box::pin(rejected(checks, plants)),
    |checks, plants| Box::pin(answered(checks, plants)),
    |checks, plants| Box::pin(self_resolved(checks, plants)),
    |checks, plants| Box::pin(handed_on(checks, plants)),
    |checks, plants| Box::pin(rated(checks, plants)),
];

impl Checks<'_> {
    async fn nobody(&self, at: (&str, i64), plants: &Plants, but: &[&str]) {
        nobody_reads(self.app, self.cast, at, plants, but).await;
    }

    async fn placed(&self, item: i64, plants: &mut Plants) -> String {
        let mut body = order(item);
        body["title"] = json!(plants.text("title"));
        body["description"] = json!(plants.text("description"));
        id_of(&self.cast.resident.post("/orders", body).await)
    }
}

/// A command that carries words.
async fn say(
    who: &Client,
    id: &str,
    (command, field): (&str, &'static str),
    more: Value,
    plants: &mut Plants,
) -> i64 {
    let mut body = more;
    body["text"] = json!(plants.text(field));
    let done = who.command(id, command, body).await;
    assert!(done.status == 200, "{command}: {done:?}");
    attempt_of(&done)
}

async fn handled(checks: &Checks<'_>, plants: &mut Plants) -> (String, i64) {
    let cast = checks.cast;
    let id = checks.placed(ROOF, plants).await;
    let id = id.as_str();
    say(&cast.dispatcher, id, ("ask-info", "ask-info"), json!({}), plants).await;
    say(&cast.resident, id, ("supply-info", "supply-info"), json!({}), plants).await;
    cast.dispatcher.command(id, "accept", json!({})).await.ok();
    say(&cast.resident, id, ("supplement", "supplement"), json!({}), plants).await;
    let attempt = attempt_of(&cast.dispatcher.command(id, "dispatch", json!({})).await);
    checks.nobody((id, attempt), plants, &[]).await;
    cast.worker.claim(id, attempt).await.ok();
    say(&cast.worker, id, ("contact", "contact"), json!({}), plants).await;
    say(&cast.worker, id, ("progress", "progress"), json!({"visibleToResident": true}), plants).await;
    let among_staff = json!({"visibleToResident": false});
    say(&cast.worker, id, ("progress", "internal progress"), among_staff, plants).await;
    say(&cast.worker, id, ("survey", "survey"), json!({}), plants).await;
    let unit = json!({"who": {"kind": "unit", "id": "1"}});
    say(&cast.worker, id, ("whistle", "whistle"), unit, plants).await;
    cast.unit_handler.command(id, "report-in", json!({})).await.ok();
    say(&cast.unit_handler, id, ("finish-co-handling", "finish-co-handling"), json!({}), plants).await;
    let extend = json!({"reason": "large_works", "minutes": 60});
    say(&cast.worker, id, ("request-extend", "request-extend"), extend.clone(), plants).await;
    say(&cast.dispatcher, id, ("refuse-request", "refuse-request"), json!({}), plants).await;
    say(&cast.worker, id, ("request-extend", "request-extend"), extend, plants).await;
    say(&cast.dispatcher, id, ("grant-request", "grant-request"), json!({}), plants).await;
    say(&cast.supervisor, id, ("supervise", "supervise"), json!({}), plants).await;
    say(&cast.worker, id, ("resolve", "resolve"), json!({}), plants).await;
    say(&cast.dispatcher, id, ("send-back", "send-back"), json!({"reason": "not_finished"}), plants).await;
    say(&cast.worker, id, ("resolve", "resolve"), json!({}), plants).await;
    checks.nobody((id, attempt), plants, &["worker", "unit handler"]).await;
    say(&cast.dispatcher, id, ("pass-check", "pass-check"), json!({}), plants).await;
    say(&cast.resident, id, ("dispute", "dispute"), json!({"reason": "not_done"}), plants).await;
    say(&cast.supervisor, id, ("uphold", "uphold"), json!({"reason": "done_properly"}), plants).await;
    say(&cast.dispatcher, id, ("revisit", "revisit"), json!({"satisfied": true}), plants).await;
    checks.nobody((id, attempt), plants, &[]).await;
    (id.into(), attempt)
}

async fn rejected(checks: &Checks<'_>, plants: &mut Plants) -> (String, i64) {
    let cast = checks.cast;
    let id = checks.placed(ROOF, plants).await;
    say(&cast.dispatcher, &id, ("reject", "reject"), json!({"reason": "unclear"}), plants).await;
    let attempt = say(&cast.resident, &id, ("appeal", "appeal"), json!({}), plants).await;
    checks.nobody((&id, attempt), plants, &[]).await;
    (id, attempt)
}

async fn answered(checks: &Checks<'_>, plants: &mut Plants) -> (String, i64) {
    let id = checks.placed(ROOF, plants).await;
    let done = ("answer-directly", "answer-directly");
    let attempt = say(&checks.cast.dispatcher, &id, done, json!({}), plants).await;
    checks.nobody((&id, attempt), plants, &[]).await;
    (id, attempt)
}

async fn self_resolved(checks: &Checks<'_>, plants: &mut Plants) -> (String, i64) {
    let id = checks.placed(ROOF, plants).await;
    checks.cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let done = ("self-resolve", "self-resolve");
    let attempt = say(&checks.cast.second_worker, &id, done, json!({}), plants).await;
    checks.nobody((&id, attempt), plants, &[]).await;
    (id, attempt)
}

/// Directed, handed back, claimed, reported up: whoever had it reads what was there, and nothing of this in it.
async fn handed_on(checks: &Checks<'_>, plants: &mut Plants) -> (String, i64) {
    let cast = checks.cast;
    let id = checks.placed(ROOF, plants).await;
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let unit = json!({"assignee": {"kind": "unit", "id": "1"}});
    cast.dispatcher.command(&id, "assign", unit).await.ok();
    let asks = ("request-hand-back", "request-extend");
    say(&cast.unit_handler, &id, asks, json!({"reason": "not_our_duty"}), plants).await;
    say(&cast.dispatcher, &id, ("grant-request", "grant-request"), json!({}), plants).await;
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    cast.worker.claim(&id, attempt).await.ok();
    let up = json!({"reason": "needs_higher_level"});
    let attempt = say(&cast.worker, &id, ("report-up", "report-up"), up, plants).await;
    checks.nobody((&id, attempt), plants, &[]).await;
    (id, attempt)
}

async fn rated(checks: &Checks<'_>, plants: &mut Plants) -> (String, i64) {
    let cast = checks.cast;
    let title = plants.text("title");
    let more = json!({"description": plants.text("description"), "serviceItemId": UNCHECKED.to_string()});
    let id = in_hand(cast, &title, more).await;
    cast.worker.command(&id, "contact", json!({})).await.ok();
    let done = cast.worker.command(&id, "resolve", json!({"text": plants.text("resolve")})).await;
    now(&done, "resolved");
    let rate = json!({"score": 2, "solved": true});
    let attempt = say(&cast.resident, &id, ("rate", "rate"), rate, plants).await;
    checks.nobody((&id, attempt), plants, &[]).await;
    (id, attempt)
}
