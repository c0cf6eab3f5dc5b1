//! Whose orders are being returned.

use crate::engine::error::StoreResult;
use crate::order::values::MayHold;
use crate::store::{Store, on};
use domain::{AccountId, At, OrderId};

impl Store {
    /// The next of those whose orders are being returned, and since when; none when there are no more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn leaving(&self, after: AccountId) -> StoreResult<Vec<(AccountId, At)>> {
        on!(self, read, |c| q::order::leaving::accounts(c, after))
    }

    /// The next open orders of which a person may hold something.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn may_hold(&self, who: AccountId, after: OrderId) -> StoreResult<MayHold> {
        on!(self, read, |c| q::order::leaving::may_hold(c, who, after))
    }

    /// Ends the return that began then.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn has_left(&self, who: AccountId, since: At) -> StoreResult<()> {
        on!(self, write, |c| q::order::leaving::finish(c, who, since))
    }
}
