//! What the HTTP parser refuses by itself, before there is a request (text in the address that is not percent-encoded, a
//! head that is too large or does not come). It answers with a status and nothing else; here such an answer gets the
//! envelope, which every answer has.

use crate::http::error::{ApiError, Kind};
use crate::http::locale::Lang;
use crate::http::request_id::{HEADER, RequestId};
use actix_web::rt::net::{ActixStream, Ready, TcpStream};
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How the parser's own answers begin and end. None of ours does: those have a body.
const STATUSES: [(&[u8], Kind); 3] = [
    (b"HTTP/1.1 400 Bad Request\r\n", Kind::BAD_REQUEST),
    (b"HTTP/1.1 408 Request Timeout\r\n", Kind::TIMEOUT),
    (b"HTTP/1.1 431 Request Header Fields Too Large\r\n", Kind::HEAD_TOO_LARGE),
];
const EMPTY: &str = "content-length: 0\r\n";
const END: &[u8] = b"\r\n\r\n";
/// Longer than any of them.
const LONGEST: usize = 256;

/// A connection on which every answer has its envelope.
pub struct Enveloped {
    stream: TcpStream,
    /// What was written in another's place and is still to be sent.
    waiting: Vec<u8>,
}

impl Enveloped {
    /// This connection.
    pub const fn new(stream: TcpStream) -> Self {
        Self { stream, waiting: Vec::new() }
    }

    /// The bare connection, for whoever takes it over.
    pub fn into_inner(self) -> TcpStream {
        self.stream
    }

    /// The connection as the system knows it.
    pub const fn stream(&self) -> &TcpStream {
        &self.stream
    }

    fn send_waiting(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.waiting.is_empty() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.waiting))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.waiting.drain(..sent);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Enveloped {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Enveloped {
    /// An answer without its envelope is taken whole, and what stands in its place is sent by the next flush.
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.send_waiting(cx))?;
        match enveloped(buf) {
            None => Pin::new(&mut self.stream).poll_write(cx, buf),
            Some(instead) => {
                drop(mem::replace(&mut self.waiting, instead));
                Poll::Ready(Ok(buf.len()))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.send_waiting(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.send_waiting(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl ActixStream for Enveloped {
    fn poll_read_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_read_ready(&self.stream, cx)
    }

    fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<Ready>> {
        ActixStream::poll_write_ready(&self.stream, cx)
    }
}

/// The same with an envelope, if its last answer has none. The connection ends after that one.
fn enveloped(written: &[u8]) -> Option<Vec<u8>> {
    written.strip_suffix(END)?;
    let (before, tail) = written.split_at(written.len().saturating_sub(LONGEST));
    let (at, kind) = STATUSES
        .iter()
        .find_map(|(line, kind)| tail.windows(line.len()).rposition(|w| w == *line).map(|at| (at, *kind)))?;
    let (earlier, head) = tail.split_at(at);
    let head = std::str::from_utf8(head).ok().filter(|head| head.contains(EMPTY))?;
    let id = RequestId::fresh();
    tracing::info!(request_id = id.as_str(), status = kind.row().status, "no HTTP request");
    let body = serde_json::to_string(&refused(kind).body(Lang::default(), id.as_str())).ok()?;
    let fields = format!(
        "content-length: {}\r\ncontent-type: application/json\r\ncache-control: no-store\r\n{HEADER}: {}\r\n",
        body.len(),
        id.as_str()
    );
    Some([before, earlier, head.replace(EMPTY, &fields).as_bytes(), body.as_bytes()].concat())
}

/// Whose language this is nobody knows: what says it was not read.
fn refused(kind: Kind) -> ApiError {
    if kind == Kind::BAD_REQUEST {
        ApiError::syntax("request", "no HTTP; what is not ASCII in an address is percent-encoded (UTF-8)")
    } else {
        ApiError::new(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

    #[test]
    fn a_bare_answer_gets_its_envelope_behind_what_stands_before_it() {
        let first = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".repeat(20);
        for before in [&b""[..], &first] {
            let all = enveloped(&[before, BARE].concat()).expect("an envelope");
            let answer = all.strip_prefix(before).expect("what was there");
            let answer = std::str::from_utf8(answer).expect("text");
            let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
            assert!(head.contains(&format!("content-length: {}\r\n", body.len())), "{head}");
            assert!(head.contains("connection: close"), "{head}");
            let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
            assert_eq!(body["error"], "BAD_REQUEST");
            assert!(head.contains(body["requestId"].as_str().expect("an id")), "{head}");
        }
    }

    #[test]
    fn what_has_a_body_or_is_no_error_stays() {
        for written in [
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 4\r\n\r\n\r\n\r\n",
            "",
        ] {
            assert_eq!(enveloped(written.as_bytes()), None, "{written:?}");
        }
    }
}
