//! Log-in names: which there are, and in which spellings one is known.

use crate::words::text::plain;

/// A log-in name as it is kept: in plain letters, digits and signs, without blanks and invisible ones.
#[must_use]
pub fn read(text: &str) -> String {
    plain(text).split(' ').collect()
}

/// A log-in name as it is asked for: as it is kept, and small. Every name that is [sound](is_sound) is its own.
///
/// ```
/// assert_eq!(domain::people::login::folded("\u{202A}Ｗang.XM\u{202C}\r\n"), "wang.xm");
/// ```
#[must_use]
pub fn folded(text: &str) -> String {
    read(text).to_lowercase()
}

/// Whether this may be a log-in name: 3 to 32 of `a-z 0-9 _ . -`.
#[must_use]
pub fn is_sound(name: &str) -> bool {
    let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-');
    (3..=32).contains(&name.len()) && name.chars().all(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_every_spelling() {
        for typed in [
            "wang.xm-1_a",
            " wang.xm-1_a\r\n",
            "WANG.xm–1_A",
            "ｗang．xm－1＿a",
            "\u{FEFF}wang.\u{200B}xm-1_a",
            "wang. xm-1_a",
        ] {
            assert_eq!(folded(typed), "wang.xm-1_a", "{typed:?}");
            assert!(is_sound(&folded(typed)));
        }
        assert_eq!(read("Wang"), "Wang");
        for bad in ["", "ab", "Wang", "王小明", "a b c", &"a".repeat(33)] {
            assert!(!is_sound(bad), "{bad}");
        }
    }
}
