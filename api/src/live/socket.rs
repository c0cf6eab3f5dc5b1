//! `GET /live`: the socket; `POST /live/ticket`: how a browser opens it.

use crate::http::answers::{ReadErrors, WriteErrors};
use crate::http::error::{ApiError, ApiResult};
use crate::http::params::Query;
use crate::http::wire::{Envelope, Reply};
use crate::identity::principal::Principal;
use crate::live::socket_io::Socket;
use crate::live::take_over::TakeOver;
use crate::live::ticket;
use crate::state::AppState;
use actix_http::ws::handshake;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// For `GET /live?ticket=`; good for one handshake.
    pub ticket: String,
    /// Seconds it is good for.
    #[schema(example = 30)]
    pub expires_in: u64,
}

/// Get a socket ticket
///
/// For clients that cannot send an `Authorization` header with a WebSocket handshake. Good once, for 30 s.
#[utoipa::path(
    post,
    path = "/live/ticket",
    tag = "live",
    responses((status = 200, description = "The ticket", body = Envelope<Ticket>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/live/ticket")]
pub async fn issue_live_ticket(state: Data<AppState>, who: Principal) -> ApiResult<Reply<Ticket>> {
    let ticket = ticket::issue(&state, &who)?;
    std::future::ready(Ok(Reply::ok(Ticket { ticket, expires_in: ticket::LIFE.as_secs() }))).await
}

/// How the handshake is signed in.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LiveQuery {
    /// A ticket, instead of the `Authorization` header.
    #[param(max_length = 128, pattern = "^[0-9a-f.]+[.][A-Za-z0-9_-]+$")]
    ticket: Option<String>,
}

/// Open the live socket
///
/// A WebSocket of JSON text frames, each at most 4 KiB from the client. The client's: `{"t":"hello","v":1,"cur":{…}}`
/// first, then `{"t":"ack","cur":{"a501":["e0",8831]}}`, `{"t":"claim","order":"42","attempt":1,"key":"…"}`,
/// `{"t":"acknowledge",…}` for a directed order, `{"t":"ping"}`. The server's are those of `GET /inbox`. Without a
/// `result` within 2 s, claim over HTTP with the same key. Closed with 4401 when the log-in is over, 1012 when the
/// server stops.
#[utoipa::path(
    get,
    path = "/live",
    tag = "live",
    params(LiveQuery),
    responses((status = 101, description = "The socket is open"), ReadErrors),
    security(("bearer" = []), ()),
)]
#[get("/live")]
pub async fn open_live_socket(
    state: Data<AppState>,
    query: Query<LiveQuery>,
    req: HttpRequest,
) -> ApiResult<HttpResponse> {
    let who = match &query.0.ticket {
        Some(text) => ticket::redeem(&state, text).await?,
        None => Principal::extract(&req).await?,
    };
    let mut answer = handshake(req.head())
        .map_err(|_no_handshake| ApiError::syntax("Upgrade", "a WebSocket handshake is needed"))?;
    let mut answer: HttpResponse = HttpResponse::from(answer.finish()).map_into_boxed_body();
    let state = state.into_inner();
    let serve = |stream, rest| super::session::serve(state, who, Socket::new(stream, rest));
    answer.extensions_mut().insert(TakeOver::by(serve));
    Ok(answer)
}
