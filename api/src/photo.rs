//! Photos: what is accepted, and how everything but the picture is taken out of it.
//!
//! A photo tells where and when it was taken, with which device, sometimes by whom. So each container is rebuilt
//! from a list of the parts a decoder needs: what is not on the list does not survive, known or unknown. The pixels
//! are never decoded nor encoded anew. Source: MINIPROGRAM.md, "People's data" (EXIF removed from photos).

mod exif;
mod jpeg;
mod png;
mod webp;

use image::{ImageError, ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};
use std::io::Cursor;

/// The largest photo, bytes as uploaded.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// The longest side, pixels.
pub const MAX_SIDE: u32 = 12_000;
/// The largest area, pixels. A small file can unfold to any size; phones make 12 to 50 million.
pub const MAX_PIXELS: u64 = 50_000_000;
/// What reading a header may allocate, bytes.
const MAX_HEADER_ALLOC: u64 = 64 * 1024 * 1024;

/// An accepted photo, without metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// The file to store.
    pub bytes: Vec<u8>,
    /// `image/jpeg`, `image/png` or `image/webp`, told by the content.
    pub mime: &'static str,
    /// Pixels as stored, before the orientation is applied.
    pub width: u32,
    /// Pixels as stored, before the orientation is applied.
    pub height: u32,
    /// SHA-256 of `bytes`, hexadecimal.
    pub sha256: String,
}

/// Why a photo is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// More than [`MAX_BYTES`].
    #[error("the photo is larger than 5 MB")]
    TooLarge,
    /// Not a still jpeg, png or webp picture, whatever its name says.
    #[error("the file is no jpeg, png or webp picture")]
    UnknownType,
    /// Starts like a picture and then is none, or ends too early.
    #[error("the picture is damaged")]
    Damaged,
    /// More than [`MAX_SIDE`] or [`MAX_PIXELS`].
    #[error("the picture has too many pixels")]
    TooManyPixels,
}

/// Checks a photo by its content and removes all metadata, keeping the colour profile and the orientation.
///
/// # Errors
/// [`PhotoError`]; any bytes may be given.
pub fn inspect_and_strip(bytes: &[u8]) -> Result<Photo, PhotoError> {
    if bytes.len() > MAX_BYTES {
        return Err(PhotoError::TooLarge);
    }
    let (mime, format, stripped) = match bytes {
        [0xFF, 0xD8, 0xFF, ..] => ("image/jpeg", ImageFormat::Jpeg, jpeg::strip(bytes)?),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => {
            ("image/png", ImageFormat::Png, png::strip(bytes)?)
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            ("image/webp", ImageFormat::WebP, webp::strip(bytes)?)
        }
        _ => return Err(PhotoError::UnknownType),
    };
    let (width, height) = measure(&stripped, format)?;
    let sha256 = hex::encode(Sha256::digest(&stripped));
    Ok(Photo { bytes: stripped, mime, width, height, sha256 })
}

