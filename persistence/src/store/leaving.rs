//! Returning what people hold who were disabled or lost a role.

use super::{Store, on};
use crate::error::StoreResult;
use crate::people::MayHold;
use domain::{AccountId, At};

impl Store {
    /// The next of those whose orders are being returned, and since when; none when there are no more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn leaving(&self, after: AccountId) -> StoreResult<Vec<(AccountId, At)>> {
        on!(self, read, |c| q::leaving::accounts(c, after))
    }

    /// The next open orders of which a person may hold something.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn may_hold(&self, who: AccountId, after: i64) -> StoreResult<MayHold> {
        on!(self, read, |c| q::leaving::may_hold(c, who, after))
    }

    /// Ends the return that began then.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn has_left(&self, who: AccountId, since: At) -> StoreResult<()> {
        on!(self, write, |c| q::leaving::finish(c, who, since))
    }
}
