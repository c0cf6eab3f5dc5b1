//! A telephone number that was understood, and what of it may be shown.

use super::form::{self, Form};
use crate::words::stars::hide;
use std::fmt;

/// A telephone number that was understood. Its `Display` is what is kept: the number, and `转801` for an extension;
/// read again it is the same.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone {
    pub(super) number: String,
    pub(super) extension: Option<String>,
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
        let (head, tail) = self.shown();
        f.write_str(&hide(&self.number, head, tail))
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
