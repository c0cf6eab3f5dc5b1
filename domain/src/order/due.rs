//! What becomes due, and when: clocks, the ladder, timers, what waits.

pub mod climb;
pub mod deadline;
pub mod escalation;
pub mod timer;
pub mod waiting;
