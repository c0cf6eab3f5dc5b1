//! Masking of an address: kept up to the compound, village or road, without building, entrance, floor and room.
//!
//! An address is read from left to right as pieces of text between *door parts* (`12号`, `3号楼`, `A座`, `501室`).
//! Of each piece the part up to a place word is kept; the first door part inside a compound ends the reading, since
//! what follows can only say more about whose door it is. No number survives, in whatever script it is written.

use super::redact::redact;
use crate::phone;

/// How much of an address is read, characters; longer ones are cut.
const LONGEST: usize = 200;
/// The longest compound name without a place word (恒大名都) that is kept before a building number, characters.
const LONGEST_NAME: usize = 12;
/// What stands for everything left out.
const LEFT_OUT: &str = "***";

/// Words that end the name of a compound: nothing after them is kept.
const COMPOUNDS: [&str; 7] = ["小区", "花园", "家园", "公寓", "大厦", "家属院", "广场"];
/// If one of these follows, the compound's word is part of another name (花园路, 家园社区).
const NOT_A_COMPOUND: &str = "路街道巷村镇乡社小花家公";
/// Words that end the name of a place of which more may follow.
const PLACES: [&str; 26] = [
    "省", "市", "州", "盟", "县", "区", "旗", "镇", "乡", "街道", "村", "社区", "庄", "屯", "寨", "路", "街",
    "大道", "巷", "胡同", "里", "苑", "园", "府", "城", "庭",
];

/// How a unit word of a door part reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// A number on a road or in a village; a compound's name may follow.
    House,
    /// A building: what stands before it is the compound's name.
    Building,
    /// A part of a building.
    Inside,
    /// No door: a number within a name (阳光100小区). It goes, the name stays.
    Name,
}

/// Unit words, longer ones first. The last column: they count after a Chinese numeral even if no door part came
/// before (三门峡 and 八户村 are names, 三室 is not).
const UNITS: [(&str, Unit, bool); 19] = [
    ("号楼", Unit::Building, true),
    ("号院", Unit::House, true),
    ("号", Unit::House, true),
    ("栋", Unit::Building, true),
    ("幢", Unit::Building, true),
    ("座", Unit::Building, false),
    ("单元", Unit::Inside, true),
    ("楼层", Unit::Inside, true),
    ("楼", Unit::Inside, true),
    ("层", Unit::Inside, true),
    ("室", Unit::Inside, true),
    ("户", Unit::Inside, false),
    ("房", Unit::Inside, false),
    ("门", Unit::Inside, false),
    ("排", Unit::Inside, false),
    ("铺", Unit::House, false),
    ("院", Unit::House, false),
    ("弄", Unit::House, true),
    ("组", Unit::House, true),
];

/// The address up to its compound, village or road: `大荔县东城街道阳光小区3号楼2单元501室` becomes
/// `大荔县东城街道阳光小区***`. An address of which no place can be told is `***`.
#[must_use]
pub fn mask_address(address: &str) -> String {
    let plain: Vec<char> = address.chars().map(halfwidth).take(LONGEST).collect();
    let mut kept = Kept::default();
    let mut piece = String::new();
    let mut rest = plain.as_slice();
    let mut seen = false;
    while let (Some((first, tail)), false) = (rest.split_first(), kept.closed) {
        if let Some((unit, behind)) = door(rest, seen) {
            kept.left_out = true;
            rest = behind;
            if unit == Unit::Name {
                continue;
            }
            // A number right behind a number (12号院501) is inside already.
            kept.closed |= unit != Unit::House || (seen && piece.is_empty());
            kept.take(&piece, unit == Unit::Building);
            piece.clear();
            seen = true;
        } else {
            piece.push(*first);
            rest = tail;
        }
    }
    kept.left_out |= !rest.is_empty() || address.chars().count() > LONGEST;
    if !kept.closed {
        kept.take(&piece, false);
    }
    kept.finish()
}

/// What is kept of an address so far.
#[derive(Default)]
struct Kept {
    text: String,
    left_out: bool,
    closed: bool,
}

impl Kept {
    /// Keeps of a piece what names a place.
    fn take(&mut self, piece: &str, before_building: bool) {
        let piece = piece.trim_matches(|c: char| !c.is_alphanumeric());
        let compound = compound_end(piece);
        let place = PLACES.iter().filter_map(|w| piece.rfind(w).map(|at| at + w.len())).max().unwrap_or(0);
        let name = piece.get(place..).unwrap_or_default().chars().count();
        let end = match compound {
            Some(end) => end,
            None if before_building && name <= LONGEST_NAME => piece.len(),
            None => place,
        };
        self.closed |= compound.is_some();
        self.left_out |= end < piece.len();
        self.text.push_str(piece.get(..end).unwrap_or_default());
    }

    fn finish(self) -> String {
        let text = redact(&self.text);
        if text.is_empty() || self.left_out { text + LEFT_OUT } else { text }
    }
}

/// Where the first compound name of the piece ends, bytes.
fn compound_end(piece: &str) -> Option<usize> {
    let ends = COMPOUNDS.iter().flat_map(|word| piece.match_indices(word).map(|(at, w)| at + w.len()));
    let follows = |end: &usize| piece.get(*end..).and_then(|rest| rest.chars().next());
    ends.filter(|end| !follows(end).is_some_and(|c| NOT_A_COMPOUND.contains(c))).min()
}

