//! PNG without metadata: only chunks that a decoder needs for a still picture, each as long as the format says, and of
//! the compressed data what the picture's rows are made of. Text, times, private chunks and the frames of animations go.

mod rows;

use super::picture::PhotoError::{self, Damaged};
use super::picture::{MAX_PACKED_PIXELS, Stripped, fits};
use super::{exif, icc};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use img_parts::Bytes;
use img_parts::png::{Png, PngChunk};
use rows::Rows;

/// What is unpacked at once, bytes.
const AT_ONCE: usize = 64 * 1024;
/// The largest colour profile, bytes unpacked.
const MAX_PROFILE: usize = 2 * 1024 * 1024;

/// What the header says (PNG specification, third edition, 11.2.1).
#[derive(Clone, Copy)]
struct Header {
    width: u32,
    height: u32,
    depth: u8,
    colour: u8,
    interlaced: bool,
}

impl Header {
    fn read(chunk: &PngChunk) -> Result<Self, PhotoError> {
        let Some([w1, w2, w3, w4, h1, h2, h3, h4, depth, colour, 0, 0, interlaced @ 0..=1]) =
            chunk.contents().get(..13).filter(|_| chunk.kind() == *b"IHDR" && chunk.contents().len() == 13)
        else {
            return Err(Damaged);
        };
        let [width, height] = [[*w1, *w2, *w3, *w4], [*h1, *h2, *h3, *h4]].map(u32::from_be_bytes);
        let known = match colour {
            0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
            3 => matches!(depth, 1 | 2 | 4 | 8),
            2 | 4 | 6 => matches!(depth, 8 | 16),
            _ => false,
        };
        if !known {
            return Err(Damaged);
        }
        fits(width, height, MAX_PACKED_PIXELS)?;
        Ok(Self { width, height, depth: *depth, colour: *colour, interlaced: *interlaced == 1 })
    }

