//! Reading one number out of what people type into a field for it.

use super::digits::digit;
use super::form::{self, Form};
use super::number::{Phone, Unreadable};
use crate::words::text;

/// Words before an extension, longer ones first, lower case.
const EXTENSION: [&str; 11] =
    ["extension", ";ext=", "转分机", "转内线", "分机", "内线", "ext.", "ext", "转", "#", "x"];
/// Most digits of an extension.
const LONGEST_EXTENSION: usize = 6;
/// Digits of an international number, country code included (ITU-T E.164).
const INTERNATIONAL: std::ops::RangeInclusive<usize> = 7..=15;
/// Country codes that people here type without `+`, and how many digits follow: Hong Kong, Macau, Taiwan.
const NEIGHBOURS: [(&str, std::ops::RangeInclusive<usize>); 3] =
    [("852", 8..=8), ("853", 8..=8), ("886", 8..=9)];

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
        phone(text)
    }
}

/// The number that the text is.
///
/// # Errors
/// Why it is none, or more than one.
fn phone(text: &str) -> Result<Phone, Unreadable> {
    let plain = written(text)?;
    let (body, extension) = cut(&plain)?;
    if body.contains(['/', ',', ';', '、', '或', '和', '|']) {
        return Err(if numbers(&body) > 1 { Unreadable::Several } else { Unreadable::NoNumber });
    }
    if !body.chars().all(|c| c.is_ascii_digit() || c == '+' || is_joint(c)) {
        return Err(Unreadable::NoNumber);
    }
    let groups: Vec<&str> = body.split(is_joint).filter(|group| !group.is_empty()).collect();
    // 13812345678.5 is no extension but a number that a spreadsheet calculated
    let dotted =
        body.rfind(is_joint).is_some_and(|at| body.get(at..).is_some_and(|end| end.starts_with('.')));
    if let (None, false, Some((number, last))) = (&extension, dotted, dialled_on(&groups)) {
        return Ok(Phone { number, extension: Some(last.to_owned()) });
    }
    match whole(&groups.concat()) {
        Some(number) => Ok(Phone { number, extension }),
        None if two(&groups) => Err(Unreadable::Several),
        None => Err(Unreadable::NoNumber),
    }
}

/// The text with ASCII digits and without what a spreadsheet or a link put around it.
fn written(text: &str) -> Result<String, Unreadable> {
    let plain = text::plain(text).to_lowercase();
    let plain = plain.strip_prefix("tel:").unwrap_or(&plain);
    // ="138…" and '138… are how a spreadsheet is made to keep a number's digits
    let plain = plain.strip_prefix('=').unwrap_or(plain).trim_matches(['"', '\'']).trim();
    if let Some(whole) = plain.strip_suffix(".0").or_else(|| plain.strip_suffix(".00"))
        && whole.bytes().all(|b| b.is_ascii_digit())
    {
        return Ok(whole.to_owned());
    }
    // +44 (0)20 …: the zero is dialled inside the country alone
    let bare = if plain.starts_with('+') { plain.replacen("(0)", " ", 1) } else { plain.to_owned() };
    let plain = bare.as_str();
    match scientific(plain) {
        Some(number) => number,
        None => {
            Ok(plain.chars().map(|c| digit(c).and_then(|d| char::from_digit(d, 10)).unwrap_or(c)).collect())
        }
    }
}

/// The digits of a number that a spreadsheet shows as `1.3812345678E10`, where it kept them all.
fn scientific(text: &str) -> Option<Result<String, Unreadable>> {
    let (mantissa, exponent) = text.split_once('e')?;
    let (lead, rest) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let numeric = lead.len() == 1 && lead.bytes().chain(rest.bytes()).all(|b| b.is_ascii_digit());
    // fewer places than the power has: the last digits were rounded away, or end in zeros that nobody can tell from that
    numeric
        .then(|| if rest.len() == exponent { Ok(format!("{lead}{rest}")) } else { Err(Unreadable::Rounded) })
}

