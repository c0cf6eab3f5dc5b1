//! Telephone, identity and card numbers in a text.

use super::marks::hide;
use crate::words::{phone, text};
use std::ops::Range;

/// Digits of a mobile number.
const MOBILE: usize = 11;
/// Signs of a resident identity number (GB 11643-1999): 17 digits and a check sign, a digit or X; and of the old one.
const IDENTITY: usize = 18;
const OLD_IDENTITY: usize = 15;
/// Digits of a bank card (ISO/IEC 7812).
const CARD: std::ops::RangeInclusive<usize> = 16..=19;
/// The value that stands for the check sign X.
const X: u32 = 10;
/// How many gap characters may stand between two digits of one number (`138 - 1234`).
const WIDEST_GAP: usize = 3;
/// What stands before a number whose groups would else be two numbers (电话321 2345).
const CALLING: [&str; 9] = ["电话", "座机", "固话", "手机", "联系", "号码", "打", "拨", "tel"];
/// How far before the number, characters.
const CALLING_BEFORE: usize = 6;
/// What follows an amount: 3000000元 is no telephone number.
const AMOUNT: &str = "元块万亿千百米平吨斤人户次度年学%％";
/// Words before an extension.
const EXTENSION: [&str; 5] = ["转分机", "转", "分机", "#", "ext"];

/// A digit (or X) with its place in the text.
type Sign = (usize, u32);

/// Marks what must be hidden.
///
/// Every window that reads as a number counts, overlapping ones too: in `15 13812345678` the eleven digits from
/// the first on look like a number, and hiding only those would show most of the real one.
pub(super) fn mark(text: &[char], hidden: &mut [bool]) {
    for chain in chains(text) {
        let values: Vec<u32> = chain.iter().map(|(_, value)| *value).collect();
        for span in identities(&values) {
            hide(hidden, places(&chain, span));
        }
        for digits in chain.split(|(_, value)| *value == X) {
            for (span, shown) in phones(text, digits) {
                if let Some((last, _)) = digits.get(span.end + shown - 1) {
                    extension(text, *last, hidden);
                }
                hide(hidden, places(digits, span));
            }
        }
    }
}

fn places(signs: &[Sign], span: Range<usize>) -> Vec<usize> {
    signs.get(span).unwrap_or_default().iter().map(|(place, _)| *place).collect()
}

/// The runs of digits (and X) that a reader may take for one number.
fn chains(text: &[char]) -> Vec<Vec<Sign>> {
    let mut chains = vec![Vec::new()];
    let mut gap = 0;
    for (place, c) in text.iter().copied().enumerate() {
        let value = if matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ') { Some(X) } else { phone::digit(c) };
        if let (Some(value), Some(chain)) = (value, chains.last_mut()) {
            chain.push((place, value));
            gap = 0;
        } else if phone::is_gap(c) && gap < WIDEST_GAP {
            gap += 1;
        } else if chains.last().is_some_and(|chain| !chain.is_empty()) {
            chains.push(Vec::new());
            gap = 0;
        }
    }
    chains
}

/// What to hide of identity and card numbers: all but the first 3 signs, of a card all but 4 at each end.
fn identities(values: &[u32]) -> Vec<Range<usize>> {
    let new = values.windows(IDENTITY).enumerate().filter(|(_, w)| is_identity(w));
    let old = values.windows(OLD_IDENTITY).enumerate().filter(|(_, w)| is_old_identity(w));
    let mut spans: Vec<_> = new.map(|(at, _)| at + 3..at + IDENTITY).collect();
    spans.extend(old.map(|(at, _)| at + 3..at + OLD_IDENTITY));
    if CARD.contains(&values.len()) && is_card(values) {
        spans.push(4..values.len() - 4);
    }
    spans
}

