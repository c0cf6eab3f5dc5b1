//! WebP (RFC 9649): a RIFF list of chunks. The picture and its transparency are decoded, as large as the frame itself
//! says, and written anew as JPEG or PNG, upright, with the colours of its profile. Everything else goes.

use super::picture::PhotoError::{self, Damaged, UnknownType};
use super::picture::{Stripped, fits};
use super::{anew, exif, icc};
use image::ImageDecoder;
use image::codecs::webp::WebPDecoder;
use std::io::Cursor;

/// Flags of the extended header.
const HAS_ALPHA: u8 = 0x10;
const ANIMATED: u8 = 0x02;
/// `RIFF`, size, `WEBP`; id and size of a chunk. Bytes.
const HEADER_BYTES: usize = 12;
const CHUNK_HEADER_BYTES: usize = 8;

type Chunk<'a> = (&'a [u8; 4], &'a [u8]);

/// The picture, written anew. An animation is no photo and of unknown type.
pub(super) fn strip(bytes: &[u8]) -> Result<Stripped, PhotoError> {
    let chunks = chunks(bytes).ok_or(Damaged)?;
    if chunks.iter().any(|(id, _)| matches!(*id, b"ANIM" | b"ANMF")) {
        return Err(UnknownType);
    }
    let find = |name: &[u8; 4]| chunks.iter().find(|(id, _)| *id == name).copied();
    let picture = chunks.iter().find(|(id, _)| matches!(*id, b"VP8 " | b"VP8L")).copied().ok_or(Damaged)?;
    let plain = join(&[picture])?;
    // a decoder takes memory for what the frame says, whatever the canvas around it
    let (width, height) = decoder(&plain)?.dimensions();
    fits(width, height, anew::MAX_PIXELS)?;
    if let Some((_, header)) = find(b"VP8X") {
        let Some([flags, _, _, _, w1, w2, w3, h1, h2, h3]) = header.first_chunk() else {
            return Err(Damaged);
        };
        if flags & ANIMATED != 0 {
            return Err(UnknownType);
        }
        let canvas = [[*w1, *w2, *w3, 0], [*h1, *h2, *h3, 0]].map(|side| u32::from_le_bytes(side) + 1);
        if canvas != [width, height] {
            return Err(Damaged);
        }
    }
    // a lossless picture holds its transparency itself
    let transparency = find(b"ALPH").filter(|_| picture.0 == b"VP8 ");
    let whole = match (transparency, find(b"VP8X")) {
        (Some(transparency), Some((_, header))) => {
            let size = header.get(4..10).unwrap_or_default();
            let header = [&[HAS_ALPHA, 0, 0, 0], size].concat();
            join(&[(b"VP8X", &header), transparency, picture])?
        }
        _ => plain,
    };
    let profile = find(b"ICCP").and_then(|(_, profile)| icc::clean(profile));
    let turned = find(b"EXIF").and_then(|(_, block)| exif::orientation(block));
    anew::written(decoder(&whole)?, profile, turned)
}

fn decoder(bytes: &[u8]) -> Result<WebPDecoder<Cursor<&[u8]>>, PhotoError> {
    WebPDecoder::new(Cursor::new(bytes)).map_err(|_none| Damaged)
}

/// The chunks of the file; what lies behind the size it states is not read.
fn chunks(bytes: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let size = usize::try_from(u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?)).ok()?;
    let mut rest = bytes.get(HEADER_BYTES..size.checked_add(CHUNK_HEADER_BYTES)?)?;
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        let (id, behind) = rest.split_first_chunk::<4>()?;
        let (length, behind) = behind.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (content, behind) = behind.split_at_checked(length)?;
        chunks.push((id, content));
        // Chunks of odd length are padded; some writers forget the last pad.
        rest = behind.get(length % 2..).unwrap_or_default();
    }
    Some(chunks)
}

/// A file of these chunks.
fn join(chunks: &[Chunk]) -> Result<Vec<u8>, PhotoError> {
    let mut body = b"WEBP".to_vec();
    for (id, content) in chunks {
        body.extend_from_slice(*id);
        body.extend(size(content)?);
        body.extend_from_slice(content);
        body.resize(body.len() + content.len() % 2, 0);
    }
    Ok([b"RIFF".as_slice(), &size(&body)?, &body].concat())
}

