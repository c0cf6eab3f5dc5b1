//! A thread that runs one job after the other, each in a transaction of its own or in none.

use super::job::{BoxedJob, Job, Mode, Verdict};
use super::{Connect, Owned, unavailable, unknown};
use crate::error::StoreResult;
use crossbeam_channel::Receiver;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use std::time::{Duration, Instant};

/// A connection unused for longer is asked whether it still lives before a job is given to it.
const FRESH: Duration = Duration::from_secs(1);

/// Serves until the queue is closed.
pub fn serve<C: Owned>(jobs: &Receiver<BoxedJob<C>>, connect: &Connect<C>) {
    let mut slot: Option<C> = None;
    let mut used = Instant::now();
    while let Ok(mut job) = jobs.recv() {
        if used.elapsed() > FRESH && slot.as_mut().is_some_and(|conn| conn.batch_execute("SELECT 1").is_err())
        {
            slot = None;
        }
        let outcome = connected(&mut slot, connect).and_then(|()| {
            // not before: connecting takes time, and whoever waits may have gone
            if job.take() { one(&mut slot, connect, &mut *job) } else { Ok(()) }
        });
        used = Instant::now();
        // before the answer: PostgreSQL ends the transaction of a closed connection, and the caller may come again
        if outcome.is_err() {
            slot = None;
        }
        job.answer(outcome);
    }
}

fn connected<C>(slot: &mut Option<C>, connect: &Connect<C>) -> StoreResult<()> {
    if slot.is_none() {
        *slot = Some(connect()?);
    }
    Ok(())
}

/// Runs one job; `Err` means that the connection is not to be trusted any more.
fn one<C: Owned>(slot: &mut Option<C>, connect: &Connect<C>, job: &mut dyn Job<C>) -> StoreResult<()> {
    let transaction = job.mode() == Mode::Transaction;
    if transaction
        && slot.as_mut().is_some_and(|conn| AnsiTransactionManager::begin_transaction(conn).is_err())
    {
        // nothing of the job has run: a connection that died meanwhile costs it nothing
        *slot = Some(connect()?);
        slot.as_mut().map_or(Ok(()), AnsiTransactionManager::begin_transaction)?;
    }
    let conn = slot.as_mut().ok_or_else(|| unavailable("no connection"))?;
    match (job.run(conn), transaction) {
        (Verdict::Keep, true) => conn.commit().map_err(unknown),
        (Verdict::Undo, true) => Ok(AnsiTransactionManager::rollback_transaction(conn)?),
        (Verdict::Keep | Verdict::Undo, false) => Ok(()),
        (Verdict::Abort, _) => Err(unavailable("the job failed and its connection was dropped")),
    }
}
