//! The forms of numbers in mainland China, digits only: the numbering plan of the Ministry of Industry and Information
//! Technology (area codes 010, 02x and 0[3-9]xx; subscribers of 7 or 8 digits that begin with 2 to 9).

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `1[3-9]` and nine digits.
    Mobile,
    /// A landline, or a service of a place, with this many digits of area code (the leading 0 included).
    Area(usize),
    /// A landline without its area code.
    Local,
    /// 400 and 800 numbers: the same from everywhere.
    Service,
    /// 3 to 6 digits: emergency and hotlines, banks, extensions of a company or a village.
    Short,
}

fn all_digits(number: &str) -> bool {
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

/// What a number without country code is; none for one that the plan does not know.
pub(super) fn of(number: &str) -> Option<Form> {
    let bytes = number.as_bytes();
    if !all_digits(number) {
        return None;
    }
    match (bytes, bytes.len()) {
        ([b'1', b'3'..=b'9', ..], 11) => Some(Form::Mobile),
        ([b'0', b'1', b'0', rest @ ..], _) if is_subscriber(rest) => Some(Form::Area(3)),
        ([b'0', b'2', _, rest @ ..], _) if is_subscriber(rest) => Some(Form::Area(3)),
        ([b'0', b'3'..=b'9', _, _, rest @ ..], _) if is_subscriber(rest) => Some(Form::Area(4)),
        ([b'4' | b'8', b'0', b'0', ..], 10) => Some(Form::Service),
        ([b'2'..=b'9', ..], 7 | 8) => Some(Form::Local),
        ([b'1'..=b'9', ..], 3..=6) => Some(Form::Short),
        _ => None,
    }
}

/// What may follow an area code: a subscriber's number, or a service of that place (12345, 95588, 962345).
fn is_subscriber(rest: &[u8]) -> bool {
    matches!(
        (rest, rest.len()),
        ([b'2'..=b'9', ..], 7 | 8) | ([b'1', ..], 5) | ([b'9', b'5' | b'6', ..], 5 | 6)
    )
}

/// A number after +86, with the 0 that people leave out or put in brackets there.
pub(super) fn national(rest: &str) -> Option<String> {
    let bare = rest.trim_start_matches('0');
    let form = of(bare);
    if matches!(form, Some(Form::Mobile | Form::Service | Form::Short)) {
        return Some(bare.to_owned());
    }
    let dialled = format!("0{bare}");
    match of(&dialled) {
        Some(_area) => Some(dialled),
        None => form.map(|_local| bare.to_owned()),
    }
}
