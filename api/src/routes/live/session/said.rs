//! What a client says: its frames, read; its pings, answered.

use super::{Ended, Session};
use crate::live::frame::Frame;
use crate::live::message::Message;
use crate::live::reader::Cursor;
use actix_http::ws::{CloseCode, Frame as Heard, Message as Control, ProtocolError};
use serde::Deserialize;

/// Frames that cannot be read before the socket is closed.
const NONSENSE: u32 = 10;

/// A frame of the client's.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum Said {
    /// First: how far it has read.
    Hello {
        #[serde(default)]
        cur: Cursor,
    },
    /// What it has.
    Ack { cur: Cursor },
    /// A pooled order.
    Claim(Wanted),
    /// An order it was assigned.
    Acknowledge(Wanted),
    /// Still there.
    Ping,
}

/// What is claimed.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    pub order: String,
    pub attempt: i32,
    pub key: Option<String>,
}

impl Session {
    /// The next thing it said, of what was heard so far.
    pub(super) fn said(&mut self) -> Result<Option<Said>, Ended> {
        loop {
            let text = match self.socket.take_heard() {
                Ok(Some(Heard::Text(text))) => text,
                Ok(Some(Heard::Ping(bytes))) => {
                    self.socket.control(Control::Pong(bytes)).map_err(|_none| None)?;
                    continue;
                }
                Ok(Some(Heard::Pong(_))) => continue,
                Ok(Some(Heard::Binary(_) | Heard::Continuation(_))) => {
                    self.complain("text frames only, in one piece".into())?;
                    continue;
                }
                Ok(Some(Heard::Close(_))) => return Err(None),
                Ok(None) => return Ok(None),
                Err(ProtocolError::Overflow) => return Err(Some(CloseCode::Size)),
                Err(_) => return Err(Some(CloseCode::Protocol)),
            };
            match serde_json::from_slice(&text) {
                Ok(said) => return Ok(Some(said)),
                Err(e) => self.complain(e.to_string())?,
            }
        }
    }

    /// Says that something could not be read; ends it when that comes too often.
    pub(super) fn complain(&mut self, reason: String) -> Result<(), Ended> {
        self.nonsense += 1;
        if self.nonsense > NONSENSE {
            return Err(Some(CloseCode::Policy));
        }
        self.socket.say(&Frame::of(&Message::Error { reason }));
        Ok(())
    }
}
