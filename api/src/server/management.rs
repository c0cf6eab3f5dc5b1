//! Health, metrics and version: for whoever runs the server, outside the API's document and envelope.
//!
//! On the API's address, or on `management_bind` alone when that is set.

mod health;
mod scrape;

use crate::metrics::FEATURES;
use crate::state::AppState;
use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::Context;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// The routes.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/health/live").get(health::live))
        .service(web::resource("/health/ready").get(health::ready))
        .service(web::resource("/metrics").get(scrape::metrics))
        .service(web::resource("/version").get(version));
}

/// Starts the server of the management address. It outlives the API's, so that readiness can be read to the end.
///
/// # Errors
/// When the address cannot be bound.
pub fn start(address: SocketAddr, state: &Arc<AppState>) -> anyhow::Result<ServerHandle> {
    let listener =
        TcpListener::bind(address).with_context(|| format!("binding management_bind {address}"))?;
    let data = Data::from(state.clone());
    let server = HttpServer::new(move || App::new().app_data(data.clone()).configure(routes))
        .workers(1)
        .keep_alive(Duration::from_secs(state.config.web.keep_alive_s))
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    tokio::spawn(async move {
        if let Err(e) = server.await {
            tracing::error!(error = %e, "the management server failed");
        }
    });
    Ok(handle)
}

/// What runs here.
fn version(state: Data<AppState>) -> std::future::Ready<HttpResponse> {
    std::future::ready(HttpResponse::Ok().json(serde_json::json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "database": state.store.kind(),
        "features": FEATURES,
    })))
}
