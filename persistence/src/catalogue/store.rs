//! Service items.

use crate::catalogue::rows::ServiceItemRow;
use crate::catalogue::values::ItemEdit;
use crate::engine::answers::AnswerOf;
use crate::engine::error::StoreResult;
use crate::store::{Store, on};
use domain::{At, ServiceItemId};

impl Store {
    /// A service item.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn service_item(&self, id: ServiceItemId) -> StoreResult<ServiceItemRow> {
        on!(self, read, |c| q::catalogue::find(c, id))
    }

    /// The service items of a group and board.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn service_items(
        &self,
        group: Option<&'static str>,
        board: Option<String>,
        inactive_too: bool,
    ) -> StoreResult<Vec<ServiceItemRow>> {
        on!(self, read, |c| q::catalogue::list(c, group, board.as_deref(), inactive_too))
    }

    /// Adds a service item; returns the key.
    ///
    /// # Errors
    /// `Taken` when the code is taken or the client's key was used.
    pub async fn add_service_item(
        &self,
        new: ItemEdit,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<ServiceItemId> {
        on!(self, write, |c| {
            let id = q::catalogue::insert(c, new, now)?;
            q::engine::answers::keep(c, answer, id.0, now)?;
            Ok(id)
        })
    }

    /// Changes a service item.
    ///
    /// # Errors
    /// `NotFound`; `Taken` when the code is taken or the client's key was used.
    pub async fn edit_service_item(
        &self,
        id: ServiceItemId,
        edit: ItemEdit,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<ServiceItemId> {
        on!(self, write, |c| {
            q::catalogue::update(c, id, edit, now)?;
            q::engine::answers::keep(c, answer, id.0, now)?;
            Ok(id)
        })
    }
}
