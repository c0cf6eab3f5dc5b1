//! Pages: how many rows, where the next begins (an instant and a key), and feeds whose rows stand in the order of a key.

use crate::http::error::{ApiError, ApiResult};
use crate::http::wire::Page;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike};
use domain::At;
use persistence::engine::sql::types::Ts;

/// Rows of a page unless asked otherwise.
const PAGE: u32 = 20;
/// Most rows of a page.
const PAGE_MAX: u32 = 100;
/// Rows of a page.
///
/// # Errors
/// 400 naming `limit`.
pub fn limit(limit: Option<u32>) -> ApiResult<i64> {
    match limit.unwrap_or(PAGE) {
        n @ 1..=PAGE_MAX => Ok(i64::from(n)),
        _ => Err(ApiError::syntax("limit", "1 to 100")),
    }
}

/// A cursor: microseconds and key, hexadecimal.
pub fn cursor(at: At, id: impl Into<i64>) -> String {
    let id: i64 = id.into();
    format!("{:x}.{id:x}", at.timestamp_micros())
}

/// Reads a cursor.
///
/// # Errors
/// 400 naming `cursor`.
pub fn parse_cursor<K: From<i64>>(text: &str) -> ApiResult<(Ts, K)> {
    let bad = || ApiError::syntax("cursor", "not one of ours");
    let (at, key) = text.split_once('.').ok_or_else(bad)?;
    let digits = |t: &str| {
        (1..=15).contains(&t.len())
            && !t.starts_with('0')
            && t.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let read = |t: &str| i64::from_str_radix(t, 16).ok().filter(|_| digits(t)).ok_or_else(bad);
    let at = DateTime::from_timestamp_micros(read(at)?).and_then(in_range).ok_or_else(bad)?;
    Ok((Ts(at), K::from(read(key)?)))
}

/// An instant that both databases can hold.
fn in_range(at: At) -> Option<At> {
    (1970..=9999).contains(&at.year()).then_some(at)
}

/// Longest cursor.
const CURSOR_MAX: usize = 64;

/// Reads a cursor: the key of the last row of the page before.
///
/// # Errors
/// 400 naming `cursor`.
pub fn after(cursor: Option<&str>) -> ApiResult<Option<String>> {
    let bad = || ApiError::syntax("cursor", "not one of ours");
    let Some(text) = cursor else { return Ok(None) };
    let bytes = Some(text).filter(|t| t.len() <= CURSOR_MAX).and_then(|t| URL_SAFE_NO_PAD.decode(t).ok());
    let key = String::from_utf8(bytes.ok_or_else(bad)?).map_err(|_text| bad())?;
    if key.contains('\0') { Err(bad()) } else { Ok(Some(key)) }
}

/// Reads a cursor whose key is a number.
///
/// # Errors
/// 400 naming `cursor`.
pub fn after_id<K: From<i64>>(cursor: Option<&str>) -> ApiResult<K> {
    let bad = |_no_number| ApiError::syntax("cursor", "not one of ours");
    after(cursor)?.map_or(Ok(0), |key| key.parse().map_err(bad)).map(K::from)
}

/// The page of rows that were asked for with one row too many.
pub fn page<R, V>(
    mut rows: Vec<R>,
    limit: i64,
    key: impl Fn(&R) -> String,
    view: impl Fn(R) -> V,
) -> Page<V> {
    let limit = usize::try_from(limit).unwrap_or(0);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| has_more).map(key);
    let next_cursor = last.map(|key| URL_SAFE_NO_PAD.encode(key));
    Page { list: rows.into_iter().map(view).collect(), next_cursor, has_more, total: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_the_next_begins() {
        let page = page(vec![1, 2, 3], 2, ToString::to_string, |n| n);
        assert_eq!((page.list, page.has_more), (vec![1, 2], true));
        assert_eq!(after_id::<i64>(page.next_cursor.as_deref()).unwrap(), 2);
        assert_eq!(after_id::<i64>(None).unwrap(), 0);
        for bad in ["=", "!!", "AA", "5Lit", &"A".repeat(80)] {
            assert!(after_id::<i64>(Some(bad)).is_err(), "{bad}");
        }
    }
}
