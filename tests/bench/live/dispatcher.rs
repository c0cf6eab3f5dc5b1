//! A dispatcher at a connection of their own.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use harness::seed::{COUNTY, DISPATCHER};
use serde_json::{Value, json};

use crate::measure::http;
use crate::measure::http::keyed;
use crate::measure::site::token;

const ANSWER: Duration = Duration::from_secs(20);

/// A dispatcher's connection: the request is sent at a moment of one's choice, its answer read later.
pub struct Dispatcher {
    stream: TcpStream,
    token: String,
}

impl Dispatcher {
    pub fn at(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER))?;
        Ok(Self { stream, token: token(DISPATCHER)? })
    }

    /// Sends a command with its body; returns when.
    pub fn send(&mut self, order: i64, command: &str, body: &Value) -> Result<Instant> {
        let (path, key) =
            (format!("/api/v1/orders/{order}/{command}"), format!("{command}-{}", rand::random::<u64>()));
        let request = keyed(&path, &self.token, &key, &body.to_string());
        let now = Instant::now();
        self.stream.write_all(&request)?;
        Ok(now)
    }

    /// Waits for the answer.
    pub fn answered(&mut self) -> Result<()> {
        let (mut answer, mut buffer) = (Vec::new(), vec![0; 16 * 1024]);
        loop {
            let n = self.stream.read(&mut buffer)?;
            ensure!(n > 0, "the dispatcher's connection was closed");
            answer.extend(buffer.get(..n).unwrap_or_default());
            let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let (status, length) = http::parse(answer.get(..end).unwrap_or_default())?;
            if answer.len() >= end + 4 + length {
                let text = || String::from_utf8_lossy(&answer).into_owned();
                return if status == 200 { Ok(()) } else { Err(anyhow!("a dispatch: {}", text())) };
            }
        }
    }
}

/// The body of a dispatch to an area's workers.
pub fn to_area(area: i64) -> Value {
    json!({"scopes": [{"kind": "area", "id": area.to_string()}]})
}

/// The body of a dispatch to the whole county.
pub fn to_county() -> Value {
    to_area(COUNTY)
}
