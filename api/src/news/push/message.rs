//! A push, and whoever sends one.

use crate::http::time::instant;
use domain::news::push::PushKind;
use futures_util::future::BoxFuture;
use persistence::news::push::TakenPush;
use serde::Serialize;

/// Sends pushes. At least once: the same message may come again, always with the same id.
pub trait Push: Send + Sync {
    /// Sends one; ends within some seconds.
    ///
    /// # Errors
    /// Whether trying again makes sense, and why it failed.
    fn send<'a>(&'a self, message: &'a PushMessage) -> BoxFuture<'a, Result<(), PushError>>;
}

/// Why a push was not sent: a short word without anything of the receiver's answer, such as `timeout` or `status_500`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushError {
    /// It may go better later.
    Retry(String),
    /// It never will.
    Refused(String),
}

/// What is sent: ids and words. Whoever receives it asks the API for more, with the reader's own rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PushMessage {
    /// Names the push for good, however often it is sent: `e<restores of the database>-<key>`.
    pub id: String,
    /// `offer` or `changed`.
    pub kind: PushKind,
    /// To whom.
    pub account_id: String,
    /// The order.
    pub order_id: String,
    /// The order's version.
    pub version: i32,
    /// The order's attempt: a claim names it.
    pub attempt: i32,
    /// The notification's number in its scope.
    pub seq: i64,
    /// When the push was made.
    pub at: String,
}

impl PushMessage {
    /// The message of a push.
    #[must_use]
    pub fn of(push: &TakenPush) -> Self {
        Self {
            id: format!("{}-{}", push.epoch, push.id),
            kind: push.kind,
            account_id: push.account.to_string(),
            order_id: push.order.to_string(),
            version: push.version,
            attempt: push.order_attempt,
            seq: push.seq,
            at: instant(push.created_at),
        }
    }
}
