//! The fail points, by name.

/// Events and their outbox rows are written; the transaction is open.
pub const OUTBOX_WRITTEN: &str = "outbox.written";
/// A person's command is committed; its events are not sequenced, nobody was answered.
pub const COMMAND_COMMITTED: &str = "command.committed";
/// What a timer does, such as an escalation, is committed; its events are not sequenced.
pub const TIMER_COMMITTED: &str = "timer.committed";
/// A claim is won and committed; nobody was answered.
pub const CLAIM_COMMITTED: &str = "claim.committed";
/// A pass of the sequencer is written; its transaction is open and holds the lock.
pub const SEQUENCER_WRITTEN: &str = "sequencer.written";
/// A pass is committed; nobody was told, here or elsewhere.
pub const SEQUENCER_COMMITTED: &str = "sequencer.committed";
/// This process was told of a pass; the queue was not.
pub const QUEUE_PUBLISHING: &str = "queue.publishing";
/// Pushes are made and committed; none was sent.
pub const PUSHES_MADE: &str = "pushes.made";
/// A push was sent; that is not written yet.
pub const PUSH_SENT: &str = "push.sent";
/// An account is disabled, or a role taken away, and committed; nothing that was held is returned.
pub const SHUT_OUT: &str = "shut.out";
/// The process's own clock is off by `return(<seconds>)`; the database's is right.
pub const WALL_CLOCK: &str = "clock.wall";

/// Every point.
pub const POINTS: [&str; 11] = [
    OUTBOX_WRITTEN,
    COMMAND_COMMITTED,
    TIMER_COMMITTED,
    CLAIM_COMMITTED,
    SEQUENCER_WRITTEN,
    SEQUENCER_COMMITTED,
    QUEUE_PUBLISHING,
    PUSHES_MADE,
    PUSH_SENT,
    SHUT_OUT,
    WALL_CLOCK,
];
