//! The frame of a JPEG (ITU-T T.81, annex B.2.2): how large the picture is and of how many blocks its components are.

use super::super::picture::PhotoError::{self, Damaged};
use super::super::picture::{MAX_PIXELS, fits};

/// Coefficients of a block.
const COEFFICIENTS: usize = 64;

/// A picture's frame, and how much of it the scans have brought.
pub(super) struct Frame {
    pub(super) marker: u8,
    /// The header's content, as it was.
    pub(super) header: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Units of a scan of several components.
    pub(super) units: usize,
    pub(super) components: Vec<Component>,
}

/// A component: brightness, a colour.
pub(super) struct Component {
    pub(super) id: u8,
    /// Its quantisation table.
    pub(super) quantised_by: u8,
    /// Blocks in a unit of a scan of several.
    pub(super) of_unit: usize,
    /// Blocks of a scan of its own.
    pub(super) blocks: usize,
    /// That table as it was when a scan brought the component.
    pub(super) table: Option<Vec<u8>>,
    /// Which coefficients are anywhere not 0, one bit each.
    pub(super) used: u64,
}

/// Width and height in the header of a frame of 8 bits, pixels.
pub(super) fn size(header: &[u8]) -> Option<(u32, u32)> {
    let [8, h1, h2, w1, w2] = header.first_chunk()? else { return None };
    let [height, width] = [[*h1, *h2], [*w1, *w2]].map(|side| u16::from_be_bytes(side).into());
    Some((width, height))
}

impl Frame {
    /// The frame with this header.
    pub(super) fn read(marker: u8, header: &[u8]) -> Result<Self, PhotoError> {
        let (width, height) = size(header).ok_or(Damaged)?;
        let Some(([count], listed)) = header.get(5..).and_then(<[u8]>::split_first_chunk) else {
            return Err(Damaged);
        };
        if !matches!(count, 1..=4) || listed.len() != 3 * usize::from(*count) {
            return Err(Damaged);
        }
        fits(width, height, MAX_PIXELS)?;
        let read = |listed: &[u8]| match listed {
            [id, sampling, quantised_by] => {
                let [h, v] = [sampling >> 4, sampling & 15];
                let known = matches!((h, v, quantised_by), (1..=4, 1..=4, 0..=3));
                known.then_some((*id, [usize::from(h), usize::from(v)], *quantised_by))
            }
            _ => None,
        };
        let listed: Vec<_> = listed.chunks_exact(3).map(read).collect::<Option<_>>().ok_or(Damaged)?;
        let most = |side: fn(&[usize; 2]) -> usize| listed.iter().map(|(_, s, _)| side(s)).max().unwrap_or(1);
        let most = [most(|s| s[0]), most(|s| s[1])];
        let size = [width, height].map(|side| usize::try_from(side).unwrap_or(usize::MAX));
        let [across, down] =
            [(size[0], most[0]), (size[1], most[1])].map(|(side, most)| side.div_ceil(8 * most));
        let component = |&(id, [h, v], quantised_by): &(u8, [usize; 2], u8)| Component {
            id,
            quantised_by,
            of_unit: h * v,
            blocks: (size[0] * h).div_ceil(most[0]).div_ceil(8) * (size[1] * v).div_ceil(most[1]).div_ceil(8),
            table: None,
            used: 0,
        };
        let components = listed.iter().map(component).collect();
        Ok(Self { marker, header: header.to_vec(), width, height, units: across * down, components })
    }

    /// Whether the scans have brought every component.
    pub(super) fn is_whole(&self) -> bool {
        self.components.iter().all(|c| c.table.is_some())
    }

    /// Whether no scan has come.
    pub(super) fn is_untouched(&self) -> bool {
        self.components.iter().all(|c| c.table.is_none())
    }

    /// The quantisation tables of its components, each once; what multiplies nothing but zeros is 1.
    pub(super) fn tables(&self) -> Result<Vec<Vec<u8>>, PhotoError> {
        let mut tables: Vec<(u8, &Vec<u8>, u64)> = Vec::new();
        for component in &self.components {
            let table = component.table.as_ref().ok_or(Damaged)?;
            match tables.iter_mut().find(|(number, ..)| *number == component.quantised_by) {
                Some((_, other, used)) if *other == table => *used |= component.used,
                // made anew between the scans: no encoder does
                Some(_) => return Err(Damaged),
                None => tables.push((component.quantised_by, table, component.used)),
            }
        }
        Ok(tables.into_iter().map(|(_, table, used)| of_use(table, used)).collect())
    }
}

/// A table, the byte before it included, of which only these factors are of use.
fn of_use(table: &[u8], used: u64) -> Vec<u8> {
    let one: &[u8] = if table.len() > COEFFICIENTS + 1 { &[0, 1] } else { &[1] };
    let (class, factors) = table.split_at_checked(1).unwrap_or_default();
    let factor =
        |(at, factor): (usize, &[u8])| if used >> at & 1 == 1 { factor.to_vec() } else { one.to_vec() };
    let factors = factors.chunks_exact(one.len()).enumerate().flat_map(factor);
    class.iter().copied().chain(factors).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(width: u16, height: u16, components: &[[u8; 3]]) -> Vec<u8> {
        let count = u8::try_from(components.len()).unwrap();
        [&[8], &height.to_be_bytes()[..], &width.to_be_bytes(), &[count], components.as_flattened()].concat()
    }

    #[test]
    fn blocks_are_those_of_the_format() {
        let colour = [[1, 0x22, 0], [2, 0x11, 1], [3, 0x11, 1]];
        let frame = Frame::read(0xC0, &header(17, 9, &colour)).unwrap();
        assert_eq!(frame.units, 2);
        assert_eq!(
            frame.components.iter().map(|c| (c.of_unit, c.blocks)).collect::<Vec<_>>(),
            [(4, 6), (1, 2), (1, 2)]
        );
        let grey = Frame::read(0xC0, &header(17, 9, &[[1, 0x22, 0]])).unwrap();
        assert_eq!(grey.components[0].blocks, 6);
    }

    #[test]
    fn what_is_no_frame_is_damage() {
        let one = [[1, 0x11, 0]];
        let mut deep = header(9, 9, &one);
        deep[0] = 12;
        for (bad, why) in [
            (header(0, 9, &one), "no width"),
            (header(9, 0, &one), "no height"),
            (header(9, 9, &[]), "no component"),
            (header(9, 9, &[[1, 0x11, 0]; 5]), "five"),
            (header(9, 9, &[[1, 0x51, 0]]), "sampling"),
            (header(9, 9, &[[1, 0x10, 0]]), "sampling"),
            (header(9, 9, &[[1, 0x11, 4]]), "table"),
            ([header(9, 9, &one), vec![1]].concat(), "surplus"),
            (header(9, 9, &one)[..8].to_vec(), "cut"),
            (deep, "12 bits, which no browser shows"),
        ] {
            assert!(matches!(Frame::read(0xC0, &bad), Err(Damaged)), "{why}");
        }
    }
}
