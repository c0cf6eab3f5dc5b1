//! Photos: what is accepted, and how everything but the picture is taken out of it.
//!
//! A photo tells where and when it was taken, with which device, sometimes by whom. So each container is rebuilt
//! from a list of the parts a decoder needs, and of these as much as a decoder reads: what is not on the list or lies
//! behind does not survive, known or unknown. What cameras and screens make (JPEG, PNG) is read to where it ends and no pixel
//! is computed, so memory is that of the file and a little more, whatever it claims; what programs make (WebP, progressive
//! JPEG) is decoded and written anew. Source: MINIPROGRAM.md, "People's data" (EXIF removed from photos).

mod anew;
mod exif;
mod icc;
mod jpeg;
pub mod picture;
mod png;
mod webp;

use picture::{MAX_BYTES, PhotoError, Stripped};
use sha2::{Digest, Sha256};

/// An accepted photo, without metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// The file to store.
    pub bytes: Vec<u8>,
    /// `image/jpeg` or `image/png`, told by the content; what was a WebP is one of them.
    pub mime: &'static str,
    /// Pixels as a viewer shows them, turned.
    pub width: u32,
    /// Pixels as a viewer shows them, turned.
    pub height: u32,
    /// SHA-256 of `bytes`, hexadecimal.
    pub sha256: String,
}

/// Checks a photo by its content and removes all metadata, keeping the colours' profile and the orientation.
///
/// # Errors
/// [`PhotoError`]; any bytes may be given.
pub fn inspect_and_strip(bytes: &[u8]) -> Result<Photo, PhotoError> {
    if bytes.len() > MAX_BYTES {
        return Err(PhotoError::TooLarge);
    }
    let stripped = match bytes {
        [0xFF, 0xD8, 0xFF, ..] => jpeg::strip(bytes)?,
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => png::strip(bytes)?,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp::strip(bytes)?,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_heif(brand) => return Err(PhotoError::Heic),
        _ => return Err(PhotoError::UnknownType),
    };
    let Stripped { bytes, mime, width, height, turned } = stripped;
    // orientations from 5 on lie on their side
    let (width, height) =
        if turned.is_some_and(|turned| turned >= 5) { (height, width) } else { (width, height) };
    let sha256 = hex::encode(Sha256::digest(&bytes));
    Ok(Photo { bytes, mime, width, height, sha256 })
}

/// Whether this main brand of an ISO file is one of HEIF's pictures (ISO/IEC 23008-12, annex B; AVIF).
fn is_heif(brand: &[u8]) -> bool {
    let known: [&[u8]; 12] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"avif",
        b"avis",
    ];
    known.iter().any(|name| brand.starts_with(name))
}

#[cfg(test)]
mod tests;
