//! Plain values about orders that cross the store's boundary, the same for both databases.

use crate::catalogue::schema::service_item;
use crate::engine::answers::NewAnswer;
use crate::order::around::Around;
use crate::order::contact::NewContact;
use crate::order::rows::{ContactRow, ListedRow, NoteRow, OrderFileRow};
use crate::order::schema::order_text;
use crate::organisation::public::public_place;
use crate::organisation::values::NamedArea;
use crate::people::schema::account;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::catalogue::ServiceRules;
use domain::order::{Decision, Order, Recorded, TimerKind};
use domain::people::Role;
use domain::words::mask::Place;
use domain::{AccountId, At, FileId, OrderId, ScopeId, TeamId, UnitId};
use std::collections::BTreeMap;

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

/// How long orders of a state have waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The state.
    pub status: domain::order::Status,
    /// When the oldest was placed, if there is one.
    pub since: Option<At>,
}

/// What travels with a decision.
#[derive(Debug, Clone, Default)]
pub struct Attachments {
    /// Words that go with the event that says what was done ([`Decision::speaking`]).
    pub note: Option<NewNote>,
    /// Photos that go with it (those of a report, with the first event): key and purpose (`report`, `before`, `after`,
    /// `progress`).
    pub files: Vec<(FileId, &'static str)>,
    /// The claim key, when the decision is a claim.
    pub claim_key: Option<String>,
    /// The answer to store for a retry.
    pub answer: Option<NewAnswer>,
}

/// Words that go with an event.
#[derive(Debug, Clone)]
pub struct NewNote {
    /// Who wrote it.
    pub author: Option<AccountId>,
    /// The words.
    pub text: String,
    /// Whether the resident may read them.
    pub visible_to_resident: bool,
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
    /// Whom to reach.
    pub contact: NewContact,
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

/// Names that stand in a view.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// People by key.
    pub people: BTreeMap<AccountId, String>,
    /// The roles that they hold.
    pub roles: BTreeMap<AccountId, Vec<Role>>,
    /// Units by key.
    pub units: BTreeMap<UnitId, String>,
    /// Teams by key.
    pub teams: BTreeMap<TeamId, String>,
}

/// Everything a view of an order shows besides the order.
#[derive(Debug, Clone)]
pub struct DetailRead {
    /// Names that stand in it.
    pub names: Names,
    /// Name of its service item.
    pub item_name: String,
    /// Where it is, top first.
    pub areas: Vec<NamedArea>,
    /// The same as far as names tell no door, for masking an address.
    pub places: Vec<Place>,
    /// Name of its inbox's area.
    pub inbox_name: String,
    /// Who acts for it, whom to ask, whom it is offered to.
    pub around: Around,
    /// Title.
    pub title: String,
    /// What was written.
    pub description: String,
    /// Sealed and masked contact.
    pub contact: ContactRow,
    /// The history, oldest first.
    pub history: Vec<Recorded>,
    /// Words that go with events.
    pub notes: Vec<NoteRow>,
    /// Photos that go with events.
    pub files: Vec<OrderFileRow>,
    /// The version the reader has seen.
    pub read_version: Option<i32>,
}

/// What a message shows of an order.
#[derive(Debug, Clone)]
pub struct Brief {
    /// Its row and names.
    pub listed: ListedOrder,
    /// How long until it should have been claimed, or acknowledged by whom it is directed to, by the clock that decides;
    /// below zero when it is late.
    pub left: Option<chrono::TimeDelta>,
    /// When the resident wants it to be done.
    pub wanted_at: Option<At>,
}

/// What losers of a race are told from memory: read once, after the order was seen to be closed at this attempt.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Who won a slot of the attempt, by ascending slot, with names.
    pub winners: Vec<(AccountId, String)>,
    /// Who holds or held the order through this attempt, also those who won it in an earlier one.
    pub holders: Vec<AccountId>,
    /// When the first of them did.
    pub at: Option<At>,
    /// The order's version.
    pub version: i32,
    /// Reporter and beneficiary: never candidates.
    pub own: Vec<AccountId>,
    /// The scopes the attempt was offered to.
    pub scopes: Vec<ScopeId>,
}

/// A row of a list.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = crate::order::schema::orders)]
pub struct ListedOrder {
    /// The order's row.
    #[diesel(embed)]
    pub row: ListedRow,
    /// Title.
    #[diesel(select_expression = order_text::title)]
    pub title: String,
    /// Name of the service item.
    #[diesel(select_expression = service_item::name)]
    pub item_name: String,
    /// About how many minutes an order of it takes to do.
    #[diesel(select_expression = service_item::takes_minutes)]
    pub takes_minutes: Option<i32>,
    /// Name of the area, or of the nearest one above it whose name tells no door.
    #[diesel(select_expression = public_place())]
    #[diesel(select_expression_type = SqlLiteral<Text>)]
    pub area_name: String,
    /// Name of the lead.
    #[diesel(select_expression = account::name.nullable())]
    #[diesel(select_expression_type = diesel::dsl::Nullable<account::name>)]
    pub lead_name: Option<String>,
}

/// Orders of one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCount {
    /// The state's word.
    pub status: String,
    /// How many, capped.
    pub count: i64,
}

/// Open orders of which somebody may hold something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MayHold {
    /// The orders, by key.
    pub orders: Vec<OrderId>,
    /// Where to go on; none: there are no more.
    pub next: Option<OrderId>,
}
