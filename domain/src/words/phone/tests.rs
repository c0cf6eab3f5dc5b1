//! Tables of numbers as people write them.

use super::*;
use proptest::prelude::*;

/// What the text is kept as.
#[track_caller]
fn kept(text: &str) -> String {
    Phone::read(text).map_or_else(|why| format!("{why:?}"), |phone| phone.to_string())
}

/// A number as it is kept, and how people write it.
const WRITTEN: &[(&str, &[&str])] = &[
    (
        "13812345678",
        &[
            "13812345678",
            "138 1234 5678",
            "138-1234-5678",
            "+86 138-1234-5678",
            "+8613812345678",
            "+86 (0) 138 1234 5678",
            "008613812345678",
            "8613812345678",
            "86-13812345678",
            "013812345678",
            "１３８１２３４５６７８",
            "＋８６１３８１２３４５６７８",
            "一三八一二三四五六七八",
            "幺三八一二三四五六七八",
            "138\u{200B}1234\u{FEFF}5678",
            "\u{202D}13812345678\u{202C}",
            "(138) 1234.5678",
            "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
            "tel:+86-138-1234-5678",
            "13812345678.0",
            "13812345678.00",
            "1.3812345678E10",
            "1.3812345678e+10",
            "'13812345678",
            "=\"13812345678\"",
            "\"13812345678\"",
        ],
    ),
    (
        "09133212345",
        &[
            "0913-3212345",
            "09133212345",
            "0913 321 2345",
            "（0913）3212345",
            "(0913) 321-2345",
            "0913－３２１２３４５",
            "0913—3212345",
            "+86 913 3212345",
            "+86-0913-3212345",
            "+86(0)913 3212345",
            "0086 913 3212345",
            "00860913 3212345",
            "86 0913 3212345",
            "零九一三三二一二三四五",
        ],
    ),
    ("02987654321", &["029-87654321", "(029)8765 4321", "+86 29 8765 4321", "862987654321"]),
    ("01012345", &["010-12345", "+86 10 12345"]),
    ("01065529988", &["010-6552-9988", "+86 10 65529988", "010 65529988"]),
    ("3212345", &["3212345", "321-2345", "321 2345", "+86 3212345"]),
    ("87654321", &["8765-4321", "87654321"]),
    ("4008208820", &["400-820-8820", "4008-208-820", "+86 400 820 8820"]),
    ("12345", &["12345", "１２３４５", "+86 12345"]),
    ("110", &["110"]),
    ("95588", &["95588"]),
    ("668899", &["668899"]),
    ("+85223456789", &["+852 2345 6789", "00852 23456789", "852-23456789", "85223456789", "(852) 2345 6789"]),
    ("+85366123456", &["+853 6612 3456", "0085366123456", "853 66123456"]),
    ("+886912345678", &["+886 912 345 678", "886-912-345-678"]),
    ("+442079460958", &["+44 20 7946 0958", "0044 20 7946 0958", "+44 (0)20 7946 0958"]),
    ("+79123456789", &["+7 912 345-67-89"]),
];

#[test]
fn every_way_of_writing_one_number_is_the_same_number() {
    for (number, spellings) in WRITTEN {
        for typed in *spellings {
            assert_eq!(
                (kept(typed), normalise(typed)),
                ((*number).to_owned(), (*number).to_owned()),
                "{typed}"
            );
            assert_eq!(Phone::read(typed), Phone::read(number), "{typed}");
        }
    }
}

#[test]
fn an_extension_is_kept_apart() {
    for (typed, number) in [
        ("0913-3212345转801", "09133212345转801"),
        ("0913-3212345 转 801", "09133212345转801"),
        ("0913-3212345转分机801", "09133212345转801"),
        ("0913-3212345(分机801)", "09133212345转801"),
        ("0913-3212345-801", "09133212345转801"),
        ("0913 3212345 801", "09133212345转801"),
        ("09133212345#801", "09133212345转801"),
        ("0913-3212345＃８０１", "09133212345转801"),
        ("0913-3212345,#801", "09133212345转801"),
        ("0913-3212345 ext. 801", "09133212345转801"),
        ("0913-3212345 EXT801", "09133212345转801"),
        ("0913-3212345x801", "09133212345转801"),
        ("+86-913-3212345;ext=801", "09133212345转801"),
        ("0913-3212345-8", "09133212345转8"),
        ("3212345转801", "3212345转801"),
        ("3212345-801", "3212345转801"),
        ("400-820-8820转1", "4008208820转1"),
        ("13812345678转1234", "13812345678转1234"),
        ("+852 2345 6789 ext 12", "+85223456789转12"),
    ] {
        assert_eq!(kept(typed), number, "{typed}");
        let phone = Phone::read(typed).unwrap();
        assert!(phone.extension().is_some() && !phone.is_mobile() && phone.number() == normalise(typed));
        assert!(!phone.key().contains('转'), "found without it");
    }
}

