//! A connection: HTTP/1.1, until it asks to be more than that.

use super::bare::Enveloped;
use super::upgrade;
use crate::config::WebConfig;
use actix_http::body::MessageBody;
use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol, Request};
use actix_server::GracefulShutdownSignal;
use actix_service::{
    IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_factory, fn_service, map_config,
};
use actix_web::Error;
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::rt::net::TcpStream;
use std::rc::Rc;
use std::time::Duration;

/// How long a client may leave untaken what it was sent. What is written to one that takes nothing waits in this process
/// for as long as the connection lives, and that is for ever: the system answers for a client that does not read.
#[cfg(target_os = "linux")]
const UNTAKEN: Duration = Duration::from_secs(20);

/// How long a client may take to hang up after an answer that ends its connection.
const DISCONNECT: Duration = Duration::from_secs(1);

/// The app behind HTTP/1.1, as actix's own server puts it there; and behind connections that ask to be more than that
/// ([`upgrade`]), which actix's own server has no room for.
pub fn service<F, A, S, B>(
    app: F,
    web: &WebConfig,
    stopping: &GracefulShutdownSignal,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()>
+ use<F, A, S, B>
where
    F: Fn() -> A + Clone + 'static,
    A: IntoServiceFactory<S, Request> + 'static,
    S: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    let stopping = stopping.clone();
    let again = app.clone();
    let http = HttpService::build()
        .graceful_shutdown_signal(move || {
            let stopping = stopping.clone();
            async move { stopping.notified().await }
        })
        .keep_alive(Duration::from_secs(web.keep_alive_s))
        .client_request_timeout(Duration::from_secs(web.head_timeout_s))
        .client_disconnect_timeout(DISCONNECT)
        .upgrade(fn_factory(move || {
            let app = map_config(again(), |()| AppConfig::default()).new_service(());
            async move {
                let app = Rc::new(app.await?);
                Ok::<_, ()>(fn_service(move |(request, connection)| {
                    let app = app.clone();
                    async move { upgrade::serve(&*app, request, connection).await }
                }))
            }
        }))
        .finish(map_config(app(), |()| AppConfig::default()));
    fn_service(async |stream: TcpStream| {
        bound(&stream);
        // else a frame right behind another may wait until the client's kernel says that it has that one
        if let Err(e) = stream.set_nodelay(true) {
            tracing::debug!(error = %e, "a connection sends in pieces");
        }
        let peer = stream.peer_addr().ok();
        Ok((Enveloped::new(stream), Protocol::Http1, peer))
    })
    .and_then(http)
}

/// Has the system end a connection whose client takes nothing any more.
#[cfg(target_os = "linux")]
fn bound(stream: &TcpStream) {
    let milliseconds = u32::try_from(UNTAKEN.as_millis()).unwrap_or(u32::MAX);
    if let Err(e) = rustix::net::sockopt::set_tcp_user_timeout(stream, milliseconds) {
        tracing::debug!(error = %e, "a connection is not bounded");
    }
}

/// Elsewhere the system ends it when it likes.
#[cfg(not(target_os = "linux"))]
const fn bound(_stream: &TcpStream) {}
