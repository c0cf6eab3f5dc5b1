//! JPEG without metadata (ITU-T T.81, annex B): a list of segments, some followed by compressed data, from SOI to
//! EOI. What cameras append after EOI (second pictures, motion clips) goes as well.

use super::PhotoError::{self, Damaged};
use super::exif;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
/// The tables and frame headers of baseline, extended and progressive pictures: SOF0–2, DHT, DQT, DNL, DRI.
const TABLES: [u8; 7] = [0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDC, 0xDD];
/// JFIF up to the size of its thumbnail; Adobe's colour transform. Bytes of the segment's content.
const JFIF_BYTES: usize = 12;
const ADOBE_BYTES: usize = 12;
const ICC: &[u8] = b"ICC_PROFILE\0";

/// The picture with the segments a decoder needs, and nothing after its end.
pub(super) fn strip(bytes: &[u8]) -> Result<Vec<u8>, PhotoError> {
    let mut rest = bytes.get(2..).ok_or(Damaged)?;
    let mut parts = Parts::default();
    loop {
        let (marker, behind) = next_marker(rest).ok_or(Damaged)?;
        rest = behind;
        match marker {
            EOI => return parts.join().ok_or(Damaged),
            // These stand alone: TEM, the restart markers, a repeated SOI.
            0x01 | 0xD0..=0xD7 | SOI => continue,
            _ => {}
        }
        let (content, behind) = segment(rest).ok_or(Damaged)?;
        rest = behind;
        parts.take(marker, content);
        if marker == SOS {
            let (data, behind) = rest.split_at_checked(data_end(rest)).ok_or(Damaged)?;
            parts.body.extend_from_slice(data);
            parts.scans += 1;
            rest = behind;
        }
    }
}

/// What is kept, in the order in which it is written.
#[derive(Default)]
struct Parts {
    jfif: Vec<u8>,
    turned: Option<u8>,
    body: Vec<u8>,
    scans: usize,
}

impl Parts {
    fn take(&mut self, marker: u8, content: &[u8]) {
        match marker {
            APP0 if content.starts_with(b"JFIF\0") && self.jfif.is_empty() => {
                if let Some(head) = content.get(..JFIF_BYTES) {
                    write(&mut self.jfif, APP0, &[head, &[0, 0]].concat());
                }
            }
            APP1 if content.starts_with(b"Exif\0\0") => {
                self.turned = self.turned.or(exif::orientation(content))
            }
            APP2 if content.starts_with(ICC) => write(&mut self.body, APP2, content),
            APP14 if content.starts_with(b"Adobe") => {
                if let Some(head) = content.get(..ADOBE_BYTES) {
                    write(&mut self.body, APP14, head);
                }
            }
            SOS => write(&mut self.body, SOS, content),
            table if TABLES.contains(&table) => write(&mut self.body, table, content),
            _ => {}
        }
    }

    fn join(self) -> Option<Vec<u8>> {
        let mut picture = vec![0xFF, SOI];
        picture.extend(self.jfif);
        if let Some(turned) = self.turned {
            write(&mut picture, APP1, &[b"Exif\0\0".as_slice(), &exif::only_orientation(turned)].concat());
        }
        picture.extend(self.body);
        picture.extend([0xFF, EOI]);
        (self.scans > 0).then_some(picture)
    }
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

/// Where the compressed data ends: at a marker that is no stuffed byte, restart marker or fill byte.
fn data_end(bytes: &[u8]) -> usize {
    let ends = |w: &[u8]| matches!(w, [0xFF, next] if !matches!(next, 0x00 | 0xD0..=0xD7 | 0xFF));
    bytes.windows(2).position(ends).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{SECRET, exif, holds, picture, stripped};
    use super::*;
    use image::ImageFormat;

    /// A picture with these segments right after its first one, and the secret after its end.
    fn planted(segments: &[(u8, &[u8])]) -> Vec<u8> {
        let plain = picture(40, 30, ImageFormat::Jpeg);
        let (first, _) = segment(&plain[4..]).unwrap();
        let (head, tail) = plain.split_at(6 + first.len());
        let mut bytes = head.to_vec();
        for (marker, content) in segments {
            write(&mut bytes, *marker, content);
        }
        [&bytes, tail, SECRET].concat()
    }

    #[test]
    fn no_segment_but_the_picture_survives() {
        let named = |name: &[u8]| [name, SECRET].concat();
        let bytes = planted(&[
            (APP0, &named(b"JFXX\0\x10")),
            (APP1, &[b"Exif\0\0".as_slice(), &exif(6)].concat()),
            (APP1, &named(b"http://ns.adobe.com/xap/1.0/\0")),
            (APP1, &named(&[b"http://ns.adobe.com/xmp/extension/\0".as_slice(), &[b'0'; 40]].concat())),
            (APP2, &named(b"MPF\0")),
            (0xED, &named(b"Photoshop 3.0\0")),
            (APP14, &named(b"Adobe\0\x64\0\0\0\0\0")),
            (0xEF, SECRET),
            (0xFE, SECRET),
            (0xF0, SECRET),
        ]);
        let photo = stripped(&bytes, 6);
        assert!(holds(&photo.bytes, b"JFIF\0") && holds(&photo.bytes, b"Adobe"));
        assert!(photo.bytes.ends_with(&[0xFF, EOI]));
    }

    #[test]
    fn a_comment_behind_the_scan_goes_too() {
        let mut bytes = picture(40, 30, ImageFormat::Jpeg);
        bytes.truncate(bytes.len() - 2);
        write(&mut bytes, 0xFE, SECRET);
        bytes.extend([0xFF, 0xFF, EOI]);
        stripped(&bytes, 1);
    }

    #[test]
    fn the_thumbnail_of_jfif_goes_and_the_profile_stays() {
        let thumbnail = [b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x06".as_slice(), SECRET].concat();
        let profile = [ICC, b"\x01\x01profile"].concat();
        let plain = picture(40, 30, ImageFormat::Jpeg);
        let (first, rest) = segment(&plain[4..]).unwrap();
        assert!(first.starts_with(b"JFIF\0"));
        let mut bytes = plain[..2].to_vec();
        write(&mut bytes, APP0, &thumbnail);
        write(&mut bytes, APP2, &profile);
        bytes.extend(rest);
        assert!(holds(&stripped(&bytes, 1).bytes, &profile));
    }

    #[test]
    fn orientation_is_kept_whatever_it_is() {
        for turned in 1..=8 {
            stripped(&planted(&[(APP1, &[b"Exif\0\0".as_slice(), &exif(turned)].concat())]), turned);
        }
        stripped(&planted(&[(APP1, b"Exif\0\0MM")]), 1);
    }

    #[test]
    fn markers_without_a_picture_are_damage() {
        for bytes in
            [&b"\xFF\xD8\xFF\xD9"[..], b"\xFF\xD8\xFF\xFE\0\x01", b"\xFF\xD8\xFF\xFE\0\x04hi\xFF\xD9"]
        {
            assert_eq!(super::super::inspect_and_strip(bytes), Err(Damaged));
        }
    }
}