#[test]
fn a_landline_is_found_with_and_without_its_area_code() {
    for typed in
        ["0913-3212345", "3212345", "+86 913 3212345", "0913-3212345转801", "3212345-801", "３２１-２３４５"]
    {
        assert_eq!(lookup_key(typed), "3212345", "{typed}");
    }
    assert_eq!(lookup_key("+86 138-1234-5678"), "13812345678");
    assert_eq!(lookup_key("852-23456789"), "+85223456789");
}

#[test]
fn what_is_no_number_says_why() {
    for (typed, why) in [
        ("13812345678/13912345678", Unreadable::Several),
        ("13812345678、13912345678", Unreadable::Several),
        ("13812345678，13912345678", Unreadable::Several),
        ("13812345678;0913-3212345", Unreadable::Several),
        ("13812345678 13912345678", Unreadable::Several),
        ("13812345678\n13912345678", Unreadable::Several),
        ("138 1234 5678 139 1234 5678", Unreadable::Several),
        ("0913-3212345 3212346", Unreadable::Several),
        ("3212345 3212346", Unreadable::Several),
        ("0913-3212345/801", Unreadable::Several),
        ("13812345678或3212345", Unreadable::Several),
        ("13812345678转13912345678", Unreadable::Several),
        ("1.38123E+10", Unreadable::Rounded),
        ("1.3812E10", Unreadable::Rounded),
        ("1E10", Unreadable::Rounded),
        ("", Unreadable::NoNumber),
        ("\u{200B}", Unreadable::NoNumber),
        ("many", Unreadable::NoNumber),
        ("微信xiaoming", Unreadable::NoNumber),
        ("12", Unreadable::NoNumber),
        ("1381234567", Unreadable::NoNumber),
        ("138123456789", Unreadable::NoNumber),
        ("12812345678", Unreadable::NoNumber),
        ("0913-321234", Unreadable::NoNumber),
        ("0000-3212345", Unreadable::NoNumber),
        ("+852 2345 678", Unreadable::NoNumber),
        ("+86", Unreadable::NoNumber),
        ("+", Unreadable::NoNumber),
        ("610523199001011234", Unreadable::NoNumber),
        ("13812345678.5", Unreadable::NoNumber),
        ("138+12345678", Unreadable::NoNumber),
        ("王小明13812345678", Unreadable::NoNumber),
        ("13812345678转", Unreadable::NoNumber),
    ] {
        assert_eq!(Phone::read(typed).map(|phone| phone.to_string()), Err(why), "{typed:?}");
        assert!(!why.zh().is_ascii() && why.to_string().is_ascii());
    }
}

#[test]
fn only_mainland_mobiles_are_mobiles() {
    assert!(is_mobile("13812345678") && is_mobile("19900000000"));
    for other in ["", "1381234567", "138123456789", "12812345678", "23812345678", "1381234567x", "１３８"]
    {
        assert!(!is_mobile(other), "{other}");
    }
}

#[test]
fn what_is_no_number_is_compared_by_its_signs() {
    assert_eq!(
        (normalise(""), normalise("862345x"), normalise("a-１ b")),
        (String::new(), "862345x".into(), "a1b".into())
    );
}

proptest! {
    #[test]
    fn what_is_kept_reads_as_itself(text in "[0-9０-９一二+ ()\\-.#转x/e]{0,24}") {
        if let Ok(phone) = Phone::read(&text) {
            prop_assert_eq!(Phone::read(&phone.to_string()), Ok(phone.clone()), "{}", phone);
            prop_assert!(phone.number().len() >= 3 && phone.number().len() <= 16);
        }
    }

    #[test]
    fn any_text_is_taken(text in any::<String>()) {
        let _ = Phone::read(&text);
    }

    #[test]
    fn gaps_make_no_other_number(digits in "(1[3-9][0-9]{9}|0[3-9][0-9]{2}[2-9][0-9]{6})", at in 1..10_usize) {
        let spaced = format!("{} {}", &digits[..at], &digits[at..]);
        let (one, other) = (Phone::read(&digits), Phone::read(&spaced));
        prop_assert!(one.is_ok());
        // a short tail behind a number that is complete without it is an extension
        if other.as_ref().is_ok_and(|phone| phone.extension().is_none()) {
            prop_assert_eq!(one, other);
        }
    }
}

#[test]
fn the_last_four_digits_are_those_of_the_number() {
    for (text, last) in [
        ("13812345678", Some("5678")),
        ("+86 138 1234 5678", Some("5678")),
        ("0913-3212345", Some("2345")),
        ("0913-3212345转8019", Some("2345")),
        ("3212345", Some("2345")),
        ("+852 2345 6789", Some("6789")),
        ("12345", Some("2345")),
        ("110", None),
    ] {
        assert_eq!(Phone::read(text).unwrap().last_four(), last, "{text}");
    }
    for (text, digits) in [
        ("5678", Some("5678")),
        (" ５６７８ ", Some("5678")),
        ("五六七八", Some("5678")),
        ("56-78", Some("5678")),
    ] {
        assert_eq!(four_digits(text).as_deref(), digits, "{text}");
    }
    for text in ["", "567", "56789", "567a", "13812345678"] {
        assert_eq!(four_digits(text), None, "{text}");
    }
}
