//! The wire's words: ids as strings, instants as RFC 3339 with `+08:00`, the success envelope.

use crate::error::ApiError;
use crate::request_id::RequestId;
use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody};
use chrono::{FixedOffset, SecondsFormat};
use domain::At;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// Asia/Shanghai, seconds east of Greenwich. China has one zone and no summer time.
const SHANGHAI: i32 = 8 * 3600;
/// A day, seconds.
const DAY: i64 = 24 * 3600;

/// An instant as people here read it: `2026-11-22T18:04:05.123+08:00` (mini-programs on iOS parse only this).
#[must_use]
pub fn instant(at: At) -> String {
    FixedOffset::east_opt(SHANGHAI).map_or_else(
        || at.to_rfc3339(),
        |zone| at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Millis, false),
    )
}

/// An instant within a sentence: `2026-11-22 18:04`, the clock of Asia/Shanghai.
#[must_use]
pub fn minute(at: At) -> String {
    instant(at).get(..16).map_or_else(String::new, |text| text.replace('T', " "))
}

/// The calendar day in Asia/Shanghai as `YYMMDD`, the middle of an order number.
#[must_use]
pub fn day(at: At) -> String {
    FixedOffset::east_opt(SHANGHAI).map_or_else(
        || at.format("%y%m%d").to_string(),
        |zone| at.with_timezone(&zone).format("%y%m%d").to_string(),
    )
}

/// The first instant of the calendar day in Asia/Shanghai.
#[must_use]
pub fn day_start(at: At) -> At {
    let seconds = (at.timestamp() + i64::from(SHANGHAI)).rem_euclid(DAY);
    at - chrono::TimeDelta::seconds(seconds)
        - chrono::TimeDelta::nanoseconds(at.timestamp_subsec_nanos().into())
}

/// Parses an id from the wire.
///
/// # Errors
/// 400 naming the field.
pub fn id(field: &str, text: &str) -> Result<i64, ApiError> {
    // one way to write each: no sign, no leading zero, and no more digits than surely fit
    let plain = matches!(text.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit));
    match text.parse::<i64>() {
        Ok(id) if plain && text.len() <= 18 => Ok(id),
        _ => Err(ApiError::syntax(field, "an id is a positive whole number in a string")),
    }
}

/// A field that may be left out and is never `null`; with a default of `None`.
///
/// # Errors
/// Those of the value.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// A field that may be left out or `null`, which say the same: the type's default.
///
/// # Errors
/// Those of the value.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// The success envelope.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Envelope<T> {
    /// 0.
    #[schema(example = 0)]
    pub code: u32,
    /// `ok`.
    #[schema(example = "ok")]
    pub message: String,
    /// The answer.
    pub data: T,
    /// Found in the log.
    pub request_id: String,
}

/// A successful answer: 200, or 201 with `Location`.
#[derive(Debug)]
pub struct Reply<T> {
    data: T,
    location: Option<String>,
}

impl<T> Reply<T> {
    /// 200.
    pub const fn ok(data: T) -> Self {
        Self { data, location: None }
    }

    /// 201, with where it is.
    pub fn created(data: T, location: impl Into<String>) -> Self {
        Self { data, location: Some(location.into()) }
    }
}

impl<T: Serialize> Responder for Reply<T> {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        let mut answer = match self.location {
            Some(location) => {
                let mut created = HttpResponse::Created();
                created.insert_header(("Location", location));
                created
            }
            None => HttpResponse::Ok(),
        };
        let request_id = RequestId::of(req).as_str().to_owned();
        answer.json(Envelope { code: 0, message: "ok".into(), data: self.data, request_id })
    }
}

/// A page of a feed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows.
    pub list: Vec<T>,
    /// Ask for the next page with it; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    pub has_more: bool,
    /// How many there are, at most 10,000; only when asked for (`total=true`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub total: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let at = |text: &str| text.parse::<At>().unwrap();
        for (now, begins) in [
            ("2026-11-22T15:59:59.999999999Z", "2026-11-21T16:00:00Z"),
            ("2026-11-22T16:00:00Z", "2026-11-22T16:00:00Z"),
            ("1969-12-31T15:00:00.5Z", "1969-12-30T16:00:00Z"),
        ] {
            assert_eq!(day_start(at(now)), at(begins));
            assert_eq!(day(day_start(at(now))), day(at(now)));
        }
    }
}
