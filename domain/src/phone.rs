//! Telephone numbers as people type them: one normal form, and what counts as a mainland mobile number.

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

/// Whether the character may stand between the digits of one number: blanks, dashes, dots, brackets and the
/// invisible characters that come along with pasted text.
#[must_use]
pub fn is_gap(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | '_' | '(' | ')' | '（' | '）' | '·' | '－' | '−' | '．' | '＿')
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
        || matches!(c, '\u{00AD}' | '\u{FE0F}' | '\u{20E3}')
}

/// The one form under which a number is compared, hashed and masked: ASCII digits, no gaps, no `+86` or `0086`;
/// a bare `86` goes only when a mobile number follows. Whatever is neither digit nor gap stays.
#[must_use]
pub fn normalise(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !is_gap(*c))
        .map(|c| digit(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c))
        .map(|c| if c == '＋' { '+' } else { c })
        .collect();
    for prefix in ["+86", "0086"] {
        if let Some(rest) = plain.strip_prefix(prefix) {
            return rest.to_owned();
        }
    }
    match plain.strip_prefix("86") {
        Some(rest) if is_mobile(rest) => rest.to_owned(),
        _ => plain,
    }
}

/// Whether this is a mainland mobile number in normal form: `1[3-9]` and nine digits (numbering plan of the
/// Ministry of Industry and Information Technology).
#[must_use]
pub fn is_mobile(number: &str) -> bool {
    let mut digits = number.bytes();
    number.len() == 11
        && digits.next() == Some(b'1')
        && matches!(digits.next(), Some(b'3'..=b'9'))
        && digits.all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_one_number_is_the_same_number() {
        for typed in [
            "13812345678",
            "138 1234 5678",
            "138-1234-5678",
            "+86 138-1234-5678",
            "+8613812345678",
            "008613812345678",
            "8613812345678",
            "１３８１２３４５６７８",
            "＋８６１３８１２３４５６７８",
            "一三八一二三四五六七八",
            "幺三八一二三四五六七八",
            "138\u{200B}1234\u{FEFF}5678",
            "(138) 1234.5678",
            "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
        ] {
            assert_eq!(normalise(typed), "13812345678", "{typed}");
        }
        assert_eq!(normalise("0913-3212345"), "09133212345");
        assert_eq!(normalise("862345"), "862345");
        assert_eq!(normalise(""), "");
    }

    #[test]
    fn only_mainland_mobiles_are_mobiles() {
        assert!(is_mobile("13812345678") && is_mobile("19900000000"));
        for other in ["", "1381234567", "138123456789", "12812345678", "23812345678", "1381234567x", "１３８"]
        {
            assert!(!is_mobile(other), "{other}");
        }
    }
}
