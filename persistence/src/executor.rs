//! Threads that own connections. A job is a closure over the connection; its answer comes back by a oneshot.
//!
//! PostgreSQL: N threads, a transaction (or none) a job. SQLite: one writer thread that runs every waiting job
//! in one transaction, a savepoint each, and answers after the commit (group commit); readers beside it.
//! A full queue, a passed deadline, a lost connection or a failed commit all answer `Unavailable`, at once.

use crate::error::{StoreError, StoreResult};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::{Connection, SqliteConnection};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Jobs that may wait for a connection.
const QUEUE: usize = 4096;
/// How long a job may wait before it is refused unrun.
const PATIENCE: Duration = Duration::from_secs(5);
/// Jobs in one SQLite commit.
const BATCH: usize = 256;

/// How a job wants to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In a transaction of its own (on SQLite: a savepoint in the batch).
    Transaction,
    /// Without one: reads, and single statements that are their own transaction.
    Plain,
}

enum Verdict {
    Keep,
    Undo,
    Abort,
}

trait Job<C>: Send {
    fn run(&mut self, conn: &mut C) -> Verdict;
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
    fn mode(&self) -> Mode;
    fn enqueued(&self) -> Instant;
}

struct JobOf<F, R> {
    work: Option<F>,
    result: Option<StoreResult<R>>,
    reply: oneshot::Sender<StoreResult<R>>,
    mode: Mode,
    enqueued: Instant,
}

impl<C, F, R> Job<C> for JobOf<F, R>
where
    F: FnOnce(&mut C) -> StoreResult<R> + Send,
    R: Send,
{
    fn run(&mut self, conn: &mut C) -> Verdict {
        let Some(work) = self.work.take() else { return Verdict::Abort };
        let result = catch_unwind(AssertUnwindSafe(|| work(conn)))
            .unwrap_or_else(|_| Err(StoreError::Unavailable("a job panicked".into())));
        let verdict = match &result {
            Ok(_) => Verdict::Keep,
            Err(e) if e.is_local() => Verdict::Undo,
            Err(_) => Verdict::Abort,
        };
        self.result = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match (committed, self.result) {
            (Ok(()), Some(result)) | (Err(_), Some(result @ Err(StoreError::Internal(_)))) => result,
            (Ok(()), None) => Err(StoreError::Unavailable("not run".into())),
            (Err(e), _) => Err(e),
        };
        let _gone = self.reply.send(result);
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn enqueued(&self) -> Instant {
        self.enqueued
    }
}

type BoxedJob<C> = Box<dyn Job<C>>;
type Connect<C> = dyn Fn() -> StoreResult<C> + Send + Sync;

/// A handle to the threads; cheap to clone.
pub struct Executor<C> {
    queue: Sender<BoxedJob<C>>,
}

impl<C> Clone for Executor<C> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<C: 'static> Executor<C> {
    /// Runs a job and waits for its answer; writes are answered after their commit.
    ///
    /// # Errors
    /// The job's own, or `Unavailable` when it could not be run or its commit is not known to have happened.
    pub async fn run<R: Send + 'static>(
        &self,
        mode: Mode,
        work: impl FnOnce(&mut C) -> StoreResult<R> + Send + 'static,
    ) -> StoreResult<R> {
        let (reply, answer) = oneshot::channel();
        let job = JobOf { work: Some(work), result: None, reply, mode, enqueued: Instant::now() };
        self.queue.try_send(Box::new(job)).map_err(|e| match e {
            TrySendError::Full(_) => StoreError::Unavailable("the database queue is full".into()),
            TrySendError::Disconnected(_) => StoreError::Unavailable("storage is stopped".into()),
        })?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the job was dropped".into())))
    }

    /// Jobs waiting for a connection.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.queue.len()
    }
}

impl<C: Connection<TransactionManager = AnsiTransactionManager> + 'static> Executor<C>
where
    AnsiTransactionManager: TransactionManager<C>,
{
    /// Starts `threads` threads, each with a connection of its own.
    pub fn start(name: &str, threads: usize, connect: impl Fn() -> StoreResult<C> + Send + Sync + 'static) -> Self {
        let (queue, jobs) = bounded(QUEUE);
        let connect: std::sync::Arc<Connect<C>> = std::sync::Arc::new(connect);
        for n in 0..threads {
            let (jobs, connect) = (jobs.clone(), connect.clone());
            spawn(format!("{name}-{n}"), move || each_alone(&jobs, &*connect));
        }
        Self { queue }
    }
}

