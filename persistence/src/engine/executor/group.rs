//! The SQLite writer: every waiting job in one transaction, a savepoint each, answered after the one commit.
//!
//! Any abort (trouble of the database's own, such as a full disk, which rolls back the whole transaction under us; a
//! panic; a failed commit) drops the connection: nothing of the batch is kept, and all its jobs hear so. What a job
//! finds wrong with its own rows undoes that job.

use super::job::{BoxedJob, Mode, Verdict};
use super::owned::{Connect, Owned, unavailable, unknown};
use super::writes::Writes;
use crate::engine::error::StoreResult;
use crossbeam_channel::Receiver;
use diesel::SqliteConnection;
use diesel::connection::{AnsiTransactionManager as Tm, TransactionManager};
use std::sync::OnceLock;

/// Jobs in one commit.
const BATCH: usize = 256;

/// Is told the size of every batch that was committed.
pub type Observer = Box<dyn Fn(usize) + Send + Sync>;

type Jobs = Receiver<BoxedJob<SqliteConnection>>;
type Batch = Vec<BoxedJob<SqliteConnection>>;

/// Serves until the queue is closed.
pub fn serve(
    jobs: &Jobs,
    connect: &Connect<SqliteConnection>,
    batches: &OnceLock<Observer>,
    writes: &Writes,
) {
    let mut slot: Option<SqliteConnection> = None;
    while let Ok(first) = jobs.recv() {
        let mut batch = vec![first];
        let outcome = match &mut slot {
            Some(conn) => run(conn, jobs, &mut batch, writes),
            None => connect().and_then(|conn| run(slot.insert(conn), jobs, &mut batch, writes)),
        };
        match &outcome {
            Ok(()) => {
                let modes = batch.iter().map(|job| job.mode());
                writes.committed(
                    modes.fold(Mode::Trial, |all, one| if one == Mode::Trial { all } else { one }),
                );
                if let Some(observe) = batches.get() {
                    observe(batch.len());
                }
            }
            Err(e) => {
                tracing::warn!(error = %e, jobs = batch.len(), "a batch was dropped whole");
                slot = None;
            }
        }
        for job in batch {
            job.answer(outcome.clone());
        }
    }
}

/// One transaction over the waiting jobs, a savepoint each.
fn run(conn: &mut SqliteConnection, jobs: &Jobs, batch: &mut Batch, writes: &Writes) -> StoreResult<()> {
    Tm::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?;
    let mut next = 0;
    while let Some(job) = batch.get_mut(next) {
        if job.take() {
            Tm::begin_transaction(conn)?;
            match job.run(conn) {
                Verdict::Keep => Tm::commit_transaction(conn)?,
                Verdict::Undo => Tm::rollback_transaction(conn)?,
                Verdict::Abort(cause) => {
                    writes.failed(cause);
                    return Err(unavailable("a job of the batch failed; none of it is kept"));
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
    conn.commit().map_err(unknown)
}