/// What stands before the word for an extension, and the extension.
fn cut(text: &str) -> Result<(String, Option<String>), Unreadable> {
    let found = EXTENSION.iter().filter_map(|word| Some((text.find(word)?, word.len())));
    // the first of them, and of those that begin there the longest
    let Some((at, length)) = found.min_by_key(|(at, length)| (*at, usize::MAX - length)) else {
        return Ok((text.to_owned(), None));
    };
    let (body, behind) = (text.get(..at).unwrap_or_default(), text.get(at + length..).unwrap_or_default());
    let inner = behind.trim_start_matches(['.', ':', '-', ' ']).trim_end_matches([')', ' ', '号']);
    let sound = (1..=LONGEST_EXTENSION).contains(&inner.len()) && inner.bytes().all(|b| b.is_ascii_digit());
    if !sound {
        return Err(if numbers(text) > 1 { Unreadable::Several } else { Unreadable::NoNumber });
    }
    Ok((body.trim_end_matches(['(', ' ', '-', ',']).to_owned(), Some(inner.to_owned())))
}

/// Whether the character may stand between two groups of one number's digits.
fn is_joint(c: char) -> bool {
    matches!(c, ' ' | '-' | '.' | '_' | '(' | ')' | '·')
}

/// A number that is complete before its last group: `0913-3212345-801`.
fn dialled_on<'t>(groups: &[&'t str]) -> Option<(String, &'t str)> {
    let (last, before) = groups.split_last()?;
    if last.len() > LONGEST_EXTENSION {
        return None;
    }
    let all = whole(&groups.concat());
    if all.is_some_and(|all| {
        all.starts_with('+') || matches!(form::of(&all), Some(Form::Mobile | Form::Service))
    }) {
        return None;
    }
    let number = whole(&before.concat())?;
    let alone = matches!(form::of(&number), Some(Form::Short)) || number.starts_with('+');
    (!alone).then_some((number, *last))
}

/// The number of these digits in normal form.
fn whole(digits: &str) -> Option<String> {
    let foreign = digits.strip_prefix('+').or_else(|| digits.strip_prefix("00"));
    if let Some(number) = foreign {
        return match number.strip_prefix("86") {
            Some(rest) => form::national(rest),
            None => international(number),
        };
    }
    if form::of(digits).is_some() {
        return Some(digits.to_owned());
    }
    // a mobile number as it is dialled from elsewhere
    let mobile = digits.strip_prefix('0').filter(|rest| form::of(rest) == Some(Form::Mobile));
    let at_home = || {
        let rest = digits.strip_prefix("86").filter(|rest| rest.len() > 8)?;
        form::national(rest)
    };
    let neighbour = || {
        let mut fits = NEIGHBOURS.iter().filter_map(|(code, length)| {
            let rest = digits.strip_prefix(code)?;
            length.contains(&rest.len()).then(|| format!("+{digits}"))
        });
        fits.next()
    };
    mobile.map(str::to_owned).or_else(at_home).or_else(neighbour)
}

/// A number with another country's code. Those of Hong Kong and Macau have eight digits.
fn international(number: &str) -> Option<String> {
    let digits = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
    let fits = NEIGHBOURS.iter().all(|(code, length)| {
        number.strip_prefix(code).is_none_or(|rest| length.contains(&rest.trim_start_matches('0').len()))
    });
    (digits && fits && INTERNATIONAL.contains(&number.len())).then(|| format!("+{number}"))
}

/// How many numbers, extensions included, stand in the text, apart from each other.
fn numbers(text: &str) -> usize {
    text.split(|c: char| !(c.is_ascii_digit() || is_joint(c)))
        .filter(|part| part.bytes().filter(u8::is_ascii_digit).count() >= 3)
        .count()
}

/// Whether the groups are two numbers, one behind the other.
fn two(groups: &[&str]) -> bool {
    (1..groups.len()).any(|at| {
        let (one, other) = groups.split_at(at);
        let number = |groups: &[&str]| whole(&groups.concat()).is_some_and(|number| number.len() >= 7);
        number(one) && number(other)
    })
}
