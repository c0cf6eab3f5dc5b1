//! Telephone numbers as people type them: one normal form, and what counts as a mainland mobile number.
//!
//! No library: the one that is kept well and knows all countries (rlibphonenumber) takes 17 MB once it is used, of the 40
//! that the server may have, and does not know `转801`, `-801`, `852-…`, Chinese numerals or a spreadsheet's floats.

mod form;
mod read;

use crate::text;
use form::Form;
use std::fmt;

/// A telephone number that was understood. Its `Display` is what is kept: the number, and `转801` for an extension;
/// read again it is the same.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    number: String,
    extension: Option<String>,
}

/// Why a text is no telephone number. `Display` is English, [`Unreadable::zh`] Chinese; neither repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is none.
    NoNumber,
    /// There are two or more in it.
    Several,
    /// A spreadsheet made a rounded number of it.
    Rounded,
}

impl Unreadable {
    /// What is wrong, in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::NoNumber => "不是有效的电话号码",
            Self::Several => "只能填一个电话号码",
            Self::Rounded => "被表格软件改成了科学计数法,请把该列设为文本",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoNumber => "not a telephone number",
            Self::Several => "more than one number: give one",
            Self::Rounded => "a spreadsheet rounded it; format the column as text",
        })
    }
}

impl Phone {
    /// Reads a number however it is written: in groups, in brackets, with any dash or blank, in any digits, with +86, 0086
    /// or 86, with an extension (`转801`, `-801`, `#801`, `ext. 801`), as a link or out of a spreadsheet.
    ///
    /// Known are mainland mobile numbers, landlines with and without area code, 400 and 800, short numbers of 3 to 6
    /// digits, and those of other countries with `+`, 00 or (Hong Kong, Macau, Taiwan) neither.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        read::phone(text)
    }

    /// The number in normal form, without its extension: `13812345678`, `09133212345`, `3212345`, `+85223456789`.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The extension, 1 to 6 digits.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }

    /// The form under which the number is found: a landline without its area code, since people of one place leave it
    /// out (two places may so share one; whoever searches sees their own area only).
    #[must_use]
    pub fn key(&self) -> &str {
        match form::of(&self.number) {
            Some(Form::Area(code)) => self.number.get(code..).unwrap_or_default(),
            _ => &self.number,
        }
    }

    /// The last four digits, of the number and not of an extension; none of numbers that have no more than those.
    #[must_use]
    pub fn last_four(&self) -> Option<&str> {
        let at = self.number.len().checked_sub(4).filter(|at| *at > 0)?;
        self.number.get(at..)
    }

    /// A mainland mobile number without an extension.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        self.extension.is_none() && is_mobile(&self.number)
    }

    /// How many characters of the number a mask may show, at its start and at its end. What is hidden is never less than
    /// the 4 digits of a mobile number (`138****5678`): area and country codes tell a place, so of what follows them
    /// five digits and more are hidden.
    pub(crate) fn shown(&self) -> (usize, usize) {
        match form::of(&self.number) {
            Some(Form::Mobile) => (3, 4),
            Some(Form::Area(code)) if self.number.len() >= code + 7 => (code, 2),
            Some(Form::Service) => (3, 2),
            Some(Form::Local) => (0, 2),
            Some(Form::Area(_) | Form::Short) => (0, 0),
            None if self.number.len() > 10 => (4, 2),
            None => (0, 2),
        }
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)?;
        self.extension.as_deref().map_or(Ok(()), |extension| write!(f, "转{extension}"))
    }
}

/// Hides the number: a phone is personal.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::mask::mask_phone(&self.number))
    }
}

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

/// The number in normal form ([`Phone::number`]); of what is no number the ASCII digits and whatever is neither digit nor
/// gap.
#[must_use]
pub fn normalise(text: &str) -> String {
    match Phone::read(text) {
        Ok(phone) => phone.number,
        Err(_unread) => stripped(text),
    }
}

/// The form under which a number is hashed for look-up ([`Phone::key`]); of what is no number as [`normalise`].
#[must_use]
pub fn lookup_key(text: &str) -> String {
    match Phone::read(text) {
        Ok(phone) => phone.key().to_owned(),
        Err(_unread) => stripped(text),
    }
}

fn stripped(text: &str) -> String {
    let plain = text.chars().filter(|c| !is_gap(*c));
    plain
        .map(|c| digit(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c))
        .map(|c| if c == '＋' { '+' } else { c })
        .collect()
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
mod tests;
