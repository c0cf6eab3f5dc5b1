//! JPEG without metadata (ITU-T T.81, annex B). One as cameras make it is rebuilt from its frame, the tables that its scans
//! name, and the scans' data as far as their words reach: a sensor's 200 million pixels cannot be decoded beside the
//! others' requests, so its words are read and none of them computed. What cameras append after the end (second pictures,
//! motion clips) goes as well, and with a picture that is whole the end itself may be missing. A progressive one, which
//! programs make, is decoded and written anew.

mod bits;
mod frame;
mod huffman;
mod scan;
#[cfg(test)]
pub(super) mod tests;

use super::picture::PhotoError::{self, Damaged};
use super::picture::{Stripped, fits};
use super::{anew, exif, icc};
use frame::Frame;
use huffman::Code;
use image::codecs::jpeg::JpegDecoder;
use scan::Part;
use std::io::Cursor;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const DHT: u8 = 0xC4;
const DQT: u8 = 0xDB;
const DRI: u8 = 0xDD;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
/// Frames that are Huffman-coded, without hierarchy: whole blocks one after the other, or coefficients scan by scan.
const SOF_BASELINE: u8 = 0xC0;
const SOF_EXTENDED: u8 = 0xC1;
const SOF_PROGRESSIVE: u8 = 0xC2;
/// JFIF up to the size of its thumbnail, bytes of the segment's content.
const JFIF_BYTES: usize = 12;
const ICC: &[u8] = b"ICC_PROFILE\0";
/// What fits into a segment beside [`ICC`], number and count.
const ICC_BYTES: usize = 65_519;
/// Pixels that a byte of a progressive picture stands for at the most: a bit for each block of 64.
const PIXELS_A_BYTE: u64 = 8 * 64;

/// The picture with the segments a decoder needs, and nothing after its end.
pub(super) fn strip(bytes: &[u8]) -> Result<Stripped, PhotoError> {
    let mut rest = bytes.get(2..).ok_or(Damaged)?;
    let mut picture = Picture::default();
    while let Some((marker, behind)) = next_marker(rest) {
        rest = behind;
        match marker {
            EOI => break,
            // These stand alone: TEM, the restart markers, a repeated SOI.
            0x01 | 0xD0..=0xD7 | SOI => continue,
            _ => {}
        }
        let Some((content, behind)) = segment(rest) else { break };
        rest = behind;
        match marker {
            SOF_PROGRESSIVE => return picture.decoded(content, bytes),
            SOS => rest = picture.scan(content, rest)?,
            _ => picture.take(marker, content)?,
        }
        if picture.frame.as_ref().is_some_and(Frame::is_whole) {
            break;
        }
    }
    picture.end()
}

/// What has been read of a picture.
#[derive(Default)]
struct Picture {
    jfif: Option<[u8; JFIF_BYTES]>,
    turned: Option<u8>,
    profile: Vec<(u8, Vec<u8>)>,
    transform: Option<u8>,
    frame: Option<Frame>,
    /// Tables by their number, each with the byte before it.
    quantisation: [Option<Vec<u8>>; 4],
    /// Codes of first coefficients, and of the others.
    codes: [[Option<Code>; 4]; 2],
    interval: u16,
    body: Vec<u8>,
}

impl Picture {
    fn take(&mut self, marker: u8, content: &[u8]) -> Result<(), PhotoError> {
        match marker {
            APP0 if content.starts_with(b"JFIF\0") => {
                self.jfif = self.jfif.or_else(|| content.first_chunk().copied());
            }
            APP1 if content.starts_with(b"Exif\0\0") => {
                self.turned = self.turned.or_else(|| exif::orientation(content));
            }
            APP2 => {
                if let Some([number, _count, data @ ..]) = content.strip_prefix(ICC) {
                    self.profile.push((*number, data.to_vec()));
                }
            }
            APP14 if content.starts_with(b"Adobe") => {
                self.transform = self.transform.or_else(|| content.get(11).copied().filter(|t| *t <= 2));
            }
            SOF_BASELINE | SOF_EXTENDED if self.frame.is_some() => return Err(Damaged),
            SOF_BASELINE | SOF_EXTENDED => self.frame = Some(Frame::read(marker, content)?),
            DQT => self.take_quantisation(content)?,
            DHT => self.take_codes(content)?,
            DRI => self.interval = u16::from_be_bytes(content.try_into().map_err(|_length| Damaged)?),
            _ => {}
        }
        Ok(())
    }

    fn take_quantisation(&mut self, mut content: &[u8]) -> Result<(), PhotoError> {
        while let [class, ..] = content {
            let bytes = match class >> 4 {
                0 => 1 + 64,
                1 => 1 + 128,
                _ => return Err(Damaged),
            };
            let (table, behind) = content.split_at_checked(bytes).ok_or(Damaged)?;
            *self.quantisation.get_mut(usize::from(class & 15)).ok_or(Damaged)? = Some(table.to_vec());
            content = behind;
        }
        Ok(())
    }

    fn take_codes(&mut self, mut content: &[u8]) -> Result<(), PhotoError> {
        while let [class, rest @ ..] = content {
            let (code, behind) = Code::read(rest)?;
            let [class, number] = [class >> 4, class & 15].map(usize::from);
            let place = self.codes.get_mut(class).and_then(|codes| codes.get_mut(number));
            *place.ok_or(Damaged)? = Some(code);
            content = behind;
        }
        Ok(())
    }

