//! The floor: what the machine itself takes to answer or to tell many sockets, one thread around one epoll, no
//! protocol. `floor ADDRESS echo ASK REPLY` answers every ASK bytes with REPLY bytes; `floor ADDRESS tell BYTES`
//! writes BYTES bytes to everybody else when somebody sends one. What it writes is a WebSocket text frame, so that the
//! client reads it as it reads a server's.

use std::io::{ErrorKind, Read, Write};

use anyhow::{Context, Result, bail};
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(usize::MAX);
/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4096;

enum Work {
    Echo { ask: usize, reply: Vec<u8> },
    Tell(Vec<u8>),
}

struct Peer {
    stream: TcpStream,
    /// Bytes that were not answered yet.
    heard: usize,
}

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (address, work) = match args.as_slice() {
        [address, "echo", ask, reply] => {
            (*address, Work::Echo { ask: ask.parse()?, reply: frame(reply.parse()?)? })
        }
        [address, "tell", bytes] => (*address, Work::Tell(frame(bytes.parse()?)?)),
        _ => bail!("floor ADDRESS echo ASK REPLY | floor ADDRESS tell BYTES"),
    };
    let mut listener = TcpListener::bind(address.parse()?)?;
    rustix::net::listen(&listener, BACKLOG)?;
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(1024));
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let (mut peers, mut buffer) = (Vec::new(), vec![0; 4096]);
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut peers)?;
            } else {
                serve(event.token().0, &mut peers, &mut buffer, &work)?;
            }
        }
    }
}

/// A text frame of this length in all.
fn frame(bytes: usize) -> Result<Vec<u8>> {
    let (head, rest) = match bytes {
        0..128 => (vec![0x81, u8::try_from(bytes.saturating_sub(2))?], bytes.saturating_sub(2)),
        _ => {
            let [high, low] = u16::try_from(bytes - 4)?.to_be_bytes();
            (vec![0x81, 126, high, low], bytes - 4)
        }
    };
    Ok(head.into_iter().chain(std::iter::repeat_n(b'.', rest)).collect())
}

fn accept(listener: &TcpListener, poll: &Poll, peers: &mut Vec<Option<Peer>>) -> Result<()> {
    loop {
        match listener.accept() {
            Ok((mut stream, _)) => {
                stream.set_nodelay(true)?;
                poll.registry().register(&mut stream, Token(peers.len()), Interest::READABLE)?;
                peers.push(Some(Peer { stream, heard: 0 }));
            }
            Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(e) => return Err(e.into()),
        }
    }
}

fn serve(at: usize, peers: &mut [Option<Peer>], buffer: &mut [u8], work: &Work) -> Result<()> {
    let slot = peers.get_mut(at).context("nobody")?;
    let Some(peer) = slot else { return Ok(()) };
    match peer.stream.read(buffer) {
        Ok(0) => *slot = None,
        Ok(n) => peer.heard += n,
        Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
        Err(_gone) => *slot = None,
    }
    match (work, slot) {
        (Work::Echo { ask, reply }, Some(peer)) => {
            while peer.heard >= *ask {
                peer.heard -= ask;
                peer.stream.write_all(reply)?;
            }
        }
        (Work::Tell(frame), Some(peer)) if peer.heard > 0 => {
            peer.heard = 0;
            for (_, other) in peers.iter_mut().enumerate().filter(|(n, _)| *n != at) {
                if let Some(other) = other {
                    other.stream.write_all(frame)?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}
