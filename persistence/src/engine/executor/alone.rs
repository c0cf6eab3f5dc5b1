//! A thread that runs one job after the other, each in a transaction of its own or in none.
//!
//! A thread without a connection takes no job while another one has one: it waits until a job waits, connects, and takes a
//! job only then. When it gets no connection it steps back, and the job is run by whoever has one. Only when nobody has,
//! those who wait are told so, or are left to the executor that stands in for this one.

use super::crew::Crew;
use super::job::{BoxedJob, Job, Mode, Verdict};
use super::owned::{Owned, unavailable, unknown};
use crate::engine::error::{Cause, StoreError, StoreResult};
use crossbeam_channel::RecvTimeoutError;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use std::time::{Duration, Instant};

/// A connection unused for longer is asked whether it still lives before a job is given to it.
const FRESH: Duration = Duration::from_secs(1);
/// Between a connection that could not be made and the next try, at first …
const PAUSE: Duration = Duration::from_millis(100);
/// … and, while others serve, at last.
const LONGEST: Duration = Duration::from_secs(2);
/// How long a thread that others stand in for waits before it looks whether they need its connection.
const IDLE: Duration = Duration::from_secs(1);

/// A thread and its connection.
struct Thread<'a, C> {
    crew: &'a Crew<C>,
    slot: Option<C>,
    used: Instant,
    /// Of the doubts, how many had been raised when the connection was made.
    known: u64,
    pause: Duration,
}

impl<C> Drop for Thread<'_, C> {
    fn drop(&mut self) {
        self.lose();
    }
}

/// Serves until the queue is closed.
pub fn serve<C: Owned>(crew: &Crew<C>) {
    let mut thread = Thread { crew, slot: None, used: Instant::now(), known: 0, pause: PAUSE };
    loop {
        let next = match thread.slot {
            Some(_) => thread.next_job(),
            None => thread.connect_first(),
        };
        match next {
            Ok(Some(job)) => thread.work(job),
            Ok(None) => {}
            Err(Closed) => return,
        }
    }
}

/// Nobody has a handle any more.
struct Closed;

impl<C> Thread<'_, C> {
    /// The connection is not to be used any more.
    fn lose(&mut self) {
        if self.slot.take().is_some() {
            self.crew.standing.lost_one();
        }
    }
}

