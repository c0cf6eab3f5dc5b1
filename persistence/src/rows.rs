//! Rows as the database has them. `map.rs` turns order rows into the domain's `Order` and back.

use crate::schema;
use crate::types::{Json, Ts};
use diesel::prelude::*;
use domain::catalogue::{Limits, ServiceRules};
use domain::order::{Case, Clocks};

/// A row of `orders`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::orders)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct OrderRow {
    pub id: i64,
    pub number: String,
    pub status: String,
    pub version: i32,
    pub attempt: i32,
    pub slots: i32,
    pub filled: i32,
    pub ring: i32,
    pub service_item_id: i64,
    pub area_id: i64,
    pub inbox_id: i64,
    pub priority: String,
    pub channel: String,
    pub anonymity: String,
    pub external_number: Option<String>,
    pub reporter_id: Option<i64>,
    pub beneficiary_id: Option<i64>,
    pub created_by: Option<i64>,
    pub assignee_kind: Option<String>,
    pub assignee_id: Option<i64>,
    pub lead_id: Option<i64>,
    pub contact_limit_ms: Option<i64>,
    pub resolve_due_at: Option<Ts>,
    pub suspended_until: Option<Ts>,
    pub limits: Json<Limits>,
    pub clocks: Json<Clocks>,
    pub case_file: Json<Case>,
    pub resolved_at: Option<Ts>,
    pub created_at: Ts,
    pub updated_at: Ts,
}

/// What a list shows of a row of `orders`: without its documents, which cost more to read than all the rest.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::orders)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct ListedRow {
    pub id: i64,
    pub number: String,
    pub status: String,
    pub version: i32,
    pub attempt: i32,
    pub slots: i32,
    pub filled: i32,
    pub priority: String,
    pub resolve_due_at: Option<Ts>,
    pub suspended_until: Option<Ts>,
    pub created_at: Ts,
    pub updated_at: Ts,
}

/// A row of `claim`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::claim)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct ClaimRow {
    pub id: i64,
    pub order_id: i64,
    pub attempt: i32,
    pub slot: i32,
    pub account_id: i64,
    pub key: Option<String>,
    pub at: Ts,
    pub released_at: Option<Ts>,
    pub released_attempt: Option<i32>,
}

/// A row of `order_event`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::order_event)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct EventRow {
    pub order_id: i64,
    pub seq: i32,
    pub kind: String,
    pub actor_id: Option<i64>,
    pub at: Ts,
    pub data: Json<serde_json::Value>,
}

/// A row of `order_note`: the words that go with an event.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::order_note)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct NoteRow {
    pub order_id: i64,
    pub seq: i32,
    pub author_id: Option<i64>,
    pub text: String,
    pub visible_to_resident: bool,
    pub at: Ts,
}

/// A row of `order_text`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::order_text)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct TextRow {
    pub order_id: i64,
    pub title: String,
    pub description: String,
    pub search: String,
}

/// A row of `order_contact`: sealed values, and the masked ones that lists may show.
#[derive(Debug, Clone, PartialEq, Eq, Default, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::order_contact)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct ContactRow {
    pub order_id: i64,
    pub name_sealed: Option<Vec<u8>>,
    pub phone_sealed: Option<Vec<u8>>,
    pub address_sealed: Option<Vec<u8>>,
    pub name_masked: Option<String>,
    pub phone_masked: Option<String>,
    pub address_masked: Option<String>,
    pub phone_hash: Option<Vec<u8>>,
    pub beneficiary_name_sealed: Option<Vec<u8>>,
    pub beneficiary_phone_sealed: Option<Vec<u8>>,
    pub beneficiary_relation_sealed: Option<Vec<u8>>,
    pub beneficiary_name_masked: Option<String>,
    pub beneficiary_phone_masked: Option<String>,
}

/// A row of `file`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::file)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct FileRow {
    pub id: i64,
    pub owner_id: Option<i64>,
    pub mime: String,
    pub size: i32,
    pub width: i32,
    pub height: i32,
    pub sha256: String,
    pub created_at: Ts,
}

/// A row of `order_file`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::order_file)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct OrderFileRow {
    pub file_id: i64,
    pub order_id: i64,
    pub seq: i32,
    pub purpose: String,
}

/// A row of `area`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::area, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct AreaRow {
    pub id: i64,
    pub parent_id: Option<i64>,
    pub level: String,
    pub grid_class: Option<String>,
    pub code: String,
    pub official_name: String,
    pub display_name: String,
    pub aliases: String,
    pub search: String,
    pub path: String,
    pub number_prefix: Option<String>,
    pub lng: Option<f64>,
    pub lat: Option<f64>,
    pub active: bool,
    pub created_at: Ts,
    pub office_name: Option<String>,
    pub office_phone: Option<String>,
}

/// A row of `service_item`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::service_item)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct ServiceItemRow {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub service_group: String,
    pub board: String,
    pub description: String,
    pub rules: Json<ServiceRules>,
    pub sort: i32,
    pub active: bool,
    pub created_at: Ts,
    pub updated_at: Ts,
    pub takes_minutes: Option<i32>,
}

/// A row of `account`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::account)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct AccountRow {
    pub id: i64,
    pub login: Option<String>,
    pub name: String,
    pub name_sealed: Option<Vec<u8>>,
    pub phone_sealed: Option<Vec<u8>>,
    pub phone_hash: Option<Vec<u8>>,
    pub password_hash: Option<String>,
    pub must_change_password: bool,
    pub disabled_at: Option<Ts>,
    pub created_at: Ts,
    pub password_set_at: Option<Ts>,
    pub unlocked_at: Option<Ts>,
}

/// A row of `role_binding`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::role_binding)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct RoleBindingRow {
    pub id: i64,
    pub account_id: i64,
    pub role: String,
    pub area_id: Option<i64>,
    pub unit_id: Option<i64>,
    pub team_id: Option<i64>,
    pub employment: String,
    pub created_at: Ts,
}

/// A row of `session`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::session)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct SessionRow {
    pub id: i64,
    pub account_id: i64,
    pub counter: i32,
    pub created_at: Ts,
    pub expires_at: Ts,
    pub revoked_at: Option<Ts>,
}

/// A row of `push_job`, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::push_job)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct PushJobRow {
    pub id: i64,
    pub account_id: i64,
    pub kind: String,
    pub order_id: i64,
    pub created_at: Ts,
    pub state: String,
    pub due_at: Ts,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub done_at: Option<Ts>,
}

/// A row of `notification`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::notification)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct NotificationRow {
    pub scope_id: i64,
    pub seq: i64,
    pub order_id: i64,
    pub version: i32,
    pub kind: String,
    pub at: Ts,
}

impl NotificationRow {
    /// As the queue carries it.
    #[must_use]
    pub fn into_entry(self) -> crate::queue::Entry {
        let Self { scope_id: scope, seq, order_id: order, version, kind, at } = self;
        crate::queue::Entry { epoch: String::new(), scope, seq, order, version, kind, at: at.0 }
    }
}
