//! Rows about orders as the database has them. `map.rs` turns them into the domain's `Order` and back.

use crate::engine::sql::types::{Json, Ts};
use diesel::prelude::*;
use domain::catalogue::Limits;
use domain::order::{Case, Clocks};

/// A row of `orders`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::order::schema::orders)]
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
#[diesel(table_name = crate::order::schema::orders)]
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
#[diesel(table_name = crate::order::schema::claim)]
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
#[diesel(table_name = crate::order::schema::order_event)]
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
#[diesel(table_name = crate::order::schema::order_note)]
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
#[diesel(table_name = crate::order::schema::order_text)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct TextRow {
    pub order_id: i64,
    pub title: String,
    pub description: String,
    pub search: String,
}

/// A row of `order_contact`: sealed values, and the masked ones that lists may show.
#[derive(Debug, Clone, PartialEq, Eq, Default, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::order::schema::order_contact)]
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

/// A row of `order_file`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::order::schema::order_file)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct OrderFileRow {
    pub file_id: i64,
    pub order_id: i64,
    pub seq: i32,
    pub purpose: String,
}
