//! A request id on every request, log line and answer; errors get their id and language here on the way out.

use crate::error::{ApiError, Kind};
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest};
use rand::Rng;
use std::rc::Rc;

/// The header that carries it.
pub const HEADER: &str = "x-request-id";

/// The id of a request.
#[derive(Debug, Clone)]
pub struct RequestId(Rc<str>);

impl RequestId {
    /// The request's id (empty outside the middleware).
    #[must_use]
    pub fn of(req: &HttpRequest) -> Self {
        req.extensions().get::<Self>().cloned().unwrap_or_else(|| Self(Rc::from("")))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The client's, when it is short and plain, else a new one.
    fn choose(req: &ServiceRequest) -> Self {
        let given = req.headers().get(HEADER).and_then(|v| v.to_str().ok());
        let plain = |t: &&str| {
            (8..=64).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        match given.filter(plain) {
            Some(text) => Self(Rc::from(text)),
            None => Self(Rc::from(format!("{:032x}", rand::rng().random::<u128>()))),
        }
    }
}

/// The middleware: names the request, logs it (no query, no body, nothing personal) and finishes error answers.
///
/// # Errors
/// Those of a middleware further in; handlers' errors are answers already.
pub async fn name_requests(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<BoxBody>>, actix_web::Error> {
    let id = RequestId::choose(&req);
    req.extensions_mut().insert(id.clone());
    let method = req.method().clone();
    let started = std::time::Instant::now();
    let mut response = finish(next.call(req).await?.map_into_boxed_body());
    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".into());
    let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis());
    crate::metrics::observe_request(response.request(), &method, &route, status, started.elapsed());
    if status >= 500 {
        tracing::error!(request_id = id.as_str(), %method, route, status, ms, "request");
    } else {
        tracing::info!(request_id = id.as_str(), %method, route, status, ms, "request");
    }
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HeaderName::from_static(HEADER), value);
    }
    Ok(response.map_into_left_body())
}

/// Errors raised by the framework itself (405, 413, bad JSON …) and by handlers alike end as our envelope.
fn finish(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let Some(error) = response.response().error() else { return response };
    let error = match error.as_error::<ApiError>() {
        Some(error) => error.clone(),
        None => from_framework(response.status().as_u16(), error),
    };
    if let Some(cause) = error.cause.as_deref().filter(|_| error.kind.row().status >= 500) {
        let id = RequestId::of(response.request());
        tracing::error!(request_id = id.as_str(), cause, "the request failed");
    }
    let answer = error.response(response.request());
    let (req, _) = response.into_parts();
    ServiceResponse::new(req, answer)
}

fn from_framework(status: u16, error: &actix_web::Error) -> ApiError {
    let kind = match status {
        404 => Kind::NotFound,
        405 => Kind::MethodNotAllowed,
        408 => Kind::Timeout,
        413 => Kind::PayloadTooLarge,
        415 => Kind::UnsupportedMediaType,
        400..=499 => Kind::BadRequest,
        503 => Kind::Unavailable,
        _ => return ApiError::internal(error.to_string()),
    };
    if kind == Kind::BadRequest { ApiError::syntax("request", error.to_string()) } else { ApiError::new(kind) }
}
