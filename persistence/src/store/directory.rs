//! Writing and listing areas, units, teams and service items.

use super::{Store, on};
use crate::error::StoreResult;
use crate::people::{AnswerOf, AreaEdit, AreaFilter, GroupEdit, GroupKind, GroupRead, ItemEdit, NewArea};
use crate::rows::{AreaRow, ServiceItemRow};
use domain::At;

impl Store {
    /// A page of areas by code.
    ///
    /// # Errors
    /// `NotFound` when there is no such parent.
    pub async fn areas(&self, filter: AreaFilter) -> StoreResult<Vec<AreaRow>> {
        on!(self, read, |c| q::areas::page(c, &filter))
    }

    /// The areas at the top.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn top_areas(&self) -> StoreResult<Vec<AreaRow>> {
        on!(self, read, |c| q::areas::tops(c))
    }

    /// The areas with these codes.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn areas_by_codes(&self, codes: Vec<String>) -> StoreResult<Vec<AreaRow>> {
        on!(self, read, |c| q::areas::by_codes(c, &codes))
    }

    /// Adds and changes areas, all or none; returns the keys of the new ones.
    ///
    /// # Errors
    /// `Taken` when a code is taken or the client's key was used.
    pub async fn write_areas(
        &self,
        new: Vec<NewArea>,
        changed: Vec<(i64, AreaEdit)>,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<Vec<i64>> {
        on!(self, write, |c| {
            let keys = q::areas::insert(c, new, now)?;
            for (id, edit) in &changed {
                q::areas::update(c, *id, edit.clone())?;
            }
            let first = keys.first().copied().or_else(|| changed.first().map(|(id, _)| *id));
            q::answers::keep(c, answer, first.unwrap_or(0), now)?;
            Ok(keys)
        })
    }

    /// A unit or team.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn group(&self, kind: GroupKind, id: i64) -> StoreResult<GroupRead> {
        on!(self, read, |c| q::groups::find(c, kind, id))
    }

    /// A page of units or teams at or below the area with this path, by key.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn groups(
        &self,
        kind: GroupKind,
        path: String,
        after: i64,
        limit: i64,
    ) -> StoreResult<Vec<GroupRead>> {
        on!(self, read, |c| q::groups::page(c, kind, &path, after, limit))
    }

    /// Units or teams in use with one of these names: name, key, path of their area.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn groups_named(
        &self,
        kind: GroupKind,
        names: Vec<String>,
    ) -> StoreResult<Vec<(String, i64, String)>> {
        on!(self, read, |c| q::groups::named(c, kind, &names))
    }

    /// Adds a unit or team; returns the key.
    ///
    /// # Errors
    /// `Taken` when the name is taken in that area or the client's key was used.
    pub async fn add_group(
        &self,
        kind: GroupKind,
        new: GroupEdit,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<i64> {
        on!(self, write, |c| {
            let id = q::groups::insert(c, kind, new, now)?;
            q::answers::keep(c, answer, id, now)?;
            Ok(id)
        })
    }

    /// Changes a unit or team; its area stays.
    ///
    /// # Errors
    /// `Taken` when the name is taken in that area or the client's key was used.
    pub async fn edit_group(
        &self,
        kind: GroupKind,
        id: i64,
        edit: GroupEdit,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<i64> {
        on!(self, write, |c| {
            q::groups::update(c, kind, id, edit)?;
            q::answers::keep(c, answer, id, now)?;
            Ok(id)
        })
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
    pub async fn add_service_item(&self, new: ItemEdit, now: At, answer: AnswerOf) -> StoreResult<i64> {
        on!(self, write, |c| {
            let id = q::catalogue::insert(c, new, now)?;
            q::answers::keep(c, answer, id, now)?;
            Ok(id)
        })
    }

    /// Changes a service item.
    ///
    /// # Errors
    /// `NotFound`; `Taken` when the code is taken or the client's key was used.
    pub async fn edit_service_item(
        &self,
        id: i64,
        edit: ItemEdit,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<i64> {
        on!(self, write, |c| {
            q::catalogue::update(c, id, edit, now)?;
            q::answers::keep(c, answer, id, now)?;
            Ok(id)
        })
    }
}
