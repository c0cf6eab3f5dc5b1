//! Plain values about photos.

use domain::{AccountId, At};

/// Key in `meta` of the last photo that the sweep looked at.
pub(crate) const LOOKED_AT: &str = "files.looked_at";

/// What a photo takes of what a person may upload on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// The first instant of the day, in Asia/Shanghai.
    pub day: At,
    /// Whole MiB of this photo.
    pub mib: i32,
    /// MiB of a day.
    pub most: i32,
}

/// A photo to insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Who uploaded it.
    pub owner: AccountId,
    /// `image/jpeg` or `image/png`; `image/webp` as older versions kept it.
    pub mime: String,
    /// Bytes.
    pub size: i32,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// Of the stored bytes, hex.
    pub sha256: String,
}
