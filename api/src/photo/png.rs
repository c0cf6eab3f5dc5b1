//! PNG without metadata: only chunks that a decoder needs for a still picture, each no longer than the format
//! allows, up to IEND. Text, times, private chunks and the frames of animations go.

use super::PhotoError::{self, Damaged};
use super::exif;
use img_parts::Bytes;
use img_parts::png::{Png, PngChunk};

/// Kept chunks and their longest content, bytes (PNG specification, third edition, chapter 11).
const KEPT: [(&[u8; 4], usize); 12] = [
    (b"IHDR", 13),
    (b"PLTE", 768),
    (b"tRNS", 256),
    (b"cHRM", 32),
    (b"gAMA", 4),
    (b"sBIT", 4),
    (b"sRGB", 1),
    (b"cICP", 4),
    (b"bKGD", 6),
    (b"pHYs", 9),
    (b"iCCP", usize::MAX),
    (b"IDAT", usize::MAX),
];

/// The picture with the chunks a decoder needs. Every checksum of the file is verified on the way.
pub(super) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PhotoError> {
    let Ok(mut png) = Png::from_bytes(Bytes::copy_from_slice(bytes)) else { return Err(Damaged) };
    let chunks = std::mem::take(png.chunks_mut());
    let data = chunks.iter().position(|chunk| chunk.kind() == *b"IDAT").ok_or(Damaged)?;
    if chunks.last().is_none_or(|chunk| chunk.kind() != *b"IEND") {
        return Err(Damaged);
    }
    let turned = chunks.iter().filter(|c| c.kind() == *b"eXIf").find_map(|c| exif::orientation(c.contents()));
    let (before, from_data) = chunks.split_at_checked(data).ok_or(Damaged)?;
    png.chunks_mut().extend(before.iter().filter_map(kept));
    png.chunks_mut()
        .extend(turned.map(|turned| PngChunk::new(*b"eXIf", exif::only_orientation(turned).into())));
    png.chunks_mut().extend(from_data.iter().filter_map(kept));
    png.chunks_mut().push(PngChunk::new(*b"IEND", Bytes::new()));
    Ok(png.encoder().bytes().to_vec())
}

/// The chunk as it is kept, if it is.
fn kept(chunk: &PngChunk) -> Option<PngChunk> {
    let kind = chunk.kind();
    let (_, longest) = KEPT.iter().find(|(name, _)| **name == kind)?;
    if kind == *b"iCCP" {
        // The name of the profile is free text.
        let name = chunk.contents().iter().position(|byte| *byte == 0)?;
        let profile = chunk.contents().get(name..)?;
        return Some(PngChunk::new(kind, [b"icc", profile].concat().into()));
    }
    (chunk.contents().len() <= *longest).then(|| chunk.clone())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{SECRET, exif, holds, picture, stripped};
    use super::super::{PhotoError, inspect_and_strip};
    use super::*;
    use image::ImageFormat;

    fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        PngChunk::new(*kind, Bytes::copy_from_slice(content)).encoder().bytes().to_vec()
    }

    /// A picture with these bytes between IHDR and its data, the secret in its IEND and after its end.
    fn planted(chunks: &[Vec<u8>]) -> Vec<u8> {
        let plain = picture(40, 30, ImageFormat::Png);
        let end = plain.len() - 12;
        [&plain[..33], &chunks.concat(), &plain[33..end], &chunk(b"tEXt", SECRET), &plain[end..], SECRET]
            .concat()
    }

    #[test]
    fn no_chunk_but_the_picture_survives() {
        let named = |name: &[u8]| [name, SECRET].concat();
        let bytes = planted(&[
            chunk(b"tEXt", &named(b"Comment\0")),
            chunk(b"zTXt", SECRET),
            chunk(b"iTXt", &named(b"XML:com.adobe.xmp\0\0\0\0\0")),
            chunk(b"eXIf", &exif(8)),
            chunk(b"tIME", SECRET),
            chunk(b"pHYs", SECRET),
            chunk(b"gAMA", SECRET),
            chunk(b"acTL", SECRET),
            chunk(b"prVt", SECRET),
        ]);
        let photo = stripped(&bytes, 8);
        assert!(photo.bytes.ends_with(b"IEND\xAE\x42\x60\x82"));
    }

    #[test]
    fn colours_stay() {
        let gamma = chunk(b"gAMA", &45_455_u32.to_be_bytes());
        let density = chunk(b"pHYs", &[0, 0, 11, 19, 0, 0, 11, 19, 1]);
        let photo = stripped(&planted(&[gamma.clone(), density.clone()]), 1);
        assert!(holds(&photo.bytes, &gamma) && holds(&photo.bytes, &density));
    }

    #[test]
    fn the_profile_stays_without_its_name() {
        let bytes = planted(&[chunk(b"iCCP", &[SECRET, b"\0\0profile"].concat())]);
        let Ok(photo) = inspect_and_strip(&bytes) else { panic!("refused") };
        assert!(holds(&photo.bytes, b"iCCPicc\0\0profile") && !holds(&photo.bytes, SECRET));
    }

    #[test]
    fn a_wrong_checksum_is_damage() {
        let mut bytes = picture(40, 30, ImageFormat::Png);
        let at = bytes.len() - 20;
        bytes[at] ^= 1;
        assert_eq!(inspect_and_strip(&bytes), Err(PhotoError::Damaged));
    }
}
