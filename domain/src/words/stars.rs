//! Stars in place of what is hidden of a number.

/// The longest number there is (ITU-T E.164), digits.
pub(crate) const LONGEST_NUMBER: usize = 15;

/// The text with stars between its first and last so many characters, cut at [`LONGEST_NUMBER`].
pub(crate) fn hide(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    let shown = |at: usize| at < head || at + tail >= length;
    text.chars().enumerate().take(LONGEST_NUMBER).map(|(at, c)| if shown(at) { c } else { '*' }).collect()
}
