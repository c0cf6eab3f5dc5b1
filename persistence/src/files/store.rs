//! Photos.

use crate::engine::answers::NewAnswer;
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::engine::swept::Swept;
use crate::files::rows::FileRow;
use crate::files::values::{NewFile, Room};
use crate::store::{Store, on};
use domain::{AccountId, At, FileId, OrderId};

impl Store {
    /// Inserts a photo's row and the answer kept for a retry; none when the person's day has no room for it.
    ///
    /// # Errors
    /// `Taken` when the key was used.
    pub async fn insert_file(
        &self,
        new: NewFile,
        room: Option<Room>,
        answer: impl FnOnce(FileId) -> NewAnswer + Send + 'static,
    ) -> StoreResult<Option<FileId>> {
        on!(self, write, |c, now| {
            if let Some(room) = room
                && !q::files::take_room(c, new.owner, &room)?
            {
                return Ok(None);
            }
            let id = q::files::insert(c, &new, now)?;
            q::engine::answers::store(c, answer(id), Ts(now))?;
            Ok(Some(id))
        })
    }

    /// How many MiB a person has uploaded on the day with this first instant.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn uploaded(&self, who: AccountId, day: At) -> StoreResult<i32> {
        on!(self, read, |c| q::files::uploaded(c, who, day))
    }

    /// A photo and the order it goes with, if any.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn file(&self, id: FileId) -> StoreResult<(FileRow, Option<OrderId>)> {
        on!(self, read, |c| q::files::find(c, id))
    }

    /// Those of `ids` that this person uploaded and that go with no order yet.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn usable_files(&self, owner: AccountId, ids: Vec<FileId>) -> StoreResult<Vec<FileId>> {
        on!(self, read, |c| q::files::usable(c, owner, &ids))
    }

    /// Removes the next rows of photos that were uploaded before and that no order took.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sweep_files(&self, before: At) -> StoreResult<Swept> {
        on!(self, write, |c, now| q::files::sweep(c, before, now))
    }

    /// Notes that this content may have no row: before it is written, so that whatever happens then it is found again.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn note_loose(&self, sha256: String) -> StoreResult<()> {
        on!(self, write, |c, now| q::files::note_loose(c, &sha256, now))
    }

    /// Contents that were noted before, the oldest first; not all of them at once.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn loose_contents(&self, before: At) -> StoreResult<Vec<String>> {
        on!(self, read, |c| q::files::loose(c, before))
    }

    /// Whether a photo has this content.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn is_named(&self, sha256: String) -> StoreResult<bool> {
        on!(self, write, |c| q::files::is_named(c, &sha256))
    }

    /// Forgets that this content was noted before this instant.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn settled(&self, sha256: String, before: At) -> StoreResult<()> {
        on!(self, write, |c| q::files::settled(c, &sha256, before))
    }
}