impl<C: Owned> Thread<'_, C> {
    /// The next job for a connection that is there. Who has others to stand in gives it up when those have none, or when
    /// it leads elsewhere.
    fn next_job(&mut self) -> Result<Option<BoxedJob<C>>, Closed> {
        let Some(others) = &self.crew.others else {
            return self.crew.jobs.recv().map(Some).map_err(|_closed| Closed);
        };
        if others.is_starved() || self.known != self.crew.doubts.raised() {
            self.lose();
            return Ok(None);
        }
        match self.crew.jobs.recv_timeout(IDLE) {
            Ok(job) => Ok(Some(job)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Closed),
        }
    }

    /// Waits for a job, and connects before anybody takes it.
    fn connect_first(&mut self) -> Result<Option<BoxedJob<C>>, Closed> {
        if !self.crew.job_waits() {
            return Err(Closed);
        }
        let known = self.crew.doubts.raised();
        let dialled = match &self.crew.others {
            Some(others) if others.is_starved() => Err(unavailable("the connection is left to the others")),
            _ => self.crew.dial_if_needed(),
        };
        match dialled {
            Ok(conn) => self.connected(conn, known),
            Err(e) => self.step_back(&e),
        }
        Ok(None)
    }

    fn connected(&mut self, conn: Option<C>, known: u64) {
        if conn.is_some() {
            self.slot = conn;
            (self.used, self.pause, self.known) = (Instant::now(), PAUSE, known);
        }
    }

    /// Leaves the work to those who have a connection; with nobody, whoever waits hears why.
    fn step_back(&mut self, why: &StoreError) {
        let crew = self.crew;
        if crew.standing.serving() == 0 {
            self.pause = PAUSE;
            crew.jobs.try_iter().for_each(|job| crew.refuse(job, why));
        }
        let until = Instant::now() + self.pause;
        self.pause = (2 * self.pause).min(LONGEST);
        while crew.others.is_some() && crew.standing.serving() == 0 {
            match crew.jobs.recv_deadline(until) {
                Ok(job) => crew.refuse(job, why),
                Err(_over) => return,
            }
        }
        std::thread::sleep(until.saturating_duration_since(Instant::now()));
    }

    /// Runs a job, if its connection turns out to live.
    fn work(&mut self, job: BoxedJob<C>) {
        let Some(mut job) = self.begun(job) else { return };
        let outcome = match job.take() {
            true => self.one(&mut *job),
            // whoever waited has gone meanwhile
            false => self.undo(job.mode()),
        };
        self.used = Instant::now();
        // before the answer: PostgreSQL ends the transaction of a closed connection, and the caller may come again
        if outcome.is_err() {
            self.lose();
        }
        job.answer(outcome);
    }

    /// The job, with its transaction begun. One whose connection has died is left to the others; nothing of it has run.
    fn begun(&mut self, job: BoxedJob<C>) -> Option<BoxedJob<C>> {
        if self.begin(job.mode()) {
            return Some(job);
        }
        self.lose();
        if self.crew.standing.serving() > 0 {
            self.crew.hand_back(job);
            return None;
        }
        let known = self.crew.doubts.raised();
        let refused = match self.crew.dial() {
            Ok(conn) => {
                self.connected(Some(conn), known);
                if self.begin(job.mode()) {
                    return Some(job);
                }
                self.lose();
                unavailable("the connection was lost")
            }
            Err(e) => e,
        };
        self.crew.refuse(job, &refused);
        None
    }

    /// Whether the connection lives, leads to the right server, and the transaction is begun.
    fn begin(&mut self, mode: Mode) -> bool {
        let stale = self.used.elapsed() > FRESH;
        if self.known != self.crew.doubts.raised() {
            return false;
        }
        let Some(conn) = &mut self.slot else { return false };
        match mode {
            Mode::Transaction | Mode::Trial => AnsiTransactionManager::begin_transaction(conn).is_ok(),
            Mode::Plain => !stale || conn.batch_execute("SELECT 1").is_ok(),
        }
    }

    fn undo(&mut self, mode: Mode) -> StoreResult<()> {
        match (&mut self.slot, mode) {
            (Some(conn), Mode::Transaction | Mode::Trial) => {
                Ok(AnsiTransactionManager::rollback_transaction(conn)?)
            }
            _ => Ok(()),
        }
    }

    /// Runs one job; `Err` means that the connection is not to be trusted any more.
    fn one(&mut self, job: &mut dyn Job<C>) -> StoreResult<()> {
        let mode = job.mode();
        let transaction = mode != Mode::Plain;
        let conn = self.slot.as_mut().ok_or_else(|| unavailable("no connection"))?;
        let writes = &self.crew.standing.writes;
        match (job.run(conn), transaction) {
            (Verdict::Keep, true) => match conn.commit() {
                Ok(()) => {
                    writes.committed(mode);
                    Ok(())
                }
                Err(e) => {
                    writes.failed(Cause::Away);
                    Err(unknown(e))
                }
            },
            (Verdict::Undo, true) => Ok(AnsiTransactionManager::rollback_transaction(conn)?),
            (Verdict::Keep | Verdict::Undo, false) => Ok(()),
            (Verdict::Abort(cause), _) => {
                if transaction {
                    writes.failed(cause);
                }
                if cause == Cause::ReadOnly {
                    self.crew.doubts.raise();
                }
                Err(unavailable("the job failed and its connection was dropped"))
            }
        }
    }
}
