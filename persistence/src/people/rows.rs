//! Rows about people as the database has them.

use crate::engine::sql::types::Ts;
use diesel::prelude::*;

/// A row of `account`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = crate::people::schema::account)]
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
#[diesel(table_name = crate::people::schema::role_binding)]
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
