//! Colour profiles (ICC.1:2022): only what a colour is computed from. Profiles of screens name the machine, its maker and
//! sometimes its serial number or owner; words, dates and private tags go.

/// A profile's header, bytes; the table of tags follows it.
const HEADER: usize = 128;
/// More tags than any profile has.
const MAX_TAGS: usize = 100;
/// The largest profile, bytes.
const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Kept tags: white and black, the channels' colours and curves, tables between device and connection space, and the
/// code points of video.
const KEPT: [&[u8; 4]; 21] = [
    b"wtpt", b"bkpt", b"chad", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"A2B0",
    b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"D2B0", b"B2D0", b"gamt", b"lumi", b"cicp",
];
/// Types of tags that hold numbers.
const NUMBERS: [&[u8; 4]; 9] =
    [b"XYZ ", b"curv", b"para", b"sf32", b"mft1", b"mft2", b"mAB ", b"mBA ", b"cicp"];

/// The profile with colours alone, if it is one. What lies behind its stated size is not read.
pub(super) fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let size = usize::try_from(number(bytes, 0)?).ok()?;
    let profile = bytes.get(..size).filter(|profile| profile.len() <= MAX_BYTES)?;
    let (header, tags) = profile.split_first_chunk::<HEADER>()?;
    let (version, space) = (*header.get(8)?, header.get(12..24)?);
    if header.get(36..40)? != b"acsp" {
        return None;
    }
    let count = usize::try_from(number(tags, 0)?).ok().filter(|count| *count <= MAX_TAGS)?;
    let mut kept: Vec<(&[u8], &[u8])> = Vec::new();
    for tag in tags.get(4..4 + 12 * count)?.chunks_exact(12) {
        let name = tag.get(..4)?;
        let [at, length] = [4, 8].map(|at| number(tag, at).and_then(|n| usize::try_from(n).ok()));
        let data = profile.get(at?..)?.get(..length?)?;
        if KEPT.iter().any(|k| *k == name) && NUMBERS.iter().any(|n| data.starts_with(*n)) {
            kept.push((name, data));
        }
    }
    // A profile without a name is refused by some readers.
    let words =
        if version < 4 { [old_words(), b"text\0\0\0\0-\0".to_vec()] } else { [new_words(), new_words()] };
    kept.push((b"desc", &words[0]));
    kept.push((b"cprt", &words[1]));
    let mut fresh = [0; HEADER];
    // version, class, colour space, connection space; `acsp`; intent and white
    for (from, to) in [(8, 12), (36, 40), (64, 80)] {
        fresh.get_mut(from..to)?.copy_from_slice(header.get(from..to)?);
    }
    fresh.get_mut(12..24)?.copy_from_slice(space);
    write(fresh, &kept)
}

/// A profile of these tags; those with the same data share it.
fn write(mut header: [u8; HEADER], tags: &[(&[u8], &[u8])]) -> Option<Vec<u8>> {
    let start = HEADER + 4 + 12 * tags.len();
    let mut table = u32::try_from(tags.len()).ok()?.to_be_bytes().to_vec();
    let (mut body, mut there): (Vec<u8>, Vec<(&[u8], usize)>) = (Vec::new(), Vec::new());
    for (name, data) in tags {
        let at = match there.iter().find(|(written, _)| written == data) {
            Some((_, at)) => *at,
            None => {
                let at = start + body.len();
                body.extend_from_slice(data);
                body.resize(body.len().next_multiple_of(4), 0);
                there.push((data, at));
                at
            }
        };
        table.extend_from_slice(name);
        table.extend(u32::try_from(at).ok()?.to_be_bytes());
        table.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    }
    let size = u32::try_from(start + body.len()).ok()?.to_be_bytes();
    header.get_mut(..4)?.copy_from_slice(&size);
    Some([header.as_slice(), &table, &body].concat())
}

/// `-` as version 2 writes descriptions: ASCII, no Unicode, no script code.
fn old_words() -> Vec<u8> {
    let mut words = b"desc\0\0\0\0\0\0\0\x02-\0".to_vec();
    words.resize(words.len() + 4 + 4 + 2 + 1 + 67, 0);
    words
}

/// `-` as version 4 writes words: one record, English, 2 bytes at 28.
fn new_words() -> Vec<u8> {
    b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x02\0\0\0\x1c\0-".to_vec()
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_be_bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::tests::{SECRET, holds};
    use super::*;

    /// Its red, which must stay.
    pub(in super::super) const RED: &[u8] = b"XYZ \0\0\0\0\0\0\x6f\xa2\0\0\x38\xf5\0\0\x03\x90";

    /// A profile of this version as screens have it, with the secret wherever there is room.
    pub(in super::super) fn profile(version: u8) -> Vec<u8> {
        let mut header = [0; HEADER];
        header[4..8].copy_from_slice(&SECRET[..4]);
        header[8] = version;
        header[12..24].copy_from_slice(b"mntrRGB XYZ ");
        header[36..40].copy_from_slice(b"acsp");
        header[100..118].copy_from_slice(&SECRET[..18]);
        let hidden = [b"XYZ ", SECRET].concat();
        let tags: &[(&[u8], &[u8])] =
            &[(b"desc", SECRET), (b"rXYZ", RED), (b"gXYZ", RED), (b"mmod", &hidden), (b"wtpt", SECRET)];
        [write(header, tags).unwrap(), SECRET.to_vec()].concat()
    }

    #[test]
    fn colours_stay_and_words_go() {
        for version in [2, 4] {
            let profile = profile(version);
            let clean = clean(&profile).unwrap();
            assert!(holds(&clean, RED) && holds(&clean, b"mntrRGB XYZ ") && !holds(&clean, SECRET));
            assert!(!holds(&clean, &SECRET[..4]) && !holds(&clean, b"mmod") && !holds(&clean, b"wtpt"));
            assert_eq!(number(&clean, 0), u32::try_from(clean.len()).ok());
            assert_eq!(super::clean(&clean).unwrap(), clean, "nothing more goes");
            for cut in 0..profile.len() - SECRET.len() {
                assert_eq!(super::clean(&profile[..cut]), None, "{cut}");
            }
        }
    }

    #[test]
    fn what_is_no_profile_goes() {
        assert_eq!(clean(SECRET), None);
        assert_eq!(clean(&[0; 200]), None);
        let mut broken = profile(4);
        broken[HEADER + 4 + 4..][..4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(clean(&broken), None, "a tag from behind the end");
    }
}