impl Executor<SqliteConnection> {
    /// Starts the one SQLite writer with group commit.
    pub fn start_group(connect: impl Fn() -> StoreResult<SqliteConnection> + Send + Sync + 'static) -> Self {
        let (queue, jobs) = bounded(QUEUE);
        spawn("sqlite-writer".into(), move || in_groups(&jobs, &connect));
        Self { queue }
    }
}

fn spawn(name: String, body: impl FnOnce() + Send + 'static) {
    if let Err(e) = std::thread::Builder::new().name(name.clone()).spawn(body) {
        tracing::error!(thread = name, error = %e, "a storage thread did not start");
    }
}

fn late<C>(job: &dyn Job<C>) -> bool {
    job.enqueued().elapsed() > PATIENCE
}

/// The connection, made anew after it was dropped; a failure answers the job.
fn connected<'a, C>(slot: &'a mut Option<C>, connect: &Connect<C>) -> StoreResult<&'a mut C> {
    if slot.is_none() {
        *slot = Some(connect()?);
    }
    slot.as_mut().ok_or_else(|| StoreError::Unavailable("no connection".into()))
}

fn each_alone<C: Connection<TransactionManager = AnsiTransactionManager>>(
    jobs: &Receiver<BoxedJob<C>>,
    connect: &Connect<C>,
) where
    AnsiTransactionManager: TransactionManager<C>,
{
    let mut slot = None;
    while let Ok(mut job) = jobs.recv() {
        if late(&*job) {
            job.answer(Err(StoreError::Unavailable("waited too long for a connection".into())));
            continue;
        }
        let outcome = match connected(&mut slot, connect) {
            Ok(conn) => one(conn, &mut *job),
            Err(e) => Err(e),
        };
        let broken = outcome.is_err();
        job.answer(outcome);
        if broken {
            slot = None;
        }
    }
}

/// Runs one job; `Err` means that the connection is not to be trusted any more.
fn one<C: Connection>(conn: &mut C, job: &mut dyn Job<C>) -> StoreResult<()> {
    type Tm<C> = <C as Connection>::TransactionManager;
    let transaction = job.mode() == Mode::Transaction;
    if transaction {
        Tm::<C>::begin_transaction(conn)?;
    }
    let aborted = || StoreError::Unavailable("the job failed and its connection was dropped".into());
    match (job.run(conn), transaction) {
        (Verdict::Keep, true) => Tm::<C>::commit_transaction(conn).map_err(unknown),
        (Verdict::Undo, true) => Ok(Tm::<C>::rollback_transaction(conn)?),
        (Verdict::Keep | Verdict::Undo, false) => Ok(()),
        (Verdict::Abort, _) => Err(aborted()),
    }
}

fn unknown(e: diesel::result::Error) -> StoreError {
    StoreError::Unavailable(format!("the commit's outcome is unknown: {e}"))
}

fn in_groups(jobs: &Receiver<BoxedJob<SqliteConnection>>, connect: &Connect<SqliteConnection>) {
    let mut slot = None;
    while let Ok(first) = jobs.recv() {
        let mut batch = vec![first];
        let outcome = connected(&mut slot, connect).and_then(|conn| group(conn, jobs, &mut batch));
        if let Err(e) = &outcome {
            tracing::warn!(error = %e, jobs = batch.len(), "a batch was dropped whole");
            slot = None;
        }
        for job in batch {
            job.answer(outcome.clone());
        }
    }
}

/// One transaction over the waiting jobs, a savepoint each. Any abort drops the whole batch.
fn group(
    conn: &mut SqliteConnection,
    jobs: &Receiver<BoxedJob<SqliteConnection>>,
    batch: &mut Vec<BoxedJob<SqliteConnection>>,
) -> StoreResult<()> {
    type Tm = AnsiTransactionManager;
    Tm::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?;
    let mut next = 0;
    while let Some(job) = batch.get_mut(next) {
        if !late(&**job) {
            Tm::begin_transaction(conn)?;
            match job.run(conn) {
                Verdict::Keep => Tm::commit_transaction(conn)?,
                Verdict::Undo => Tm::rollback_transaction(conn)?,
                Verdict::Abort => {
                    return Err(StoreError::Unavailable("a job of the batch failed; none of it is kept".into()));
                }
            }
        }
        next += 1;
        if next == batch.len()
            && batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
    }
    Tm::commit_transaction(conn).map_err(unknown)
}