    /// Bits of a pixel.
    fn bits(self) -> u64 {
        let channels = match self.colour {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        channels * u64::from(self.depth)
    }

    /// How long a chunk of this kind is, bytes; none for kinds that are not kept. `PLTE` may be shorter.
    fn length(self, kind: [u8; 4]) -> Option<usize> {
        Some(match (&kind, self.colour) {
            (b"PLTE", 3) => 3 << self.depth,
            (b"tRNS", 3) => 1 << self.depth,
            (b"tRNS", 0) => 2,
            (b"tRNS", 2) => 6,
            (b"cHRM", _) => 32,
            (b"gAMA" | b"cICP", _) => 4,
            (b"sBIT", 0) | (b"sRGB" | b"bKGD", 3) | (b"sRGB", _) => 1,
            (b"sBIT" | b"bKGD", 4) | (b"bKGD", 0) => 2,
            (b"sBIT", 2 | 3) => 3,
            (b"sBIT", 6) => 4,
            (b"bKGD", 2 | 6) => 6,
            (b"pHYs", _) => 9,
            _ => return None,
        })
    }
}

/// The picture with the chunks a decoder needs. Every checksum of the file is verified on the way.
pub(super) fn strip(bytes: &[u8]) -> Result<Stripped, PhotoError> {
    let Ok(mut png) = Png::from_bytes(Bytes::copy_from_slice(bytes)) else { return Err(Damaged) };
    let chunks = std::mem::take(png.chunks_mut());
    let header = Header::read(chunks.first().ok_or(Damaged)?)?;
    let data = chunks.iter().position(|chunk| chunk.kind() == *b"IDAT").ok_or(Damaged)?;
    if chunks.last().is_none_or(|chunk| chunk.kind() != *b"IEND") {
        return Err(Damaged);
    }
    let turned = chunks.iter().filter(|c| c.kind() == *b"eXIf").find_map(|c| exif::orientation(c.contents()));
    let mut kept: Vec<PngChunk> = chunks.iter().take(1).cloned().collect();
    for chunk in chunks.iter().take(data).skip(1) {
        if kept.iter().all(|earlier| earlier.kind() != chunk.kind()) {
            kept.extend(self::kept(header, chunk));
        }
    }
    kept.extend(turned.map(|turned| PngChunk::new(*b"eXIf", exif::only_orientation(turned).into())));
    let packed = chunks.iter().filter(|chunk| chunk.kind() == *b"IDAT");
    let packed: Vec<u8> = packed.flat_map(|chunk| chunk.contents().iter().copied()).collect();
    kept.push(PngChunk::new(*b"IDAT", picture(header, packed)?.into()));
    kept.push(PngChunk::new(*b"IEND", Bytes::new()));
    *png.chunks_mut() = kept;
    let (bytes, width, height) = (png.encoder().bytes().to_vec(), header.width, header.height);
    Ok(Stripped { bytes, mime: "image/png", width, height, turned })
}

/// The chunk as it is kept, if it is.
fn kept(header: Header, chunk: &PngChunk) -> Option<PngChunk> {
    let (kind, content) = (chunk.kind(), chunk.contents());
    if kind == *b"iCCP" {
        // the name of the profile is free text; one byte for the method follows it
        let name = content.iter().position(|byte| *byte == 0)?;
        let profile = icc::clean(&unpacked(content.get(name + 2..)?)?)?;
        return Some(PngChunk::new(kind, [b"icc\0\0", packed(&profile)?.as_slice()].concat().into()));
    }
    let longest = header.length(kind)?;
    let fits = match &kind {
        b"PLTE" => content.len() <= longest && content.len() % 3 == 0,
        b"tRNS" => content.len() <= longest,
        _ => content.len() == longest,
    };
    fits.then(|| chunk.clone())
}

/// The compressed data up to where the picture's rows end: not less, not more.
fn picture(header: Header, mut packed: Vec<u8>) -> Result<Vec<u8>, PhotoError> {
    let mut rows = Rows::of(header.width, header.height, header.bits(), header.interlaced);
    let end = unpack(&packed, |bytes| rows.take(bytes)).ok_or(Damaged)?;
    if !rows.whole() {
        return Err(Damaged);
    }
    packed.truncate(end);
    Ok(packed)
}

/// Unpacks a zlib stream piece by piece for as long as they are wanted; where it ends.
fn unpack(packed: &[u8], mut wanted: impl FnMut(&[u8]) -> bool) -> Option<usize> {
    let mut zlib = Decompress::new(true);
    let mut out = vec![0; AT_ONCE];
    loop {
        let (read, written) = (zlib.total_in(), zlib.total_out());
        let rest = packed.get(usize::try_from(read).ok()?..)?;
        let status = zlib.decompress(rest, &mut out, FlushDecompress::None).ok()?;
        let piece = usize::try_from(zlib.total_out() - written).ok()?;
        if !wanted(out.get(..piece)?) {
            return None;
        }
        match status {
            Status::StreamEnd => return usize::try_from(zlib.total_in()).ok(),
            Status::Ok | Status::BufError if piece == 0 && zlib.total_in() == read => return None,
            Status::Ok | Status::BufError => {}
        }
    }
}

/// A profile unpacked.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let mut profile = Vec::new();
    unpack(packed, |bytes| {
        profile.extend_from_slice(bytes);
        profile.len() <= MAX_PROFILE
    })?;
    Some(profile)
}

/// A profile packed.
fn packed(profile: &[u8]) -> Option<Vec<u8>> {
    let mut packed = Vec::with_capacity(profile.len() + 128);
    let done =
        Compress::new(Compression::default(), true).compress_vec(profile, &mut packed, FlushCompress::Finish);
    matches!(done, Ok(Status::StreamEnd)).then_some(packed)
}

#[cfg(test)]
mod tests {
    use super::super::inspect_and_strip;
    use super::super::picture::PhotoError;
    use super::super::tests::{SECRET, exif, holds, picture, stripped};
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
    fn the_profiles_colours_stay_without_its_name() {
        let profile = packed(&icc::tests::profile(4)).unwrap();
        let bytes = planted(&[chunk(b"iCCP", &[SECRET, b"\0\0", &profile, SECRET].concat())]);
        let photo = stripped(&bytes, 1);
        let at = photo.bytes.windows(9).position(|w| w == b"iCCPicc\0\0").unwrap();
        let kept = unpacked(&photo.bytes[at + 9..]).unwrap();
        assert_eq!(Some(kept), icc::clean(&icc::tests::profile(4)));
        let none = planted(&[chunk(b"iCCP", &[b"icc\0\0", SECRET].concat())]);
        assert!(!holds(&stripped(&none, 1).bytes, b"iCCP"));
    }

