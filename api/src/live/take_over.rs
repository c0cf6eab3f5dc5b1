//! Taking a connection over from HTTP.

use actix_web::rt::net::TcpStream;
use actix_web::web::BytesMut;
use futures_util::future::LocalBoxFuture;

/// Who takes the connection over: what an endpoint leaves in the extensions of a response of status 101. Gets the
/// connection, and what the client sent behind its request.
pub struct TakeOver(Box<dyn FnOnce(TcpStream, BytesMut) -> LocalBoxFuture<'static, ()>>);

impl TakeOver {
    /// By this.
    pub fn by<F>(serve: impl FnOnce(TcpStream, BytesMut) -> F + 'static) -> Self
    where
        F: Future<Output = ()> + 'static,
    {
        Self(Box::new(|stream, rest| Box::pin(serve(stream, rest))))
    }

    /// Serves the connection to its end.
    pub fn serve(self, stream: TcpStream, rest: BytesMut) -> LocalBoxFuture<'static, ()> {
        (self.0)(stream, rest)
    }
}
