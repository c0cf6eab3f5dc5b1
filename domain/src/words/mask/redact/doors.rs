//! Doors in a text: which room of a building, which house of a village. Buildings, entrances and floors stay: they say
//! where something is and not whose it is.

use super::marks::hide;
use crate::words::{phone, text};
use std::ops::Range;

/// Parts of a building, after which a number is a room's.
const PARTS: [&str; 8] = ["单元", "楼", "栋", "幢", "座", "层", "门洞", "梯"];
/// Last characters of places whose houses have numbers (人民路12号, 3组12号).
const STREETS: &str = "路街巷弄道村庄组排同里屯寨院区社坊头苑园城队";
/// What a number is of that is no house's (12号楼, 5号网格, 3号线).
const NO_HOUSE: &str = "楼线网路街桥井灯杆车门公国省文厂电馆段站台标";
/// What is counted or measured: 5楼200人, 3-500元.
const COUNTED: &str = "元块米点天日月年人个次度斤公里分秒时小只条台辆件万千百多余平吨%％:：";
/// Words of a house's own number.
const PLATES: [&str; 12] =
    ["门牌", "门牌号", "房号", "室号", "room", "Room", "ROOM", "flat", "Flat", "FLAT", "apt", "Apt"];
/// Words before a room's number.
const HOME: [&str; 4] = ["我家", "他家", "她家", "家住"];
/// Digits of a room behind a building.
const ROOM: std::ops::RangeInclusive<usize> = 3..=4;

/// Marks what must be hidden.
pub(super) fn mark(text: &[char], hidden: &mut [bool]) {
    for run in runs(text, is_number) {
        if is_door(text, &run) {
            hide(hidden, run);
        }
    }
    for run in runs(text, |c| is_number(c) || is_joint(c)) {
        if is_joined_door(text, &run) {
            hide(hidden, run.filter(|place| text.get(*place).is_some_and(|c| is_number(*c))));
        }
    }
    for (at, pair) in text.windows(2).enumerate() {
        if matches!(pair, ['东' | '西' | '南' | '北' | '中', '户']) && ends(text, at, &PARTS) {
            hide(hidden, [at]);
        }
    }
}

/// Digits of any script, Chinese numerals, and the letters that doors have among them.
fn is_number(c: char) -> bool {
    phone::digit(c).is_some() || matches!(c, '十' | '百') || letter(c)
}

fn letter(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ')
}

fn is_joint(c: char) -> bool {
    text::is_dash(c) || matches!(c, '/' | '#' | '＃' | '／')
}

/// The longest runs of such characters.
fn runs(text: &[char], of: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.iter().enumerate().filter(|(_, c)| of(**c)) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

fn digits(run: &[char]) -> usize {
    run.iter().filter(|c| !letter(**c)).count()
}

/// Whether the number is a door's.
fn is_door(text: &[char], run: &Range<usize>) -> bool {
    let signs = digits(text.get(run.clone()).unwrap_or_default());
    if signs == 0 || run.len() > 6 {
        return false;
    }
    let after = behind(text, run.end);
    let starts = |word: &str| word.chars().eq(after.iter().copied().take(word.chars().count()));
    let next = |signs: &str, at: usize| after.get(at).is_some_and(|c| signs.contains(*c));
    let inside = ends(text, run.start, &PARTS);
    let counted = ["户", "家", "间", "院", "门"].iter().any(|word| starts(word)) && !starts("家庭");
    let ordinal = counted && ends(text, run.start, &["第"]);
    let room =
        starts("室") && (signs >= 2 || inside) || (starts("房") || starts("号房")) && (signs >= 3 || inside);
    let household = starts("户")
        && (ROOM.contains(&signs) && (inside || opens(text, run.start)) || on_a_street(text, run.start));
    let at_its_gate = starts("号门") && next("前口外", 2);
    let house =
        starts("号") && (!next(NO_HOUSE, 1) || at_its_gate) && (inside || on_a_street(text, run.start));
    let home = inside || ends(text, run.start, &HOME);
    let bare = home && ROOM.contains(&signs) && !next(COUNTED, 0);
    ordinal || room || household || house || bare || starts("号院") || ends(text, run.start, &PLATES)
}

/// Whether numbers joined by dashes are a door: building, entrance and room, or building and room (3-2-501, A-1203).
fn is_joined_door(text: &[char], run: &Range<usize>) -> bool {
    let token = text.get(run.clone()).unwrap_or_default();
    let parts: Vec<&[char]> = token.split(|c| is_joint(*c)).filter(|part| !part.is_empty()).collect();
    let (Some(building), Some(room)) = (parts.first(), parts.last()) else { return false };
    let middle = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    let rooms = if parts.len() == 2 { ROOM } else { 2..=4 };
    // 26-11-22 is a day
    let day = parts.len() == 3 && parts.iter().all(|part| part.len() == 2);
    let led = building.first().is_some_and(|c| phone::digit(*c) == Some(0));
    (2..=4).contains(&parts.len())
        && building.len() <= if parts.len() == 2 { 2 } else { 3 }
        && !led
        && !day
        && middle.iter().all(|part| part.len() <= 2 && digits(part) > 0)
        && rooms.contains(&digits(room))
        && room.len() <= 5
        && !behind(text, run.end).first().is_some_and(|c| COUNTED.contains(*c))
}

/// The text behind this place, without a blank.
fn behind(text: &[char], at: usize) -> &[char] {
    let rest = text.get(at..).unwrap_or_default();
    match rest.split_first() {
        Some((first, tail)) if text::is_blank(*first) => tail,
        _ => rest,
    }
}

/// The text before this place, without blanks, dashes and commas at its end.
fn before(text: &[char], at: usize) -> &[char] {
    let mut rest = text.get(..at).unwrap_or_default();
    for _ in 0..2 {
        match rest.split_last() {
            Some((last, head))
                if text::is_blank(*last)
                    || text::is_dash(*last)
                    || matches!(last, ',' | '，' | ':' | '：') =>
            {
                rest = head;
            }
            _ => break,
        }
    }
    rest
}

fn ends(text: &[char], at: usize, words: &[&str]) -> bool {
    let before = before(text, at);
    words.iter().any(|word| {
        let length = word.chars().count();
        before.len() >= length && word.chars().eq(before.iter().copied().skip(before.len() - length))
    })
}

fn on_a_street(text: &[char], at: usize) -> bool {
    before(text, at).last().is_some_and(|c| STREETS.contains(*c))
}

/// Whether a sentence, or part of one, begins here.
fn opens(text: &[char], at: usize) -> bool {
    at.checked_sub(1).and_then(|at| text.get(at)).is_none_or(|c| !c.is_alphanumeric())
}
