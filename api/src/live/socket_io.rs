//! A WebSocket on a connection of its own: whole frames in, whatever is to be said out in one write. A quiet one keeps no
//! buffer: a county's workers are quiet nearly always, and there are 12,406 of them.

use crate::news::live::frame::Frame;
use actix_codec::{Decoder, Encoder};
use actix_http::ws::{CloseCode, CloseReason, Codec, Frame as Heard, Message, ProtocolError};
use actix_web::rt::net::TcpStream;
use actix_web::web::BytesMut;
use std::future::poll_fn;
use std::io;
use std::mem::{MaybeUninit, take};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

/// Longest message of a client's, bytes: a `hello` of whoever belongs to 2,000 scopes.
const MESSAGE_MAX: usize = 64 * 1024;
/// What a frame has besides its message, at most.
const HEAD_MAX: usize = 14;
/// Bytes read at once.
const ROOM: usize = 4096;
/// How long what is sent may wait for a client that does not read.
const BLOCKED: Duration = Duration::from_secs(10);
/// How long the client may take to hang up after it. Whoever hangs up first with something unread breaks the connection,
/// and the farewell with it.
const FAREWELL: Duration = Duration::from_secs(1);

/// A socket. Reads and writes are those of one task.
pub struct Socket {
    stream: TcpStream,
    codec: Codec,
    heard: BytesMut,
    unsent: BytesMut,
}

impl Socket {
    /// On a connection whose handshake was answered; `heard` came behind the handshake.
    #[must_use]
    pub fn new(stream: TcpStream, heard: BytesMut) -> Self {
        Self { stream, codec: Codec::new().max_size(MESSAGE_MAX), heard, unsent: BytesMut::new() }
    }

    /// Reads what the client has sent: `take_heard` takes it from here.
    ///
    /// # Errors
    /// The client is gone.
    pub fn poll_hear(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut room = [const { MaybeUninit::uninit() }; ROOM];
        let mut room = ReadBuf::uninit(&mut room);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut room))?;
        if room.filled().is_empty() {
            return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
        }
        self.heard.extend_from_slice(room.filled());
        Poll::Ready(Ok(()))
    }

    /// The next whole frame of what was heard.
    ///
    /// # Errors
    /// What came is not the protocol; `Overflow` when it is too long.
    pub fn take_heard(&mut self) -> Result<Option<Heard>, ProtocolError> {
        if self.heard.is_empty() {
            return Ok(None);
        }
        let frame = self.codec.decode(&mut self.heard)?;
        if frame.is_none() && self.heard.len() > MESSAGE_MAX + HEAD_MAX {
            return Err(ProtocolError::Overflow);
        }
        if self.heard.is_empty() {
            self.heard = BytesMut::new();
        }
        Ok(frame)
    }

    /// Has a frame sent with the next flush.
    pub fn say(&mut self, frame: &Frame) {
        self.unsent.extend_from_slice(frame.bytes());
    }

    /// Has a control frame sent with the next flush.
    ///
    /// # Errors
    /// It is none.
    pub fn control(&mut self, message: Message) -> Result<(), ProtocolError> {
        self.codec.encode(message, &mut self.unsent)
    }

    /// Sends what was said. Returns when the system has taken all of it: at once, nearly always.
    ///
    /// # Errors
    /// The client takes nothing; inside: it is gone.
    pub async fn flush(&mut self) -> Result<io::Result<()>, Elapsed> {
        match poll_fn(|cx| Poll::Ready(self.poll_flush(cx))).await {
            Poll::Ready(sent) => Ok(sent),
            Poll::Pending => timeout(BLOCKED, poll_fn(|cx| self.poll_flush(cx))).await,
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.unsent.is_empty() {
            return Poll::Ready(Ok(()));
        }
        let mut sent = 0;
        while let Some(rest) = self.unsent.get(sent..).filter(|rest| !rest.is_empty()) {
            match Pin::new(&mut self.stream).poll_write(cx, rest)? {
                Poll::Ready(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(n) => sent += n,
                Poll::Pending => {
                    drop(self.unsent.split_to(sent));
                    return Poll::Pending;
                }
            }
        }
        drop(take(&mut self.unsent));
        Poll::Ready(Ok(()))
    }

    /// Says why it ends, and hangs up.
    pub async fn close(mut self, code: Option<CloseCode>) {
        let reason = code.map(|code| CloseReason { code, description: None });
        let said = self.control(Message::Close(reason)).is_ok();
        let flushed = self.flush().await;
        if !said || !matches!(flushed, Ok(Ok(()))) || self.stream.shutdown().await.is_err() {
            return;
        }
        let _gone_or_late = timeout(FAREWELL, async {
            while poll_fn(|cx| self.poll_hear(cx)).await.is_ok() {
                self.heard.clear();
            }
        })
        .await;
    }
}
