//! Huffman codes of a JPEG (ITU-T T.81, annexes C and F.2.2.3).

use super::super::picture::PhotoError::{self, Damaged};
use super::bits::Bits;

/// Bits of the longest word.
const LONGEST: usize = 16;

/// A code: how many words there are of each length, and what they stand for, shortest first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Code {
    counts: [u8; LONGEST],
    symbols: Vec<u8>,
}

impl Code {
    /// The code that is described first in these bytes (annex B.2.4.2, behind class and number), and what follows it.
    pub(super) fn read(bytes: &[u8]) -> Result<(Self, &[u8]), PhotoError> {
        let (counts, rest) = bytes.split_first_chunk::<LONGEST>().ok_or(Damaged)?;
        let words = counts.iter().map(|n| usize::from(*n)).sum();
        let (symbols, rest) = rest.split_at_checked(words).ok_or(Damaged)?;
        // a code has no more words than fit, and says nothing twice: words that mean nothing would have room there
        let room = counts
            .iter()
            .try_fold(1_i64, |room, count| Some(room * 2 - i64::from(*count)).filter(|room| *room >= 0));
        let twice =
            symbols.iter().enumerate().any(|(at, symbol)| symbols.iter().take(at).any(|s| s == symbol));
        if room.is_none() || twice {
            return Err(Damaged);
        }
        Ok((Self { counts: *counts, symbols: symbols.to_vec() }, rest))
    }

    /// The description that [`Code::read`] reads.
    pub(super) fn described(&self) -> Vec<u8> {
        [self.counts.as_slice(), &self.symbols].concat()
    }

    /// What the next word stands for.
    pub(super) fn next(&self, bits: &mut Bits) -> Result<u8, PhotoError> {
        // words of one length follow one another; `first` is the first of this length, `at` its symbol
        let (mut word, mut first, mut at) = (0_usize, 0_usize, 0_usize);
        for count in self.counts {
            word = word << 1 | usize::from(bits.one()?);
            let count = usize::from(count);
            if word < first + count {
                return self.symbols.get(at + word - first).copied().ok_or(Damaged);
            }
            at += count;
            first = (first + count) << 1;
        }
        Err(Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_is_none_is_damage() {
        let described = |counts: &[u8], symbols: &[u8]| {
            let mut bytes = counts.to_vec();
            bytes.resize(LONGEST, 0);
            Code::read(&[&bytes, symbols].concat()).map(|(code, _)| code.symbols)
        };
        assert_eq!(described(&[2], &[1, 2]), Ok(vec![1, 2]));
        assert_eq!(described(&[3], &[1, 2, 3]), Err(Damaged), "three words of one bit");
        assert_eq!(described(&[0, 4], &[1, 2, 2, 3]), Err(Damaged), "two words for one thing");
        assert_eq!(described(&[0, 4], &[1, 2, 3]), Err(Damaged), "cut");
        let (code, _) = Code::read(&[&[1][..], &[0; 15], &[5]].concat()).unwrap();
        assert_eq!(code.next(&mut Bits::new(&[0xFE, 0xFE, 0xFE])), Err(Damaged), "a word that is not there");
        assert_eq!(code.next(&mut Bits::new(&[0xFF, 0xD9])), Err(Damaged), "the data is over");
    }
}
