//! What becomes due, and when: clocks, the ladder, timers, what waits.

pub(super) mod climb;
pub(super) mod deadline;
pub(super) mod escalation;
pub(super) mod timer;
pub(super) mod waiting;
