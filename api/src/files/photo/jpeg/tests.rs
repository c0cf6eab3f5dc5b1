//! JPEGs as encoders, cameras and others write them.

use super::super::inspect_and_strip;
use super::super::tests::{SECRET, differs, exif, holds, picture, stripped};
use super::*;
use image::ImageFormat;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

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

type Set = fn(&mut Encoder<&mut Vec<u8>>);

fn encode(width: u16, height: u16, kinds: &[(&'static str, ColorType, Set)]) -> Vec<(&'static str, Vec<u8>)> {
    let encode = |&(name, colour, set): &(&'static str, ColorType, Set)| {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 80);
        set(&mut encoder);
        let channels = match colour {
            ColorType::Luma => 1,
            ColorType::Cmyk => 4,
            _ => 3,
        };
        let pixels = usize::from(width) * usize::from(height) * channels;
        let pixels: Vec<u8> =
            (0_u32..).take(pixels).map(|n| (n * n / 7 + n / u32::from(width)).to_le_bytes()[0]).collect();
        encoder.encode(&pixels, width, height, colour).unwrap();
        (name, bytes)
    };
    kinds.iter().map(encode).collect()
}

/// Pictures of this size as different encoders write them.
pub(in super::super) fn encoded(width: u16, height: u16) -> Vec<(&'static str, Vec<u8>)> {
    let kinds: [(&str, ColorType, Set); 7] = [
        ("grey", ColorType::Luma, |_| {}),
        ("4:4:4", ColorType::Rgb, |e| e.set_sampling_factor(SamplingFactor::F_1_1)),
        ("4:2:0", ColorType::Rgb, |e| e.set_sampling_factor(SamplingFactor::F_2_2)),
        ("4:2:2 with restarts", ColorType::Rgb, |e| {
            e.set_sampling_factor(SamplingFactor::F_2_1);
            e.set_restart_interval(2);
        }),
        ("its own codes", ColorType::Rgb, |e| e.set_optimized_huffman_tables(true)),
        // the encoder writes a scan a component then
        ("its own codes, 4:2:0", ColorType::Rgb, |e| {
            e.set_sampling_factor(SamplingFactor::F_2_2);
            e.set_optimized_huffman_tables(true);
        }),
        ("four colours", ColorType::Cmyk, |_| {}),
    ];
    encode(width, height, &kinds)
}

/// Progressive pictures of this size.
pub(in super::super) fn progressive(width: u16, height: u16) -> Vec<(&'static str, Vec<u8>)> {
    let kinds: [(&str, ColorType, Set); 4] = [
        ("progressive grey", ColorType::Luma, |e| e.set_progressive(true)),
        ("progressive 4:4:4", ColorType::Rgb, |e| e.set_progressive(true)),
        ("progressive 4:2:0", ColorType::Rgb, |e| {
            e.set_progressive(true);
            e.set_sampling_factor(SamplingFactor::F_2_2);
        }),
        ("many scans, restarts", ColorType::Rgb, |e| {
            e.set_progressive_scans(20);
            e.set_restart_interval(3);
        }),
    ];
    encode(width, height, &kinds)
}

/// Where the scans' data ends: before each marker that ends it.
fn data_ends(bytes: &[u8]) -> Vec<usize> {
    let (mut at, mut ends) = (2, Vec::new());
    while bytes[at + 1] != EOI {
        let marker = bytes[at + 1];
        at += 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
        while marker == SOS && !(bytes[at] == 0xFF && bytes[at + 1] != 0) {
            at += 1;
            if bytes[at] == 0xFF && bytes[at + 1] & 0xF8 == 0xD0 {
                ends.push(at);
                at += 2;
            }
        }
        if marker == SOS {
            ends.push(at);
        }
    }
    ends
}

#[test]
fn what_no_word_of_the_data_reaches_goes() {
    for (name, whole) in encoded(53, 37) {
        let clean = inspect_and_strip(&whole).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((clean.width, clean.height), (53, 37), "{name}");
        let decode = |bytes: &[u8]| image::load_from_memory(bytes).unwrap();
        assert!(decode(&clean.bytes) == decode(&whole), "{name}");
        let ends = data_ends(&whole);
        assert!(!ends.is_empty());
        for end in ends {
            let planted = [&whole[..end], SECRET, &[0xFF, 0xFF, 0xFF], &whole[end..]].concat();
            assert_eq!(inspect_and_strip(&planted).as_ref(), Ok(&clean), "{name} at {end}");
        }
    }
}

#[test]
fn tables_that_no_scan_names_go() {
    let mut table = SECRET.to_vec();
    table.resize(64, b'.');
    let code = [[0; 7].as_slice(), &[18], &[0; 8], b"abcdefghijklmnopqr"].concat();
    for (name, whole) in encoded(53, 37) {
        let segments = [(DQT, [&[3], table.as_slice()].concat()), (DHT, [&[0x13], code.as_slice()].concat())];
        for (marker, content) in segments {
            let mut planted = whole[..2].to_vec();
            write(&mut planted, marker, &content);
            planted.extend(&whole[2..]);
            let photo = inspect_and_strip(&planted).unwrap();
            assert_eq!(photo, inspect_and_strip(&whole).unwrap(), "{name}");
        }
    }
}

#[test]
fn an_end_may_be_missing_and_a_maker_may_append() {
    let trailers: [&[u8]; 5] =
        [b"", b"\xFF\xD9SEFT", b"\xFF\xE9\xFF\xFFdata", SECRET, b"\xFF\xD8\xFF\xE1\0\x08Exif\0\0"];
    for (name, whole) in encoded(53, 37) {
        for trailer in trailers {
            let bytes = [&whole[..whole.len() - 2], trailer].concat();
            assert_eq!(inspect_and_strip(&bytes), inspect_and_strip(&whole), "{name} {trailer:?}");
        }
        let scan = whole.len() - 4;
        assert_eq!(inspect_and_strip(&whole[..scan]), Err(Damaged), "{name}: cut within its data");
    }
}

#[test]
fn a_picture_that_is_not_there_is_damage() {
    for (name, whole) in encoded(53, 37) {
        let at = whole.windows(2).position(|w| matches!(w, [0xFF, 0xC0..=0xC2])).unwrap();
        for (width, height) in [(12_000_u16, 4_000_u16), (54, 200)] {
            let mut claims = whole.clone();
            claims[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
            claims[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
            assert_eq!(inspect_and_strip(&claims), Err(Damaged), "{name} {width} × {height}");
        }
    }
}

#[test]
fn a_progressive_picture_is_written_anew() {
    for (name, whole) in progressive(53, 37) {
        let note = [b"Exif\0\0".as_slice(), &exif(6)].concat();
        let mut planted = whole[..2].to_vec();
        write(&mut planted, APP1, &note);
        write(&mut planted, APP2, &[ICC, b"\x01\x01", &icc::tests::profile(4)].concat());
        planted.extend(&whole[2..whole.len() - 2]);
        planted.extend(SECRET);
        for end in [&b"\xFF\xD9"[..], b"", b"\xFF\xD9SEFT"] {
            let photo = inspect_and_strip(&[planted.as_slice(), end].concat()).unwrap();
            assert!(!holds(&photo.bytes, SECRET) && photo.mime == "image/jpeg", "{name}");
            assert_eq!((photo.width, photo.height), (37, 53), "{name} is upright");
            // the profile's colours are those of a screen
            assert_eq!(holds(&photo.bytes, icc::tests::RED), name != "progressive grey");
            let kept = image::load_from_memory(&photo.bytes).unwrap();
            let far = differs(&kept, &image::load_from_memory(&whole).unwrap().rotate90());
            assert!(far < 40.0, "{name}: {far}");
            assert_eq!(inspect_and_strip(&photo.bytes).unwrap(), photo, "{name}");
        }
        let at = whole.windows(2).position(|w| matches!(w, [0xFF, SOF_PROGRESSIVE])).unwrap();
        for (width, height, wanted) in [
            (4_000_u16, 4_000_u16, Damaged),
            (4_097, 4_096, PhotoError::TooManyPixels),
            (12_000, 4_000, PhotoError::TooManyPixels),
        ] {
            let mut claims = whole.clone();
            claims[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
            claims[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
            assert_eq!(inspect_and_strip(&claims), Err(wanted), "{name} {width} × {height}");
        }
    }
}

/// A picture of one grey, as large as sensors are: words of one bit for "as before" and for "the rest is 0".
fn sensor(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xFF, SOI];
    write(&mut bytes, DQT, &[&[0][..], &[1; 64]].concat());
    let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
    write(&mut bytes, SOF_BASELINE, &[&[8], size.as_slice(), &[1, 1, 0x11, 0]].concat());
    for class in [0, 0x10] {
        write(&mut bytes, DHT, &[&[class, 1][..], &[0; 15], &[0]].concat());
    }
    write(&mut bytes, SOS, &[1, 1, 0, 0, 63, 0]);
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8);
    bytes.resize(bytes.len() + blocks.div_ceil(4), 0);
    bytes.extend([0xFF, EOI]);
    bytes
}

#[test]
fn sensors_of_today_fit() {
    for (width, height, fits) in [
        (8_192, 6_144, true),
        (16_320, 12_240, true),
        (16_384, 12_288, true),
        (40_000, 3_000, true),
        (20_000, 12_000, false),
    ] {
        let photo = inspect_and_strip(&sensor(width, height));
        let size = photo.map(|photo| (photo.width, photo.height));
        let wanted = if fits { Ok((width.into(), height.into())) } else { Err(PhotoError::TooManyPixels) };
        assert_eq!(size, wanted);
    }
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
fn the_thumbnail_of_jfif_goes_and_the_profiles_colours_stay() {
    let thumbnail = [b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x06".as_slice(), SECRET].concat();
    let profile = [ICC, b"\x01\x01", &icc::tests::profile(2)].concat();
    let plain = picture(40, 30, ImageFormat::Jpeg);
    let (first, rest) = segment(&plain[4..]).unwrap();
    assert!(first.starts_with(b"JFIF\0"));
    let mut bytes = plain[..2].to_vec();
    write(&mut bytes, APP0, &thumbnail);
    write(&mut bytes, APP2, &profile);
    bytes.extend(rest);
    assert!(holds(&stripped(&bytes, 1).bytes, icc::tests::RED));
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
    for bytes in [&b"\xFF\xD8\xFF\xD9"[..], b"\xFF\xD8\xFF\xFE\0\x01", b"\xFF\xD8\xFF\xFE\0\x04hi\xFF\xD9"] {
        assert_eq!(inspect_and_strip(bytes), Err(Damaged));
    }
}
