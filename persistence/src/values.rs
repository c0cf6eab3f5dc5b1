//! Plain values that cross the store's boundary, the same for both databases.

use crate::rows::ContactRow;
use domain::catalogue::ServiceRules;
use domain::order::timer::TimerKind;
use domain::order::{Decision, Order};
use domain::{At, OrderId};

/// An order and what `decide` needs to know around it, read at one instant.
#[derive(Debug, Clone)]
pub struct CaseRead {
    /// The order with its numbers.
    pub loaded: LoadedOrder,
    /// Now, by the deciding clock, never before the order's last change.
    pub now: At,
    /// The rules of its service item.
    pub rules: ServiceRules,
    /// Path of where it is.
    pub area_path: String,
    /// Path of its inbox.
    pub inbox_path: String,
    /// Whether the asking person is a candidate of the current attempt.
    pub candidate: bool,
}

/// An order with the two columns that are not the domain's.
#[derive(Debug, Clone)]
pub struct LoadedOrder {
    /// The order.
    pub order: Order,
    /// The number a person reads aloud.
    pub number: String,
    /// The number it has elsewhere.
    pub external_number: Option<String>,
}

/// A timer that ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueTimer {
    /// Whose.
    pub order: OrderId,
    /// Which.
    pub kind: TimerKind,
    /// When it was due.
    pub due_at: At,
}

/// What travels with a decision.
#[derive(Debug, Clone, Default)]
pub struct Attachments {
    /// Words that go with the first event.
    pub note: Option<NewNote>,
    /// Photos that go with the first event: key and purpose (`report`, `before`, `after`, `progress`).
    pub files: Vec<(i64, &'static str)>,
    /// The claim key, when the decision is a claim.
    pub claim_key: Option<String>,
    /// The answer to store for a retry.
    pub answer: Option<NewAnswer>,
}

/// Words that go with an event.
#[derive(Debug, Clone)]
pub struct NewNote {
    /// Who wrote it.
    pub author: Option<i64>,
    /// The words.
    pub text: String,
    /// Whether the resident may read them.
    pub visible_to_resident: bool,
}

/// An idempotency row (MINIPROGRAM.md): inserted in the command's own transaction.
#[derive(Debug, Clone)]
pub struct NewAnswer {
    /// Whose key.
    pub account: i64,
    /// The route it was used on.
    pub route: String,
    /// The client's key.
    pub key: String,
    /// SHA-256 of the raw body.
    pub body_hash: Vec<u8>,
    /// HTTP status of the answer.
    pub status: i32,
    /// The answer's data.
    pub response: serde_json::Value,
}

/// A new order's side tables.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// What happened to it at once (submitted, perhaps accepted and dispatched).
    pub decision: Decision,
    /// Title and description.
    pub title: String,
    /// What the resident wrote.
    pub description: String,
    /// Folded for search.
    pub search: String,
    /// Sealed and masked contact.
    pub contact: ContactRow,
    /// The number it has elsewhere, unique per channel.
    pub external_number: Option<String>,
    /// Hash of the query code of a fully anonymous order.
    pub query_code_hash: Option<Vec<u8>>,
    /// `YYMMDD` in Asia/Shanghai.
    pub day: String,
}

/// A placed order's key and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Its key.
    pub id: OrderId,
    /// The number a person reads aloud.
    pub number: String,
}


/// A signed-in person with the roles held, read at log-in and again every few seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalRead {
    /// Who.
    pub account: i64,
    /// The person's name.
    pub name: String,
    /// Whether a one-time password is still in force.
    pub must_change_password: bool,
    /// The roles held, with the path of their area.
    pub roles: Vec<RoleHeld>,
}

/// A role with what it is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleHeld {
    /// Key of the binding.
    pub id: i64,
    /// The role.
    pub role: domain::actor::Role,
    /// Full- or part-time.
    pub employment: domain::actor::Employment,
    /// The area it is bound to.
    pub area: Option<i64>,
    /// That area's path; a unit's or team's own area for roles bound to those.
    pub area_path: Option<String>,
    /// The unit it is bound to.
    pub unit: Option<i64>,
    /// The team it is bound to.
    pub team: Option<i64>,
}
