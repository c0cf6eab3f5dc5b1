//! The text of an uploaded file: UTF-8, with or without a byte order mark, else GBK.
//!
//! GBK is read as GB18030, its superset, which the spreadsheets of the field write under the name ANSI. Many byte
//! strings are valid in it by accident, so a file that is clearly UTF-8 up to one broken byte is refused and not
//! read as GBK.

use super::rows::{ImportError, Place};
use encoding_rs::{DecoderResult, GB18030};
use std::borrow::Cow;

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
/// So many Chinese characters in valid UTF-8 are no accident in a GBK file.
const CLEARLY_UTF8: usize = 8;

/// The file as text, without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ImportError> {
    match bytes {
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(ImportError::Workbook),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(ImportError::Utf16),
        _ => {}
    }
    let (marked, body) = bytes.strip_prefix(UTF8_MARK).map_or((false, bytes), |body| (true, body));
    let valid = match str::from_utf8(body) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => body.get(..error.valid_up_to()).unwrap_or_default(),
    };
    let utf8 = place(bytes, bytes.len() - body.len() + valid.len());
    let chinese =
        String::from_utf8_lossy(valid).chars().filter(|c| c.len_utf8() == 3).take(CLEARLY_UTF8).count();
    if marked || chinese == CLEARLY_UTF8 {
        return Err(ImportError::NotText { utf8, gbk: None });
    }
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text =
        String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(body.len()).unwrap_or(0));
    let (result, read) = decoder.decode_to_string_without_replacement(body, &mut text, true);
    let bad = match result {
        DecoderResult::InputEmpty => return Ok(Cow::Owned(text)),
        DecoderResult::OutputFull => 0,
        DecoderResult::Malformed(bad, after) => usize::from(bad) + usize::from(after),
    };
    Err(ImportError::NotText { utf8, gbk: Some(place(bytes, read.saturating_sub(bad))) })
}

/// Where in the file this byte is.
fn place(bytes: &[u8], offset: usize) -> Place {
    let before = bytes.iter().take(offset);
    Place { offset, line: 1 + before.filter(|byte| **byte == b'\n').count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        let (bytes, _, unmapped) = encoding_rs::GBK.encode(text);
        assert!(!unmapped);
        bytes.into_owned()
    }

    #[test]
    fn both_encodings_give_one_text() {
        for text in
            ["", "level,code", "层级,编码\n省,61\n", "名称\n隆昌市\n", "联通", "名称\n东城社区居民委员会\n"]
        {
            assert_eq!(decode(text.as_bytes()).unwrap(), text);
            assert_eq!(decode(&[UTF8_MARK, text.as_bytes()].concat()).unwrap(), text);
            assert_eq!(decode(&gbk(text)).unwrap(), text, "{text}");
        }
        // A character outside of GBK proper, four bytes in GB18030.
        assert_eq!(decode(b"\x82\x31\x8E\x30").map(|text| text.chars().count()), Ok(1));
    }

    #[test]
    fn what_is_neither_is_named_with_its_place() {
        let bytes = [b"code\n".as_slice(), &gbk("大荔\n"), b"ab\xFFcd"].concat();
        let utf8 = Place { offset: 5, line: 2 };
        let gbk = Some(Place { offset: 12, line: 3 });
        assert_eq!(decode(&bytes), Err(ImportError::NotText { utf8, gbk }));
    }

    #[test]
    fn broken_utf8_is_not_read_as_gbk() {
        let mut bytes = "名称\n东城社区居民委员会\n西城".as_bytes().to_vec();
        let broken = bytes.len() - 6;
        bytes.remove(broken);
        let utf8 = Place { offset: broken, line: 3 };
        assert_eq!(decode(&bytes), Err(ImportError::NotText { utf8, gbk: None }));
        let marked = [UTF8_MARK, b"a\n\xB4\xF3"].concat();
        assert_eq!(
            decode(&marked),
            Err(ImportError::NotText { utf8: Place { offset: 5, line: 2 }, gbk: None })
        );
    }

    #[test]
    fn workbooks_and_utf16_are_told_apart() {
        assert_eq!(decode(b"\xD0\xCF\x11\xE0..."), Err(ImportError::Workbook));
        assert_eq!(decode(b"\xFF\xFEa\0"), Err(ImportError::Utf16));
    }
}
