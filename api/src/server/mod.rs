//! The server: listener and state in, running server out. Used by `main` and by the tests alike.

mod bare;
mod connection;
pub mod contract;
mod docs;
pub mod guard;
pub mod jobs;
pub mod management;
pub mod naming;
pub mod shutdown;
pub mod unmatched;
pub mod upgrade;

use crate::modules;
use crate::server::guard::guard;
use crate::server::unmatched::{nothing_here, paths_of_api};
use crate::state::AppState;
use actix_server::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App, web};
use anyhow::Context;
use naming::name_requests;
use std::net::TcpListener;
use std::sync::{Arc, OnceLock};

/// Connections that may wait to be accepted. Beyond the usual 128 the kernel drops a client's first packet, and it tries
/// again a second later: too few when all come back at once. The machine has a limit of its own.
const BACKLOG: i32 = 4096;

/// Serves until stopped (a signal, or `state.shutdown`); background jobs run beside it and end after the last request.
///
/// # Errors
/// When the listener or the management address cannot be served.
pub async fn run(listener: TcpListener, state: Arc<AppState>) -> anyhow::Result<()> {
    rustix::net::listen(&listener, BACKLOG).context("listening")?;
    let managed =
        state.config.management_bind.map(|address| management::start(address, &state)).transpose()?;
    let with_management = managed.is_none();
    let document = Arc::new(OnceLock::new());
    let paths = Data::new(paths_of_api());
    crate::news::jobs::push::prepare(&state).await;
    let jobs = jobs::start(&state);
    let data = Data::from(state.clone());
    let web = state.config.web.clone();
    let with_docs = state.config.serves_docs();
    let app = move || {
        let document = document.clone();
        let app = App::new()
            .app_data(data.clone())
            .app_data(paths.clone())
            .app_data(PayloadConfig::new(data.config.web.body_limit_kib * 1024))
            .wrap(from_fn(guard))
            .wrap(docs::cors(&data.config.web))
            .wrap(Compress::default())
            .wrap(from_fn(name_requests))
            .configure(modules::api);
        let app = app.configure(move |cfg| {
            if with_docs {
                docs::docs(cfg, document);
            }
            if with_management {
                management::routes(cfg);
            }
        });
        app.default_service(web::to(nothing_here))
    };
    let server = Server::build()
        .shutdown_signal(shutdown::requested(state.clone()))
        .shutdown_timeout(web.shutdown_s)
        .workers(if state.config.workers == 0 { num_workers() } else { state.config.workers });
    let stopping = server.graceful_shutdown_signal();
    let server =
        server.listen("api", listener, move || connection::service(app.clone(), &web, &stopping))?.run();
    let outcome = server.await;
    jobs.stop().await;
    if let Some(managed) = managed {
        managed.stop(false).await;
    }
    tracing::info!("stopped");
    Ok(outcome?)
}

fn num_workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}
