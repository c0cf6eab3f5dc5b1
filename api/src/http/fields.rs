//! Texts of a request as they are kept (`domain::words::text`), or an error that names the field.

use crate::http::error::{ApiError, ApiResult};
use domain::words::phone::Phone;
use domain::words::text;
use persistence::StoreError;
use persistence::engine::sensitive::Sensitive;

/// Longest telephone number as it is typed, characters.
const PHONE_MAX: usize = 40;

fn required(field: &str, kept: String, max: usize) -> ApiResult<String> {
    match kept.chars().count() {
        0 => Err(ApiError::field(field, "required")),
        n if n > max => Err(ApiError::field(field, format!("at most {max} characters"))),
        _ => Ok(kept),
    }
}

fn optional(field: &str, kept: Option<String>, max: usize) -> ApiResult<Option<String>> {
    kept.filter(|kept| !kept.is_empty()).map(|kept| required(field, kept, max)).transpose()
}

/// Text of several lines that must be there: what is left when nothing is seen of it counts as missing.
///
/// # Errors
/// 422 naming the field.
pub fn required_text(field: &str, text: &str, max: usize) -> ApiResult<String> {
    required(field, text::lines(text), max)
}

/// Text of several lines that may be left out.
///
/// # Errors
/// 422 naming the field.
pub fn optional_text(field: &str, text: Option<&str>, max: usize) -> ApiResult<Option<String>> {
    optional(field, text.map(text::lines), max)
}

/// Text of one line (a title, a name, an address) that must be there.
///
/// # Errors
/// 422 naming the field.
pub fn required_line(field: &str, text: &str, max: usize) -> ApiResult<String> {
    required(field, text::line(text), max)
}

/// A telephone number that may be left out.
///
/// # Errors
/// 422 naming the field.
pub fn optional_phone(field: &str, text: Option<&str>) -> ApiResult<Option<Phone>> {
    let given = optional_line(field, text, PHONE_MAX)?;
    given.map(|text| Phone::read(&text).map_err(|why| ApiError::field(field, why.to_string()))).transpose()
}

/// Text of one line that may be left out.
///
/// # Errors
/// 422 naming the field.
pub fn optional_line(field: &str, text: Option<&str>, max: usize) -> ApiResult<Option<String>> {
    optional(field, text.map(text::line), max)
}

/// A phone number in normal form.
///
/// # Errors
/// 422 naming `phone`.
pub fn mobile(text: &str) -> ApiResult<Sensitive<String>> {
    let read = Phone::read(text).map_err(|why| ApiError::field("phone", why.to_string()))?;
    if !read.is_mobile() {
        return Err(ApiError::field("phone", "not a mainland mobile number of 11 digits"));
    }
    Ok(read.number().to_owned().into())
}

/// A reference to something that is not there is the field's fault.
pub fn missing(e: StoreError, field: &str) -> ApiError {
    match e {
        StoreError::NotFound => ApiError::field(field, "not found"),
        other => other.into(),
    }
}
