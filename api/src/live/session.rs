//! One socket from its handshake to its end, in one task. Nothing waits in a queue of its own: when the client is slow, it
//! stands still in its scopes' logs, and starts over when it has fallen too far behind. Whatever is to be said at a time
//! goes out in one write: the answer to a claim together with the end of the offer.

mod answers;
mod claims;
mod open;
mod said;

use crate::identity::principal::Principal;
use crate::live::socket_io::Socket;
use crate::news::live::frame::Frame;
use crate::news::live::reader::Reader;
use crate::order::told::message::{HEARTBEAT_MS, Message};
use crate::state::AppState;
use actix_http::ws::CloseCode;
use answers::Claims;
use domain::order::Status;
use open::{Ended, Session};
use said::Said;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::futures::Notified;
use tokio::time::{Instant, Sleep, sleep_until, timeout};

/// How long a client may take to say hello.
const HELLO: Duration = Duration::from_secs(10);
/// Between two pings.
const HEARTBEAT: Duration = Duration::from_millis(HEARTBEAT_MS);
/// A client that was not heard of for so long is gone: it is sent a ping in between.
const SILENCE: Duration = Duration::from_millis(HEARTBEAT_MS * 5 / 2);
/// Between two tries to serve a client whose news could not be read.
const AGAIN: Duration = Duration::from_secs(1);
/// The log-in is over.
const UNAUTHENTICATED: u16 = 4401;

/// Serves a socket to its end.
pub async fn serve(state: Arc<AppState>, who: Principal, socket: Socket) {
    let now = Instant::now();
    let (beat, claims) = (now + HEARTBEAT, Claims::default());
    let mut session = Session { state, who, socket, claims, nonsense: 0, heard: now, beat, again: None };
    let ended = match timeout(HELLO, session.hello()).await {
        Ok(Ok(reader)) => session.run(reader).await.err().flatten(),
        Ok(Err(ended)) => ended,
        Err(_) => Some(CloseCode::Policy),
    };
    session.claims.finish();
    session.socket.close(ended).await;
}

impl Session {
    /// Waits for the hello, and answers it.
    async fn hello(&mut self) -> Result<Reader, Ended> {
        loop {
            while let Some(said) = self.said()? {
                let Said::Hello { cur } = said else {
                    self.complain("hello comes first".into())?;
                    continue;
                };
                let opened = Box::pin(Reader::open(self.state.scribe.clone(), self.who.clone(), &cur)).await;
                let (reader, first) = opened.map_err(|_unavailable| Some(CloseCode::Again))?;
                reader.acknowledge(&cur);
                first.iter().for_each(|frame| self.socket.say(frame));
                return Ok(reader);
            }
            self.flush().await?;
            poll_fn(|cx| self.socket.poll_hear(cx)).await.map_err(|_gone| None)?;
        }
    }

    /// Serves it from then on.
    async fn run(&mut self, mut reader: Reader) -> Result<Infallible, Ended> {
        let woken = reader.client.woken.clone();
        let (mut told, mut alarm) = (pin!(woken.notified()), pin!(sleep_until(self.beat)));
        loop {
            while let Some(said) = self.said()? {
                self.act(said, &reader)?;
            }
            self.claims.take_answered().iter().for_each(|answer| self.socket.say(answer));
            self.news(&mut reader).await?;
            self.flush().await?;
            let next = self.again.map_or(self.beat, |again| again.min(self.beat));
            if alarm.deadline() != next {
                alarm.as_mut().reset(next);
            }
            if poll_fn(|cx| self.poll_called(cx, told.as_mut(), alarm.as_mut())).await? {
                told.set(woken.notified());
            }
        }
    }

    /// Ready when there is something to do: whether that is because its scopes were told something.
    fn poll_called(
        &mut self,
        cx: &mut Context<'_>,
        told: Pin<&mut Notified<'_>>,
        alarm: Pin<&mut Sleep>,
    ) -> Poll<Result<bool, Ended>> {
        let heard = self.socket.poll_hear(cx).map_err(|_gone| None)?.is_ready();
        if heard {
            self.heard = Instant::now();
        }
        let told = told.poll(cx).is_ready();
        let answered = self.claims.poll_answered(cx).is_ready();
        if heard || told || answered || alarm.poll(cx).is_ready() {
            Poll::Ready(Ok(told))
        } else {
            Poll::Pending
        }
    }

    /// Says what is new, or ends it: the log-in is over, the server stops, nothing is heard any more.
    async fn news(&mut self, reader: &mut Reader) -> Result<(), Ended> {
        if self.state.hub.is_stopping() {
            return Err(Some(CloseCode::Restart));
        }
        if reader.client.is_over() {
            return Err(Some(CloseCode::Other(UNAUTHENTICATED)));
        }
        let now = Instant::now();
        if reader.say_at_hand(|frame| self.socket.say(frame)) {
            self.again = None;
        } else if self.again.is_none_or(|again| again <= now) {
            self.again = match Box::pin(reader.collect()).await {
                Ok(frames) => {
                    frames.iter().for_each(|frame| self.socket.say(frame));
                    None
                }
                Err(e) => {
                    tracing::debug!(error = ?e, "a client is not served for now");
                    Some(now + AGAIN)
                }
            };
        }
        if now >= self.beat {
            if now - self.heard > SILENCE {
                return Err(Some(CloseCode::Policy));
            }
            self.beat = now + HEARTBEAT;
            self.ping(reader);
        }
        Ok(())
    }

    fn act(&mut self, said: Said, reader: &Reader) -> Result<(), Ended> {
        match said {
            Said::Hello { cur } | Said::Ack { cur } => reader.acknowledge(&cur),
            Said::Claim(wanted) => self.claim(wanted, Status::Pooled, reader)?,
            Said::Acknowledge(wanted) => self.claim(wanted, Status::Assigned, reader)?,
            Said::Ping => self.ping(reader),
        }
        Ok(())
    }

    fn ping(&mut self, reader: &Reader) {
        self.socket.say(&Frame::of(&Message::Ping { heads: reader.heads() }));
    }

    /// Sends what was said. A client that does not take it is let go.
    async fn flush(&mut self) -> Result<(), Ended> {
        match self.socket.flush().await {
            Ok(sent) => sent.map_err(|_gone| None),
            Err(_) => Err(Some(CloseCode::Policy)),
        }
    }
}
