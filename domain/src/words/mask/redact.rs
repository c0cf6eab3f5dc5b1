//! Hiding of telephone numbers, identity and card numbers and doors in free text, before it is shown to those whom they
//! do not concern. They are found however they are written: fullwidth, in Chinese numerals, with gaps, glued together.
//! Names of people cannot be told from other words and stay: what is written is the writer's.

mod doors;
mod marks;
mod numbers;

/// Whether the text holds a telephone, identity or card number or a door.
#[must_use]
pub fn contains_personal(text: &str) -> bool {
    if !may_hold(text) {
        return false;
    }
    let text: Vec<char> = text.chars().collect();
    hidden(&text).contains(&true)
}

/// Whether there is any sign without which nothing is personal: a digit of any script, a numeral, a household. Most texts
/// have none, and lists are many texts.
fn may_hold(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '十' | '百' | '户' | '戶') || crate::words::phone::digit(c).is_some())
}

/// The text with what is personal hidden in place (`138****5678`, `0913-*****45`, an identity number's first 3 digits,
/// `*-*-***`, `3号楼2单元***室`): gaps and all other characters stay. The result never [`contains_personal`] data.
#[must_use]
pub fn redact(text: &str) -> String {
    if !may_hold(text) {
        return text.into();
    }
    let mut shown: Vec<char> = text.chars().collect();
    // what is left between two hidden parts may read as a number of its own
    loop {
        let hidden = hidden(&shown);
        if !hidden.contains(&true) {
            return shown.into_iter().collect();
        }
        for (c, _) in shown.iter_mut().zip(hidden).filter(|(_, hidden)| *hidden) {
            *c = '*';
        }
    }
}

/// For each character of the text, whether it must be hidden; never one that is a star already.
fn hidden(text: &[char]) -> Vec<bool> {
    let text: Vec<char> = text.iter().copied().map(simplified).collect();
    let mut hidden = vec![false; text.len()];
    numbers::mark(&text, &mut hidden);
    doors::mark(&text, &mut hidden);
    hidden
}

/// The words around a door as the mainland writes them; people from Hong Kong, Macau and Taiwan write the others.
const fn simplified(c: char) -> char {
    match c {
        '樓' => '楼',
        '棟' => '栋',
        '單' => '单',
        '層' => '层',
        '門' => '门',
        '號' => '号',
        '戶' => '户',
        '東' => '东',
        other => other,
    }
}

#[cfg(test)]
mod tests;