    /// A scan with this header and the data behind it: written with the codes it names. What follows the data.
    fn scan<'a>(&mut self, header: &[u8], data: &'a [u8]) -> Result<&'a [u8], PhotoError> {
        let frame = self.frame.as_mut().ok_or(Damaged)?;
        let Some(([count], listed)) = header.split_first_chunk() else { return Err(Damaged) };
        let (listed, _band) = listed.split_at_checked(2 * usize::from(*count)).ok_or(Damaged)?;
        let (mut parts, mut codes) = (Vec::new(), Vec::new());
        let before = frame.is_untouched();
        for pair in listed.chunks_exact(2) {
            let [id, tables] = pair else { return Err(Damaged) };
            let component = frame.components.iter_mut().find(|c| c.id == *id).ok_or(Damaged)?;
            let table = self.quantisation.get(usize::from(component.quantised_by)).cloned().flatten();
            if component.table.is_some() || table.is_none() {
                return Err(Damaged);
            }
            component.table = table;
            let code = |class: u8, number: u8| {
                let code = self.codes.get(usize::from(class))?.get(usize::from(number))?.as_ref()?;
                Some((code, [&[class << 4 | number], code.described().as_slice()].concat()))
            };
            let (first, written) = code(0, tables >> 4).ok_or(Damaged)?;
            codes.push(written);
            let (others, written) = code(1, tables & 15).ok_or(Damaged)?;
            codes.push(written);
            let (blocks, of_unit) = (component.blocks, component.of_unit);
            parts.push(Part { id: *id, blocks, of_unit, first, others, used: 0 });
        }
        if parts.is_empty() {
            return Err(Damaged);
        }
        let (kept, rest) = scan::walk(&mut parts, frame.units, usize::from(self.interval), data)?;
        for part in parts {
            for component in frame.components.iter_mut().filter(|c| c.id == part.id) {
                component.used = part.used;
            }
        }
        codes.sort_unstable();
        codes.dedup();
        for code in codes {
            write(&mut self.body, DHT, &code);
        }
        if self.interval > 0 || !before {
            write(&mut self.body, DRI, &self.interval.to_be_bytes());
        }
        write(&mut self.body, SOS, &[&[*count], listed, &[0, 63, 0]].concat());
        self.body.extend(kept);
        Ok(rest)
    }

    /// A progressive picture with this header in this file, written anew.
    fn decoded(self, header: &[u8], bytes: &[u8]) -> Result<Stripped, PhotoError> {
        let (width, height) = frame::size(header).ok_or(Damaged)?;
        fits(width, height, anew::MAX_PIXELS)?;
        let most = PIXELS_A_BYTE * u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if u64::from(width) * u64::from(height) > most {
            return Err(Damaged);
        }
        let Ok(decoder) = JpegDecoder::new(Cursor::new(bytes)) else { return Err(Damaged) };
        anew::written(decoder, joined(self.profile).and_then(|profile| icc::clean(&profile)), self.turned)
    }

    /// The picture, if its scans have brought every component.
    fn end(self) -> Result<Stripped, PhotoError> {
        let frame = self.frame.filter(Frame::is_whole).ok_or(Damaged)?;
        let mut bytes = vec![0xFF, SOI];
        if let Some(head) = self.jfif {
            write(&mut bytes, APP0, &[head.as_slice(), &[0, 0]].concat());
        }
        if let Some(turned) = self.turned {
            write(&mut bytes, APP1, &[b"Exif\0\0".as_slice(), &exif::only_orientation(turned)].concat());
        }
        if let Some(profile) = joined(self.profile).and_then(|profile| icc::clean(&profile)) {
            let parts = profile.chunks(ICC_BYTES);
            let count = u8::try_from(parts.len()).map_err(|_more| Damaged)?;
            for (part, number) in parts.zip(1..=count) {
                write(&mut bytes, APP2, &[ICC, &[number, count], part].concat());
            }
        }
        if let Some(transform) = self.transform {
            write(&mut bytes, APP14, &[b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat());
        }
        for table in frame.tables()? {
            write(&mut bytes, DQT, &table);
        }
        write(&mut bytes, frame.marker, &frame.header);
        bytes.extend(self.body);
        bytes.extend([0xFF, EOI]);
        let (width, height) = (frame.width, frame.height);
        Ok(Stripped { bytes, mime: "image/jpeg", width, height, turned: self.turned })
    }
}

/// The profile of these parts, in the order of their numbers.
fn joined(mut parts: Vec<(u8, Vec<u8>)>) -> Option<Vec<u8>> {
    parts.sort_by_key(|(number, _)| *number);
    let whole = !parts.is_empty() && parts.iter().zip(1..=u8::MAX).all(|((number, _), at)| *number == at);
    whole.then(|| parts.into_iter().flat_map(|(_, data)| data).collect())
}

/// Appends a segment. What comes from a segment of the file fits into one again.
fn write(to: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
    to.extend([0xFF, marker]);
    to.extend(length.to_be_bytes());
    to.extend_from_slice(content);
}

/// The next marker and what follows it. Fill bytes and stray bytes before it are skipped, as decoders do.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let at = bytes.windows(2).position(|w| matches!(w, [0xFF, marker] if !matches!(marker, 0x00 | 0xFF)))?;
    Some((*bytes.get(at + 1)?, bytes.get(at + 2..)?))
}

/// The content of the segment whose length comes first, and what follows it.
fn segment(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)).checked_sub(2)?)
}
