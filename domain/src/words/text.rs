//! What a text is to its reader: which characters nobody sees, which only look different, and what is kept of a text.
//!
//! The one place that knows this (properties and normal forms are Unicode's own, from ICU4X). Text is used in two ways.
//! It is *kept*: [`line()`] and [`lines`] are what is stored and shown. Or it is *read*: [`plain`] is the text under which
//! log-ins, numbers and cells are compared and parsed.

use icu_normalizer::{
    ComposingNormalizerBorrowed as Composing, DecomposingNormalizerBorrowed as Decomposing,
};
use icu_properties::props::{
    BinaryProperty, Dash, DefaultIgnorableCodePoint, ExtendedPictographic, GeneralCategory, JoiningType,
    PrependedConcatenationMark, UnifiedIdeograph,
};
use icu_properties::{CodePointMapData, CodePointSetData};

fn has<P: BinaryProperty>(c: char) -> bool {
    CodePointSetData::new::<P>().contains(c)
}

/// Whether the character ends a line: line feed and its likes, U+2028, U+2029.
#[must_use]
pub fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether the character is nothing but room: a space of any width, a tab, a line's end, the empty Braille pattern.
#[must_use]
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// Whether a reader sees nothing of the character, not even room: controls, directions and their overrides, zero-width
/// and soft signs, selectors, tags, fillers. Pasted text carries them along; nobody types them.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    if is_blank(c) {
        return false;
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    let formats = category == GeneralCategory::Control
        || category == GeneralCategory::Format && !has::<PrependedConcatenationMark>(c);
    // U+FFFC stands where a picture was
    formats || has::<DefaultIgnorableCodePoint>(c) || c == '\u{FFFC}'
}

/// Whether the character is a dash of any kind, or looks like one.
#[must_use]
pub fn is_dash(c: char) -> bool {
    has::<Dash>(c) || matches!(c, '\u{2043}' | '\u{02D7}' | '\u{2796}' | '\u{2500}' | '\u{2501}')
}

/// The plain characters that this one is a variant of: halfwidth for fullwidth, `1` for `①`, `-` for every dash, `·`
/// for every dot of a name, straight quotes, a space for every blank; nothing for an invisible one. Most are themselves.
pub fn twins(c: char) -> impl Iterator<Item = char> {
    let shown = Some(c).filter(|c| !is_invisible(*c));
    Decomposing::new_nfkd().normalize_iter(shown.into_iter()).map(|c| match c {
        '•' | '‧' | '∙' | '⋅' | '・' | '᛫' => '·',
        '‘' | '’' | '‛' | '′' => '\'',
        '“' | '”' | '‟' | '″' => '"',
        c if is_blank(c) => ' ',
        c if is_dash(c) => '-',
        c => c,
    })
}

/// The text as it is read rather than shown (log-ins, one-time passwords, numbers, cells of a table): every character its
/// plain [`twins`], every run of blanks one space, none at the ends. Case stays.
///
/// ```
/// assert_eq!(domain::words::text::plain(" Ｒbi8–Yvs2\u{2011}Zaj2\u{200B}\r\n"), "Rbi8-Yvs2-Zaj2");
/// ```
#[must_use]
pub fn plain(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    for c in text.chars().flat_map(twins) {
        if c != ' ' || !(read.is_empty() || read.ends_with(' ')) {
            read.push(c);
        }
    }
    read.truncate(read.trim_end_matches(' ').len());
    Composing::new_nfc().normalize(&read).into_owned()
}

/// A text of one line as it is kept: without what nobody sees, every run of blanks one space, none at the ends. Empty
/// when there was nothing to see.
#[must_use]
pub fn line(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for c in seen(text).chars() {
        if !is_blank(c) {
            kept.push(c);
        } else if !(kept.is_empty() || kept.ends_with(' ')) {
            kept.push(' ');
        }
    }
    kept.truncate(kept.trim_end_matches(' ').len());
    kept
}

/// A text of several lines as it is kept: without what nobody sees, every line's end a line feed, no blanks at the ends
/// of the text. Empty when there was nothing to see.
#[must_use]
pub fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept = seen(&text);
    let kept = kept.chars().map(|c| match c {
        c if is_break(c) => '\n',
        '\u{2800}' => ' ',
        c => c,
    });
    kept.collect::<String>().trim_matches(is_blank).to_owned()
}

/// The characters of a text that a reader sees, composed (NFC), with those invisible ones that shape what stands beside
/// them: a selector after an emoji, the joiner between two, the joiners of Arabic and Mongolian letters.
fn seen(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut before, mut rest) = (None, text.chars().peekable());
    while let Some(c) = rest.next() {
        if !is_invisible(c) || shapes(c, before, rest.peek().copied()) {
            kept.push(c);
            before = Some(c);
        }
    }
    Composing::new_nfc().normalize(&kept).into_owned()
}