/// Width and height, pixels, as the decoder reads them from the header.
fn measure(bytes: &[u8], format: ImageFormat) -> Result<(u32, u32), PhotoError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_HEADER_ALLOC);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    match reader.into_dimensions() {
        Ok((0, _) | (_, 0)) => Err(PhotoError::Damaged),
        Ok((width, height)) if width.max(height) > MAX_SIDE => Err(PhotoError::TooManyPixels),
        Ok((width, height)) if u64::from(width) * u64::from(height) > MAX_PIXELS => {
            Err(PhotoError::TooManyPixels)
        }
        Ok(size) => Ok(size),
        Err(ImageError::Limits(_)) => Err(PhotoError::TooManyPixels),
        Err(_) => Err(PhotoError::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, ImageDecoder, RgbaImage};
    use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};

    /// What must not survive, planted wherever there is room.
    pub(super) const SECRET: &[u8] = b"GPS 34.79N 109.94E";

    fn low(n: u32) -> u8 {
        n.to_le_bytes()[0]
    }

    /// A picture of this size in this format, no two pixels alike.
    pub(super) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let pixels = RgbaImage::from_fn(width, height, |x, y| image::Rgba([x, y, x * y, 255].map(low)));
        let image = DynamicImage::ImageRgba8(pixels);
        let image = if format == ImageFormat::Jpeg { image.to_rgb8().into() } else { image };
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// An EXIF block as cameras write it: this orientation, little-endian, and a note with the secret.
    pub(super) fn exif(orientation: u8) -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
        tiff.extend([0x0E, 0x01, 2, 0, low(u32::try_from(SECRET.len()).unwrap()), 0, 0, 0, 38, 0, 0, 0]);
        tiff.extend([0; 4]);
        tiff.extend(SECRET);
        tiff
    }

    pub(super) fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    /// The photo of these bytes, checked: no secret, the same pixels, stripping again changes nothing.
    pub(super) fn stripped(bytes: &[u8], orientation: u8) -> Photo {
        assert!(holds(bytes, SECRET));
        let photo = inspect_and_strip(bytes).unwrap();
        assert!(!holds(&photo.bytes, SECRET));
        let decode = |bytes| image::load_from_memory(bytes).unwrap();
        assert_eq!(decode(&photo.bytes), decode(bytes));
        let mut decoder =
            ImageReader::new(Cursor::new(photo.bytes.clone())).with_guessed_format().unwrap().into_decoder();
        assert_eq!(decoder.as_mut().unwrap().orientation().unwrap().to_exif(), orientation);
        assert_eq!(photo.sha256, hex::encode(Sha256::digest(&photo.bytes)));
        assert_eq!(inspect_and_strip(&photo.bytes).unwrap(), photo);
        photo
    }

    const FORMATS: [ImageFormat; 3] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];

    #[test]
    fn pictures_without_metadata_pass() {
        for (format, mime) in FORMATS.into_iter().zip(["image/jpeg", "image/png", "image/webp"]) {
            let photo = inspect_and_strip(&picture(40, 30, format)).unwrap();
            assert_eq!((photo.mime, photo.width, photo.height), (mime, 40, 30));
        }
    }

    #[test]
    fn other_files_are_unknown() {
        for bytes in
            [&b""[..], b"\xFF\xD8", b"GIF89a", b"%PDF-1.7", b"<svg/>", b"RIFF\0\0\0\0WAVE", b"PK\x03\x04"]
        {
            assert_eq!(inspect_and_strip(bytes), Err(PhotoError::UnknownType));
        }
        assert_eq!(inspect_and_strip(&vec![0; MAX_BYTES + 1]), Err(PhotoError::TooLarge));
    }

    #[test]
    fn too_many_pixels_are_refused_from_the_header() {
        for (width, height) in [(12_001, 1), (1, 12_001), (8_000, 7_000)] {
            let mut png = picture(1, 1, ImageFormat::Png);
            let mut ihdr = png[16..29].to_vec();
            ihdr[..4].copy_from_slice(&u32::to_be_bytes(width));
            ihdr[4..8].copy_from_slice(&u32::to_be_bytes(height));
            let chunk = img_parts::png::PngChunk::new(*b"IHDR", ihdr.into()).encoder().bytes();
            png[8..33].copy_from_slice(&chunk);
            assert_eq!(inspect_and_strip(&png), Err(PhotoError::TooManyPixels), "{width} × {height}");
        }
    }

    #[test]
    fn every_cut_is_damage_and_never_a_panic() {
        for format in FORMATS {
            let whole = picture(9, 7, format);
            for length in 12..whole.len() {
                assert_eq!(
                    inspect_and_strip(&whole[..length]),
                    Err(PhotoError::Damaged),
                    "{format:?} {length}"
                );
            }
        }
    }

    #[test]
    fn random_bytes_never_panic() {
        let mut rng = StdRng::seed_from_u64(7);
        for format in FORMATS {
            let whole = picture(9, 7, format);
            for _ in 0..5_000 {
                let mut bytes = whole.clone();
                for _ in 0..rng.random_range(1..6) {
                    let at = rng.random_range(0..bytes.len());
                    bytes[at] = rng.random();
                }
                let _ = inspect_and_strip(&bytes);
                rng.fill_bytes(&mut bytes[12..]);
                let _ = inspect_and_strip(&bytes);
            }
        }
    }
}
