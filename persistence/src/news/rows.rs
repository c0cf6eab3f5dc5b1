//! Rows about what is told, as the database has them.

use crate::engine::sql::types::Ts;
use crate::news::queue::Entry;
use diesel::prelude::*;
use domain::{OrderId, ScopeId};

/// A row of `push_job`, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = crate::news::schema::push_job)]
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
#[diesel(table_name = crate::news::schema::notification)]
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
    pub fn into_entry(self) -> Entry {
        let Self { scope_id: scope, seq, order_id: order, version, kind, at } = self;
        Entry {
            epoch: String::new(),
            scope: ScopeId(scope),
            seq,
            order: OrderId(order),
            version,
            kind,
            at: at.0,
        }
    }
}
