//! One socket from its handshake to its end. Nothing waits in a queue of its own: when the client is slow, it stands
//! still in its scopes' logs, and starts over when it has fallen too far behind.

use crate::auth::Principal;
use crate::claiming::Answered;
use crate::live::Reader;
use crate::live::frame::{Frame, HEARTBEAT_MS, Message};
use crate::live::reader::Cursor;
use crate::state::AppState;
use crate::wire;
use actix_ws::{CloseCode, CloseReason, MessageStream, ProtocolError, Session};
use domain::OrderId;
use domain::order::Status;
use persistence::claims::{ClaimAsk, Outcome, Win};
use serde::Deserialize;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

/// How long a client may take to say hello.
const HELLO: Duration = Duration::from_secs(10);
/// How long one frame may wait for a client that does not read.
const BLOCKED: Duration = Duration::from_secs(10);
/// A client that was not heard of for so long is gone: it is sent a ping in between.
const SILENCE: Duration = Duration::from_millis(HEARTBEAT_MS * 5 / 2);
/// Between two tries to serve a client whose news could not be read.
const AGAIN: Duration = Duration::from_secs(1);
/// Claims of one client that wait at once.
const CLAIMS: usize = 8;
/// Frames that cannot be read before the socket is closed.
const NONSENSE: u32 = 10;
/// The log-in is over.
const UNAUTHENTICATED: u16 = 4401;

/// A frame of the client's.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
enum Said {
    Hello {
        #[serde(default)]
        cur: Cursor,
    },
    Ack {
        cur: Cursor,
    },
    Claim(Wanted),
    Acknowledge(Wanted),
    Ping,
}

#[derive(Debug, Deserialize)]
struct Wanted {
    order: String,
    attempt: i32,
    key: Option<String>,
}

/// Serves a socket to its end.
pub async fn serve(state: Arc<AppState>, who: Principal, session: Session, mut stream: MessageStream) {
    let mut socket =
        Socket { state, who, session: session.clone(), claims: Rc::default(), nonsense: 0, again: None };
    let code = match timeout(HELLO, socket.hello(&mut stream)).await {
        Ok(Ok(reader)) => socket.run(reader, &mut stream).await,
        Ok(Err(code)) => code,
        Err(_) => Some(CloseCode::Policy),
    };
    let reason = code.map(|code| CloseReason { code, description: None });
    let _gone_already = timeout(BLOCKED, session.close(reason)).await;
}

struct Socket {
    state: Arc<AppState>,
    who: Principal,
    session: Session,
    claims: Rc<Cell<usize>>,
    nonsense: u32,
    /// When its news is to be read again: nothing else may wake it.
    again: Option<Instant>,
}

/// Why a socket ends; none when the client is gone.
type Ended = Option<CloseCode>;

impl Socket {
    /// Waits for the hello, and answers it.
    async fn hello(&mut self, stream: &mut MessageStream) -> Result<Reader, Ended> {
        loop {
            let Some(said) = self.heard(stream.recv().await).await? else { continue };
            let Said::Hello { cur } = said else {
                self.complain("hello comes first".into()).await?;
                continue;
            };
            let opened = Reader::open(self.state.clone(), self.who.clone(), &cur).await;
            let (mut reader, first) = opened.map_err(|_unavailable| Some(CloseCode::Again))?;
            reader.acknowledge(&cur);
            self.send(first).await?;
            self.news(&mut reader).await?;
            return Ok(reader);
        }
    }

    async fn run(&mut self, mut reader: Reader, stream: &mut MessageStream) -> Ended {
        let mut beat = interval(Duration::from_millis(HEARTBEAT_MS));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        let mut heard = Instant::now();
        let woken = reader.client.woken.clone();
        loop {
            let done = tokio::select! {
                said = stream.recv() => {
                    heard = Instant::now();
                    match self.heard(said).await {
                        Ok(Some(said)) => self.act(said, &mut reader).await,
                        Ok(None) => Ok(()),
                        Err(ended) => Err(ended),
                    }
                }
                () = woken.notified() => self.news(&mut reader).await,
                () = sleep_until(self.again.unwrap_or_else(Instant::now)), if self.again.is_some() => {
                    self.news(&mut reader).await
                }
                _ = beat.tick() => {
                    if heard.elapsed() > SILENCE { return Some(CloseCode::Policy) }
                    let ping = Message::Ping { heads: reader.heads() }.encode();
                    self.send(vec![ping]).await
                }
            };
            if let Err(ended) = done {
                return ended;
            }
        }
    }

    /// Sends what is new, or ends: the log-in is over, or the server stops.
    async fn news(&mut self, reader: &mut Reader) -> Result<(), Ended> {
        if self.state.hub.is_stopping() {
            return Err(Some(CloseCode::Restart));
        }
        if reader.client.is_over() {
            return Err(Some(CloseCode::Other(UNAUTHENTICATED)));
        }
        self.again = None;
        match reader.collect().await {
            Ok(frames) => self.send(frames).await,
            Err(e) => {
                tracing::debug!(error = ?e, "a client is not served for now");
                self.again = Some(Instant::now() + AGAIN);
                Ok(())
            }
        }
    }

