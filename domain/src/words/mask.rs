//! Masking of people's data: what may be shown of a phone number, a name, an address and free text.
//!
//! Source: MINIPROGRAM.md, "People's data" (the Personal Information Protection Law): masked by default as
//! `138****5678`, the first character of the name, no room number. Everything here errs on the side of hiding.

mod address;
mod redact;

pub use address::{Place, mask_address};
pub use redact::{contains_personal, redact};

use super::phone::{self, Phone};
use super::stars::{LONGEST_NUMBER, hide};

/// What is shown of an extension: that there is one.
const EXTENSION: &str = "转***";

/// A telephone number with its middle hidden: `138****5678`, `0913*****45`, `+852******89`.
///
/// A mobile number keeps the first 3 and the last 4 digits. Others keep area or country code, which tell a place, and
/// the last 2 digits, so that at least five are hidden; short ones, extensions and whatever is no telephone number keep
/// nothing, but for the ends of 7 and more digits that are one with a slip of the pen.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    if let Ok(phone) = Phone::read(phone) {
        let (head, tail) = phone.shown();
        let extension = phone.extension().map_or("", |_hidden| EXTENSION);
        return hide(phone.number(), head, tail) + extension;
    }
    if phone.contains('*') {
        return masked_again(phone);
    }
    let number = phone::normalise(phone);
    let dialled = number.bytes().all(|b| b.is_ascii_digit());
    match number.chars().count() {
        7..=10 if dialled => hide(&number, 0, 2),
        11..=LONGEST_NUMBER if dialled => hide(&number, 3, 4),
        _ => hide(&number, 0, 0),
    }
}

/// A number that is masked already, with no more of it shown than a mask shows today: rows of long ago show the last 4
/// digits of a landline, too.
fn masked_again(masked: &str) -> String {
    let (number, extension) = masked.split_once('转').map_or((masked, ""), |(number, _)| (number, EXTENSION));
    if !number.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '+')) {
        return hide(number, 0, 0);
    }
    let (head, tail) = if number.len() == 11 && number.starts_with('1') { (3, 4) } else { (4, 2) };
    let head = number.chars().take(head).take_while(|c| *c != '*').count();
    hide(number, head, tail) + extension
}

/// A name of which only the first character is kept, with a star for each further one, at most two: `王**`. A name of one
/// character is a star: it would be the whole name. Masked again it stays as it is.
///
/// Punctuation is no character of a name. Latin names are treated alike: `Tom Smith` is `T**`.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let mut rest = name.chars().filter(|c| c.is_alphanumeric() || *c == '*');
    match (rest.next(), rest.take(2).count()) {
        (None, _) => "*".repeat(name.trim().chars().count().min(2)),
        (Some(_only), 0) => "*".to_owned(),
        (Some(first), further) => format!("{first}{}", "*".repeat(further)),
    }
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
            ("0913-3212345", "0913*****45"),
            ("0913-32123456", "0913******56"),
            ("010-65529988", "010******88"),
            ("0913-12345", "*********"),
            ("0913-3212345转801", "0913*****45转***"),
            ("13812345678转1234", "138****5678转***"),
            ("3212345", "*****45"),
            ("3212345-8", "*****45转***"),
            ("400-820-8820", "400*****20"),
            ("+852 2345 6789", "+852******89"),
            ("+44 20 7946 0958", "+442*******58"),
            ("+6771234567", "+677*****67"),
            ("+677123456", "********56"),
            ("12345", "*****"),
            ("110", "***"),
            ("", ""),
            ("微信xiaoming", "**********"),
            ("微信*xiaoming", "***********"),
            ("138****5678", "138****5678"),
            ("091****2345", "091******45"),
            ("0913*****45转***", "0913*****45转***"),
            ("+852******89", "+852******89"),
            ("*****45", "*****45"),
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
            ("王", "*"),
            (" 王 ", "*"),
            ("（王）", "*"),
            ("王。", "*"),
            ("W", "*"),
            ("王*", "王*"),
            ("王**", "王**"),
            ("*", "*"),
            ("欧阳", "欧*"),
            ("Tom", "T**"),
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
        fn a_landline_hides_no_less_than_a_mobile(
            number in "0[3-9][0-9]{2}[2-9][0-9]{6,7}", extension in "(转[0-9]{1,6})?"
        ) {
            let masked = mask_phone(&format!("{number}{extension}"));
            let hidden = masked.split('转').next().unwrap_or_default().matches('*').count();
            prop_assert!(hidden >= 5 && masked.chars().filter(char::is_ascii_digit).count() <= 6, "{}", masked);
        }

        #[test]
        fn a_masked_number_stays_masked(number in "(1[3-9][0-9]{9}|0[3-9][0-9]{2}[2-9][0-9]{6}(转8)?|[+]852[0-9]{8}|[0-9*]{0,18})") {
            let masked = mask_phone(&number);
            prop_assert_eq!(mask_phone(&masked), masked);
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
            let signs = name.chars().filter(|c| c.is_alphanumeric() || *c == '*').count();
            prop_assert!(signs != 1 || masked == "*");
            prop_assert_eq!(mask_name(&masked), masked);
        }
    }
}