/// What to hide of the telephone numbers among these digits, and how many digits behind it are shown.
fn phones(text: &[char], digits: &[Sign]) -> Vec<(Range<usize>, usize)> {
    let values: Vec<u32> = digits.iter().map(|(_, value)| *value).collect();
    let mobiles = values.windows(MOBILE).enumerate().filter(|(_, w)| matches!(w, [1, 3..=9, ..]));
    let mut found: Vec<_> = mobiles.map(|(at, _)| (at + 3..at + 7, 4)).collect();
    // a 400 number is a business's
    if matches!(values.as_slice(), [4 | 8, 0, 0, ..]) && values.len() == 10 {
        return found;
    }
    let mut spans: Vec<Range<usize>> = Vec::new();
    for at in 0..values.len() {
        let rest = values.get(at..).unwrap_or_default();
        spans.extend(landline(rest).into_iter().map(|span| at + span.start..at + span.end));
    }
    spans.extend(foreign(text, digits, &values).filter(|_| found.is_empty()));
    spans.extend(local(text, digits));
    found.extend(spans.into_iter().map(|span| (span, 2)));
    found
}

/// What to hide of a landline with its area code at the start of these digits: the subscriber's number but for its last 2
/// digits. Whether it has 7 or 8 cannot always be told: then both count.
fn landline(values: &[u32]) -> Vec<Range<usize>> {
    let code = match values {
        [0, 1, 0, ..] | [0, 2, ..] => 3,
        [0, 3..=9, ..] => 4,
        _ => return Vec::new(),
    };
    let fits = |digits: &usize| values.len() >= code + digits && values.get(code).is_some_and(|v| *v > 1);
    [7, 8].iter().filter(|digits| fits(digits)).map(|digits| code..code + digits - 2).collect()
}

/// What to hide of a number with a country code: all but that and the last 2 digits.
fn foreign(text: &[char], digits: &[Sign], values: &[u32]) -> Option<Range<usize>> {
    let before = digits.first().and_then(|(place, _)| place.checked_sub(1)).and_then(|at| text.get(at));
    let marked = matches!(before, Some('+' | '＋'));
    let length = values.len();
    match values {
        _ if marked && length >= 7 => Some(3..length - 2),
        [0, 0, 1..=9, ..] if (10..=17).contains(&length) => Some(5..length - 2),
        [8, 5, 2 | 3, 2..=9, ..] if length == 11 => Some(3..length - 2),
        [8, 8, 6, ..] if (11..=12).contains(&length) => Some(3..length - 2),
        _ => None,
    }
}

