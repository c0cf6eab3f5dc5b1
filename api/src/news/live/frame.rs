//! A message as bytes: encoded once, and sent to everybody in a scope as it is.

use actix_http::ws::{OpCode, Parser};
use actix_web::web::{Bytes, BytesMut};
use serde::Serialize;

/// A WebSocket text frame of one message, whole; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    bytes: Bytes,
    /// Where the message begins.
    head: usize,
}

impl Frame {
    /// A message, encoded.
    #[must_use]
    pub fn of(message: &impl Serialize) -> Self {
        Self::text(&serde_json::to_vec(message).unwrap_or_default())
    }

    fn text(payload: &[u8]) -> Self {
        let mut bytes = BytesMut::with_capacity(payload.len() + 4);
        Parser::write_message(&mut bytes, payload, OpCode::Text, true, false);
        Self { head: bytes.len() - payload.len(), bytes: bytes.freeze() }
    }

    /// As it is sent.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The message alone, JSON.
    #[must_use]
    pub fn json(&self) -> &[u8] {
        self.bytes.get(self.head..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_a_head_and_its_message() {
        for length in [0, 1, 125, 126, 300, 70_000] {
            let payload = vec![b'x'; length];
            let frame = Frame::text(&payload);
            assert_eq!(frame.json(), payload);
            let mut sent = BytesMut::from(frame.bytes());
            let (whole, code, read) = Parser::parse(&mut sent, false, 100_000).unwrap().unwrap();
            assert_eq!((whole, code, read.unwrap_or_default().len()), (true, OpCode::Text, length));
            assert!(sent.is_empty());
        }
    }
}
