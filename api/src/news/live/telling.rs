//! What news is told in: whoever knows what it is about makes frames of it; here they are bytes with a number.

use super::frame::Frame;
use super::log::Kept;
use domain::ScopeId;
use futures_util::future::BoxFuture;
use persistence::StoreResult;
use persistence::news::queue::Entry;
use std::collections::BTreeMap;

/// Epoch and newest number of each scope, by its name.
pub type Scopes = BTreeMap<String, (String, i64)>;

/// A scope at its head, for whoever starts over there.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Its key.
    pub scope: ScopeId,
    /// Its name on the wire: `a501`.
    pub name: &'a str,
    /// The epoch.
    pub epoch: &'a str,
    /// Its newest number.
    pub head: i64,
}

/// Makes frames.
pub trait Telling: Send + Sync {
    /// What a client is told first, and again when its memberships change.
    fn welcome(&self, scopes: Scopes) -> Frame;

    /// Frames of entries that are news now, by scope (its name first): one each, in their order.
    ///
    /// # Errors
    /// `Unavailable`.
    fn frames<'a>(&'a self, of: Vec<(&'a str, &'a [Entry])>) -> BoxFuture<'a, StoreResult<Vec<Vec<Kept>>>>;

    /// Frames of one scope's entries for somebody who is behind: they wait for no news of others.
    ///
    /// # Errors
    /// `Unavailable`.
    fn behind<'a>(&'a self, name: &'a str, entries: &'a [Entry]) -> BoxFuture<'a, StoreResult<Vec<Kept>>>;

    /// What stands in a scope.
    ///
    /// # Errors
    /// `Unavailable`.
    fn standing<'a>(&'a self, of: Standing<'a>) -> BoxFuture<'a, StoreResult<Kept>>;
}
