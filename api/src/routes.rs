//! The whole route list: a line an endpoint.

pub mod answers;
pub mod orders;

use crate::config::WebConfig;
use actix_cors::Cors;
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use utoipa_actix_web::service_config::ServiceConfig;

/// Everything under `/api/v1`.
pub fn api(cfg: &mut ServiceConfig) {
    cfg.service(utoipa_actix_web::scope("/api/v1").configure(|v1: &mut ServiceConfig| {
        v1.service(orders::review::accept_order);
    }));
}

/// Browsers may call from the configured origins only.
#[must_use]
pub fn cors(config: &WebConfig) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PUT", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT_LANGUAGE])
        .allowed_header("idempotency-key")
        .expose_headers([header::LOCATION, header::RETRY_AFTER])
        .max_age(3600);
    config.cors_origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// The document, and a page to read it that loads nothing from elsewhere.
pub fn docs(cfg: &mut web::ServiceConfig, document: String) {
    cfg.route(
        "/openapi.json",
        web::get().to(move || {
            let document = document.clone();
            async move { HttpResponse::Ok().content_type("application/json").body(document) }
        }),
    );
    let page = utoipa_swagger_ui::SwaggerUi::new("/docs/{_:.*}").config(utoipa_swagger_ui::Config::new(["/openapi.json"]));
    cfg.service(page);
}
