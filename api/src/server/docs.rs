//! What stands beside the API on its address: the document and its page, and who may read answers from other origins.

use crate::config::WebConfig;
use crate::http::error::ApiError;
use crate::server::contract::document_json;
use actix_cors::Cors;
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use std::sync::{Arc, OnceLock};

/// Browsers may call from the configured origins only.
pub fn cors(config: &WebConfig) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PUT", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT_LANGUAGE])
        .allowed_header("idempotency-key")
        .expose_headers([header::LOCATION, header::RETRY_AFTER])
        .max_age(3600);
    config.cors_origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

/// The document, built when it is first asked for, and a page to read it that loads nothing from elsewhere.
pub fn docs(cfg: &mut web::ServiceConfig, document: Arc<OnceLock<String>>) {
    let serve = move || {
        let built = document.get().cloned().map_or_else(document_json, Ok);
        let document = document.clone();
        async move {
            let built = built.map_err(|e| ApiError::internal(e.to_string()))?;
            let text = document.get_or_init(|| built).clone();
            Ok::<_, ApiError>(HttpResponse::Ok().content_type("application/json").body(text))
        }
    };
    cfg.route("/openapi.json", web::get().to(serve));
    let page = utoipa_swagger_ui::SwaggerUi::new("/docs/{_:.*}")
        .config(utoipa_swagger_ui::Config::new(["/openapi.json"]));
    cfg.service(page);
}