/// Whether an invisible character changes how its neighbours look.
fn shapes(c: char, before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), after) = (before, after.unwrap_or(' ')) else { return false };
    let emoji = |c: char| {
        has::<ExtendedPictographic>(c) || matches!(c, '\u{FE0F}' | '\u{20E3}' | '\u{1F3FB}'..='\u{1F3FF}')
    };
    match c {
        '\u{FE0E}' | '\u{FE0F}' => before != '\u{FE0F}' && (emoji(before) || after == '\u{20E3}'),
        '\u{200D}' if emoji(before) => emoji(after),
        '\u{200C}' | '\u{200D}' => joins(before) && joins(after),
        '\u{180B}'..='\u{180F}' => matches!(before, '\u{1820}'..='\u{18AF}'),
        '\u{E0100}'..='\u{E01EF}' => has::<UnifiedIdeograph>(before),
        _ => false,
    }
}

/// Whether the letter is written joined to its neighbours.
fn joins(c: char) -> bool {
    let joining = CodePointMapData::<JoiningType>::new().get(c);
    [JoiningType::DualJoining, JoiningType::RightJoining, JoiningType::LeftJoining].contains(&joining)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What nobody sees, a few of each kind.
    const UNSEEN: [&str; 18] = [
        "\u{0}",
        "\u{7}",
        "\u{1B}",
        "\u{7F}",
        "\u{9C}",
        "\u{AD}",
        "\u{61C}",
        "\u{115F}",
        "\u{3164}",
        "\u{FFA0}",
        "\u{200B}",
        "\u{200E}",
        "\u{202D}\u{202C}",
        "\u{2066}\u{2069}",
        "\u{2060}",
        "\u{FEFF}",
        "\u{E0041}",
        "\u{FE0F}",
    ];

    #[test]
    fn what_nobody_sees_is_not_kept() {
        for unseen in UNSEEN {
            assert!(unseen.chars().all(is_invisible), "{unseen:?}");
            for text in [unseen.to_owned(), format!(" {unseen}\u{3000}\n\u{2800}{unseen}\t")] {
                assert_eq!((line(&text), lines(&text), plain(&text)), Default::default(), "{text:?}");
            }
            let text = format!("{unseen}屋顶{unseen}漏水{unseen}");
            for kept in [line(&text), lines(&text), plain(&text)] {
                assert_eq!(kept, "屋顶漏水", "{text:?}");
            }
        }
    }

    #[test]
    fn a_line_has_no_line_breaks_and_lines_have_one_kind() {
        for (text, one, many) in [
            ("屋顶\r\n漏水", "屋顶 漏水", "屋顶\n漏水"),
            ("屋顶\u{2028}漏水\u{85}急", "屋顶 漏水 急", "屋顶\n漏水\n急"),
            ("\u{3000}\u{3000}屋顶 \t 漏水\u{A0}\n\n", "屋顶 漏水", "屋顶 \t 漏水"),
            ("一\n\n\u{3000}二", "一 二", "一\n\n\u{3000}二"),
        ] {
            assert_eq!((line(text).as_str(), lines(text).as_str()), (one, many), "{text:?}");
        }
    }

    #[test]
    fn what_shapes_its_neighbours_stays() {
        for text in [
            "👨‍👩‍👧‍👦一家",
            "❤️",
            "1️⃣号楼",
            "👍🏽",
            "🏳️‍🌈",
            "می‌خواهم",
            "ᠭᠠᠯᠢ᠎ᠡ",
            "葛\u{E0100}城",
            "阿依古丽·买买提",
            "e\u{301}\u{323}x",
        ] {
            let composed = Composing::new_nfc().normalize(text);
            assert_eq!((line(text), lines(text)), (composed.to_string(), composed.to_string()), "{text}");
        }
        for (text, kept) in [
            ("屋\u{200D}顶", "屋顶"),
            ("屋\u{FE0F}顶", "屋顶"),
            ("👨\u{200D}漏", "👨漏"),
            ("138\u{FE0F}", "138"),
        ] {
            assert_eq!(line(text), kept, "{text:?}");
        }
    }

    #[test]
    fn what_looks_alike_is_read_alike() {
        for (text, read) in [
            ("ＤＬ－２６１１２２－００１２３", "DL-261122-00123"),
            ("Rbi8‐Yvs2–Zaj2", "Rbi8-Yvs2-Zaj2"),
            ("Rbi8\u{2011}Yvs2\u{2212}Zaj2 ", "Rbi8-Yvs2-Zaj2"),
            ("\u{202A}wang.xm\u{202C}\r\n", "wang.xm"),
            ("3—2─501", "3-2-501"),
            ("①②③ ㎡ ％", "123 m2 %"),
            ("𝟏𝟑𝟖", "138"),
            ("阿依古丽•买买提", "阿依古丽·买买提"),
            ("“甲”", "\"甲\""),
            ("  a \u{3000}\t b  ", "a b"),
            ("é", "é"),
            ("e\u{301}", "é"),
        ] {
            assert_eq!(plain(text), read, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn keeping_and_reading_twice_change_nothing(text in "(\\PC|[e\u{301}\u{200B}\u{200D}\u{202E}\u{FE0F}\r\n\t \u{2800}1👍-]){0,30}") {
            for once in [line, lines, plain] {
                let kept = once(&text);
                prop_assert_eq!(once(&kept), kept.clone());
                prop_assert!(!kept.contains(['\u{202E}', '\0']), "{:?}", kept);
                prop_assert!(!kept.starts_with(is_blank) && !kept.ends_with(is_blank));
            }
            prop_assert!(!line(&text).contains(is_break));
        }
    }
}
