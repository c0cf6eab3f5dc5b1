//! Plain values that cross the store's boundary, the same for both databases.

use crate::around::Around;
use crate::contact::NewContact;
use crate::error::StoreResult;
use crate::rows::{ContactRow, ListedRow, NoteRow, OrderFileRow};
use crate::schema::{account, order_text, service_item};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::catalogue::ServiceRules;
use domain::order::{Decision, Order, Recorded, TimerKind};
use domain::organisation::AreaLevel;
use domain::people::Role;
use domain::words::labelled::Labelled;
use domain::words::mask::Place;
use domain::{AreaId, At, OrderId};
use std::collections::BTreeMap;
use std::sync::LazyLock;

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

/// An answer that was kept.
#[derive(Debug, Clone)]
pub struct KeptAnswer {
    /// Whose key; 0: nobody's.
    pub account: i64,
    /// The key.
    pub key: String,
    /// The hash of the body.
    pub body_hash: Vec<u8>,
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

/// A signed-in person with the roles held, read at log-in and again every few seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrincipalRead {
    /// Who.
    pub account: i64,
    /// Whether a one-time password is still in force.
    pub must_change_password: bool,
    /// The roles held, with the path of their area.
    pub roles: Vec<RoleHeld>,
}

/// A person, and the end of the session they were asked for by.
pub type PrincipalUntil = (At, StoreResult<PrincipalRead>);

/// Whether somebody is on duty, and since when that was said.
pub type Duty = (bool, Option<At>);

/// A role with what it is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleHeld {
    /// Key of the binding.
    pub id: i64,
    /// The role.
    pub role: domain::people::Role,
    /// Full- or part-time.
    pub employment: domain::people::Employment,
    /// The area it is bound to.
    pub area: Option<i64>,
    /// That area's path.
    pub area_path: Option<String>,
    /// Path of where it is bound: that area, or the unit's or team's own.
    pub place: Option<String>,
    /// The unit it is bound to.
    pub unit: Option<i64>,
    /// The team it is bound to.
    pub team: Option<i64>,
}

/// Names that stand in a view.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// People by key.
    pub people: BTreeMap<i64, String>,
    /// The roles that they hold.
    pub roles: BTreeMap<i64, Vec<Role>>,
    /// Units by key.
    pub units: BTreeMap<i64, String>,
    /// Teams by key.
    pub teams: BTreeMap<i64, String>,
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

/// An area of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedArea {
    /// Which.
    pub id: AreaId,
    /// Its display name.
    pub name: String,
    /// Whether that tells whose door it is.
    pub tells_a_door: bool,
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
    pub winners: Vec<(i64, String)>,
    /// Who holds or held the order through this attempt, also those who won it in an earlier one.
    pub holders: Vec<i64>,
    /// When the first of them did.
    pub at: Option<At>,
    /// The order's version.
    pub version: i32,
    /// Reporter and beneficiary: never candidates.
    pub own: Vec<i64>,
    /// The scopes the attempt was offered to.
    pub scopes: Vec<i64>,
}

/// A scope somebody belongs to, and its newest number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The scope's key.
    pub scope: i64,
    /// `area`, `team`, `unit`, `person`, `inbox`.
    pub kind: String,
    /// What it is the scope of.
    pub of: i64,
    /// Its newest number.
    pub head: i64,
}

/// What a replica sees when it looks at the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// Which history it tells; none while it only follows another database.
    pub epoch: Option<String>,
    /// A word that changes whenever memberships may have changed.
    pub people: String,
    /// Scopes that were told something lately, and their newest numbers.
    pub heads: Vec<(i64, i64)>,
}

/// A row of a list.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = crate::schema::orders)]
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

/// Of a row of `area`: its name, or that of the nearest area above it whose name tells no door. There are three levels below
/// the compound, so three steps up lead out of them; in a tree that has more there is no name to show.
pub fn public_place() -> SqlLiteral<Text> {
    sql(&PUBLIC_PLACE)
}

/// The key of the area whose name [`public_place`] is; 0 where there is none.
pub fn public_key() -> SqlLiteral<BigInt> {
    sql(&PUBLIC_KEY)
}

/// A part of the statement that reads the area, so that it costs none of its own.
static PUBLIC_PLACE: LazyLock<String> = LazyLock::new(|| of_public("display_name", "'***'"));
static PUBLIC_KEY: LazyLock<String> = LazyLock::new(|| of_public("id", "0"));

/// A column of the nearest area whose name tells no door.
fn of_public(column: &str, none: &str) -> String {
    let public = AreaLevel::ALL.iter().filter(|level| !level.tells_a_door());
    let public: Vec<String> = public.map(|level| format!("'{}'", level.as_str())).collect();
    let when = |area: &str| format!("WHEN {area}.level IN ({}) THEN {area}.{column}", public.join(","));
    format!(
        "CASE {} ELSE COALESCE((SELECT CASE {} {} {} END FROM area one LEFT JOIN area two ON two.id = one.parent_id \
         LEFT JOIN area three ON three.id = two.parent_id WHERE one.id = area.parent_id), {none}) END",
        when("area"),
        when("one"),
        when("two"),
        when("three")
    )
}

/// Orders of one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCount {
    /// The state's word.
    pub status: String,
    /// How many, capped.
    pub count: i64,
}

/// What a photo takes of what a person may upload on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// The first instant of the day, in Asia/Shanghai.
    pub day: At,
    /// Whole MiB of this photo.
    pub mib: i32,
    /// MiB of a day.
    pub most: i32,
}

/// A photo to insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Who uploaded it.
    pub owner: i64,
    /// `image/jpeg` or `image/png`; `image/webp` as older versions kept it.
    pub mime: String,
    /// Bytes.
    pub size: i32,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Of the stored bytes, hex.
    pub sha256: String,
}
