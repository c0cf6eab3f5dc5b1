//! The area tree.

use super::{Store, on};
use crate::error::StoreResult;
use crate::rows::AreaRow;
use domain::AreaId;

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
}
