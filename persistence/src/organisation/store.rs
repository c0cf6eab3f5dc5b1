//! Areas, units and teams.

use crate::engine::answers::AnswerOf;
use crate::engine::error::StoreResult;
use crate::organisation::rows::AreaRow;
use crate::organisation::values::{AreaEdit, AreaFilter, GroupEdit, GroupKind, GroupRead, NewArea};
use crate::store::{Store, on};
use domain::{AreaId, At};

impl Store {
    /// An area.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn area(&self, id: AreaId) -> StoreResult<AreaRow> {
        on!(self, read, |c| q::organisation::areas::find(c, id))
    }

    /// The area and everything above it, top first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn area_ancestors(&self, id: AreaId) -> StoreResult<Vec<AreaRow>> {
        on!(self, read, |c| q::organisation::areas::ancestors(c, id))
    }

    /// Whether anything of the demo's county was planted.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn has_areas(&self) -> StoreResult<bool> {
        on!(self, read, |c| q::organisation::areas::any(c))
    }

    /// A page of areas by code.
    ///
    /// # Errors
    /// `NotFound` when there is no such parent.
    pub async fn areas(&self, filter: AreaFilter) -> StoreResult<Vec<AreaRow>> {
        on!(self, read, |c| q::organisation::areas::page(c, &filter))
    }

    /// The areas at the top.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn top_areas(&self) -> StoreResult<Vec<AreaRow>> {
        on!(self, read, |c| q::organisation::areas::tops(c))
    }

    /// The areas with these codes.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn areas_by_codes(&self, codes: Vec<String>) -> StoreResult<Vec<AreaRow>> {
        on!(self, read, |c| q::organisation::areas::by_codes(c, &codes))
    }

    /// Adds and changes areas, all or none; returns the keys of the new ones.
    ///
    /// # Errors
    /// `Taken` when a code is taken or the client's key was used.
    pub async fn write_areas(
        &self,
        new: Vec<NewArea>,
        changed: Vec<(AreaId, AreaEdit)>,
        now: At,
        answer: AnswerOf,
    ) -> StoreResult<Vec<AreaId>> {
        on!(self, write, |c| {
            let keys = q::organisation::areas::insert(c, new, now)?;
            for (id, edit) in &changed {
                q::organisation::areas::update(c, *id, edit.clone())?;
            }
            let first = keys.first().copied().or_else(|| changed.first().map(|(id, _)| *id));
            q::engine::answers::keep(c, answer, first.map_or(0, |area| area.0), now)?;
            Ok(keys)
        })
    }

    /// A unit or team.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn group(&self, kind: GroupKind, id: i64) -> StoreResult<GroupRead> {
        on!(self, read, |c| q::organisation::groups::find(c, kind, id))
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
        on!(self, read, |c| q::organisation::groups::page(c, kind, &path, after, limit))
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
        on!(self, read, |c| q::organisation::groups::named(c, kind, &names))
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
            let id = q::organisation::groups::insert(c, kind, new, now)?;
            q::engine::answers::keep(c, answer, id, now)?;
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
            q::organisation::groups::update(c, kind, id, edit)?;
            q::engine::answers::keep(c, answer, id, now)?;
            Ok(id)
        })
    }
}
