//! Timers of orders.

use crate::engine::error::StoreResult;
use crate::order::values::DueTimer;
use crate::store::{Store, on};

impl Store {
    /// Takes timers that are due, the most overdue first; other replicas leave them alone for a second.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn take_due_timers(&self, limit: i64) -> StoreResult<Vec<DueTimer>> {
        on!(self, if |c, now| q::order::timers::any_due(c, now) => q::order::timers::take_due(c, now, limit))
    }

    /// How long until the first timer that nobody has taken is due; zero when it is.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn next_timer_in(&self) -> StoreResult<Option<std::time::Duration>> {
        on!(self, read, |c, now| {
            let due = q::order::timers::next_due(c, now)?;
            Ok(due.map(|due| (due - now).to_std().unwrap_or_default()))
        })
    }

    /// Removes a timer that did not fire because its order does not have it; returns whether it was there.
    ///
    /// # Errors
    /// `NotFound` for an unknown order.
    pub async fn drop_stale_timer(&self, taken: DueTimer) -> StoreResult<bool> {
        on!(self, write, |c| q::order::timers::drop_stale(c, taken))
    }

    /// Leaves a timer alone until an instant: its order cannot be read, and will not be in a second either.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn put_off_timer(&self, taken: DueTimer, span: chrono::TimeDelta) -> StoreResult<()> {
        on!(self, write, |c, now| q::order::timers::put_off(c, taken, now + span))
    }
}
