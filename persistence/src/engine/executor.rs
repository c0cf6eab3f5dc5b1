//! Threads that own connections. A job is a closure over the connection; its answer comes back by a oneshot.
//!
//! PostgreSQL: N threads, a transaction (or none) a job. SQLite: one writer thread that runs every waiting job
//! in one transaction, a savepoint each, and answers after the commit (group commit); readers beside it.
//! A thread without a connection takes no job while others have one (`alone`).
//! A full queue answers `Unavailable` at once; a job that has waited for `PATIENCE` is never begun; one that
//! runs longer than `RUNNING` is not waited for.

mod alone;
mod crew;
mod group;
mod job;
mod owned;
#[cfg(test)]
mod tests;
mod writes;

use crate::engine::error::{Cause, StoreResult};
use crew::{Crew, Others, Standing};
use crossbeam_channel::{Sender, TrySendError, bounded};
use diesel::SqliteConnection;
use group::Observer;
use job::{BoxedJob, JobOf};
pub use job::{Mode, Ticket};
use owned::{Connect, Owned, unavailable};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::oneshot;
use writes::Doubts;

/// Jobs that may wait for a connection.
const QUEUE: usize = 4096;
/// How long a job may wait before it is refused unrun.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a begun job is waited for: above every statement timeout, so that it ends by itself before.
const RUNNING: Duration = Duration::from_secs(30);

/// A handle to the threads; cheap to clone. The threads end when the last handle is gone.
pub struct Executor<C> {
    queue: Arc<Sender<BoxedJob<C>>>,
    standing: Arc<Standing>,
    doubts: Arc<Doubts>,
    patience: Duration,
    batches: Arc<OnceLock<Observer>>,
}

impl<C> Clone for Executor<C> {
    fn clone(&self) -> Self {
        Self {
            queue: self.queue.clone(),
            standing: self.standing.clone(),
            doubts: self.doubts.clone(),
            patience: self.patience,
            batches: self.batches.clone(),
        }
    }
}

impl<C: Owned> Executor<C> {
    /// Runs a job and waits for its answer; writes are answered after their commit. A caller that goes away before
    /// the job was begun takes it along.
    ///
    /// # Errors
    /// The job's own, or `Unavailable` when it could not be run or its commit is not known to have happened.
    pub async fn run<R: Send + 'static>(
        &self,
        mode: Mode,
        work: impl FnOnce(&mut C) -> StoreResult<R> + Send + 'static,
    ) -> StoreResult<R> {
        let (reply, mut answer) = oneshot::channel();
        let (job, ticket) = JobOf::new(mode, work, reply);
        self.queue.try_send(Box::new(job)).map_err(|e| match e {
            TrySendError::Full(_) => unavailable("the database queue is full"),
            TrySendError::Disconnected(_) => unavailable("storage is stopped"),
        })?;
        let dropped = |_| Err(unavailable("the job was dropped"));
        match tokio::time::timeout(self.patience, &mut answer).await {
            Ok(answered) => answered.unwrap_or_else(dropped),
            Err(_) if ticket.take() => Err(unavailable("waited too long for a connection")),
            Err(_) => match tokio::time::timeout(RUNNING, answer).await {
                Ok(answered) => answered.unwrap_or_else(dropped),
                Err(_) => Err(unavailable("the job has not ended: its outcome is not known")),
            },
        }
    }

    /// Jobs waiting for a connection.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.queue.len()
    }

    /// Threads that have a connection.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.standing.serving()
    }

    /// Connections made so far.
    #[must_use]
    pub fn dialled(&self) -> u64 {
        self.standing.dialled()
    }

    /// Why the database refuses what is written here, if it has lately.
    #[must_use]
    pub fn refused(&self) -> Option<Cause> {
        self.standing.writes.refused()
    }

    /// Whether a write was committed here within this span, and none failed since.
    #[must_use]
    pub fn wrote_within(&self, span: Duration) -> bool {
        self.standing.writes.went_well_within(span)
    }

    /// Has every connection made anew, here and in the executors beside it, before it is used again.
    pub fn doubt(&self) {
        self.doubts.raise();
    }

    /// Has `observe` told the size of every batch that was committed; the first observer stays.
    pub fn observe_batches(&self, observe: impl Fn(usize) + Send + Sync + 'static) {
        let _first_stays = self.batches.set(Box::new(observe));
    }

    fn made(queue: Sender<BoxedJob<C>>) -> Self {
        Self {
            queue: Arc::new(queue),
            standing: Arc::default(),
            doubts: Arc::default(),
            patience: PATIENCE,
            batches: Arc::default(),
        }
    }

    /// Starts `threads` threads, each with a connection of its own.
    pub fn start(
        name: &str,
        threads: usize,
        connect: impl Fn() -> StoreResult<C> + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(name, threads, QUEUE, Box::new(connect), Arc::default(), None)
    }

    /// [`Executor::start`], with others who run the jobs while none of these threads gets a connection, and who get
    /// theirs first.
    pub fn start_beside(
        others: &Self,
        name: &str,
        threads: usize,
        connect: impl Fn() -> StoreResult<C> + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(
            name,
            threads,
            QUEUE,
            Box::new(connect),
            others.doubts.clone(),
            Some(others.stand_in()),
        )
    }

    /// What others need to leave their jobs to these threads.
    fn stand_in(&self) -> Others<C> {
        Others { queue: self.queue.clone(), standing: self.standing.clone() }
    }

    fn start_with(
        name: &str,
        threads: usize,
        queue: usize,
        connect: Box<Connect<C>>,
        doubts: Arc<Doubts>,
        others: Option<Others<C>>,
    ) -> Self {
        let (queue, jobs) = bounded(queue);
        let executor = Self { doubts: doubts.clone(), ..Self::made(queue) };
        let crew = Arc::new(Crew {
            jobs,
            queue: Arc::downgrade(&executor.queue),
            standing: executor.standing.clone(),
            doubts,
            others,
            connect,
            dialling: Mutex::default(),
        });
        for n in 0..threads {
            let crew = crew.clone();
            spawn(format!("{name}-{n}"), move || alone::serve(&crew));
        }
        executor
    }
}

impl Executor<SqliteConnection> {
    /// Starts the one SQLite writer with group commit.
    pub fn start_group(connect: impl Fn() -> StoreResult<SqliteConnection> + Send + Sync + 'static) -> Self {
        let (queue, jobs) = bounded(QUEUE);
        let executor = Self::made(queue);
        let (batches, standing) = (executor.batches.clone(), executor.standing.clone());
        let serve = move || group::serve(&jobs, &connect, &batches, &standing.writes);
        spawn("sqlite-writer".into(), serve);
        executor
    }
}

/// Starts a thread that serves until the queue is closed. A panic outside a job costs the connection, not the thread.
fn spawn(name: String, serve: impl Fn() + Send + 'static) {
    let body = move || {
        while catch_unwind(AssertUnwindSafe(&serve)).is_err() {
            tracing::error!("a storage thread panicked outside a job; it goes on with a new connection");
        }
    };
    if let Err(e) = std::thread::Builder::new().name(name.clone()).spawn(body) {
        tracing::error!(thread = name, error = %e, "a storage thread did not start");
    }
}
