//! Fail points: places where a test has this process die, stand still or panic, so that whatever may happen between
//! two steps can be made to happen. `FAILPOINTS=<point>=<action>` in the environment names them:
//!
//! | action | at the point |
//! |---|---|
//! | `return(kill)` | the process dies as of kill -9: nothing is closed, flushed or answered |
//! | `return(stop)` | it is frozen as of SIGSTOP, until SIGCONT |
//! | `panic` | the thread panics |
//! | `1*panic`, `2*off->return(kill)` | once; at the third time |
//!
//! They are there with the feature `failpoints` only. Without it, as in every release, [`point`] is nothing.

#[cfg(feature = "failpoints")]
mod armed;
mod points;

#[cfg(feature = "failpoints")]
pub use armed::{Armed, arm, point, wall_clock_off};
pub use points::{
    CLAIM_COMMITTED, COMMAND_COMMITTED, OUTBOX_WRITTEN, POINTS, PUSH_SENT, PUSHES_MADE, QUEUE_PUBLISHING,
    SEQUENCER_COMMITTED, SEQUENCER_WRITTEN, SHUT_OUT, TIMER_COMMITTED, WALL_CLOCK,
};

/// A place where this process may be made to fail.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub const fn point(_name: &'static str) {}