/// The door part at the start of the text, and what lies behind it.
fn door(text: &[char], seen: bool) -> Option<(Unit, &[char])> {
    if matches!(text, ['号' | '室', ..]) {
        return Some((Unit::Inside, text.get(1..)?));
    }
    let length = text.iter().take_while(|c| in_number(**c)).count();
    let run = text.get(..length).filter(|run| !run.is_empty())?;
    let behind = text.get(length..)?;
    let joined = run.iter().any(|c| matches!(c, '-' | '/' | '#'));
    let unit =
        UNITS.iter().find(|(word, ..)| word.chars().eq(behind.iter().copied().take(word.chars().count())));
    let written = run.iter().any(|c| c.is_numeric());
    let latin = run.iter().all(char::is_ascii_alphabetic);
    match unit {
        Some((word, unit, sure)) if written || *sure || latin || seen => {
            let unit = if joined { Unit::Inside } else { *unit };
            Some((unit, behind.get(word.chars().count()..)?))
        }
        _ if written && joined => Some((Unit::Inside, behind)),
        _ if written && starts_with_place(behind) => Some((Unit::Name, behind)),
        _ if written || run.iter().filter(|c| phone::digit(**c).is_some()).count() > 2 => {
            Some((Unit::House, behind))
        }
        _ => None,
    }
}

fn starts_with_place(text: &[char]) -> bool {
    let start: String = text.iter().take(3).collect();
    COMPOUNDS.iter().chain(&PLACES).any(|word| start.starts_with(word))
}

/// Whether the character may be part of a door's number: digits of any script, Chinese numerals, letters, joints.
fn in_number(c: char) -> bool {
    c.is_numeric()
        || c.is_ascii_alphabetic()
        || phone::digit(c).is_some()
        || matches!(c, '第' | '十' | '百' | '两' | '甲' | '乙' | '丙' | '丁' | '-' | '/' | '#')
}

/// Fullwidth letters, digits and signs as their ASCII twins, dashes as hyphens.
fn halfwidth(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '−' | '~' | '～' => '-',
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses() {
        for (address, masked) in [
            ("大荔县东城街道阳光小区3号楼2单元501室", "大荔县东城街道阳光小区***"),
            ("大荔县东城街道阳光小区", "大荔县东城街道阳光小区"),
            ("陕西省渭南市大荔县城关镇人民路１２号", "陕西省渭南市大荔县城关镇人民路***"),
            ("人民路12号阳光小区3栋501", "人民路阳光小区***"),
            ("范家镇大榜村3组12号王小明家", "范家镇大榜村***"),
            ("东方明珠5栋1单元1501", "东方明珠***"),
            ("阳光小区三号楼二单元五零一室", "阳光小区***"),
            ("阳光小区A座1203", "阳光小区***"),
            ("阳光小区3-2-501", "阳光小区***"),
            ("阳光小区③号楼", "阳光小区***"),
            ("河南省三门峡市湖滨区五一路", "河南省三门峡市湖滨区五一路"),
            ("花园路阳光家园二期八号楼", "花园路阳光家园***"),
            ("阳光100小区9号", "阳光小区***"),
            ("东大村13812345678王小明", "东大村***"),
            ("501室", "***"),
            ("王小明家", "***"),
            ("", "***"),
            ("号室号室", "***"),
        ] {
            assert_eq!(mask_address(address), masked, "{address}");
        }
    }

    #[test]
    fn a_very_long_text_is_cut() {
        let masked = mask_address(&"人民路".repeat(100_000));
        assert!(masked.chars().count() <= LONGEST + 3);
        assert!(masked.ends_with(LEFT_OUT));
    }

    fn clean(masked: &str) -> bool {
        !masked.chars().any(|c| c.is_numeric() || c == '号' || c == '室')
    }

    proptest! {
        #[test]
        fn no_door_survives(
            road in "(人民路|解放街|东城街道|北关村)?",
            compound in "(阳光小区|东方明珠|幸福家园|恒大城)?",
            building in "[0-9０-９]{1,2}(号楼|栋|幢|座|号院)",
            entrance in "([0-9一二三]单元)?",
            room in "[0-9０-９]{3,4}(室|号|户)?",
            tail in "(王小明收|李家村的人|后门)?",
        ) {
            let masked = mask_address(&format!("{road}{compound}{building}{entrance}{room}{tail}"));
            prop_assert!(clean(&masked), "{}", masked);
            prop_assert!(masked.starts_with(&road), "{}", masked);
            prop_assert!(!masked.contains("单元") && !masked.contains("王小明") && !masked.contains("李家"));
        }

        #[test]
        fn no_number_survives_in_any_text(text in "\\PC{0,60}") {
            prop_assert!(clean(&mask_address(&text)));
        }

        #[test]
        fn no_number_survives_in_hostile_text(text in "[0-9０-９一三八号室楼单元村路小区A\\-、 ①٣]{0,40}") {
            prop_assert!(clean(&mask_address(&text)), "{}", mask_address(&text));
        }
    }
}
