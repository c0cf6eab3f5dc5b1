//! What a client says: its frames, read; its pings, answered.

use super::open::{Ended, Session};
use crate::news::live::frame::Frame;
use crate::news::live::reader::Cursor;
use crate::order::told::message::Message;
use actix_http::ws::{CloseCode, Frame as Heard, Message as Control, ProtocolError};
use serde::Deserialize;

/// Frames that cannot be read before the socket is closed.
const NONSENSE: u32 = 10;

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Fields")]
pub enum Said {
    /// First: how far it has read.
    Hello { cur: Cursor },
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
#[derive(Debug)]
pub struct Wanted {
    pub order: String,
    pub attempt: i32,
    pub key: Option<String>,
}

/// A frame of the client's. Flat: serde reads a tagged enum into a tree first, and a race is 12,406 frames at once.
#[derive(Debug, Deserialize)]
struct Fields {
    t: Kind,
    cur: Option<Cursor>,
    order: Option<String>,
    attempt: Option<i32>,
    key: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Hello,
    Ack,
    Claim,
    Acknowledge,
    Ping,
}

impl TryFrom<Fields> for Said {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let Fields { t, cur, order, attempt, key } = fields;
        let wanted = || {
            let order = order.ok_or("order: missing")?;
            Ok::<_, Self::Error>(Wanted { order, attempt: attempt.ok_or("attempt: missing")?, key })
        };
        Ok(match t {
            Kind::Hello => Self::Hello { cur: cur.unwrap_or_default() },
            Kind::Ack => Self::Ack { cur: cur.ok_or("cur: missing")? },
            Kind::Claim => Self::Claim(wanted()?),
            Kind::Acknowledge => Self::Acknowledge(wanted()?),
            Kind::Ping => Self::Ping,
        })
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Said, String> {
        serde_json::from_str(text).map_err(|e| e.to_string())
    }

    #[test]
    fn a_frame_is_flat() {
        let said = read(r#"{"t":"claim","order":"4\u0032","attempt":1,"key":"k","more":[]}"#);
        let Ok(Said::Claim(Wanted { order, attempt, key })) = said else { panic!("{said:?}") };
        assert_eq!((order.as_str(), attempt, key.as_deref()), ("42", 1, Some("k")));
        assert!(matches!(read(r#"{"t":"ping"}"#), Ok(Said::Ping)));
        assert!(matches!(read(r#"{"t":"hello","v":1}"#), Ok(Said::Hello { cur }) if cur.0.is_empty()));
        let acked = read(r#"{"t":"ack","cur":{"a501":["e7",8831]}}"#);
        assert!(matches!(acked, Ok(Said::Ack { cur }) if cur.0["a501"] == ("e7".into(), 8831)));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (text, what) in [
            (r#"{"t":"claim","attempt":1}"#, "order: missing"),
            (r#"{"t":"acknowledge","order":"1"}"#, "attempt: missing"),
            (r#"{"t":"ack"}"#, "cur: missing"),
            (r#"{"order":"1"}"#, "missing field `t`"),
            (r#"{"t":"shout"}"#, "unknown variant `shout`, expected one of `hello`, `ack`, `claim`"),
            (r#"{"t":"claim","order":1,"attempt":1}"#, "expected a string"),
        ] {
            let why = read(text).expect_err(text);
            assert!(why.contains(what), "{text}: {why}");
        }
    }
}
