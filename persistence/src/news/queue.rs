//! The claim queue: what makes a notification instant. The database is the record and this only a hint; whatever is
//! lost here is found again by its per-scope number (QUEUE.md, decision 3).
//!
//! In memory for the embedded database ([`memory`]), Redis Streams between replicas ([`redis`]).

pub mod memory;
pub mod redis;

use crate::engine::error::{StoreError, StoreResult};
use domain::{At, OrderId, ScopeId};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// An answer that comes later; the trait is used as an object.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A committed row of `notification`: ids, an enum and a time, nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The epoch in which it was told; empty of what was read from the database just now, in a process that has its
    /// database for itself, and from replicas of a version that did not say.
    #[serde(rename = "e", default, skip_serializing_if = "String::is_empty")]
    pub epoch: String,
    /// The scope that hears it.
    #[serde(rename = "s")]
    pub scope: ScopeId,
    /// Its number in the scope, without gaps from 1.
    #[serde(rename = "q")]
    pub seq: i64,
    /// The order.
    #[serde(rename = "o")]
    pub order: OrderId,
    /// The order's version it tells of.
    #[serde(rename = "v")]
    pub version: i32,
    /// `offer`, `closed`, `changed`, `roles`.
    #[serde(rename = "k")]
    pub kind: String,
    /// When what it tells of happened.
    #[serde(rename = "a")]
    pub at: At,
}

/// What a pass of the sequencer did.
#[derive(Debug, Default)]
pub struct Passed {
    /// Outbox rows it took.
    pub taken: usize,
    /// Whether it took as many as it may: there are more, most likely.
    pub more: bool,
    /// What scopes are told, to be published after the commit.
    pub entries: Vec<Entry>,
    /// Orders whose events could not be told.
    pub untold: Vec<Untold>,
}

/// An order whose events could not be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// The order.
    pub order: OrderId,
    /// Its events in the pass.
    pub events: usize,
    /// What stood in the way.
    pub why: StoreError,
    /// Whether they were set aside; else they are tried again.
    pub set_aside: bool,
}

/// Events that were set aside because they could not be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stuck {
    /// How many.
    pub events: i64,
    /// Of how many orders.
    pub orders: i64,
}

/// What a reader heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Entries, in the order of their publication.
    Entries(Vec<Entry>),
    /// Something may be missing before what comes next: compare heads with the database.
    Gap,
}

/// Between replicas, or within the one.
pub trait Queue: Send + Sync {
    /// Publishes what was committed. Never waits longer than a command's limit.
    ///
    /// # Errors
    /// `Unavailable`: the entries reach nobody this way, and are found in the database.
    fn publish<'a>(&'a self, entries: &'a [Entry]) -> Later<'a, StoreResult<()>>;

    /// A reader of what is published from now on.
    ///
    /// # Errors
    /// `Unavailable`.
    fn tail(&self) -> Later<'_, StoreResult<Box<dyn Tail>>>;

    /// Marks a word as used; false when it was marked before and `for_` has not passed since.
    ///
    /// # Errors
    /// `Unavailable`.
    fn once<'a>(&'a self, word: &'a str, for_: Duration) -> Later<'a, StoreResult<bool>>;

    /// Tries whether it takes what is published, and leaves nothing.
    ///
    /// # Errors
    /// `Unavailable`.
    fn probe(&self) -> Later<'_, StoreResult<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// What is wrong with it at present, in words that anybody may read: `does not answer`.
    fn trouble(&self) -> Option<String>;

    /// `memory` or `redis`.
    fn kind(&self) -> &'static str;
}

/// A reader.
pub trait Tail: Send {
    /// Waits for what is published next.
    ///
    /// # Errors
    /// `Unavailable`: ask for another tail, and compare heads.
    fn next(&mut self) -> Later<'_, StoreResult<Heard>>;
}
