//! What no route takes: 405 with `Allow` when the path exists for other methods, else 404.

use crate::error::{ApiError, Kind};
use crate::routes::{self, Endpoints};
use actix_web::dev::{HttpServiceFactory, ResourceDef};
use actix_web::http::{Method, header};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::path::PathItem;
use utoipa_actix_web::OpenApiFactory;

/// The paths of the API with their methods.
#[derive(Default)]
pub struct Paths(Vec<(ResourceDef, Vec<&'static str>)>);

impl Endpoints for Paths {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, endpoint: F) {
        for (path, item) in endpoint.paths().paths {
            self.0.push((ResourceDef::new(format!("{}{path}", routes::BASE)), methods(&item)));
        }
    }
}

impl Paths {
    /// Those of every endpoint.
    #[must_use]
    pub fn of_api() -> Self {
        let mut paths = Self::default();
        routes::endpoints(&mut paths);
        paths
    }

    /// Whether this is the path of an endpoint as it stands, without parameters.
    #[must_use]
    pub fn is_literal(&self, path: &str) -> bool {
        self.0.iter().any(|(def, _)| def.pattern() == Some(path))
    }

    /// What a path may be asked; several patterns can match it.
    #[must_use]
    pub fn allowed(&self, path: &str) -> Vec<&'static str> {
        let of = |(_, methods): &(ResourceDef, Vec<&'static str>)| methods.clone();
        // a path without parameters is that one, whatever pattern it is like
        let literal = self.0.iter().filter(|(def, _)| def.pattern() == Some(path));
        let mut allowed: Vec<_> = literal.flat_map(of).collect();
        if allowed.is_empty() {
            allowed = self.0.iter().filter(|(def, _)| def.is_match(path)).flat_map(of).collect();
        }
        allowed.sort_unstable();
        allowed.dedup();
        allowed
    }
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    [
        ("GET", item.get.is_some()),
        ("HEAD", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ]
    .into_iter()
    .filter_map(|(method, there)| there.then_some(method))
    .collect()
}

/// The default handler. Reads the body, so that a client that is still sending gets its answer.
pub async fn nothing_here(req: HttpRequest, _body: Bytes) -> HttpResponse {
    let allowed = req.app_data::<Data<Paths>>().map(|paths| paths.allowed(req.path())).unwrap_or_default();
    let refused = !allowed.is_empty() || *req.method() == Method::TRACE;
    let kind = if refused { Kind::MethodNotAllowed } else { Kind::NotFound };
    let mut answer = HttpResponse::from_error(ApiError::new(kind));
    if let Ok(value) = header::HeaderValue::from_str(&allowed.join(", "))
        && refused
    {
        answer.headers_mut().insert(header::ALLOW, value);
    }
    std::future::ready(answer).await
}
