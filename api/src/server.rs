//! The server: listener and state in, running server out. Used by `main` and by the tests alike.

use crate::error::{ApiError, Kind};
use crate::request_id::name_requests;
use crate::state::AppState;
use crate::{contract, jobs, routes};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Bytes, Data, PayloadConfig};
use actix_web::{App, HttpRequest, HttpServer, web};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use utoipa_actix_web::AppExt;

/// Serves until stopped; background jobs run beside it and end with it.
///
/// # Errors
/// When the listener cannot be served.
pub async fn run(listener: TcpListener, state: Arc<AppState>) -> anyhow::Result<()> {
    let jobs = jobs::start(&state);
    let document = contract::document_json()?;
    let data = Data::from(state.clone());
    let web = state.config.web.clone();
    let docs = state.config.serves_docs();
    let server = HttpServer::new(move || {
        let document = document.clone();
        let app = App::new()
            .app_data(data.clone())
            .app_data(PayloadConfig::new(data.config.web.body_limit_kib * 1024))
            .wrap(routes::cors(&data.config.web))
            .wrap(Compress::default())
            .wrap(from_fn(name_requests))
            .into_utoipa_app()
            .configure(routes::api)
            .into_app();
        let app = app.configure(move |cfg| {
            if docs {
                routes::docs(cfg, document);
            }
        });
        app.default_service(web::to(nothing_here))
    })
    .client_request_timeout(Duration::from_secs(web.head_timeout_s))
    .shutdown_timeout(web.shutdown_s)
    .workers(if state.config.workers == 0 { num_workers() } else { state.config.workers })
    .listen(listener)?
    .run();
    let handle = server.handle();
    let asked = actix_web::rt::spawn(async move {
        state.shutdown.notified().await;
        handle.stop(true).await;
    });
    let outcome = server.await;
    asked.abort();
    jobs.stop().await;
    Ok(outcome?)
}

fn num_workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// 404 with our envelope.
async fn nothing_here(_req: HttpRequest, _body: Bytes) -> Result<actix_web::HttpResponse, ApiError> {
    std::future::ready(Err(ApiError::new(Kind::NotFound))).await
}