/// What to hide of landlines without an area code: groups of 7 or 8 digits that are no date, amount or part of a code,
/// and of 3 or 4 and 4 digits with a dash between them or where a number to call is spoken of.
fn local(text: &[char], digits: &[Sign]) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, (place, _)) in digits.iter().enumerate() {
        let joined =
            at.checked_sub(1).and_then(|before| digits.get(before)).is_some_and(|(p, _)| p + 1 == *place);
        match groups.last_mut() {
            Some(group) if joined => group.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    let values = |span: &Range<usize>| -> Vec<u32> {
        digits.get(span.clone()).unwrap_or_default().iter().map(|(_, value)| *value).collect()
    };
    let alone = groups.iter().filter(|span| {
        let numbers = values(span);
        matches!(numbers.len(), 7 | 8)
            && numbers.first().is_some_and(|v| *v > 1)
            && !is_date(&numbers)
            && !in_code(text, digits, span)
            && !follows(text, digits, span, AMOUNT)
    });
    let called = groups.windows(2).filter_map(|pair| {
        let [one, other] = pair else { return None };
        let (first, second) = (values(one), values(other));
        let fits = matches!(one.len(), 3 | 4) && other.len() == 4 && first.first().is_some_and(|v| *v > 1);
        let years = matches!((first.as_slice(), second.as_slice()), ([2, 0, _, _], [2, 0, ..]));
        let gap =
            text.get(place_of(digits, one.end - 1) + 1..place_of(digits, other.start)).unwrap_or_default();
        let dashed = matches!(gap, [dash] if text::is_dash(*dash));
        let number = dashed && !follows(text, digits, other, AMOUNT) && !in_code(text, digits, one);
        (fits && !years && (number || is_called(text, digits, one))).then_some(one.start..other.end)
    });
    let mut spans: Vec<Range<usize>> = alone.cloned().collect();
    spans.extend(called);
    spans.into_iter().map(|span| span.start..span.end - 2).collect()
}

/// A day as eight digits.
fn is_date(values: &[u32]) -> bool {
    match values {
        [y1, y2, _, _, m1, m2, d1, d2] => {
            matches!(y1 * 10 + y2, 19 | 20)
                && (1..=12).contains(&(m1 * 10 + m2))
                && (1..=31).contains(&(d1 * 10 + d2))
        }
        _ => false,
    }
}

fn place_of(digits: &[Sign], at: usize) -> usize {
    digits.get(at).map_or(0, |(place, _)| *place)
}

/// Whether the group goes on from a letter, or by a dash from anything: A3212345 and WN-2026-0001 are codes.
fn in_code(text: &[char], digits: &[Sign], span: &Range<usize>) -> bool {
    let before = text.get(..place_of(digits, span.start)).unwrap_or_default();
    match before {
        [.., c, dash] if text::is_dash(*dash) => c.is_ascii_alphanumeric(),
        [.., c] => c.is_ascii_alphabetic(),
        [] => false,
    }
}

fn follows(text: &[char], digits: &[Sign], span: &Range<usize>, signs: &str) -> bool {
    text.get(place_of(digits, span.end - 1) + 1).is_some_and(|c| signs.contains(*c))
}

/// Whether a word before the group says that it is a number to call.
fn is_called(text: &[char], digits: &[Sign], span: &Range<usize>) -> bool {
    let at = place_of(digits, span.start);
    let before: String = text.get(at.saturating_sub(CALLING_BEFORE)..at).unwrap_or_default().iter().collect();
    let before = before.to_lowercase();
    CALLING.iter().any(|word| before.contains(word))
}

/// Marks the extension behind a number that ends at this place.
fn extension(text: &[char], last: usize, hidden: &mut [bool]) {
    let behind = text.get(last + 1..).unwrap_or_default();
    let blank = |c: &&char| text::is_blank(**c) || matches!(**c, '(' | '（' | '.' | ':' | '：' | '-');
    let skipped = behind.iter().take_while(blank).count();
    let rest = behind.get(skipped..).unwrap_or_default();
    let lower = |c: &char| c.to_ascii_lowercase();
    let word =
        EXTENSION.iter().find(|word| word.chars().eq(rest.iter().take(word.chars().count()).map(lower)));
    let Some(word) = word.map(|word| word.chars().count()) else { return };
    let more = rest.get(word..).unwrap_or_default().iter().take_while(blank).count();
    let start = last + 1 + skipped + word + more;
    let digits = text.iter().skip(start).take(6).take_while(|c| phone::digit(**c).is_some()).count();
    hide(hidden, start..start + digits);
}

/// Signs that read as an identity number: region, a possible birth date, serial, check sign. The check sign is not
/// verified: a number with a slip of the pen is as personal as the right one.
fn is_identity(values: &[u32]) -> bool {
    let [first, _, _, _, _, _, y1, y2, _, _, m1, m2, d1, d2, _, _, _, _] = values else {
        return false;
    };
    let digits = values.iter().take(IDENTITY - 1).all(|v| *v < X);
    let year = matches!(y1 * 10 + y2, 18..=21);
    digits && *first > 0 && year && matches!(m1 * 10 + m2, 1..=12) && matches!(d1 * 10 + d2, 1..=31)
}

/// Fifteen digits that read as an identity number from before 1999: a province's region, a birth date of this century's
/// elders, serial.
fn is_old_identity(values: &[u32]) -> bool {
    let [p1, p2, _, _, _, _, _, _, m1, m2, d1, d2, _, _, _] = values else {
        return false;
    };
    let province = matches!(p1 * 10 + p2, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65);
    let digits = values.iter().all(|v| *v < X);
    digits && province && matches!(m1 * 10 + m2, 1..=12) && matches!(d1 * 10 + d2, 1..=31)
}

/// Digits of a card: the issuer's first digit and Luhn's check.
fn is_card(values: &[u32]) -> bool {
    let doubled = |(at, value): (usize, &u32)| match (at % 2, *value) {
        (0, value) => value,
        (_, value) if value > 4 => value * 2 - 9,
        (_, value) => value * 2,
    };
    let issuer = matches!(values.first(), Some(3..=6)) && values.iter().all(|v| *v < X);
    issuer && values.iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0
}