    async fn act(&mut self, said: Said, reader: &mut Reader) -> Result<(), Ended> {
        match said {
            Said::Hello { cur } | Said::Ack { cur } => {
                reader.acknowledge(&cur);
                Ok(())
            }
            Said::Claim(wanted) => self.claim(wanted, Status::Pooled, reader).await,
            Said::Acknowledge(wanted) => self.claim(wanted, Status::Assigned, reader).await,
            Said::Ping => {
                let heads = reader.heads();
                self.send(vec![Message::Ping { heads }.encode()]).await
            }
        }
    }

    /// Claims beside whatever else this socket does.
    async fn claim(&mut self, wanted: Wanted, from: Status, reader: &Reader) -> Result<(), Ended> {
        let order = match wire::id("order", &wanted.order) {
            Ok(id) => OrderId(id),
            Err(_) => {
                return self.complain("order: an id is a positive whole number in a string".into()).await;
            }
        };
        let (attempt, key) = (wanted.attempt, wanted.key.filter(|key| key.len() <= 128));
        if self.claims.get() >= CLAIMS {
            return self.send(vec![result(order, attempt, &Outcome::Retry.into()).encode()]).await;
        }
        let ask = ClaimAsk { order, attempt, account: self.who.account(), from, key };
        let (state, scopes, claims) = (self.state.clone(), reader.client.scopes(), self.claims.clone());
        let mut session = self.session.clone();
        claims.set(claims.get() + 1);
        actix_web::rt::spawn(async move {
            let answered = state.claims.claim(&state, ask, Some(scopes)).await;
            claims.set(claims.get().saturating_sub(1));
            let answered = answered.unwrap_or_else(|e| {
                tracing::warn!(error = ?e, "a claim over a socket failed");
                Outcome::Retry.into()
            });
            let _gone = timeout(BLOCKED, session.text(result(order, attempt, &answered).encode())).await;
        });
        Ok(())
    }

    /// Makes a frame of what came; answers pings, and ends with the client.
    async fn heard(
        &mut self,
        came: Option<Result<actix_ws::Message, ProtocolError>>,
    ) -> Result<Option<Said>, Ended> {
        use actix_ws::Message as Ws;
        match came {
            Some(Ok(Ws::Text(text))) => match serde_json::from_str(&text) {
                Ok(said) => Ok(Some(said)),
                Err(e) => self.complain(e.to_string()).await.map(|()| None),
            },
            Some(Ok(Ws::Ping(bytes))) => {
                self.session.pong(&bytes).await.map_err(|_closed| None)?;
                Ok(None)
            }
            Some(Ok(Ws::Pong(_) | Ws::Nop)) => Ok(None),
            Some(Ok(Ws::Binary(_) | Ws::Continuation(_))) => {
                self.complain("text frames only, in one piece".into()).await.map(|()| None)
            }
            Some(Ok(Ws::Close(_))) | None => Err(None),
            Some(Err(ProtocolError::Overflow)) => Err(Some(CloseCode::Size)),
            Some(Err(_)) => Err(Some(CloseCode::Protocol)),
        }
    }

    async fn complain(&mut self, reason: String) -> Result<(), Ended> {
        self.nonsense += 1;
        if self.nonsense > NONSENSE {
            return Err(Some(CloseCode::Policy));
        }
        self.send(vec![Message::Error { reason }.encode()]).await
    }

    async fn send(&mut self, frames: Vec<Frame>) -> Result<(), Ended> {
        for frame in frames {
            match timeout(BLOCKED, self.session.text(frame)).await {
                Ok(Ok(())) => {}
                Ok(Err(_closed)) => return Err(None),
                Err(_) => return Err(Some(CloseCode::Policy)),
            }
        }
        Ok(())
    }
}

/// How a claim ended, as the client is told.
fn result(order: OrderId, attempt: i32, answered: &Answered) -> Message {
    let (r, version, slot) = match answered.outcome {
        Outcome::Won(Win { version, slot, .. }) => ("won", Some(version), Some(slot)),
        Outcome::Lost { version, .. } => ("lost", Some(version), None),
        Outcome::Gone { version } => ("gone", Some(version), None),
        Outcome::Suspended { .. } => ("suspended", None, None),
        Outcome::NotEligible => ("ineligible", None, None),
        Outcome::CoolingDown { .. } => ("cooling_down", None, None),
        Outcome::Retry => ("retry", None, None),
    };
    let by = answered.by.clone();
    Message::Result { order: order.to_string(), attempt, version, r: r.into(), by, slot }
}
