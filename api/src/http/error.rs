//! Errors of the API: one type, one table (`error/table.rs`), one answer.

mod reasons;
pub mod table;

use crate::http::locale::Lang;
use crate::http::request_id::RequestId;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use domain::order::rejection::{Invalid, Rejection};
use domain::order::target::Unfit;
use domain::words::labelled::Labelled;
use persistence::{Constraint, StoreError};
use serde::Serialize;
pub use table::Kind;
use utoipa::ToSchema;

/// Result of a handler.
pub type ApiResult<T> = Result<T, ApiError>;

/// An error on its way to the client.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{kind:?}")]
pub struct ApiError {
    /// Its row in the table.
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

    /// Somebody whom this field names and who may not be.
    pub fn unfit(field: impl Into<String>, why: Unfit) -> Self {
        let (zh, en) = match why {
            Unfit::NotThere => ("不存在或已停用", "not found or not in use"),
            Unfit::NoRole => ("没有可承办此单的角色", "holds no role that may do this"),
            Unfit::OfferedOnly => (
                "志愿者只能派到待认领由其自愿接单，不能直接指派",
                "is a volunteer: offered an order, never assigned one",
            ),
            Unfit::OutOfReach => (
                "不在您的管辖区域，也超出该服务事项的派单范围",
                "outside your own area and outside the reach of the service item",
            ),
        };
        Self::in_both(field, zh, en)
    }

    /// A field of a command that is wrong.
    pub fn invalid(field: impl Into<String>, why: Invalid) -> Self {
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
        Self { fields: vec![FieldError::new(field, reason)], ..Self::new(Kind::BadRequest) }
    }

    /// 422: it can be read but makes no sense; names the field.
    pub fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::new(field, reason)])
    }

    /// 422: a field names somebody who may not be named.
    pub fn unfit(field: impl Into<String>, why: Unfit) -> Self {
        Self::fields(vec![FieldError::unfit(field, why)])
    }

    /// 422 with several fields.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(Kind::Unprocessable) }
    }

    /// 500, with its cause for the log.
    pub fn internal(cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(Kind::Internal) }
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
        if self.kind == Kind::Unauthenticated {
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
            StoreError::NotFound => Kind::NotFound,
            // a key that was used beside this request, of whose answer nothing is left
            StoreError::Conflict(_) | StoreError::Taken(Constraint::Idempotency) => Kind::Conflict,
            StoreError::Unavailable(_) => Kind::Unavailable,
            // whoever expects a constraint to be met says which, where it writes
            StoreError::Taken(_) | StoreError::Unreadable(_) | StoreError::Internal(_) => Kind::Internal,
        };
        Self { cause: Some(e.to_string()), ..Self::new(kind) }
    }
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        let error = Self::new(Kind::of(&rejection));
        match rejection {
            Rejection::Invalid { field, why } => {
                Self { fields: vec![FieldError::invalid(field, why)], ..error }
            }
            Rejection::Target { at, why } => {
                Self { fields: vec![FieldError::unfit(at.to_string(), why)], ..error }
            }
            Rejection::NobodyOversees => {
                let (zh, en) =
                    ("本区域及上级都没有社区管理员", "neither this area nor one above it has a dispatcher");
                Self { fields: vec![FieldError::in_both("areaId", zh, en)], ..error }
            }
            Rejection::CommonNotOverseen => {
                let zh = "不在您的管辖区域内，将移交共同的上级区域，而那里及其上级都没有社区管理员";
                let en = "outside your own area: it would go to the common area above, and neither that nor one above \
                          it has a dispatcher";
                Self { fields: vec![FieldError::in_both("areaId", zh, en)], ..error }
            }
            Rejection::CoolingDown { until } | Rejection::Suspended { until } => {
                error.with_detail(serde_json::json!({ "until": crate::http::time::instant(until) }))
            }
            Rejection::WrongState { status } => error.with_detail(serde_json::json!({ "status": status })),
            // of every other one the kind says it all
            _ => error,
        }
    }
}
