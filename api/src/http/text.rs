//! One form for everything that is searched: names of areas, their aliases, titles.
//!
//! The fold works character by character, so a part of a name folds to a part of the folded name; phrase
//! converters do not keep that, and those with a dictionary cost 24 MB. The table is described in `data/README.md`.

use domain::words::text::twins;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Traditional and variant characters with their simplified ones, a pair a line; `#` starts a comment.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = include_str!("../../data/simplified.txt").lines().filter(|line| !line.starts_with('#'));
    pairs.filter_map(|line| Option::zip(line.chars().next(), line.chars().nth(1))).collect()
});

/// The text as it is compared in a search: traditional as simplified characters, every character its plain twin
/// ([`domain::words::text::twins`]: halfwidth, one kind of dash, nothing invisible), no accents, lower case, every run of
/// blanks one space, none at the ends.
///
/// Both sides of a comparison must be folded; the result is for comparing and never for showing (乾 and 干 become
/// one). Folding twice changes nothing.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(twins).filter(|c| !is_accent(*c)) {
        if c != ' ' {
            folded.extend(SIMPLIFIED.get(&c).copied().unwrap_or(c).to_lowercase());
        } else if !(folded.is_empty() || folded.ends_with(' ')) {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// What an order is found by, folded: its title, and its external number in a line of its own.
#[must_use]
pub fn searched(title: &str, external_number: Option<&str>) -> String {
    let mut searched = fold(title);
    if let Some(number) = external_number {
        searched.push('\n');
        searched.push_str(&fold(number));
    }
    searched
}

/// Combining marks of Latin, Greek and Cyrillic letters: `lǜ` is typed `lu`.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_finds_simplified() {
        for (typed, stored) in [
            ("東城街道", "东城街道"),
            ("寧夏回族自治區", "宁夏回族自治区"),
            ("瀋陽", "沈阳"),
            ("鎮寧布依族苗族自治縣", "镇宁布依族苗族自治县"),
            ("樓棟單元號", "楼栋单元号"),
            ("裏", "里"),
            ("裡", "里"),
            ("乾淨", "干净"),
            ("群眾", "羣衆"),
        ] {
            assert_eq!(fold(typed), fold(stored), "{typed}");
        }
        assert_eq!(fold("東城街道"), "东城街道");
    }

    #[test]
    fn width_case_and_blanks_do_not_matter() {
        assert_eq!(fold("　Ａ座　１２０３\t\n Ｂ "), "a座 1203 b");
        assert_eq!(fold("东\u{200B}城\u{FEFF}街\u{0000}道"), "东城街道");
        assert_eq!(fold("（ＤＬ－２６１１２２）"), "(dl-261122)");
        assert_eq!(fold("３—２–５０１漏水"), "3-2-501漏水");
        assert_eq!(fold("Lǜ CAFÉ e\u{301} ①㎡"), "lu cafe e 1m2");
        for empty in ["", " ", "\u{3000}\u{200B}\u{FEFF}"] {
            assert_eq!(fold(empty), "");
        }
    }

    #[test]
    fn a_part_of_a_text_folds_to_a_part() {
        for text in ["東城街道辦事處", "臺灣路乾淨後街", "İstanbul 路", "e\u{301}①\u{202D}3—2"]
        {
            let chars: Vec<char> = text.chars().collect();
            for from in 0..chars.len() {
                let part: String = chars[from..].iter().collect();
                assert!(fold(text).contains(&fold(&part)), "{part}");
            }
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        assert!(SIMPLIFIED.len() > 3_000);
        for (traditional, simplified) in SIMPLIFIED.iter() {
            assert_eq!(fold(&traditional.to_string()), fold(&simplified.to_string()));
            assert!(!SIMPLIFIED.contains_key(simplified), "{traditional}{simplified}");
        }
        for line in include_str!("../../data/areas.csv").lines() {
            assert_eq!(fold(&fold(line)), fold(line));
        }
    }

    #[test]
    fn simplified_names_stay_as_they_are() {
        for name in include_str!("../../data/areas.csv").lines().filter_map(|line| line.split(',').nth(2)) {
            assert_eq!(fold(name), name);
        }
    }
}
