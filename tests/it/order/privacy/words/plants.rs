//! What is planted: numbers and doors as people write them, each in a field of its own.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// What was planted so far: the field, and what must not come out of it.
#[derive(Default)]
pub struct Plants {
    runner: TestRunner,
    planted: Vec<(&'static str, String)>,
}

impl Plants {
    /// A text for this field, with something planted in it.
    pub fn text(&mut self, field: &'static str) -> String {
        let drawn = planted().new_tree(&mut self.runner).unwrap().current();
        let (before, secret, after) = drawn;
        self.planted.push((field, secret.clone()));
        format!("{before}{secret}{after}")
    }

    /// Every field with what was planted there.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.planted.iter().map(|(field, secret)| (*field, secret.as_str()))
    }

    /// Everything planted.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.planted.iter().map(|(_, secret)| secret.as_str())
    }

    /// What was planted in this field.
    pub fn of(&self, field: &'static str) -> impl Iterator<Item = &str> {
        self.each().filter(move |(of, _)| *of == field).map(|(_, secret)| secret)
    }
}

fn planted() -> impl Strategy<Value = (String, String, String)> {
    let before = "(漏水，|请联系|我是老王，|急！|家里有老人：)";
    let after = "(|，请速来|。谢谢|（已催过）)";
    (before, prop_oneof![mobile(), landline(), identity(), door()], after)
}

/// Digits in one of the ways that people write them.
fn spelled(digits: &str, way: u8) -> String {
    const CHINESE: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let value = |c: char| c.to_digit(10).and_then(|value| usize::try_from(value).ok());
    let each = |of: &dyn Fn(char, usize) -> char| {
        digits.chars().map(|c| value(c).map_or(c, |value| of(c, value))).collect::<String>()
    };
    match way {
        0 => each(&|c, _| c),
        1 => each(&|c, _| char::from_u32(u32::from(c) + 0xFEE0).unwrap()),
        _ => each(&|_, value| CHINESE[value]),
    }
}

fn mobile() -> impl Strategy<Value = String> {
    ("1[3-9][0-9]{9}", 0..3_u8, 0..4_u8).prop_map(|(number, way, gaps)| {
        let (head, rest) = number.split_at(3);
        let (middle, tail) = rest.split_at(4);
        let number = match gaps {
            0 => format!("{head}{middle}{tail}"),
            1 => format!("{head} {middle} {tail}"),
            2 => format!("{head}-{middle}-{tail}"),
            _ => format!("+86 {head}{middle}{tail}"),
        };
        spelled(&number, if gaps == 3 { 0 } else { way })
    })
}

fn landline() -> impl Strategy<Value = String> {
    ("0913-[2-9][0-9]{6}", "(|转[1-9][0-9]{2})")
        .prop_map(|(number, extension)| format!("{number}{extension}"))
}

fn identity() -> impl Strategy<Value = String> {
    ("610523(19[4-9][0-9]|200[0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}[0-9X]", 0..2_u8)
        .prop_map(|(number, way)| spelled(&number, way))
}

fn door() -> impl Strategy<Value = String> {
    prop_oneof![
        "[1-9]-[1-9]-[1-9]0[1-9]",
        "[1-9]号楼[1-9]单元[1-9]0[1-9]室",
        "[A-F]座[1-9]20[1-9]",
        "[三五七]号楼[三五七]零[三五七]室",
        "门牌[1-9][0-9]",
    ]
    .prop_map(|door| door)
}
