//! The area tree and the catalogue.

use super::{Store, on};
use crate::error::StoreResult;
use crate::rows::{AreaRow, ServiceItemRow};
use domain::{AreaId, ServiceItemId};

impl Store {
    /// Takes a database that holds no area for the demo's own; false when it holds somebody's.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn take_for_demo(&self) -> StoreResult<bool> {
        on!(self, write, |c| {
            if q::meta::is_set(c, q::meta::DEMO)? {
                return Ok(true);
            }
            if q::areas::any(c)? {
                return Ok(false);
            }
            q::meta::set_once(c, q::meta::DEMO)
        })
    }

    /// Whether all of the demo's county was planted.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn is_planted(&self) -> StoreResult<bool> {
        on!(self, read, |c| q::meta::is_set(c, q::meta::DEMO_PLANTED))
    }

    /// Whether anything of the demo's county was planted.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn has_areas(&self) -> StoreResult<bool> {
        on!(self, read, |c| q::areas::any(c))
    }

    /// Notes that all of the demo's county was planted.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn planted(&self) -> StoreResult<()> {
        on!(self, write, |c| q::meta::set_once(c, q::meta::DEMO_PLANTED).map(|_first| ()))
    }

    /// An area.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn area(&self, id: AreaId) -> StoreResult<AreaRow> {
        on!(self, read, |c| q::areas::find(c, id))
    }

    /// The area and everything above it, top first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn area_ancestors(&self, id: AreaId) -> StoreResult<Vec<AreaRow>> {
        on!(self, read, |c| q::areas::ancestors(c, id))
    }

    /// A service item.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn service_item(&self, id: ServiceItemId) -> StoreResult<ServiceItemRow> {
        on!(self, read, |c| q::catalogue::find(c, id))
    }
}
