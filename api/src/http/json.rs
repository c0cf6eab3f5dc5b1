//! JSON bodies: read with the failing field named.

use crate::http::error::{ApiError, ApiResult, Kind};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::pin::Pin;

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, bytes) = (req.clone(), Bytes::from_request(req, payload));
        Box::pin(async move {
            let bytes = bytes.await.map_err(|e| too_large(&e))?;
            parse(&req, &bytes).map(Self)
        })
    }
}

/// Parses JSON; a failure names its field.
///
/// # Errors
/// 415 for another content type, 400 naming the field.
pub fn parse<T: DeserializeOwned>(req: &HttpRequest, bytes: &[u8]) -> ApiResult<T> {
    let mime = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or("");
    let mime = mime.split(';').next().unwrap_or("").trim();
    if !mime.eq_ignore_ascii_case("application/json") {
        return Err(ApiError::new(Kind::UNSUPPORTED_MEDIA_TYPE));
    }
    if bytes.contains(&0) || escapes_nul(bytes) {
        return Err(ApiError::syntax("body", "NUL characters are not accepted"));
    }
    let json = &mut serde_json::Deserializer::from_slice(bytes);
    let mut read: Result<T, _> = serde_path_to_error::deserialize(&mut *json);
    if read.as_ref().is_err_and(|e| e.inner().to_string().contains("floating point"))
        && let Ok(value) = serde_json::from_slice(bytes)
    {
        read = serde_path_to_error::deserialize(whole_numbers(value));
    } else if read.is_ok() {
        json.end().map_err(|e| ApiError::syntax("body", plain(&e)))?;
    }
    read.map_err(|e| {
        let path = e.path().to_string();
        ApiError::syntax(field_of(&path, &e.inner().to_string()), plain(e.inner()))
    })
}

/// With `4.0` as 4: JSON Schema calls both an integer, and some clients write it so.
fn whole_numbers(value: Value) -> Value {
    match value {
        Value::Number(n) => {
            let whole =
                n.as_f64().filter(|f| !n.is_i64() && !n.is_u64() && f.fract() == 0.0 && f.abs() < 9e15);
            Value::Number(whole.and_then(|f| f.to_string().parse::<i64>().ok()).map_or(n, Into::into))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(whole_numbers).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(k, v)| (k, whole_numbers(v))).collect())
        }
        other => other,
    }
}

/// Whether a string holds the escape of NUL; after an escaped backslash the same letters are just text.
fn escapes_nul(bytes: &[u8]) -> bool {
    let starts = bytes.windows(6).enumerate().filter(|(_, w)| *w == b"\\u0000").map(|(at, _)| at);
    let escaped = |at: usize| bytes.iter().take(at).rev().take_while(|b| **b == b'\\').count() % 2 == 1;
    starts.into_iter().any(|at| !escaped(at))
}

/// A missing or unknown field is not in the path: its name stands in the message.
fn field_of(path: &str, message: &str) -> String {
    let named = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|lead| message.split_once(lead)?.1.split_once('`').map(|(name, _)| name.to_owned()));
    match (path, named) {
        ("." | "?", Some(name)) => name,
        ("." | "?", None) => "body".into(),
        (path, Some(name)) if !path.ends_with(&name) => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    }
}

/// The format that is wanted, from the words of a parser.
pub fn wanted(words: &str) -> String {
    let starts = |leads: &[&str]| leads.iter().any(|lead| words.starts_with(lead));
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if says(&["date and time", "input is", "input contains", "premature end of input", "trailing input"]) {
        "a time such as 2026-11-22T18:04:05+08:00".into()
    } else if says(&["`true` or `false`"]) || starts(&["a boolean"]) {
        "true or false".into()
    } else if let Some((_, words)) = words.split_once("one of ") {
        format!("one of {words}")
    } else if starts(&["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64"])
        || says(&["invalid digit", "number too large", "number too small", "cannot parse integer"])
    {
        "a whole number".into()
    } else if starts(&["a string", "a borrowed string", "a character", "string or map"]) {
        "text".into()
    } else if starts(&["f32", "f64"]) || says(&["invalid float"]) {
        "a number".into()
    } else if starts(&["a sequence"]) {
        "a list".into()
    } else if starts(&["struct", "a map", "internally tagged", "adjacently tagged"]) {
        "an object".into()
    } else if let Some(variant) = words.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        format!("one of `{variant}`")
    } else {
        "not acceptable".into()
    }
}

/// The message without the values a client sent.
fn plain(e: &serde_json::Error) -> String {
    let text = e.to_string();
    if text.starts_with("missing field") {
        return "required".into();
    }
    if text.starts_with("unknown field") {
        return "unknown field".into();
    }
    match e.classify() {
        serde_json::error::Category::Data => match text.split_once("expected") {
            Some((_, rest)) => wanted(rest.split(" at line").next().unwrap_or(rest).trim()),
            None => wanted(&text),
        },
        // what a script makes of an emoji that it cut in half
        _ if text.contains("surrogate") || text.contains("end of hex escape") => {
            format!(
                "half a character (a lone surrogate, \\ud800 to \\udfff) at line {} column {}",
                e.line(),
                e.column()
            )
        }
        _ => format!("not JSON at line {} column {}", e.line(), e.column()),
    }
}

/// A body that did not come as it should.
pub fn too_large(e: &actix_web::Error) -> ApiError {
    match e.as_response_error().status_code().as_u16() {
        413 => ApiError::new(Kind::PAYLOAD_TOO_LARGE),
        _ => ApiError::syntax("body", "the body did not arrive whole"),
    }
}
