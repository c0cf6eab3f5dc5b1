//! The rows that a PNG's data is made of (PNG specification, third edition, clauses 7 and 8): counted as they are
//! unpacked, none kept.

/// The largest number of a filter.
const FILTERS: u8 = 4;
/// Where the passes of an interlaced picture begin, and how far their pixels are apart: column, row, columns, rows.
const PASSES: [[u64; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

/// What is still to come.
pub(super) struct Rows {
    /// Rows and bytes a row, last pass first.
    passes: Vec<(u64, u64)>,
    /// Bytes of the row that was begun.
    left: u64,
}

impl Rows {
    /// Those of a picture of this size with so many bits a pixel.
    pub(super) fn of(width: u32, height: u32, bits: u64, interlaced: bool) -> Self {
        let (width, height) = (u64::from(width), u64::from(height));
        let row = |pixels: u64| (pixels * bits).div_ceil(8);
        let mut passes = vec![(height, row(width))];
        if interlaced {
            let pass = |[column, first, columns, rows]: [u64; 4]| {
                let pixels = width.saturating_sub(column).div_ceil(columns);
                (height.saturating_sub(first).div_ceil(rows), row(pixels))
            };
            passes = PASSES.map(pass).into_iter().rev().collect();
        }
        passes.retain(|(rows, bytes)| *rows > 0 && *bytes > 0);
        Self { passes, left: 0 }
    }

    /// Takes the next bytes. False when they are no rows: a filter that is not there, or more than the picture has.
    pub(super) fn take(&mut self, mut bytes: &[u8]) -> bool {
        while let [filter, rest @ ..] = bytes {
            if self.left == 0 {
                let Some((rows, row)) = self.passes.last_mut() else { return false };
                if *filter > FILTERS {
                    return false;
                }
                self.left = *row;
                *rows -= 1;
                if *rows == 0 {
                    self.passes.pop();
                }
                bytes = rest;
                continue;
            }
            let there = u64::try_from(bytes.len()).unwrap_or(u64::MAX).min(self.left);
            self.left -= there;
            bytes = usize::try_from(there).ok().and_then(|there| bytes.get(there..)).unwrap_or_default();
        }
        true
    }

    /// Whether all of them have come.
    pub(super) fn whole(&self) -> bool {
        self.passes.is_empty() && self.left == 0
    }
}
