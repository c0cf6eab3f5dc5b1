//! Around everything: a request gets its id, its line of the log and its place in the metrics; errors get their id and
//! language on the way out.

use crate::http::error::{ApiError, Kind};
use crate::http::locale::Lang;
use crate::http::paths::Paths;
use crate::http::paths::is_probe;
use crate::http::request_id::{HEADER, RequestId};
use crate::state::AppState;
use actix_web::HttpMessage;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use std::time::Instant;

/// The middleware: names the request, logs it (no query, no body, nothing personal) and finishes error answers.
///
/// # Errors
/// Those of a middleware further in, as finished answers; handlers' errors are answers already.
pub async fn name_requests(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<BoxBody>>, actix_web::Error> {
    let id = RequestId::choose(&req);
    req.extensions_mut().insert(id.clone());
    let seen = Seen::of(&req);
    let mut response = match next.call(req).await {
        Ok(response) => finish(response.map_into_boxed_body()),
        Err(error) => return Err(unfinished(&seen, &id, &error)),
    };
    seen.tell(&id, response.status().as_u16());
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HeaderName::from_static(HEADER), value);
    }
    // answers are about people: nobody on the way keeps one, unless its endpoint says how
    if !response.headers().contains_key(CACHE_CONTROL) {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response.map_into_left_body())
}

/// What is kept of a request until it is answered.
struct Seen {
    method: Method,
    route: String,
    lang: Lang,
    started: Instant,
    state: Option<Data<AppState>>,
}

impl Seen {
    fn of(req: &ServiceRequest) -> Self {
        Self {
            method: req.method().clone(),
            route: req.resource_map().match_pattern(req.path()).unwrap_or_else(|| "unmatched".into()),
            lang: Lang::of(req.request()),
            started: Instant::now(),
            state: req.app_data::<Data<AppState>>().cloned(),
        }
    }

    /// Tells the log and the metrics.
    fn tell(&self, id: &RequestId, status: u16) {
        let (id, method, route, took) = (id.as_str(), &self.method, &self.route, self.started.elapsed());
        let ms = took.as_millis();
        if let Some(state) = &self.state {
            state.metrics.request(method, route, status, took);
        }
        match status {
            500.. => tracing::error!(request_id = id, %method, route, status, ms, "request"),
            _ if is_probe(route) => tracing::debug!(request_id = id, %method, route, status, ms, "request"),
            _ => tracing::info!(request_id = id, %method, route, status, ms, "request"),
        }
    }
}

/// An error that took the request with it (a time limit, a panic), as an error that carries its whole answer.
fn unfinished(seen: &Seen, id: &RequestId, error: &actix_web::Error) -> actix_web::Error {
    let error = match error.as_error::<ApiError>() {
        Some(error) => error.clone(),
        None => from_framework(error.as_response_error().status_code().as_u16(), error),
    };
    if let Some(cause) = error.cause.as_deref() {
        tracing::error!(request_id = id.as_str(), cause, "the request failed");
    }
    seen.tell(id, error.kind.row().status);
    let mut answer = error.answer(&error.body(seen.lang, id.as_str()));
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        answer.headers_mut().insert(HeaderName::from_static(HEADER), value);
    }
    InternalError::from_response(error, answer).into()
}

/// Errors raised by the framework itself (405, 413, bad JSON …) and by handlers alike end as our envelope.
fn finish(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let error = match response.response().error() {
        Some(error) => match error.as_error::<ApiError>() {
            Some(error) => error.clone(),
            None => from_framework(response.status().as_u16(), error),
        },
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => {
            ApiError::new(Kind::METHOD_NOT_ALLOWED)
        }
        None => return response,
    };
    if let Some(cause) = error.cause.as_deref().filter(|_| error.kind.row().status >= 500) {
        let id = RequestId::of(response.request());
        tracing::error!(request_id = id.as_str(), cause, "the request failed");
    }
    let mut answer = error.response(response.request());
    let (req, raw) = response.into_parts();
    if let Some(allow) = raw.headers().get(ALLOW) {
        answer.headers_mut().insert(ALLOW, allow.clone());
    } else if error.kind == Kind::METHOD_NOT_ALLOWED
        && let Some(paths) = req.app_data::<Data<Paths>>()
        && let Ok(allow) = HeaderValue::from_str(&paths.allowed(req.path()).join(", "))
    {
        answer.headers_mut().insert(ALLOW, allow);
    }
    ServiceResponse::new(req, answer)
}

fn from_framework(status: u16, error: &actix_web::Error) -> ApiError {
    let kind = match status {
        404 => Kind::NOT_FOUND,
        405 => Kind::METHOD_NOT_ALLOWED,
        408 => Kind::TIMEOUT,
        413 => Kind::PAYLOAD_TOO_LARGE,
        431 => Kind::HEAD_TOO_LARGE,
        415 => Kind::UNSUPPORTED_MEDIA_TYPE,
        400..=499 => Kind::BAD_REQUEST,
        503 => Kind::UNAVAILABLE,
        _ => return ApiError::internal(error.to_string()),
    };
    if kind == Kind::BAD_REQUEST {
        ApiError::syntax("request", error.to_string())
    } else {
        ApiError::new(kind)
    }
}
