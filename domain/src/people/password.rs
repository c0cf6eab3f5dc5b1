//! Passwords: the spellings in which one is accepted, and which nobody may choose.
//!
//! A person's own password is taken as typed, but for the blanks, line ends and invisible signs at its ends that pasting adds
//! (one that was chosen with blanks there before still opens as typed).
//! It is not brought into a normal form (NFKC): what was typed can be typed again, and what is stored was hashed so. A
//! password that somebody was given, on paper or by message, is read instead: blanks, widths and kinds of dashes do not
//! matter ([`read`]).

use crate::words::text::{is_blank, is_break, is_invisible, plain};
use chrono::NaiveDate;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Shortest password, characters (MINIPROGRAM.md: 8 of 3 classes).
const SHORTEST: usize = 8;
/// Longest password, bytes.
pub const LONGEST: usize = 128;
/// Classes of characters a password needs.
const CLASSES: usize = 3;
/// Letters and digits of a one-time password, and of each group of them.
const GIVEN: (usize, usize) = (12, 4);
/// Letters and digits from which on a password may consist of what everybody tries first.
const LONG: usize = 20;
/// Letters and digits that may stand besides.
const BESIDES: usize = 1;
/// The shortest log-in name looked for in a password.
const NAME: usize = 3;
/// The longest piece, characters.
const PIECE: usize = 24;

/// What everybody tries first: passwords and the pieces of which they are made.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("../../data/common_passwords.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// Why a password may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than 8 characters, or of fewer than 3 of the classes small letters, capitals, digits, signs.
    Simple,
    /// More than 128 bytes.
    Long,
    /// The one before.
    Old,
    /// The log-in name, or made of it.
    LogIn,
    /// One that everybody tries first.
    Common,
}

/// A password as typed, without the line ends and invisible signs at its ends.
#[must_use]
pub fn typed(given: &str) -> &str {
    given.trim_matches(|c| is_break(c) || is_invisible(c))
}

/// The same without the blanks at its ends, which pasting adds too: so one is chosen.
#[must_use]
pub fn bare_ends(typed: &str) -> &str {
    typed.trim_matches(|c| is_blank(c) || is_break(c) || is_invisible(c))
}

