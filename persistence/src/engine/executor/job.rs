//! A job: the closure, who takes it, its result and the way back.

use super::owned::{Owned, open_levels, unavailable};
use crate::engine::error::{Cause, StoreError, StoreResult};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::oneshot;

/// How a job wants to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In a transaction of its own (on SQLite: a savepoint in the batch).
    Transaction,
    /// The same, to see whether it can be: that it went well says nothing of what others write.
    Trial,
    /// Without one: reads, and single statements that are their own transaction.
    Plain,
}

/// What becomes of what a job did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Commit it.
    Keep,
    /// Undo it alone: a constraint said no, or a row that is not there or cannot be read.
    Undo,
    /// Trust nothing on this connection.
    Abort(Cause),
}

/// Whoever takes it first, the thread that would run the job or the caller who gives up, decides whether it runs.
#[derive(Debug, Clone, Default)]
pub struct Ticket(Arc<AtomicBool>);

impl Ticket {
    /// Whether it was still there.
    pub fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

/// A job, whatever it returns.
pub trait Job<C>: Send {
    /// Whether it is to be run: somebody still waits for its answer.
    fn take(&self) -> bool;
    /// Runs it; one that leaves a transaction open (or closes the one around it) aborts.
    fn run(&mut self, conn: &mut C) -> Verdict;
    /// Sends the answer: its own result if what surrounds it was committed.
    fn answer(self: Box<Self>, committed: StoreResult<()>);
    /// How it wants to run.
    fn mode(&self) -> Mode;
}

/// A job in the queue.
pub type BoxedJob<C> = Box<dyn Job<C>>;

/// The one kind of job.
pub struct JobOf<F, R> {
    work: Option<F>,
    result: Option<StoreResult<R>>,
    reply: oneshot::Sender<StoreResult<R>>,
    mode: Mode,
    ticket: Ticket,
}

impl<F, R> JobOf<F, R> {
    /// A job and the caller's ticket to it.
    pub fn new(mode: Mode, work: F, reply: oneshot::Sender<StoreResult<R>>) -> (Self, Ticket) {
        let ticket = Ticket::default();
        (Self { work: Some(work), result: None, reply, mode, ticket: ticket.clone() }, ticket)
    }
}

impl<C, F, R> Job<C> for JobOf<F, R>
where
    C: Owned,
    F: FnOnce(&mut C) -> StoreResult<R> + Send,
    R: Send,
{
    fn take(&self) -> bool {
        !self.reply.is_closed() && self.ticket.take()
    }

    fn run(&mut self, conn: &mut C) -> Verdict {
        let Some(work) = self.work.take() else { return Verdict::Abort(Cause::Away) };
        let before = open_levels(conn);
        let result = catch_unwind(AssertUnwindSafe(|| work(conn)))
            .unwrap_or_else(|_| Err(unavailable("the job panicked")));
        let verdict = match &result {
            Err(StoreError::Unavailable(trouble)) => Verdict::Abort(trouble.cause),
            _ if open_levels(conn) != before => Verdict::Abort(Cause::Away),
            Ok(_) => Verdict::Keep,
            Err(_) => Verdict::Undo,
        };
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, committed: StoreResult<()>) {
        let result = match (committed, self.result) {
            // whoever's own trouble it was hears what it was; what was found taken may have been so by what is not kept
            (Ok(()), Some(result))
            | (
                Err(_),
                Some(
                    result @ Err(
                        StoreError::Unreadable(_) | StoreError::Internal(_) | StoreError::Unavailable(_),
                    ),
                ),
            ) => result,
            (Ok(()), None) => Err(unavailable("not run")),
            (Err(e), _) => Err(e),
        };
        let _gone = self.reply.send(result);
    }

    fn mode(&self) -> Mode {
        self.mode
    }
}
