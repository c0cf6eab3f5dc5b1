//! The one thing kept of EXIF: which way up the picture is.

use image::metadata::Orientation;

/// What some containers write before the block itself.
const PREFIX: &[u8] = b"Exif\0\0";

/// The orientation of an EXIF block (2 to 8), if it says that the picture must be turned.
pub(super) fn orientation(block: &[u8]) -> Option<u8> {
    let block = block.strip_prefix(PREFIX).unwrap_or(block);
    Orientation::from_exif_chunk(block).map(Orientation::to_exif).filter(|turned| *turned != 1)
}

/// An EXIF block that holds this orientation and nothing else: big-endian header, one directory of one entry (tag
/// 0x0112, type 3 short, count 1, left-justified value), no next directory.
pub(super) fn only_orientation(turned: u8) -> Vec<u8> {
    let mut block = b"MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    block.extend([turned, 0, 0, 0, 0, 0, 0]);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for turned in 2..=8 {
            let block = only_orientation(turned);
            assert_eq!((block.len(), orientation(&block)), (26, Some(turned)));
            assert_eq!(orientation(&[PREFIX, &block].concat()), Some(turned));
        }
    }

    #[test]
    fn upright_broken_and_absent_are_nothing() {
        for turned in [0, 1, 9, 255] {
            assert_eq!(orientation(&only_orientation(turned)), None);
        }
        let block = only_orientation(6);
        for length in 0..20 {
            assert_eq!(orientation(&block[..length]), None);
        }
        assert_eq!(orientation(b"MM\0\x2A\xFF\xFF\xFF\xFF"), None);
    }
}