/// A password that somebody was given, as it is read: without blanks and invisible signs, in plain letters, digits and
/// dashes; twelve letters and digits in three groups, as they were given.
///
/// ```
/// assert_eq!(domain::people::password::read(" Ｒbi8 – yvs2–Zaj2\u{200B}\n"), "Rbi8-yvs2-Zaj2");
/// assert_eq!(domain::people::password::read("Rbi8Yvs2Zaj2"), "Rbi8-Yvs2-Zaj2");
/// ```
#[must_use]
pub fn read(given: &str) -> String {
    let known: String = plain(given).split(' ').collect();
    let signs: Vec<char> = known.chars().filter(|c| *c != '-').collect();
    if signs.len() != GIVEN.0 || !signs.iter().all(char::is_ascii_alphanumeric) {
        return known;
    }
    let groups: Vec<String> = signs.chunks(GIVEN.1).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// Whether somebody may choose a password, as [`typed`], in place of an old one.
///
/// # Errors
/// What is wrong with it.
pub fn check(new: &str, old: Option<&str>, login: Option<&str>) -> Result<(), Weak> {
    let classes: [fn(char) -> bool; 4] =
        [char::is_lowercase, char::is_uppercase, char::is_numeric, |c| !c.is_alphanumeric()];
    let met = classes.iter().filter(|class| new.chars().any(**class)).count();
    if new.len() > LONGEST {
        return Err(Weak::Long);
    }
    if new.chars().count() < SHORTEST || met < CLASSES {
        return Err(Weak::Simple);
    }
    let same = |old: &str| bare(&read(old)) == bare(&read(new));
    if old.is_some_and(|old| typed(old) == new || same(old)) {
        return Err(Weak::Old);
    }
    let login = login.map(bare).filter(|name| name.chars().count() >= NAME);
    let signs = bare(new);
    if login.as_ref() == Some(&signs) {
        return Err(Weak::LogIn);
    }
    // also where a sign stands for a letter
    let written = plain(new).to_lowercase();
    if [&signs, &written].iter().any(|text| is_made_of(text, |piece| COMMON.contains(piece))) {
        return Err(Weak::Common);
    }
    let named = |piece: &str| COMMON.contains(piece) || login.as_deref() == Some(piece);
    if login.is_some() && is_made_of(&signs, named) { Err(Weak::LogIn) } else { Ok(()) }
}

/// Letters and digits only, small: what people vary least.
fn bare(text: &str) -> String {
    plain(text).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether a text consists of such pieces, years, dates, runs of one character and signs, but for one letter or digit.
fn is_made_of(text: &str, is_piece: impl Fn(&str) -> bool) -> bool {
    let signs: Vec<char> = text.chars().collect();
    if signs.len() >= LONG {
        return false;
    }
    // how much stands besides in the first so many characters, at best
    let mut besides = vec![0; signs.len() + 1];
    for end in 1..=signs.len() {
        let alone = signs.get(end - 1).is_some_and(|c| c.is_alphanumeric());
        let mut best = besides.get(end - 1).copied().unwrap_or(0) + usize::from(alone);
        for start in end.saturating_sub(PIECE)..end {
            let before = besides.get(start).copied().unwrap_or(usize::MAX);
            if before >= best {
                continue;
            }
            let piece: String = signs.iter().skip(start).take(end - start).collect();
            if is_run(&piece) || is_date(&piece) || is_piece(&piece) {
                best = before;
            }
        }
        if let Some(slot) = besides.get_mut(end) {
            *slot = best;
        }
    }
    besides.last().is_some_and(|left| *left <= BESIDES)
}

/// Three and more of one character.
fn is_run(piece: &str) -> bool {
    piece.chars().count() >= 3 && piece.chars().all(|c| piece.starts_with(c))
}

/// A year of somebody's life, or a day of one: `1998`, `19980521`.
fn is_date(piece: &str) -> bool {
    let digits = piece.bytes().all(|b| b.is_ascii_digit());
    let year = piece.get(..4).and_then(|y| y.parse::<i32>().ok()).is_some_and(|y| (1940..2040).contains(&y));
    let day = || NaiveDate::parse_from_str(piece, "%Y%m%d").is_ok();
    digits && year && (piece.len() == 4 || piece.len() == 8 && day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_as_it_says() {
        assert!(COMMON.len() > 500, "{}", COMMON.len());
        for piece in COMMON.iter() {
            assert!((2..=PIECE).contains(&piece.chars().count()), "{piece}");
            assert_eq!(*piece, piece.to_lowercase(), "{piece}");
        }
    }

    #[test]
    fn what_was_given_is_known_in_every_spelling() {
        for given in [
            "Rbi8-Yvs2-Zaj2",
            "Rbi8-Yvs2-Zaj2 ",
            " Rbi8-Yvs2-Zaj2\r\n",
            "\u{FEFF}Rbi8-Yvs2-Zaj2",
            "\u{202D}Rbi8-Yvs2-Zaj2\u{202C}",
            "Rbi8–Yvs2—Zaj2",
            "Rbi8\u{2011}Yvs2\u{2212}Zaj2",
            "Rbi8－Yvs2﹣Zaj2",
            "Rbi8 - Yvs2 - Zaj2",
            "Rbi8\u{200B}-\u{AD}Yvs2-Zaj2",
            "Rbi8Yvs2Zaj2",
            "Rbi8 Yvs2 Zaj2",
            "Ｒｂｉ８－Ｙｖｓ２－Ｚａｊ２",
            "\u{3000}Rbi8\u{A0}Yvs2\tZaj2\u{2028}",
        ] {
            assert_eq!(read(given), "Rbi8-Yvs2-Zaj2", "{given:?}");
        }
        for (given, known) in [
            ("rbi8-yvs2-zaj2", "rbi8-yvs2-zaj2"),
            ("Rbi8-Yvs2-Zaj", "Rbi8-Yvs2-Zaj"),
            ("Welcome to 2026!", "Welcometo2026!"),
            ("", ""),
        ] {
            assert_eq!(read(given), known);
        }
    }

    #[test]
    fn what_was_chosen_is_taken_as_typed() {
        for (given, taken) in [
            ("correct Horse 1\r\n", "correct Horse 1"),
            ("\u{FEFF}correct Horse 1\u{200B}", "correct Horse 1"),
            (" correct\u{200B} Horse 1 ", " correct\u{200B} Horse 1 "),
            ("ｃorrect–Horse", "ｃorrect–Horse"),
        ] {
            assert_eq!(typed(given), taken);
        }
    }

    #[test]
    fn good_ones() {
        for good in [
            "correct Horse 1",
            "Kuai-Le-8472",
            "密语Xk92f7",
            "Rbi8-Yvs2-Zaj2",
            "mT7!kqzp",
            "Tangshi300shou",
            "Dali-2026-start",
        ] {
            assert_eq!(check(good, Some("Abc3-Def4-Ghi5"), Some("wang.xm")), Ok(()), "{good}");
        }
        let long = "Password-admin-Woaini-5201314-dragon";
        assert_eq!(check(long, None, None), Ok(()), "too long to be tried");
    }

    #[test]
    fn bad_ones() {
        for (bad, why) in [
            ("", Weak::Simple),
            ("Abc1234", Weak::Simple),
            ("kqzmtwvx", Weak::Simple),
            ("kqzm8472", Weak::Simple),
            ("123456", Weak::Simple),
            ("5201314", Weak::Simple),
            (&"Kq8".repeat(50), Weak::Long),
            ("Rbi8-Yvs2-Zaj2", Weak::Old),
            ("RBI8-yvs2-zaj2", Weak::Old),
            ("Rbi8yvs2Zaj2!", Weak::Old),
            ("Password1", Weak::Common),
            ("P@ssw0rd", Weak::Common),
            ("P@ssw0rd!23", Weak::Common),
            ("Woaini1314", Weak::Common),
            ("Woaini-5201314", Weak::Common),
            ("Qwer1234", Weak::Common),
            ("qwer@1234", Weak::Common),
            ("1qaz@WSX", Weak::Common),
            ("Aa123456", Weak::Common),
            ("Abc@123456", Weak::Common),
            ("Admin@123", Weak::Common),
            ("Diandan2026", Weak::Common),
            ("Diandan@2026", Weak::Common),
            ("Wangge12345", Weak::Common),
            ("Zhang19900521", Weak::Common),
            ("Aaaa1111", Weak::Common),
            ("ＰASSWORD１!", Weak::Common),
            ("A1b2c3d4", Weak::Common),
            ("Shequ-8888", Weak::Common),
            ("Huyan.qb", Weak::LogIn),
            ("Huyan.qb2026", Weak::LogIn),
            ("Huyan-qb@123", Weak::LogIn),
        ] {
            let login = if why == Weak::LogIn { "huyan.qb" } else { "wang.xm" };
            assert_eq!(check(bad, Some("Rbi8-Yvs2-Zaj2"), Some(login)), Err(why), "{bad}");
        }
        assert_eq!(check("Huyan.qb-Kx72", None, Some("huyan.qb")), Ok(()), "more than the name");
    }
}
