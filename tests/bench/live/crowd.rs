//! Many sockets in one thread, around one epoll: the client of a benchmark must cost little, since the cores are the
//! server's.

pub mod frame;
pub mod member;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use rustix::net::sockopt::set_socket_linger;

pub use crate::live::crowd::member::{Heard, Reaction};
use crate::live::crowd::member::{Member, Stage};

const BUFFER: usize = 64 * 1024;

/// The sockets.
pub struct Crowd {
    poll: Poll,
    events: Events,
    address: SocketAddr,
    /// What each asks for first; empty: nothing, it is open once connected.
    requests: Vec<Vec<u8>>,
    members: Vec<Member>,
    /// Sockets that may be on their way in at a time.
    window: usize,
    buffer: Vec<u8>,
}

impl Drop for Crowd {
    fn drop(&mut self) {
        for member in &self.members {
            // a reset leaves no connection behind that keeps its port for a minute
            let _closed_anyhow = set_socket_linger(&member.stream, Some(Duration::ZERO));
        }
    }
}

impl Crowd {
    /// Nobody is connected yet: [`Crowd::until`] does that, with at most `window` who have connected and not counted.
    pub fn new(address: SocketAddr, requests: Vec<Vec<u8>>, window: usize) -> Result<Self> {
        Ok(Self {
            poll: Poll::new()?,
            events: Events::with_capacity(4096),
            address,
            members: Vec::with_capacity(requests.len()),
            requests,
            window,
            buffer: vec![0; BUFFER],
        })
    }

    /// Serves the sockets until so many reactions have counted; returns when the last did.
    pub fn until(
        &mut self,
        wanted: usize,
        patience: Duration,
        mut react: impl FnMut(usize, Heard<'_>) -> Result<Reaction>,
    ) -> Result<Instant> {
        let started = Instant::now();
        let mut counted = 0;
        while counted < wanted {
            ensure!(started.elapsed() < patience, "{counted} of {wanted} after {patience:?}");
            self.turn(counted, &mut |who, heard| {
                let reaction = react(who, heard)?;
                counted += usize::from(matches!(reaction, Reaction::Counts));
                Ok(reaction)
            })?;
        }
        Ok(Instant::now())
    }

    /// Serves the sockets for a while.
    pub fn linger(
        &mut self,
        time: Duration,
        mut react: impl FnMut(usize, Heard<'_>) -> Result<Reaction>,
    ) -> Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.turn(usize::MAX, &mut react)?;
        }
        Ok(())
    }

    /// Sends a frame.
    pub fn say(&mut self, who: usize, bytes: &[u8]) -> Result<()> {
        self.members.get_mut(who).context("nobody")?.send(bytes)
    }

    fn turn(
        &mut self,
        counted: usize,
        react: &mut impl FnMut(usize, Heard<'_>) -> Result<Reaction>,
    ) -> Result<()> {
        while self.members.len() < self.requests.len()
            && self.members.len() < counted.saturating_add(self.window)
        {
            let mut stream = TcpStream::connect(self.address)?;
            let token = Token(self.members.len());
            self.poll.registry().register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
            self.members.push(Member::new(stream));
        }
        self.poll.poll(&mut self.events, Some(Duration::from_millis(50)))?;
        for event in &self.events {
            let who = event.token().0;
            let member = self.members.get_mut(who).context("nobody")?;
            if member.stage == Stage::Connecting {
                let request = self.requests.get(who).context("nobody")?;
                if !member.connected(request)? {
                    continue;
                }
                if request.is_empty() {
                    member.react(react(who, Heard::Open)?)?;
                }
            }
            if event.is_writable() {
                member.send(&[])?;
            }
            if event.is_readable() {
                member.read(who, &mut self.buffer, react).with_context(|| format!("socket {who}"))?;
            }
        }
        Ok(())
    }
}
