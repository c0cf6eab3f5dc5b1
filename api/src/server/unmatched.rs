//! What no route takes: 405 with `Allow` when the path exists for other methods, else 404.

use crate::http::error::{ApiError, Kind};
use crate::http::paths::Paths;
use crate::modules;
use actix_web::http::{Method, header};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

/// The paths of every endpoint.
#[must_use]
pub fn paths_of_api() -> Paths {
    let mut paths = Paths::default();
    modules::endpoints(&mut paths);
    paths
}

/// The default handler. Reads the body, so that a client that is still sending gets its answer.
pub async fn nothing_here(req: HttpRequest, _body: Bytes) -> HttpResponse {
    let allowed = req.app_data::<Data<Paths>>().map(|paths| paths.allowed(req.path())).unwrap_or_default();
    let refused = !allowed.is_empty() || *req.method() == Method::TRACE;
    let kind = if refused { Kind::METHOD_NOT_ALLOWED } else { Kind::NOT_FOUND };
    let mut answer = HttpResponse::from_error(ApiError::new(kind));
    if let Ok(value) = header::HeaderValue::from_str(&allowed.join(", "))
        && refused
    {
        answer.headers_mut().insert(header::ALLOW, value);
    }
    std::future::ready(answer).await
}
