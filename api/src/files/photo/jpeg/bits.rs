//! The bits of a scan's data, and what is kept of it.

use super::super::picture::PhotoError::{self, Damaged};

/// The bits of a scan. What was read is kept as it was written, and nothing else: bytes that no word reaches go.
pub(super) struct Bits<'a> {
    pub(super) rest: &'a [u8],
    pub(super) kept: Vec<u8>,
    pub(super) byte: u8,
    pub(super) left: u8,
}

impl<'a> Bits<'a> {
    /// At the beginning of a scan's data.
    pub(super) const fn new(rest: &'a [u8]) -> Self {
        Self { rest, kept: Vec::new(), byte: 0, left: 0 }
    }

    /// One bit.
    pub(super) fn one(&mut self) -> Result<u8, PhotoError> {
        if self.left == 0 {
            self.load()?;
        }
        self.left -= 1;
        Ok(self.byte >> self.left & 1)
    }

    /// Passes over so many bits.
    pub(super) fn skip(&mut self, mut count: u8) -> Result<(), PhotoError> {
        while count > self.left {
            count -= self.left;
            self.load()?;
        }
        self.left -= count;
        Ok(())
    }

    /// The next byte; 0xFF is written with a 0 behind it, so that it is no marker.
    fn load(&mut self) -> Result<(), PhotoError> {
        let length = match self.rest {
            [0xFF, 0x00, ..] => 2,
            [] | [0xFF, ..] => return Err(Damaged),
            _ => 1,
        };
        let (read, rest) = self.rest.split_at_checked(length).ok_or(Damaged)?;
        self.kept.extend_from_slice(read);
        (self.byte, self.left, self.rest) = (*read.first().ok_or(Damaged)?, 8, rest);
        Ok(())
    }

    /// Passes over a restart marker, which has to be next but for bytes that no word reaches.
    pub(super) fn restart(&mut self) -> Result<(), PhotoError> {
        self.left = 0;
        let marker = |w: &[u8]| matches!(w, [0xFF, next] if !matches!(next, 0 | 0xFF));
        let at = self.rest.windows(2).position(marker);
        match at.and_then(|at| self.rest.get(at..)) {
            Some([_, number @ 0xD0..=0xD7, rest @ ..]) => {
                self.kept.extend([0xFF, *number]);
                self.rest = rest;
                Ok(())
            }
            _ => Err(Damaged),
        }
    }
}
