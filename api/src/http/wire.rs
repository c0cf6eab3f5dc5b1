//! The wire's words: ids as strings, the success envelope. Instants are `http/time.rs`.

use crate::http::error::ApiError;
use crate::http::request_id::RequestId;
use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// Parses an id from the wire, as the key of whatever the caller takes it for.
///
/// # Errors
/// 400 naming the field.
pub fn id<K: From<i64>>(field: &str, text: &str) -> Result<K, ApiError> {
    // one way to write each: no sign, no leading zero, and no more digits than surely fit
    let plain = matches!(text.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit));
    match text.parse::<i64>() {
        Ok(id) if plain && text.len() <= 18 => Ok(K::from(id)),
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

/// A request without fields: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct NothingMore {}

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
