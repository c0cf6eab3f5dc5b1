//! Masking of an address: of what somebody wrote, only the names stay that the area tree itself has for the place.
//!
//! Nothing is guessed from words (城, 村 and 里 are family names and parts of them, too): town, community and compound
//! stay where the tree knows them as areas of the order, and are public anyway; house, family and person are stars.

use crate::words::text;
use std::cmp::Reverse;

/// How much of an address is read, characters; longer ones are cut.
const LONGEST: usize = 200;
/// What stands for everything left out.
const LEFT_OUT: &str = "***";
/// The shortest name that is looked for, characters: a single one is found in anybody's name.
const SHORTEST: usize = 2;

/// An area by its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The name that people are shown, which is the one kept.
    pub shown: String,
    /// Other names under which it may be written.
    pub others: Vec<String>,
}

/// The address with everything left out that is no name of these places: the areas of the order, outermost first, down to
/// the compound. `大荔县东城街道阳光小区3号楼2单元501室` becomes `大荔县东城街道阳光小区***` where the compound is an
/// area, and `大荔县东城街道***` where it is none. Masked again it stays as it is.
#[must_use]
pub fn mask_address(address: &str, places: &[Place]) -> String {
    let written: Vec<char> = address.chars().take(LONGEST).flat_map(text::twins).collect();
    let names: Vec<(usize, Vec<char>)> = places.iter().enumerate().flat_map(names_of).collect();
    let mut kept = String::new();
    let (mut at, mut next) = (0, 0);
    let mut left_out = false;
    while let Some(rest) = written.get(at..).filter(|rest| !rest.is_empty()) {
        let found = names.iter().filter(|(place, name)| *place >= next && begins(rest, name));
        // the longest name that stands here, of two the outer area's
        let found = found.max_by_key(|(place, name)| (name.len(), Reverse(*place)));
        if let Some((place, name)) = found {
            kept.push_str(if left_out { LEFT_OUT } else { "" });
            kept.push_str(places.get(*place).map_or("", |area| &area.shown));
            (at, next, left_out) = (at + name.len(), place + 1, false);
        } else {
            left_out |= rest.first().is_some_and(|c| c.is_alphanumeric() || *c == '*');
            at += 1;
        }
    }
    let cut = address.chars().count() > LONGEST;
    if left_out || cut || kept.is_empty() { kept + LEFT_OUT } else { kept }
}

/// The names of a place with its position, as they are compared.
fn names_of((at, place): (usize, &Place)) -> impl Iterator<Item = (usize, Vec<char>)> {
    let names = std::iter::once(&place.shown).chain(&place.others);
    names
        .map(move |name| (at, text::plain(name).chars().collect::<Vec<_>>()))
        .filter(|(_, n)| n.len() >= SHORTEST)
}

fn begins(text: &[char], name: &[char]) -> bool {
    text.len() >= name.len() && text.iter().zip(name).all(|(c, n)| c.to_lowercase().eq(n.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The areas of an order in 阳光小区 of 大榜村, each with its display name, official name and aliases.
    fn places() -> Vec<Place> {
        let place = |names: &[&str]| Place {
            shown: names[0].to_owned(),
            others: names[1..].iter().map(|name| (*name).to_owned()).collect(),
        };
        vec![
            place(&["陕西省"]),
            place(&["渭南市"]),
            place(&["大荔县", "大荔"]),
            place(&["范家镇", "范家镇人民政府"]),
            place(&["大榜村", "大榜村村民委员会", "榜"]),
            place(&["阳光100小区"]),
        ]
    }

    #[test]
    fn only_the_trees_own_names_stay() {
        for (address, masked) in [
            ("大榜村王小城家", "大榜村***"),
            ("大榜村委会西侧第二户", "大榜村***"),
            ("范家镇大榜村3组12号王小明家", "范家镇大榜村***"),
            (
                "陕西省渭南市大荔县范家镇大榜村阳光100小区3号楼2单元501室",
                "陕西省渭南市大荔县范家镇大榜村阳光100小区***",
            ),
            ("大荔县范家镇", "大荔县范家镇"),
            ("大荔 范家镇，大榜村村民委员会", "大荔县范家镇大榜村"),
            ("大荔县人民路12号大榜村", "大荔县***大榜村"),
            ("陕西大荔县范家镇", "***大荔县范家镇"),
            ("陽光100小区", "***"),
            ("阳光１００小区A座1203", "阳光100小区***"),
            ("大榜村大荔县", "大榜村***"),
            ("东城街道阳光小区3号楼", "***"),
            ("王家村王家城", "***"),
            ("榜眼王小城", "***"),
            ("王小明家", "***"),
            ("501室", "***"),
            ("3-2-501", "***"),
            ("*", "***"),
            ("", "***"),
            ("，。", "***"),
        ] {
            let once = mask_address(address, &places());
            assert_eq!(once, masked, "{address}");
            assert_eq!(mask_address(&once, &places()), masked, "again: {address}");
            assert_eq!(mask_address(address, &[]), "***", "without a tree: {address}");
        }
    }

    #[test]
    fn a_very_long_text_is_cut() {
        let masked = mask_address(&"大荔县".repeat(100_000), &places());
        assert_eq!(masked, "大荔县***");
    }

    proptest! {
        #[test]
        fn nothing_else_survives(
            town in "(范家镇|大荔县范家镇|)", village in "(大榜村|大榜村委会|)",
            rest in "[王李张][小大]?[城村里花园苑府](家|的院子|第二户)?[0-9０-９一二]{0,4}(号|室|户|单元)?",
        ) {
            let masked = mask_address(&format!("{town}{village}{rest}"), &places());
            let mut left = masked.clone();
            for place in places() {
                left = left.replacen(&place.shown, "", 1);
            }
            prop_assert!(left.chars().all(|c| c == '*'), "{}", masked);
            prop_assert!(masked.ends_with("***"));
        }

        #[test]
        fn no_text_survives_without_a_tree(text in "\\PC{0,60}") {
            prop_assert_eq!(mask_address(&text, &[]), "***");
        }

        #[test]
        fn masked_again_it_stays(text in "(大荔县|大荔|范家镇|大榜村|[ ，*1城号A]){0,12}") {
            let once = mask_address(&text, &places());
            prop_assert_eq!(mask_address(&once, &places()), once);
        }
    }
}
