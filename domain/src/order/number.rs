//! The number of an order, `DL-261122-00123`: prefix of its county, day in China, running number of that day. How it is
//! written, and how people write it again: fullwidth, without dashes, without the prefix, or only its beginning.

use crate::words::text;
use chrono::NaiveDate;

/// Most characters of a prefix (FIELD.md: letters of the county).
const PREFIX_MAX: usize = 6;
/// Characters of a day, `yymmdd`.
const DAY: usize = 6;
/// Digits a running number has at least.
const RUNNING: usize = 5;
/// Most digits of a running number that are read.
const RUNNING_MAX: usize = 9;

/// The number `running` of a prefix's day (`yymmdd`).
#[must_use]
pub fn written(prefix: &str, day: &str, running: i64) -> String {
    format!("{prefix}-{day}-{running:0RUNNING$}")
}

/// The parts of a number as it is written: prefix, day, running number.
///
/// ```
/// assert_eq!(domain::order::number::parts("DL-261122-00123"), Some(("DL", "261122", 123)));
/// ```
#[must_use]
pub fn parts(number: &str) -> Option<(&str, &str, i64)> {
    let (rest, running) = number.rsplit_once('-')?;
    let (prefix, day) = rest.rsplit_once('-')?;
    let sound = day.len() == DAY && digits(day) && running.len() >= RUNNING && digits(running);
    sound.then_some((prefix, day, running.parse().ok()?))
}

/// A number as somebody typed it, whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The prefix in capitals; `None` when it was left out.
    pub prefix: Option<String>,
    /// The day, `yymmdd`.
    pub day: String,
    /// The digits of the running number, or its first ones; empty when it was left out.
    pub running: String,
}

