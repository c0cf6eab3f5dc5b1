//! Finding and hiding telephone and identity numbers in free text, before it is shown to the public or kept as a
//! title. Numbers are found however they are written: fullwidth, in Chinese numerals, with gaps, glued together.

use crate::phone;

/// Digits of a mobile number.
const MOBILE: usize = 11;
/// Signs of a resident identity number (GB 11643-1999): 17 digits and a check sign, a digit or X.
const IDENTITY: usize = 18;
/// The value that stands for the check sign X.
const X: u32 = 10;
/// How many gap characters may stand between two digits of one number (`138 - 1234`).
const WIDEST_GAP: usize = 3;

/// Whether the text holds a mobile number or an identity number.
#[must_use]
pub fn contains_personal(text: &str) -> bool {
    hidden(text).contains(&true)
}

/// The text with every mobile number as `138****5678` and every identity number as its first 3 digits and stars,
/// in place: gaps and all other characters stay. The result never [`contains_personal`] data.
#[must_use]
pub fn redact(text: &str) -> String {
    let mut hidden = hidden(text).into_iter();
    text.chars().map(|c| if hidden.next() == Some(true) { '*' } else { c }).collect()
}

/// For each character of the text, whether it must be hidden.
///
/// Every window that reads as a number counts, overlapping ones too: in `15 13812345678` the eleven digits from
/// the first on look like a number, and hiding only those would show most of the real one.
fn hidden(text: &str) -> Vec<bool> {
    let mut hidden = vec![false; text.chars().count()];
    for chain in chains(text) {
        let values: Vec<u32> = chain.iter().map(|(_, value)| *value).collect();
        let mobiles = values.windows(MOBILE).enumerate().filter(|(_, w)| is_mobile(w));
        let identities = values.windows(IDENTITY).enumerate().filter(|(_, w)| is_identity(w));
        let spans =
            mobiles.map(|(at, _)| at + 3..at + 7).chain(identities.map(|(at, _)| at + 3..at + IDENTITY));
        for (place, _) in spans.flat_map(|span| chain.get(span).unwrap_or_default()) {
            if let Some(sign) = hidden.get_mut(*place) {
                *sign = true;
            }
        }
    }
    hidden
}

/// The runs of digits (and X) that a reader may take for one number, each sign with its place in the text.
fn chains(text: &str) -> Vec<Vec<(usize, u32)>> {
    let mut chains = vec![Vec::new()];
    let mut gap = 0;
    for (place, c) in text.chars().enumerate() {
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

fn is_mobile(values: &[u32]) -> bool {
    matches!(values, [1, 3..=9, rest @ ..] if rest.iter().all(|v| *v < X))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_hidden_in_place() {
        for (text, redacted) in [
            ("请打13812345678找我", "请打138****5678找我"),
            ("电话138-1234-5678。", "电话138-****-5678。"),
            ("+86 138 1234 5678", "+86 138 **** 5678"),
            ("１３８１２３４５６７８", "１３８****５６７８"),
            ("一三八一二三四五六七八", "一三八****五六七八"),
            ("身份证610523199001011234", "身份证610***************"),
            ("身份证61052319900101123x,急", "身份证610***************,急"),
            ("610523 19900101 123X", "610*** ******** ****"),
            ("1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "1️⃣3️⃣8️⃣*️⃣*️⃣*️⃣*️⃣5️⃣6️⃣7️⃣8️⃣"),
        ] {
            assert_eq!(redact(text), redacted, "{text}");
            assert!(contains_personal(text), "{text}");
        }
    }

    #[test]
    fn numbers_glued_to_others_do_not_slip_through() {
        for text in ["15 13812345678", "13812345678501室", "1381234567813912345678", "2026-11-2213812345678"]
        {
            let redacted = redact(text);
            assert!(!redacted.contains("1234"), "{text} → {redacted}");
        }
    }

    #[test]
    fn ordinary_text_stays() {
        for text in [
            "",
            "楼道灯坏了",
            "DL-261122-00123",
            "拨打12345或110",
            "2026-11-22 18:30:00",
            "610523001001",
            "三楼二单元",
            "编号000000000000000000",
            "12812345678",
        ] {
            assert_eq!(redact(text), text);
            assert!(!contains_personal(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_personal_is_left(text in "[0-9xX一三八 ０-９*.\\-a号]{0,80}") {
            let redacted = redact(&text);
            prop_assert!(!contains_personal(&redacted));
            prop_assert_eq!(redact(&redacted), redacted.clone());
            prop_assert_eq!(redacted.chars().count(), text.chars().count());
        }

        #[test]
        fn a_number_anywhere_is_found(before in "\\PC{0,20}", number in "1[3-9][0-9]{9}", after in "\\PC{0,20}") {
            let text = format!("{before}{number}{after}");
            prop_assert!(contains_personal(&text));
            prop_assert!(!redact(&text).contains(&number));
        }

        #[test]
        fn any_text_is_taken(text in any::<String>()) {
            prop_assert_eq!(redact(&text).chars().count(), text.chars().count());
        }
    }
}
