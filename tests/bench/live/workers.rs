//! Workers with open sockets: each has said hello with the cursor of somebody who was there before.

use std::time::Duration;

use anyhow::{Context, Result};
use harness::seed::{areas_of, grid_worker};
use serde_json::{Map, Value, json};

use super::crowd::{Crowd, Heard, Reaction};
use super::stage::Stage;
use crate::live::crowd::frame;
use crate::measure::site::{Site, token};

pub const PATIENCE: Duration = Duration::from_secs(120);
/// Handshakes under way at a time when nothing is measured.
const FEW: usize = 256;

/// Connects these workers (places of grids) and has them welcomed.
pub fn connect(stage: &Stage, site: &Site, places: &[u32]) -> Result<Crowd> {
    let hellos = hellos(site, places)?;
    let mut crowd = Crowd::new(site.address, requests(places)?, FEW)?;
    crowd
        .until(places.len(), PATIENCE, |who, heard| greet(&hellos, who, &heard))
        .with_context(|| format!("connecting {} of {} workers", places.len(), stage.people))?;
    Ok(crowd)
}

/// Says hello, and counts the welcome.
pub fn greet(hellos: &[Vec<u8>], who: usize, heard: &Heard<'_>) -> Result<Reaction> {
    Ok(match heard {
        Heard::Open => Reaction::Say(hellos.get(who).context("nobody")?.clone()),
        Heard::Text(payload) if frame::is(payload, "welcome") => Reaction::Counts,
        Heard::Text(payload) => alive(payload),
    })
}

/// Answers pings: whoever says nothing for a minute is taken for gone.
pub fn alive(payload: &[u8]) -> Reaction {
    if frame::is(payload, "ping") {
        Reaction::Say(frame::text(r#"{"t":"ack","cur":{}}"#))
    } else {
        Reaction::Nothing
    }
}

/// The handshakes of these workers.
pub fn requests(places: &[u32]) -> Result<Vec<Vec<u8>>> {
    places.iter().map(|place| Ok(handshake("/api/v1/live", &token(grid_worker(*place))?))).collect()
}

/// A WebSocket handshake.
pub fn handshake(path: &str, token: &str) -> Vec<u8> {
    format!(
        "GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         authorization: Bearer {token}\r\n\r\n"
    )
    .into_bytes()
}

/// The hellos of these workers, as frames: all stand at the heads of what they share, as the first of them is told.
pub fn hellos(site: &Site, places: &[u32]) -> Result<Vec<Vec<u8>>> {
    let first = places.get(..1).context("nobody")?;
    let mut scopes = Value::Null;
    let mut crowd = Crowd::new(site.address, requests(first)?, 1)?;
    crowd.until(1, PATIENCE, |_, heard| match heard {
        Heard::Open => Ok(Reaction::Say(frame::text(r#"{"t":"hello","v":1,"cur":{}}"#))),
        Heard::Text(payload) if frame::is(payload, "welcome") => {
            let mut welcome: Value = serde_json::from_slice(payload)?;
            scopes = welcome.get_mut("scopes").map(Value::take).unwrap_or_default();
            Ok(Reaction::Counts)
        }
        Heard::Text(_) => Ok(Reaction::Nothing),
    })?;
    let known = scopes.as_object().context("a welcome without scopes")?;
    let epoch = known.values().find_map(|place| place.get(0)).context("a welcome without an epoch")?;
    let place = |name: String| {
        let at = known.get(&name).cloned().unwrap_or_else(|| json!([epoch, 0]));
        (name, at)
    };
    let hello = |worker: &u32| {
        let areas = areas_of(*worker).into_iter().map(|area| place(format!("a{area}")));
        let cursor: Map<String, Value> = areas.chain([place(format!("p{}", grid_worker(*worker)))]).collect();
        frame::text(&json!({"t": "hello", "v": 1, "cur": cursor}).to_string())
    };
    Ok(places.iter().map(hello).collect())
}
