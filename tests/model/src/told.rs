//! How large a world is, in words.

use super::Protocol;
use std::fmt::{Display, Formatter, Result};

impl Display for Protocol {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { replicas, workers, orders, slots, crashes, moves, again, lag, ladder, bug } = self;
        write!(f, "{}, {} of {}", count(*workers, "worker"), count(*orders, "order"), count(*slots, "slot"))?;
        write!(f, "; {}, {}", count(*replicas, "replica"), count(*crashes, "crash"))?;
        write!(f, "; {} by people, {} asked again", count(*moves, "move"), count(*again, "answered claim"))?;
        write!(f, "; {}", if *ladder { "timers escalate" } else { "no timer runs out" })?;
        write!(f, ", {}", if *lag { "watchers lag behind" } else { "watchers see at once" })?;
        bug.map_or(Ok(()), |bug| write!(f, "; planted {bug:?}"))
    }
}

fn count(number: u8, of: &str) -> String {
    match number {
        0 => format!("no {of}"),
        1 => format!("1 {of}"),
        _ if of.ends_with("sh") => format!("{number} {of}es"),
        _ => format!("{number} {of}s"),
    }
}
