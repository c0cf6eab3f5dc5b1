//! Everything the database holds on one order, as the proof reads it.

use crate::engine::sql::types::Ts;
use crate::order::rows::{ClaimRow, EventRow, OrderRow};
use std::collections::BTreeSet;

/// A row of `order_ring` with its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct RingRead {
    pub order_id: i64,
    pub attempt: i32,
    pub ring: i32,
    pub scope_id: i64,
    pub scope_kind: String,
    pub scope_ref: i64,
    pub live: bool,
    pub told: bool,
}

/// A row of `order_area`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct ListedIn {
    pub area_id: i64,
    pub bucket: String,
    pub open: bool,
    pub created_at: Ts,
    pub due_at: Option<Ts>,
    pub next_due_at: Option<Ts>,
    pub asked: Option<String>,
}

/// Everything the database holds on one order.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// Its row.
    pub row: OrderRow,
    /// Its history, oldest first.
    pub events: Vec<EventRow>,
    /// Its claims, ended ones too.
    pub claims: Vec<ClaimRow>,
    /// What it was offered to, in every attempt.
    pub rings: Vec<RingRead>,
    /// Where it is listed.
    pub listed: Vec<ListedIn>,
    /// Where it has to be: its area, its inbox and every area above them.
    pub above: BTreeSet<i64>,
    /// Who is listed as handling it, besides its claimants: kind and key.
    pub parties: BTreeSet<(String, i64)>,
    /// Whose part in it ended: kind, key, number of the event.
    pub past: Vec<(String, i64, i32)>,
    /// Its timers: kind and when due.
    pub timers: Vec<(String, Ts)>,
    /// Whether it has its words.
    pub has_text: bool,
}
