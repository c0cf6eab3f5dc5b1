//! Rows about log-ins as the database has them.

use crate::engine::sql::types::Ts;
use diesel::prelude::*;

/// A row of `session`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = crate::identity::schema::session)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct SessionRow {
    pub id: i64,
    pub account_id: i64,
    pub counter: i32,
    pub created_at: Ts,
    pub expires_at: Ts,
    pub revoked_at: Option<Ts>,
}
