//! One socket of a crowd: connecting, shaking hands, reading frames. It keeps what a frame needs to be whole, and nothing
//! else.

use std::io::{ErrorKind, Read, Write};

use anyhow::{Result, bail, ensure};
use mio::net::TcpStream;

use super::frame;

const HEAD_END: &[u8] = b"\r\n\r\n";

/// What a member heard.
pub enum Heard<'a> {
    /// The socket is open.
    Open,
    /// The payload of a frame.
    Text(&'a [u8]),
}

/// What comes of it.
pub enum Reaction {
    Nothing,
    /// One more of those that are waited for.
    Counts,
    /// A frame is sent.
    Say(Vec<u8>),
}

/// A socket.
pub struct Member {
    pub stream: TcpStream,
    pub stage: Stage,
    /// The beginning of a frame.
    rest: Vec<u8>,
    unsent: Vec<u8>,
}

#[derive(PartialEq, Eq)]
pub enum Stage {
    Connecting,
    Shaking,
    Open,
}

impl Member {
    /// A socket on its way.
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, stage: Stage::Connecting, rest: Vec::new(), unsent: Vec::new() }
    }

    /// Asks for what it came for, once it is connected.
    pub fn connected(&mut self, request: &[u8]) -> Result<bool> {
        if let Some(error) = self.stream.take_error()? {
            return Err(error.into());
        }
        if self.stream.peer_addr().is_err() {
            return Ok(false);
        }
        self.stream.set_nodelay(true)?;
        self.stage = if request.is_empty() { Stage::Open } else { Stage::Shaking };
        self.send(request)?;
        Ok(true)
    }

    /// Sends bytes, or keeps them until the socket takes them.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        if !self.unsent.is_empty() {
            self.unsent.extend(bytes);
            let waiting = std::mem::take(&mut self.unsent);
            return self.write(&waiting);
        }
        self.write(bytes)
    }

    fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
                Err(e) if e.kind() == ErrorKind::WouldBlock => {
                    self.unsent = bytes.to_vec();
                    break;
                }
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }

    /// Does what comes of something.
    pub fn react(&mut self, reaction: Reaction) -> Result<()> {
        match reaction {
            Reaction::Say(frame) => self.send(&frame),
            Reaction::Nothing | Reaction::Counts => Ok(()),
        }
    }

    /// Reads what is there.
    pub fn read(
        &mut self,
        who: usize,
        buffer: &mut [u8],
        react: &mut impl FnMut(usize, Heard<'_>) -> Result<Reaction>,
    ) -> Result<()> {
        loop {
            let n = match self.stream.read(buffer) {
                Ok(0) => bail!("closed by the server"),
                Ok(n) => n,
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) => return Err(e.into()),
            };
            let new = buffer.get(..n).unwrap_or_default();
            if self.rest.is_empty() {
                self.take(who, new, react)?;
            } else {
                let mut whole = std::mem::take(&mut self.rest);
                whole.extend(new);
                self.take(who, &whole, react)?;
            }
            // edge-triggered: a read that filled less than it could has emptied the socket
            if n < buffer.len() {
                return Ok(());
            }
        }
    }

    /// Takes what is whole of these bytes.
    fn take(
        &mut self,
        who: usize,
        mut bytes: &[u8],
        react: &mut impl FnMut(usize, Heard<'_>) -> Result<Reaction>,
    ) -> Result<()> {
        if self.stage == Stage::Shaking {
            let Some(end) = bytes.windows(HEAD_END.len()).position(|window| window == HEAD_END) else {
                self.rest = bytes.to_vec();
                return Ok(());
            };
            let answer = || String::from_utf8_lossy(bytes).into_owned();
            ensure!(bytes.starts_with(b"HTTP/1.1 101"), "no socket: {}", answer());
            self.stage = Stage::Open;
            bytes = bytes.get(end + HEAD_END.len()..).unwrap_or_default();
            self.react(react(who, Heard::Open)?)?;
        }
        while let Some((payload, length)) = frame::first(bytes)? {
            self.react(react(who, Heard::Text(payload))?)?;
            bytes = bytes.get(length..).unwrap_or_default();
        }
        self.rest = bytes.to_vec();
        Ok(())
    }
}
