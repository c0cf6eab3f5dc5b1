//! WebP without metadata (RFC 9649): a RIFF list of chunks. Kept are the picture, its alpha and its colour profile,
//! each once; the flags of the extended header are set to what is there.

use super::PhotoError::{self, Damaged, UnknownType};
use super::{exif, measure};
use image::ImageFormat;

/// Flags of the extended header, and where its canvas size starts.
const HAS_ICC: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const HAS_EXIF: u8 = 0x08;
const ANIMATED: u8 = 0x02;
/// `RIFF`, size, `WEBP`; id and size of a chunk. Bytes.
const HEADER_BYTES: usize = 12;
const CHUNK_HEADER_BYTES: usize = 8;

type Chunk<'a> = (&'a [u8; 4], &'a [u8]);

/// The picture with the chunks a decoder needs. An animation is no photo and of unknown type.
pub(super) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PhotoError> {
    let chunks = chunks(bytes).ok_or(Damaged)?;
    if chunks.iter().any(|(id, _)| matches!(*id, b"ANIM" | b"ANMF")) {
        return Err(UnknownType);
    }
    let find = |name: &[u8; 4]| chunks.iter().find(|(id, _)| *id == name).copied();
    let picture = chunks.iter().find(|(id, _)| matches!(*id, b"VP8 " | b"VP8L")).copied().ok_or(Damaged)?;
    let plain = join(&[picture])?;
    let Some((_, header)) = find(b"VP8X") else { return Ok(plain) };

    let Some([flags, _, _, _, w1, w2, w3, h1, h2, h3]) = header.first_chunk() else { return Err(Damaged) };
    if flags & ANIMATED != 0 {
        return Err(UnknownType);
    }
    let [width, height] = [[*w1, *w2, *w3, 0], [*h1, *h2, *h3, 0]].map(|side| u32::from_le_bytes(side) + 1);
    // A decoder allocates what the picture says, a header reader believes the canvas: they must agree.
    if measure(&plain, ImageFormat::WebP)? != (width, height) {
        return Err(Damaged);
    }
    let lossless = picture.0 == b"VP8L";
    let profile = find(b"ICCP");
    // A lossless picture holds its alpha itself.
    let alpha = find(b"ALPH").filter(|_| !lossless);
    let transparent = if lossless { flags & HAS_ALPHA != 0 } else { alpha.is_some() };
    let turned = find(b"EXIF").and_then(|(_, block)| exif::orientation(block)).map(exif::only_orientation);
    let set = |there, flag| if there { flag } else { 0 };
    let flags =
        set(profile.is_some(), HAS_ICC) | set(transparent, HAS_ALPHA) | set(turned.is_some(), HAS_EXIF);
    let header = [flags, 0, 0, 0, *w1, *w2, *w3, *h1, *h2, *h3];
    let mut kept: Vec<Chunk> = vec![(b"VP8X", &header)];
    kept.extend(profile);
    kept.extend(alpha);
    kept.push(picture);
    kept.extend(turned.as_deref().map(|block| -> Chunk { (b"EXIF", block) }));
    join(&kept)
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
    use super::super::inspect_and_strip;
    use super::super::tests::{SECRET, exif, holds, picture, stripped};
    use super::*;

    /// The smallest lossy picture, 1 × 1 pixel.
    const LOSSY: &[u8] = b"RIFF\x22\0\0\0WEBPVP8 \x16\0\0\0\x30\x01\0\x9d\x01\x2a\x01\0\x01\0\x0e\xc0\xfe\x25\xa4\0\x03\x70\0\0\0\0";

    /// An extended file around this picture, with these chunks before and after the picture.
    fn extended(picture: &[u8], canvas: [u8; 2], flags: u8, before: &[Chunk], after: &[Chunk]) -> Vec<u8> {
        let header = [flags, 0, 0, 0, canvas[0] - 1, 0, 0, canvas[1] - 1, 0, 0];
        let image = chunks(picture).unwrap()[0];
        join(&[&[(b"VP8X", header.as_slice())], before, &[image], after].concat()).unwrap()
    }

    #[test]
    fn no_chunk_but_the_picture_survives() {
        for (picture, canvas) in [(picture(40, 30, ImageFormat::WebP), [40, 30]), (LOSSY.to_vec(), [1, 1])] {
            let note = exif(3);
            let after: &[Chunk] =
                &[(b"EXIF", &note), (b"XMP ", SECRET), (b"abcd", SECRET), (b"LIST", SECRET)];
            let bytes =
                extended(&picture, canvas, 0x0C | 0xC1, &[(b"ICCP", b"profile"), (b"XMP ", SECRET)], after);
            let photo = stripped(&[&bytes, SECRET].concat(), 3);
            assert!(holds(&photo.bytes, b"ICCP\x07\0\0\0profile\0"));
            assert_eq!(photo.bytes[20], HAS_ICC | HAS_EXIF);
            assert_eq!(u32::from(canvas[0]), photo.width);
        }
    }

    #[test]
    fn flags_of_what_is_gone_are_cleared() {
        let bytes = extended(
            &picture(40, 30, ImageFormat::WebP),
            [40, 30],
            0xFF ^ ANIMATED ^ HAS_ICC ^ HAS_EXIF,
            &[],
            &[(b"XMP ", SECRET)],
        );
        assert_eq!(stripped(&bytes, 1).bytes[20], HAS_ALPHA);
    }

    #[test]
    fn chunks_around_a_simple_picture_go() {
        let image = picture(40, 30, ImageFormat::WebP);
        let bytes = join(&[chunks(&image).unwrap()[0], (b"EXIF", SECRET), (b"XMP ", SECRET)]).unwrap();
        assert_eq!(stripped(&bytes, 1).bytes, image);
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
}
