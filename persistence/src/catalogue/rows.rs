//! Rows about service items as the database has them.

use crate::engine::sql::types::{Json, Ts};
use diesel::prelude::*;
use domain::catalogue::ServiceRules;

/// A row of `service_item`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = crate::catalogue::schema::service_item)]
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
