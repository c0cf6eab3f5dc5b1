//! Claims: one winner whatever happens at once, on both databases and across processes.

mod agreement;
mod answers;
#[cfg(feature = "postgres")]
mod held;
mod membership;
#[cfg(feature = "postgres")]
mod processes;
mod race;
mod slots;
pub mod stage;
mod timers;
#[cfg(feature = "postgres")]
mod together;
#[cfg(feature = "postgres")]
mod waiting;
#[cfg(feature = "postgres")]
mod waiting_faults;
#[cfg(feature = "postgres")]
mod waiting_slots;