impl Typed {
    /// Reads what may be a number of ours: `ＤＬ－２６１１２２－００１２３`, `dl26112200123`, `261122-00123`, `DL-261122-001`,
    /// `DL-261122`. Anything else is none, such as a door (`3-2-501`) or a dashed phone (`138-1234-5678`).
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text::plain(text).to_ascii_uppercase();
        let parts: Vec<&str> = text.split(['-', ' ']).filter(|part| !part.is_empty()).collect();
        let (first, rest) = parts.split_first()?;
        let (prefix, first) = Self::cut_prefix(first, !rest.is_empty());
        let mut pieces: Vec<&str> = rest.to_vec();
        if !first.is_empty() {
            pieces.insert(0, first);
        }
        let (day, running) = match pieces.as_slice() {
            [one] => one.split_at_checked(DAY)?,
            [day, running] => (*day, *running),
            _ => return None,
        };
        // without its prefix, digits in a row are a number of ours only when they are a whole one
        let enough = prefix.is_some() || parts.len() > 1 && !running.is_empty() || running.len() >= RUNNING;
        let sound = digits(day) && NaiveDate::parse_from_str(day, "%y%m%d").is_ok();
        let sound = sound && day.len() == DAY && digits(running) && running.len() <= RUNNING_MAX;
        let typed = || Self { prefix: prefix.map(Into::into), day: day.into(), running: running.into() };
        (sound && enough).then(typed)
    }

    /// The number it is, if it is whole: prefix, day and a running number, whose leading zeros may be left out.
    #[must_use]
    pub fn whole(&self) -> Option<String> {
        let running = self.running.parse().ok()?;
        self.prefix.as_deref().map(|prefix| written(prefix, &self.day, running))
    }

    /// The prefix in front of a piece, and what is behind it. A piece of its own may have digits in it (`D2-…`).
    fn cut_prefix(piece: &str, more: bool) -> (Option<&str>, &str) {
        let letters = piece.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(piece.len());
        if letters == 0 {
            return (None, piece);
        }
        let whole = more && piece.len() <= PREFIX_MAX && piece.bytes().all(|b| b.is_ascii_alphanumeric());
        let (prefix, behind) = if whole { (piece, "") } else { piece.split_at(letters) };
        if prefix.len() > PREFIX_MAX { (None, piece) } else { (Some(prefix), behind) }
    }

    /// The running numbers it may mean, among those given up to `last`, the newest first: the one that is typed, and all
    /// that begin with these digits.
    pub fn meant(&self, last: i64) -> impl Iterator<Item = i64> {
        let exact = self.running.parse::<i64>().ok();
        let begins = move |n: &i64| exact == Some(*n) || format!("{n:0RUNNING$}").starts_with(&self.running);
        (1..=last).rev().filter(begins)
    }
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_write_it() {
        for (text, prefix, day, running) in [
            ("DL-261122-00123", Some("DL"), "261122", "00123"),
            ("dl-261122-00123", Some("DL"), "261122", "00123"),
            ("ＤＬ－２６１１２２－００１２３", Some("DL"), "261122", "00123"),
            ("DL—261122–00123", Some("DL"), "261122", "00123"),
            ("\u{202D}DL-261122-00123\u{202C}", Some("DL"), "261122", "00123"),
            (" DL 261122 00123 ", Some("DL"), "261122", "00123"),
            ("DL26112200123", Some("DL"), "261122", "00123"),
            ("DL261122-00123", Some("DL"), "261122", "00123"),
            ("DL-26112200123", Some("DL"), "261122", "00123"),
            ("D2-261122-00123", Some("D2"), "261122", "00123"),
            ("DL-261122-123456", Some("DL"), "261122", "123456"),
            ("261122-00123", None, "261122", "00123"),
            ("26112200123", None, "261122", "00123"),
            ("261122-001", None, "261122", "001"),
            ("DL-261122-0", Some("DL"), "261122", "0"),
            ("DL-261122-", Some("DL"), "261122", ""),
            ("DL261122", Some("DL"), "261122", ""),
        ] {
            let typed = Typed { prefix: prefix.map(Into::into), day: day.into(), running: running.into() };
            assert_eq!(Typed::read(text), Some(typed), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_ours() {
        for text in [
            "",
            "-",
            "DL",
            "3-2-501",
            "3-2-501漏水",
            "138-1234-5678",
            "13812345678",
            "0913-3212345",
            "261122",
            "2611220012",
            "DL-261399-00123",
            "DL-261122-00123-4",
            "DL-2611-2200123",
            "DL-261122-00a",
            "屋顶-261122-00123",
            "TOOLONG-261122-00123",
        ] {
            assert_eq!(Typed::read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_typed_in_part_means_all_that_begin_so() {
        let meant = |text: &str, last| Typed::read(text).map(|typed| typed.meant(last).collect::<Vec<_>>());
        assert_eq!(meant("DL-261122-00123", 200), Some(vec![123]));
        assert_eq!(meant("DL-261122-123", 20_000), Some((12_300..=12_399).rev().chain([123]).collect()));
        assert_eq!(meant("DL-261122-0012", 125), Some((120..=125).rev().chain([12]).collect()));
        assert_eq!(meant("DL-261122", 3), Some(vec![3, 2, 1]));
        assert_eq!(meant("DL-261122-00123", 122), Some(vec![]));
    }

    #[test]
    fn a_whole_number_is_one_order() {
        for (text, whole) in [
            ("DL-261122-00123", Some("DL-261122-00123")),
            ("ｄｌ２６１１２２００１２３", Some("DL-261122-00123")),
            ("dl 261122 123", Some("DL-261122-00123")),
            ("DL-261122-123456", Some("DL-261122-123456")),
            ("261122-00123", None),
            ("DL-261122", None),
        ] {
            assert_eq!(Typed::read(text).and_then(|typed| typed.whole()).as_deref(), whole, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for (prefix, running) in [("DL", 1), ("D2", 99_999), ("ABCDEF", 100_000)] {
            let number = written(prefix, "261122", running);
            assert_eq!(parts(&number), Some((prefix, "261122", running)));
            let typed = Typed::read(&number).unwrap();
            assert_eq!(typed.meant(200_000).collect::<Vec<_>>(), [running], "{number}");
        }
    }
}
