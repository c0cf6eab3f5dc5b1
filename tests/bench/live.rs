//! The live part: sockets of a whole county, races, notifications, escalation. Each figure stands beside a floor of the
//! same run: what bare sockets, or Redis alone, take for the same on this machine.

mod beside;
mod crowd;
mod dispatcher;
mod escalation;
mod fanout;
mod floor;
mod kept;
mod notify;
mod peers;
mod race;
mod reconnect;
mod sockets;
mod stage;
mod workers;

pub use {
    beside::measure as peers, escalation::measure as escalation, fanout::measure as fanout,
    kept::measure as kept, notify::measure as notify, race::measure as race, reconnect::measure as reconnect,
    sockets::measure as sockets,
};

use anyhow::Result;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Turns of a comparison: ours, then the floor.
const TURNS: (u32, u32) = (3, 1);
/// Measurements of a turn; their median counts.
const EACH: u32 = 3;

/// Has this process, and those it starts, open as many files as the machine allows: a socket is one.
pub fn raise_file_limit() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?)
}
