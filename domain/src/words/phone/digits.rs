//! What is a digit to people, and what they put between two digits of one number.

use crate::words::text;

/// First code point of each run of ten decimal digits that people type or paste: ASCII, Arabic-Indic, extended
/// Arabic-Indic, Devanagari, fullwidth, and the five styles of mathematical digits.
const ZEROS: [u32; 10] =
    [0x30, 0x660, 0x6F0, 0x966, 0xFF10, 0x1_D7CE, 0x1_D7D8, 0x1_D7E2, 0x1_D7EC, 0x1_D7F6];

/// The value of a decimal digit in any of the scripts people write numbers in, Chinese numerals included
/// (`一三八…` is a telephone number to a reader, so it is one here).
#[must_use]
pub fn digit(c: char) -> Option<u32> {
    let code = u32::from(c);
    if let Some(zero) = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)) {
        return Some(code - zero);
    }
    match c {
        '〇' | '零' | '⓪' => Some(0),
        '一' | '幺' | '壹' => Some(1),
        '二' | '贰' => Some(2),
        '三' | '叁' => Some(3),
        '四' | '肆' => Some(4),
        '五' | '伍' => Some(5),
        '六' | '陆' => Some(6),
        '七' | '柒' => Some(7),
        '八' | '捌' => Some(8),
        '九' | '玖' => Some(9),
        '①'..='⑨' => Some(code - 0x245F),
        _ => None,
    }
}

/// Four digits as somebody types them, and nothing else.
#[must_use]
pub fn four_digits(text: &str) -> Option<String> {
    let digits = text.chars().filter(|c| !is_gap(*c));
    let digits: Option<String> =
        digits.map(|c| digit(c).and_then(|value| char::from_digit(value, 10))).collect();
    digits.filter(|digits| digits.len() == 4)
}

/// Whether the character may stand between the digits of one number: blanks, dashes, dots, brackets and the
/// invisible characters that come along with pasted text.
#[must_use]
pub fn is_gap(c: char) -> bool {
    text::is_blank(c)
        || text::is_invisible(c)
        || text::is_dash(c)
        || matches!(c, '.' | '_' | '(' | ')' | '（' | '）' | '·' | '．' | '＿' | '\u{20E3}')
}
