//! Pictures that are decoded and written anew: of the file that came nothing is left but what is seen.
//!
//! For kinds that no camera makes by itself (WebP, progressive JPEG). A decoded picture takes memory by its pixels, so there
//! are fewer of them: measured with [`MAX_PIXELS`], 120 MiB and one to two seconds; turned, 150 MiB.

use super::picture::PhotoError::{self, Damaged, TooLarge};
use super::picture::{MAX_BYTES, Stripped, fits};
use super::{jpeg, png};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, RgbaImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// The largest area, pixels: 4,096 × 4,096.
pub(super) const MAX_PIXELS: u64 = 1 << 24;
/// Tried one after the other until the file is no larger than it may be.
const QUALITIES: [u8; 2] = [90, 75];
/// Where a colour profile says which colours it is for.
const SPACE: std::ops::Range<usize> = 16..20;

/// The picture that is decoded, upright, in the colours of this profile: as JPEG, or as PNG where one sees through it.
///
/// # Errors
/// Damaged, too many pixels, or larger than a photo may be.
pub(super) fn written(
    decoder: impl ImageDecoder,
    profile: Option<Vec<u8>>,
    turned: Option<u8>,
) -> Result<Stripped, PhotoError> {
    let (width, height) = decoder.dimensions();
    fits(width, height, MAX_PIXELS)?;
    let Ok(mut picture) = DynamicImage::from_decoder(decoder) else { return Err(Damaged) };
    if let Some(turned) = turned.and_then(Orientation::from_exif) {
        picture.apply_orientation(turned);
    }
    let of = |space: &[u8]| profile.as_deref().filter(|profile| profile.get(SPACE) == Some(space));
    let size = (picture.width(), picture.height());
    match &picture {
        DynamicImage::ImageLuma8(pixels) => as_jpeg(pixels, size, ColorType::Luma, of(b"GRAY")),
        DynamicImage::ImageRgb8(pixels) => as_jpeg(pixels, size, ColorType::Rgb, of(b"RGB ")),
        DynamicImage::ImageRgba8(pixels) if pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX) => {
            as_jpeg(pixels, size, ColorType::Rgba, of(b"RGB "))
        }
        DynamicImage::ImageRgba8(pixels) => as_png(pixels, of(b"RGB ")),
        // neither decoder gives anything else
        _ => Err(Damaged),
    }
}

/// Colours at half the width and height, as cameras write them.
fn as_jpeg(
    pixels: &[u8],
    (width, height): (u32, u32),
    colour: ColorType,
    profile: Option<&[u8]>,
) -> Result<Stripped, PhotoError> {
    let size = |side: u32| u16::try_from(side).map_err(|_longer| Damaged);
    let (width, height) = (size(width)?, size(height)?);
    for quality in QUALITIES {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, quality);
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
        let profiled = profile.map_or(Ok(()), |profile| encoder.add_icc_profile(profile));
        profiled.and_then(|()| encoder.encode(pixels, width, height, colour)).map_err(|_none| Damaged)?;
        if bytes.len() <= MAX_BYTES {
            return jpeg::strip(&bytes);
        }
    }
    Err(TooLarge)
}

fn as_png(pixels: &RgbaImage, profile: Option<&[u8]>) -> Result<Stripped, PhotoError> {
    let mut bytes = Vec::new();
    let mut encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile.to_vec()).map_err(|_unsupported| Damaged)?;
    }
    let (width, height) = pixels.dimensions();
    let written = encoder.write_image(pixels, width, height, image::ExtendedColorType::Rgba8);
    written.map_err(|_unwritten| Damaged)?;
    if bytes.len() > MAX_BYTES { Err(TooLarge) } else { png::strip(&bytes) }
}