fn size(content: &[u8]) -> Result<[u8; 4], PhotoError> {
    u32::try_from(content.len()).map(u32::to_le_bytes).map_err(|_more_than_4_gib| Damaged)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{SECRET, differs, exif, holds, opaque, picture};
    use super::super::{Photo, inspect_and_strip};
    use super::*;
    use image::{DynamicImage, ImageFormat, RgbaImage};

    const HAS_ICC: u8 = 0x20;
    const HAS_EXIF: u8 = 0x08;
    /// The smallest lossy picture, 1 × 1 pixel.
    const LOSSY: &[u8] = b"RIFF\x22\0\0\0WEBPVP8 \x16\0\0\0\x30\x01\0\x9d\x01\x2a\x01\0\x01\0\x0e\xc0\xfe\x25\xa4\0\x03\x70\0\0\0\0";

    /// An extended file around this picture, with these chunks before and after the picture.
    fn extended(picture: &[u8], canvas: [u8; 2], flags: u8, before: &[Chunk], after: &[Chunk]) -> Vec<u8> {
        let header = [flags, 0, 0, 0, canvas[0] - 1, 0, 0, canvas[1] - 1, 0, 0];
        let image = chunks(picture).unwrap()[0];
        join(&[&[(b"VP8X", header.as_slice())], before, &[image], after].concat()).unwrap()
    }

    /// The photo of these bytes: no secret, and once more the same.
    fn anew(bytes: &[u8], mime: &str) -> Photo {
        assert!(holds(bytes, SECRET));
        let photo = inspect_and_strip(bytes).unwrap();
        assert!(!holds(&photo.bytes, SECRET));
        assert_eq!(photo.mime, mime);
        assert_eq!(inspect_and_strip(&photo.bytes).unwrap(), photo);
        photo
    }

    #[test]
    fn only_the_picture_survives() {
        let photo = |image: &[u8], canvas, turned| {
            let note = exif(turned);
            let after: &[Chunk] =
                &[(b"EXIF", &note), (b"XMP ", SECRET), (b"abcd", SECRET), (b"LIST", SECRET)];
            let profile = icc::tests::profile(4);
            let flags = HAS_ICC | HAS_EXIF | 0xC1;
            let before: &[Chunk] = &[(b"ICCP", &profile), (b"XMP ", SECRET)];
            let bytes = extended(image, canvas, flags, before, after);
            let photo = anew(&[&bytes, SECRET].concat(), "image/jpeg");
            assert!(holds(&photo.bytes, icc::tests::RED));
            photo
        };
        assert_eq!(photo(LOSSY, [1, 1], 1).width, 1);
        let image = opaque(40, 30);
        let mut file = Cursor::new(Vec::new());
        image.write_to(&mut file, ImageFormat::WebP).unwrap();
        for turned in 1..=8 {
            let photo = photo(file.get_ref(), [40, 30], turned);
            let mut upright = DynamicImage::from(image.clone());
            upright.apply_orientation(image::metadata::Orientation::from_exif(turned).unwrap());
            assert_eq!((photo.width, photo.height), (upright.width(), upright.height()));
            let kept = image::load_from_memory(&photo.bytes).unwrap();
            assert!(differs(&kept, &upright) < 12.0, "turned {turned}: {}", differs(&kept, &upright));
        }
    }

    #[test]
    fn what_is_behind_the_frame_goes() {
        let image = picture(40, 30, ImageFormat::WebP);
        for whole in [image.as_slice(), LOSSY] {
            let (id, content) = chunks(whole).unwrap()[0];
            let clean = inspect_and_strip(whole).unwrap();
            let planted = join(&[(id, &[content, SECRET].concat())]).unwrap();
            assert_eq!(anew(&planted, clean.mime), clean);
            let around = join(&[(id, content), (b"EXIF", SECRET), (b"XMP ", SECRET)]).unwrap();
            assert_eq!(anew(&around, clean.mime), clean);
        }
    }

    #[test]
    fn what_one_sees_through_stays_so() {
        let glass =
            RgbaImage::from_fn(40, 30, |x, y| image::Rgba([200, 40, 10, if x > y { 128 } else { 255 }]));
        let mut file = Cursor::new(Vec::new());
        glass.write_to(&mut file, ImageFormat::WebP).unwrap();
        let profile = icc::tests::profile(2);
        let bytes = extended(
            file.get_ref(),
            [40, 30],
            HAS_ALPHA | HAS_ICC,
            &[(b"ICCP", &profile)],
            &[(b"XMP ", SECRET)],
        );
        let photo = anew(&bytes, "image/png");
        assert!(image::load_from_memory(&photo.bytes).unwrap().to_rgba8() == glass);
        assert!(holds(&photo.bytes, b"iCCPicc\0\0"));
        // transparency of a lossy picture, as it is: one byte for its only pixel
        let lossy =
            |alpha: &[u8]| extended(LOSSY, [1, 1], HAS_ALPHA, &[(b"ALPH", alpha)], &[(b"XMP ", SECRET)]);
        let photo = anew(&lossy(&[0, 77]), "image/png");
        assert_eq!(image::load_from_memory(&photo.bytes).unwrap().to_rgba8().get_pixel(0, 0).0[3], 77);
        assert_eq!(anew(&lossy(&[0, 255]), "image/jpeg").width, 1);
        assert_eq!(inspect_and_strip(&lossy(&[0])), Err(Damaged));
    }

    #[test]
    fn animations_and_false_sizes_are_refused() {
        let image = picture(40, 30, ImageFormat::WebP);
        let animated = extended(&image, [40, 30], ANIMATED, &[], &[]);
        assert_eq!(inspect_and_strip(&animated), Err(UnknownType));
        let frames = extended(&image, [40, 30], 0, &[(b"ANIM", b"")], &[]);
        assert_eq!(inspect_and_strip(&frames), Err(UnknownType));
        assert_eq!(inspect_and_strip(&extended(&image, [1, 1], 0, &[], &[])), Err(Damaged));
        assert_eq!(inspect_and_strip(&join(&[(b"VP8X", &[0; 10])]).unwrap()), Err(Damaged));
        assert_eq!(inspect_and_strip(b"RIFF\xFF\xFF\xFF\xFFWEBP"), Err(Damaged));
    }

    #[test]
    fn a_picture_that_is_not_there_is_refused() {
        for (width, height, wanted) in [
            (4_000_u16, 4_000_u16, Damaged),
            (4_097, 4_096, PhotoError::TooManyPixels),
            (12_000, 4_000, PhotoError::TooManyPixels),
        ] {
            let mut claims = LOSSY.to_vec();
            claims[26..28].copy_from_slice(&width.to_le_bytes());
            claims[28..30].copy_from_slice(&height.to_le_bytes());
            assert_eq!(inspect_and_strip(&claims), Err(wanted), "{width} × {height}");
        }
    }
}
