//! Errors of the API: one type, one answer. The kinds are the modules' (`<module>/errors.rs`), those of no module are here.

pub mod general;
pub mod kind;
mod reasons;

use crate::http::locale::Lang;
use crate::http::request_id::RequestId;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use domain::words::labelled::Labelled;
pub use kind::Kind;
pub(crate) use kind::errors;
use persistence::{Constraint, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

/// Result of a handler.
pub type ApiResult<T> = Result<T, ApiError>;

/// An error on its way to the client.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{kind:?}")]
pub struct ApiError {
    /// Its row.
    pub kind: Kind,
    /// The fields that are wrong.
    pub fields: Vec<FieldError>,
    /// More, for a client: who won, until when.
    pub detail: Option<serde_json::Value>,
    /// Seconds until another try makes sense.
    pub retry_after_s: Option<u32>,
    /// For the log only.
    pub cause: Option<String>,
}

/// A field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Its name on the wire, a path for nested ones (`contact.phone`).
    #[schema(example = "title")]
    pub field: String,
    /// What is wrong, in the reader's language, with the format that is wanted.
    #[schema(example = "不能为空")]
    pub reason: String,
    /// The same in Chinese, where it is not in the table of reasons.
    #[serde(skip)]
    pub zh: Option<&'static str>,
}

impl FieldError {
    /// A field and what is wrong with it.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into(), zh: None }
    }

    /// A field and what is wrong with it, in Chinese and in English.
    pub fn in_both(field: impl Into<String>, zh: &'static str, en: &str) -> Self {
        Self { zh: Some(zh), ..Self::new(field, en) }
    }

    /// A field and what is wrong with it: a member of a vocabulary.
    pub fn labelled(field: impl Into<String>, why: impl Labelled) -> Self {
        Self::in_both(field, why.zh(), why.en())
    }

    fn in_words_of(&self, lang: Lang) -> Self {
        let zh = || self.zh.map(Into::into).or_else(|| reasons::zh(&self.reason));
        let told = if lang == Lang::Zh { zh() } else { None };
        Self { reason: told.unwrap_or_else(|| self.reason.clone()), ..self.clone() }
    }
}

/// The body of every error.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// HTTP status × 100 + n; never 0.
    #[schema(example = 40901)]
    pub code: u32,
    /// A stable name.
    #[schema(example = "ORDER_ALREADY_CLAIMED")]
    pub error: String,
    /// For people, in the language of `Accept-Language`.
    #[schema(example = "已被他人认领")]
    pub message: String,
    /// Found in the log.
    pub request_id: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    /// More about it: who won (masked), until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = Object)]
    pub detail: Option<serde_json::Value>,
}

impl ApiError {
    /// An error of this kind.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self { kind, fields: Vec::new(), detail: None, retry_after_s: None, cause: None }
    }

    /// 400: the request cannot be read; names the field.
    pub fn syntax(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { fields: vec![FieldError::new(field, reason)], ..Self::new(Kind::BAD_REQUEST) }
    }

    /// 422: it can be read but makes no sense; names the field.
    pub fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::new(field, reason)])
    }

    /// 422: a field and what is wrong with it, a member of a vocabulary.
    pub fn labelled(field: impl Into<String>, why: impl Labelled) -> Self {
        Self::fields(vec![FieldError::labelled(field, why)])
    }

    /// 422 with several fields.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(Kind::VALIDATION_FAILED) }
    }

    /// 500, with its cause for the log.
    pub fn internal(cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(Kind::INTERNAL) }
    }

    /// With more for the client.
    #[must_use]
    pub fn with_detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = Some(detail);
        self
    }

    /// With seconds to wait.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// The body in a language.
    #[must_use]
    pub fn body(&self, lang: Lang, request_id: &str) -> ErrorBody {
        let row = self.kind.row();
        ErrorBody {
            code: row.code(),
            error: row.name.into(),
            message: lang.pick(row.zh, row.en).into(),
            request_id: request_id.into(),
            errors: self.fields.iter().map(|field| field.in_words_of(lang)).collect(),
            detail: self.detail.clone(),
        }
    }

    /// The answer to a request.
    #[must_use]
    pub fn response(&self, req: &HttpRequest) -> HttpResponse {
        let body = self.body(Lang::of(req), RequestId::of(req).as_str());
        self.answer(&body)
    }

    /// The answer with this body.
    #[must_use]
    pub fn answer(&self, body: &ErrorBody) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header(("Cache-Control", "no-store"));
        let wait = self.retry_after_s.or(self.kind.row().retry_after_s);
        if let Some(seconds) = wait {
            answer.insert_header(("Retry-After", seconds.to_string()));
        }
        if self.kind == Kind::UNAUTHENTICATED {
            answer.insert_header(("WWW-Authenticate", "Bearer"));
        }
        answer.json(body)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.row().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// In Chinese and without the request id: `server/naming.rs` writes both into every error on the way out.
    fn error_response(&self) -> HttpResponse {
        self.answer(&self.body(Lang::Zh, ""))
    }
}

impl From<StoreError> for ApiError {
    fn from(e: StoreError) -> Self {
        let kind = match &e {
            StoreError::NotFound => Kind::NOT_FOUND,
            // a key that was used beside this request, of whose answer nothing is left
            StoreError::Conflict(_) | StoreError::Taken(Constraint::Idempotency) => Kind::CONFLICT,
            StoreError::Unavailable(_) => Kind::UNAVAILABLE,
            // whoever expects a constraint to be met says which, where it writes
            StoreError::Taken(_) | StoreError::Unreadable(_) | StoreError::Internal(_) => Kind::INTERNAL,
        };
        Self { cause: Some(e.to_string()), ..Self::new(kind) }
    }
}
