//! A connection that asks to become something else: a WebSocket. The API answers it like any other request; where the
//! answer is 101, the bare connection goes to whoever the endpoint left in charge. Nothing of the HTTP server stays with
//! it: no buffers, no second task.

use super::bare::Enveloped;
use crate::live::take_over::TakeOver;
use actix_codec::{Encoder, Framed};
use actix_http::body::{BodySize, MessageBody, to_bytes};
use actix_http::h1::{Codec, Message};
use actix_http::{ConnectionType, Request, Response};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::web::BytesMut;
use actix_web::{Error, HttpResponse};
use std::io;
use tokio::io::AsyncWriteExt;

/// Serves such a connection to its end.
///
/// # Errors
/// The client is gone before it has its answer.
pub async fn serve<S, B>(app: &S, request: Request, connection: Framed<Enveloped, Codec>) -> Result<(), Error>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    let mut parts = connection.into_parts();
    let mut response: HttpResponse = match app.call(request).await {
        Ok(response) => HttpResponse::from(response).map_into_boxed_body(),
        Err(error) => error.into(),
    };
    let taken_over = response.extensions_mut().remove::<TakeOver>();
    let (head, body) = response.into_parts();
    let mut head = Response::from(head);
    let mut out = BytesMut::new();
    let Some(taken_over) = taken_over else {
        let body = to_bytes(body).await?;
        let length = BodySize::Sized(u64::try_from(body.len()).map_err(io::Error::other)?);
        head.head_mut().set_connection_type(ConnectionType::Close);
        parts.codec.encode(Message::Item((head, length)), &mut out)?;
        parts.codec.encode(Message::Chunk(Some(body)), &mut out)?;
        parts.io.write_all(&out).await?;
        return Ok(parts.io.shutdown().await?);
    };
    parts.codec.encode(Message::Item((head, BodySize::None)), &mut out)?;
    parts.io.write_all(&out).await?;
    drop(out);
    taken_over.serve(parts.io.into_inner(), parts.read_buf).await;
    Ok(())
}
