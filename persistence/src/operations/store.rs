//! Sealing anew, the demo, housekeeping.

use crate::engine::error::StoreResult;
use crate::engine::swept::Swept;
use crate::operations::sweep::Kept;
use crate::store::{Store, on};
use domain::At;

impl Store {
    /// At most how many rows wait for `diandan reseal`, of the first 10,000.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn reseal_waiting(&self) -> StoreResult<i64> {
        let keyring = self.keyring.clone();
        on!(self, read, |c| q::operations::reseal::waiting(c, &keyring))
    }

    /// Notes the key with which a new database is begun.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn begin_sealing(&self) -> StoreResult<()> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| q::operations::reseal::begin(c, &keyring))
    }

    /// Takes a database that holds no area for the demo's own; false when it holds somebody's.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn take_for_demo(&self) -> StoreResult<bool> {
        on!(self, write, |c| {
            if q::engine::meta::is_set(c, q::engine::meta::DEMO)? {
                return Ok(true);
            }
            if q::organisation::areas::any(c)? {
                return Ok(false);
            }
            q::engine::meta::set_once(c, q::engine::meta::DEMO)
        })
    }

    /// Whether all of the demo's county was planted.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn is_planted(&self) -> StoreResult<bool> {
        on!(self, read, |c| q::engine::meta::is_set(c, q::engine::meta::DEMO_PLANTED))
    }

    /// Notes that all of the demo's county was planted.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn planted(&self) -> StoreResult<()> {
        on!(self, write, |c| q::engine::meta::set_once(c, q::engine::meta::DEMO_PLANTED).map(|_first| ()))
    }

    /// Removes a batch of what is kept no longer than to this instant.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sweep(&self, what: Kept, before: At) -> StoreResult<Swept> {
        on!(self, write, |c| q::operations::sweep::batch(c, what, before))
    }
}
