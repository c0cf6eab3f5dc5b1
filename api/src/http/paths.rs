//! Endpoints as they are listed: for the server, for the document, and for what each path takes.

use actix_web::dev::{HttpServiceFactory, ResourceDef};
use actix_web::web;
use utoipa::openapi::path::PathItem;
use utoipa_actix_web::{OpenApiFactory, service_config};

/// Where everything is.
pub const BASE: &str = "/api/v1";

/// Takes endpoints: to serve them, to document them, to know their paths. Whoever only serves never builds the
/// document, which takes 20 MB of small pieces that the allocator does not give back.
pub trait Endpoints {
    /// Takes one.
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, endpoint: F);
}

impl Endpoints for web::ServiceConfig {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, endpoint: F) {
        Self::service(self, endpoint);
    }
}

impl Endpoints for service_config::ServiceConfig<'_> {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, endpoint: F) {
        Self::service(self, endpoint);
    }
}

/// The paths of the API with their methods.
#[derive(Default)]
pub struct Paths(Vec<(ResourceDef, Vec<&'static str>)>);

impl Endpoints for Paths {
    fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, endpoint: F) {
        for (path, item) in endpoint.paths().paths {
            self.0.push((ResourceDef::new(format!("{}{path}", BASE)), methods(&item)));
        }
    }
}

impl Paths {
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

/// Whether a route is asked so often that its requests are not worth a line of the log.
#[must_use]
pub fn is_probe(route: &str) -> bool {
    route.starts_with("/health/") || route == "/metrics"
}
