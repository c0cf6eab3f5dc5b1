//! What a picture may be, and what is left of one.

/// The largest photo, bytes as uploaded.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The longest side, pixels: what a JPEG can say. Panoramas and pictures of whole conversations are long.
pub const MAX_SIDE: u32 = 65_535;
/// The largest area, pixels: a sensor of 200 million (16,384 × 12,288) fits.
pub const MAX_PIXELS: u64 = 210_000_000;
/// The largest area of a PNG, pixels: a few bytes can stand for all of them. Screens have a tenth.
pub(super) const MAX_PACKED_PIXELS: u64 = 50_000_000;

/// Why a photo is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// More than [`MAX_BYTES`].
    #[error("the photo is larger than 5 MB")]
    TooLarge,
    /// Not a still jpeg, png or webp picture, whatever its name says.
    #[error("the file is no jpeg, png or webp picture")]
    UnknownType,
    /// What phones make when they are set to save space: few browsers show it.
    #[error("the file is a heic picture")]
    Heic,
    /// Starts like a picture and then is none, ends too early, or holds less than its header says.
    #[error("the picture is damaged")]
    Damaged,
    /// More than [`MAX_SIDE`], or than its kind may have.
    #[error("the picture has too many pixels")]
    TooManyPixels,
}

/// What is left of a file.
pub(super) struct Stripped {
    pub(super) bytes: Vec<u8>,
    pub(super) mime: &'static str,
    /// Pixels as stored.
    pub(super) width: u32,
    pub(super) height: u32,
    /// The orientation, when it is not upright (EXIF, 2 to 8).
    pub(super) turned: Option<u8>,
}

/// Refuses a picture without pixels or with more than `most` of them.
pub(super) fn fits(width: u32, height: u32, most: u64) -> Result<(), PhotoError> {
    match (width, height) {
        (0, _) | (_, 0) => Err(PhotoError::Damaged),
        _ if width.max(height) > MAX_SIDE => Err(PhotoError::TooManyPixels),
        _ if u64::from(width) * u64::from(height) > most => Err(PhotoError::TooManyPixels),
        _ => Ok(()),
    }
}