    /// A picture with these bytes behind its compressed data, in chunks as the encoder made them or one more.
    fn with_data(more: &[u8], apart: bool) -> Vec<u8> {
        let plain = picture(40, 30, ImageFormat::Png);
        let parts = Png::from_bytes(Bytes::copy_from_slice(&plain)).unwrap();
        let data: Vec<u8> = parts
            .chunks()
            .iter()
            .filter(|c| c.kind() == *b"IDAT")
            .flat_map(|c| c.contents().to_vec())
            .collect();
        let data = if apart {
            [chunk(b"IDAT", &data), chunk(b"IDAT", more)].concat()
        } else {
            chunk(b"IDAT", &[&data, more].concat())
        };
        [&plain[..33], &data, &chunk(b"IEND", b"")].concat()
    }

    #[test]
    fn surplus_data_goes() {
        for apart in [false, true] {
            assert_eq!(
                stripped(&with_data(SECRET, apart), 1).bytes,
                inspect_and_strip(&with_data(b"", apart)).unwrap().bytes
            );
        }
    }

    #[test]
    fn rows_that_are_not_there_and_rows_too_many_are_damage() {
        let plain = picture(40, 30, ImageFormat::Png);
        for (width, height) in [(12_000, 4_000), (40, 31), (40, 29), (41, 30)] {
            let mut claims = plain.clone();
            let size = [u32::to_be_bytes(width), u32::to_be_bytes(height)].concat();
            let header = chunk(b"IHDR", &[&size, &plain[24..29]].concat());
            claims[8..33].copy_from_slice(&header);
            assert_eq!(inspect_and_strip(&claims), Err(PhotoError::Damaged), "{width} × {height}");
        }
    }

    #[test]
    fn palettes_and_interlaced_rows_are_counted() {
        // 9 × 5 pixels of 2 bits with a palette: rows of the seven passes with their filters
        let header = |interlaced| chunk(b"IHDR", &[0, 0, 0, 9, 0, 0, 0, 5, 2, 3, 0, 0, interlaced]);
        let rows: [&[usize]; 2] = [&[4; 5], &[2, 2, 2, 2, 2, 3, 2, 2, 2, 4, 4]];
        for (interlaced, rows) in (0_u8..).zip(rows) {
            let raw: Vec<u8> = rows.iter().flat_map(|bytes| vec![0; *bytes]).collect();
            let palette = [[1; 12].as_slice(), SECRET].concat();
            let file = |palette: &[u8], raw: &[u8]| {
                let parts = [
                    header(interlaced),
                    chunk(b"PLTE", palette),
                    chunk(b"IDAT", &packed(raw).unwrap()),
                    chunk(b"IEND", b""),
                ];
                [b"\x89PNG\r\n\x1a\n".as_slice(), &parts.concat()].concat()
            };
            let photo = inspect_and_strip(&file(&palette[..12], &raw)).unwrap();
            assert_eq!((photo.width, photo.height), (9, 5));
            image::load_from_memory(&photo.bytes).unwrap();
            assert!(!holds(&inspect_and_strip(&file(&palette, &raw)).unwrap().bytes, SECRET));
            for wrong in [&raw[1..], &[&raw[..], b"x"].concat(), &[b"\x05", &raw[1..]].concat()] {
                assert_eq!(inspect_and_strip(&file(&palette[..12], wrong)), Err(PhotoError::Damaged));
            }
        }
    }

    #[test]
    fn a_wrong_checksum_is_damage() {
        let mut bytes = picture(40, 30, ImageFormat::Png);
        let at = bytes.len() - 20;
        bytes[at] ^= 1;
        assert_eq!(inspect_and_strip(&bytes), Err(PhotoError::Damaged));
    }
}
