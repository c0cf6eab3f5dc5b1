//! Rows about photos as the database has them.

use crate::engine::sql::types::Ts;
use diesel::prelude::*;

/// A row of `file`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = crate::files::schema::file)]
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
