//! socket.io with its Redis streams adapter, told over HTTP to emit to everybody.

use harness::servers::redis::Redis;

use super::{Found, Speech, node};
use crate::live::crowd::frame;
use crate::live::crowd::{Heard, Reaction};

const SPEECH: Speech = Speech { sockets: "/socket.io/?EIO=4&transport=websocket", join, told };

/// Starts it on this Redis.
pub async fn start(redis: &Redis) -> Found {
    node("socket.io", redis, SPEECH).await
}

/// Engine.IO opens with `0`, and asks for the namespace to be joined: `40`.
fn join(heard: &Heard<'_>) -> Reaction {
    match heard {
        Heard::Text(payload) if payload.starts_with(b"0") => Reaction::Say(frame::text("40")),
        Heard::Text(payload) if payload.starts_with(b"40") => Reaction::Counts,
        Heard::Text(b"2") => Reaction::Say(frame::text("3")),
        _ => Reaction::Nothing,
    }
}

/// An event is `42["offer",…]`; with recovery it carries its place, too.
fn told(heard: &Heard<'_>) -> Reaction {
    match heard {
        Heard::Text(payload) if payload.starts_with(b"42") => Reaction::Counts,
        Heard::Text(b"2") => Reaction::Say(frame::text("3")),
        _ => Reaction::Nothing,
    }
}
