//! Telephone numbers as people type them: one normal form, and what counts as a mainland mobile number.
//!
//! No library: the one that is kept well and knows all countries (rlibphonenumber) takes 17 MB once it is used, of the 40
//! that the server may have, and does not know `转801`, `-801`, `852-…`, Chinese numerals or a spreadsheet's floats.

mod digits;
mod form;
mod number;
mod read;

pub use digits::{digit, four_digits, is_gap};
pub use number::{Phone, Unreadable, is_mobile};

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

#[cfg(test)]
mod tests;
