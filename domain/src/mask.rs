//! Masking of people's data: what may be shown of a phone number, a name, an address and free text.
//!
//! Source: MINIPROGRAM.md, "People's data" (the Personal Information Protection Law): masked by default as
//! `138****5678`, the first character of the name, no room number. Everything here errs on the side of hiding.

mod address;
mod redact;

pub use address::mask_address;
pub use redact::{contains_personal, redact};

use crate::phone;

/// The longest number there is (ITU-T E.164), digits.
const LONGEST_NUMBER: usize = 15;

/// A telephone number with its middle hidden: `138****5678`.
///
/// 11 digits and more keep the first 3 and the last 4; 7 to 10 keep the last 2; shorter ones, and whatever is no
/// telephone number at all, keep nothing. The number is normalised first (see [`phone::normalise`]).
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    let number = phone::normalise(phone);
    let length = number.chars().count();
    let dialled = number.bytes().all(|b| b.is_ascii_digit());
    let (head, tail) = match length {
        7..=10 if dialled => (0, 2),
        11..=LONGEST_NUMBER if dialled => (3, 4),
        _ => (0, 0),
    };
    let shown = |at: usize| at < head || at + tail >= length;
    number.chars().enumerate().take(LONGEST_NUMBER).map(|(at, c)| if shown(at) { c } else { '*' }).collect()
}

/// A name of which only the first character is kept, with a star for each further one, at most two: `王**`.
///
/// Leading punctuation is no first character. Latin names are treated alike: `Tom Smith` is `T**`.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let mut rest = name.chars().skip_while(|c| !c.is_alphanumeric());
    let Some(first) = rest.next() else {
        return "*".repeat(name.trim().chars().count().min(2));
    };
    let further = rest.filter(|c| !c.is_whitespace()).take(2).map(|_| '*');
    std::iter::once(first).chain(further).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn phones() {
        for (phone, masked) in [
            ("13812345678", "138****5678"),
            ("+86 138-1234-5678", "138****5678"),
            ("１３８１２３４５６７８", "138****5678"),
            ("0913-3212345", "091****2345"),
            ("0913-32123456", "091*****3456"),
            ("3212345", "*****45"),
            ("12345", "*****"),
            ("110", "***"),
            ("", ""),
            ("微信xiaoming", "**********"),
            ("610523199001011234", "***************"),
        ] {
            assert_eq!(mask_phone(phone), masked, "{phone}");
        }
    }

    #[test]
    fn names() {
        for (name, masked) in [
            ("王小明", "王**"),
            ("王明", "王*"),
            ("王", "王"),
            ("欧阳小明", "欧**"),
            ("阿依古丽·买买提", "阿**"),
            ("Tom Smith", "T**"),
            (" 王 明 ", "王*"),
            ("（王小明）", "王**"),
            ("", ""),
            ("···", "**"),
        ] {
            assert_eq!(mask_name(name), masked, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_mobile_number_keeps_its_middle(number in "1[3-9][0-9]{9}") {
            let masked = mask_phone(&number);
            prop_assert_eq!(masked.get(3..7), Some("****"));
            prop_assert_eq!(masked.len(), 11);
            let middle = &number[3..7];
            prop_assert!(middle == &number[7..] || !masked.contains(middle));
        }

        #[test]
        fn whatever_is_typed_shows_at_most_seven_digits(text in ".{0,40}") {
            prop_assert!(mask_phone(&text).chars().filter(char::is_ascii_digit).count() <= 7);
        }

        #[test]
        fn a_name_shows_one_character(name in "\\PC{0,20}") {
            let masked = mask_name(&name);
            prop_assert!(masked.chars().filter(|c| *c != '*').count() <= 1);
            prop_assert!(masked.chars().count() <= 3);
        }
    }
}
