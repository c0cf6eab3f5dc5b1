//! What every endpoint documents alike: headers, the path's id, the errors.

use crate::http::error::ErrorBody;
use utoipa::{IntoParams, IntoResponses};

/// The path of one thing.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "read by the document only")]
pub struct ById {
    /// Its id.
    #[param(example = "42", pattern = "^[1-9][0-9]{0,17}$")]
    id: String,
}

/// Headers of every write.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "read by the document only")]
pub struct WriteHeaders {
    /// A new one per intention; a retry repeats it and gets the same answer.
    #[param(
        rename = "Idempotency-Key",
        example = "7f9c2ba4e88f827d",
        min_length = 1,
        max_length = 128,
        pattern = "^[!-~]+$"
    )]
    idempotency_key: String,
}

/// Errors of a read.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "read by the document only")]
pub enum ReadErrors {
    /// The request cannot be read; `errors` names the field.
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// Not logged in, expired (refresh) or revoked (log in).
    #[response(status = 401)]
    Unauthenticated(ErrorBody),
    /// Visible, but not for this person to do.
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// Not there, or not for this person to see.
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// The database cannot be asked now; `Retry-After` says when.
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

/// Errors of a write.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "read by the document only")]
pub enum WriteErrors {
    /// The request cannot be read; `errors` names the field.
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// Not logged in, expired (refresh) or revoked (log in).
    #[response(status = 401)]
    Unauthenticated(ErrorBody),
    /// Visible, but not for this person to do.
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// Not there, or not for this person to see.
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// The state does not allow it, or it changed meanwhile.
    #[response(status = 409)]
    Conflict(ErrorBody),
    /// Too large.
    #[response(status = 413)]
    PayloadTooLarge(ErrorBody),
    /// Not JSON.
    #[response(status = 415)]
    UnsupportedMediaType(ErrorBody),
    /// It can be read but makes no sense; `errors` names the fields.
    #[response(status = 422)]
    Unprocessable(ErrorBody),
    /// The database cannot be asked now; `Retry-After` says when.
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

/// Errors of asking without a log-in.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "read by the document only")]
pub enum AskErrors {
    /// The request cannot be read; `errors` names the field.
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// No such order, or not these digits: nobody learns which.
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// Too large.
    #[response(status = 413)]
    PayloadTooLarge(ErrorBody),
    /// Not JSON.
    #[response(status = 415)]
    UnsupportedMediaType(ErrorBody),
    /// It can be read but makes no sense; `errors` names the fields.
    #[response(status = 422)]
    Unprocessable(ErrorBody),
    /// Too much was wrong; `Retry-After` says how long to wait.
    #[response(status = 429)]
    TooManyRequests(ErrorBody),
    /// The database cannot be asked now; `Retry-After` says when.
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

/// Errors of logging in.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "read by the document only")]
pub enum LogInErrors {
    /// The request cannot be read; `errors` names the field.
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// Wrong name, password, code or token; or the session is over.
    #[response(status = 401)]
    Unauthenticated(ErrorBody),
    /// This way of logging in is refused here.
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// Too large.
    #[response(status = 413)]
    PayloadTooLarge(ErrorBody),
    /// Not JSON.
    #[response(status = 415)]
    UnsupportedMediaType(ErrorBody),
    /// It can be read but makes no sense; `errors` names the fields.
    #[response(status = 422)]
    Unprocessable(ErrorBody),
    /// Too much failed; `Retry-After` says how long to wait.
    #[response(status = 429)]
    TooManyRequests(ErrorBody),
    /// The database cannot be asked now; `Retry-After` says when.
    #[response(status = 503)]
    Unavailable(ErrorBody),
}
