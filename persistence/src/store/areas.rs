//! The area tree and the catalogue.

use super::{Store, on};
use crate::error::StoreResult;
use crate::rows::{AreaRow, ServiceItemRow};
use domain::{AreaId, ServiceItemId};

impl Store {
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
