//! The data of a JPEG's scan (ITU-T T.81, annex F): read word by word to where it ends, without computing a pixel, because no
//! library says where that is without decoding. Costs a few nanoseconds a bit and no memory but for what is kept.

use super::super::picture::PhotoError::{self, Damaged};
use super::bits::Bits;
use super::huffman::Code;

/// The last coefficient of a block.
const LAST: u8 = 63;
/// The word for a long run of zeros, and how many coefficients it stands for.
const LONG_RUN: (u8, u8) = (0xF0, 16);
/// Bits of the longest difference between first coefficients.
const LONGEST_FIRST: u8 = 15;

/// A component of a scan.
pub(super) struct Part<'a> {
    /// The component's.
    pub(super) id: u8,
    /// Blocks where it is alone.
    pub(super) blocks: usize,
    /// Blocks in a unit where it is not.
    pub(super) of_unit: usize,
    /// Code of the first coefficients.
    pub(super) first: &'a Code,
    /// Code of the others.
    pub(super) others: &'a Code,
    /// Which coefficients are anywhere not 0, one bit each.
    pub(super) used: u64,
}

/// Reads a scan's data: so many units of several parts, or all blocks of one; with a restart marker after each interval,
/// if it is not 0. What is kept of the data, and what follows it.
pub(super) fn walk<'a>(
    parts: &mut [Part],
    units: usize,
    interval: usize,
    data: &'a [u8],
) -> Result<(Vec<u8>, &'a [u8]), PhotoError> {
    let mut bits = Bits::new(data);
    let alone = if let [one] = &*parts { Some(one.blocks) } else { None };
    for unit in 0..alone.unwrap_or(units) {
        if interval > 0 && unit > 0 && unit % interval == 0 {
            bits.restart()?;
        }
        for part in &mut *parts {
            for _ in 0..alone.map_or(part.of_unit, |_| 1) {
                block(&mut bits, part)?;
            }
        }
    }
    Ok((bits.kept, bits.rest))
}

/// Passes over a block: a word for how many bits the first coefficient has, and those; then words for how many zeros come
/// before the next one, and its bits.
fn block(bits: &mut Bits, part: &mut Part) -> Result<(), PhotoError> {
    match part.first.next(bits)? {
        length @ ..=LONGEST_FIRST => bits.skip(length)?,
        _ => return Err(Damaged),
    }
    part.used |= 1;
    let mut at = 1;
    while at <= LAST {
        let word = part.others.next(bits)?;
        if word == LONG_RUN.0 {
            at += LONG_RUN.1;
        } else if word & 15 == 0 {
            return Ok(());
        } else {
            at += (word >> 4) + 1;
            if at > LAST + 1 {
                return Err(Damaged);
            }
            part.used |= 1 << (at - 1);
            bits.skip(word & 15)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_what_they_do_not_reach_goes() {
        // two words of one bit and two bits: 0 → 7, 10 → 9
        let mut described = vec![1, 1];
        described.extend([0; 14]);
        described.extend([7, 9, 42]);
        let (code, rest) = Code::read(&described).unwrap();
        assert_eq!((rest, code.described()), (&[42][..], described[..18].to_vec()));
        let mut bits =
            Bits::new(&[0b0100_1010, 0xFF, 0x00, b's', 0xFF, 0xFF, 0xD3, 0b0000_0000, 1, 2, 0xFF, 0xD9]);
        let words: Vec<u8> = (0..5).map(|_| code.next(&mut bits).unwrap()).collect();
        assert_eq!(words, [7, 9, 7, 9, 9]);
        bits.skip(8).unwrap();
        bits.restart().unwrap();
        assert_eq!(bits.one(), Ok(0));
        assert_eq!(bits.kept, [0b0100_1010, 0xFF, 0x00, 0xFF, 0xD3, 0]);
        assert_eq!(bits.rest, [1, 2, 0xFF, 0xD9]);
        assert_eq!(Bits::new(&[0xFF, 0xD9]).one(), Err(Damaged));
        assert_eq!(Bits::new(&[]).skip(1), Err(Damaged));
    }
}
