//! What the executor promises, on SQLite files: batches are kept or dropped whole, deadlines, full queues.

mod limited;

use super::{Executor, Mode};
use crate::engine::error::{Constraint, StoreError, StoreResult};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::task::JoinHandle;

diesel::table! {
    note (id) { id -> BigInt, body -> Text, }
}

const FILE: &str = "test.db";

fn connect(folder: &Path, pragmas: &str) -> StoreResult<SqliteConnection> {
    let mut conn = crate::engine::database::sqlite::connect_writer(&folder.join(FILE).to_string_lossy())?;
    conn.batch_execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")?;
    conn.batch_execute(pragmas)?;
    Ok(conn)
}

struct Writer {
    executor: Executor<SqliteConnection>,
    folder: Arc<TempDir>,
}

impl Writer {
    fn start(pragmas: &'static str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let own = folder.clone();
        Self { executor: Executor::start_group(move || connect(own.path(), pragmas)), folder }
    }

    fn submit(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> StoreResult<()> + Send + 'static,
    ) -> Waiting {
        let executor = self.executor.clone();
        tokio::spawn(async move { executor.run(Mode::Transaction, work).await })
    }

    /// Holds the writer within a batch, so that what is submitted until `Sender::send` joins the same batch.
    async fn hold(&self) -> (Sender<()>, Waiting) {
        let (release, released) = channel();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let held = self.submit(move |c| {
            begin.send(()).ok();
            released.recv().ok();
            add(c, 1, "held")
        });
        begun.await.unwrap();
        (release, held)
    }

    async fn until_waiting(&self, jobs: usize) {
        let started = Instant::now();
        while self.executor.depth() < jobs {
            assert!(started.elapsed() < Duration::from_secs(10), "the jobs never came");
            tokio::task::yield_now().await;
        }
    }

    fn ids(&self) -> Vec<i64> {
        let mut conn = connect(self.folder.path(), "").unwrap();
        note::table.order(note::id).select(note::id).load(&mut conn).unwrap()
    }
}

type Waiting = JoinHandle<StoreResult<()>>;

fn add(c: &mut SqliteConnection, id: i64, body: &str) -> StoreResult<()> {
    diesel::insert_into(note::table).values((note::id.eq(id), note::body.eq(body))).execute(c)?;
    Ok(())
}

fn is_unavailable(result: &StoreResult<()>) -> bool {
    matches!(result, Err(StoreError::Unavailable(_)))
}

/// A first job is held, two join its batch, the second of them is `bad`; their three results.
async fn batch_with(
    writer: &Writer,
    bad: impl FnOnce(&mut SqliteConnection) -> StoreResult<()> + Send + 'static,
) -> [StoreResult<()>; 3] {
    let (release, held) = writer.hold().await;
    let good = writer.submit(|c| add(c, 2, "good"));
    writer.until_waiting(1).await;
    let bad = writer.submit(bad);
    writer.until_waiting(2).await;
    release.send(()).unwrap();
    [held.await.unwrap(), good.await.unwrap(), bad.await.unwrap()]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_drops_its_whole_batch_and_the_next_job_works() {
    let writer = Writer::start("");
    let results = batch_with(&writer, |c| {
        add(c, 3, "bad")?;
        panic!("on purpose")
    })
    .await;
    assert!(results.iter().all(is_unavailable), "{results:?}");
    assert_eq!(writer.ids(), Vec::<i64>::new());
    writer.submit(|c| add(c, 4, "next")).await.unwrap().unwrap();
    assert_eq!(writer.ids(), [4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_drops_its_whole_batch_and_the_next_job_works() {
    let writer = Writer::start("PRAGMA max_page_count=16");
    let results = batch_with(&writer, |c| add(c, 3, &"x".repeat(1 << 20))).await;
    assert!(results.iter().all(is_unavailable), "{results:?}");
    assert_eq!(writer.ids(), Vec::<i64>::new());
    writer.submit(|c| add(c, 4, "next")).await.unwrap().unwrap();
    assert_eq!(writer.ids(), [4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swallowed_full_disk_is_not_acknowledged() {
    let writer = Writer::start("PRAGMA max_page_count=16");
    let results = batch_with(&writer, |c| {
        let _swallowed = add(c, 3, &"x".repeat(1 << 20));
        Ok(())
    })
    .await;
    assert!(results.iter().all(is_unavailable), "{results:?}");
    assert_eq!(writer.ids(), Vec::<i64>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_constraint_undoes_its_own_job_only() {
    let writer = Writer::start("");
    let [held, good, bad] = batch_with(&writer, |c| {
        add(c, 3, "undone")?;
        // one of the schema's
        c.batch_execute("CREATE TABLE meta (key TEXT PRIMARY KEY); INSERT INTO meta VALUES ('a'), ('a')")?;
        Ok(())
    })
    .await;
    held.unwrap();
    good.unwrap();
    assert_eq!(bad, Err(StoreError::Taken(Constraint::Meta)));
    assert_eq!(writer.ids(), [1, 2]);
}

/// What may be wrong with a job's own rows and values. (A word the database holds and this binary does not know; a text
/// where a document is meant; a value that is missing; a defect of ours.)
type Fault = fn(&mut SqliteConnection) -> StoreResult<()>;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_row_undoes_its_own_job_only() {
    use crate::engine::sql::types::Json;
    let unreadable: Fault = |c| {
        add(c, 3, "no document")?;
        let body = diesel::dsl::sql::<crate::engine::sql::Doc>("SELECT body FROM note WHERE id = 3");
        let _: Json<serde_json::Value> = body.get_result(c)?;
        Ok(())
    };
    let unknown: Fault = |c| {
        add(c, 3, "no role")?;
        crate::engine::word::word::<domain::people::Role>("no role").map(drop)
    };
    let missing: Fault = |c| {
        add(c, 3, "undone")?;
        diesel::sql_query("INSERT INTO note (id, body) VALUES (4, NULL)").execute(c)?;
        Ok(())
    };
    let defect: Fault = |c| {
        add(c, 3, "undone")?;
        Err(StoreError::Internal("a decision without events".into()))
    };
    for (fault, word) in
        [(unreadable, "unreadable"), (unknown, "unreadable"), (missing, "internal"), (defect, "internal")]
    {
        let writer = Writer::start("");
        let [held, good, bad] = batch_with(&writer, fault).await;
        held.unwrap();
        good.unwrap();
        assert_eq!(bad.as_ref().map_err(StoreError::word), Err(word), "{bad:?}");
        assert_eq!(writer.ids(), [1, 2]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_costs_no_connection() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let connected = Arc::new(AtomicUsize::new(0));
    let count = connected.clone();
    let executor = Executor::start("test", 1, move || {
        count.fetch_add(1, Ordering::SeqCst);
        connect(&path, "")
    });
    for mode in [Mode::Plain, Mode::Transaction] {
        let read = executor
            .run(mode, |_| crate::engine::word::word::<domain::people::Role>("no role").map(drop))
            .await;
        assert!(matches!(read, Err(StoreError::Unreadable(_))), "{read:?}");
        executor.run(mode, |_| Ok(())).await.unwrap();
    }
    assert_eq!(connected.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_leaves_a_transaction_open_aborts() {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    let writer = Writer::start("");
    let left_open = writer.submit(|c| Ok(AnsiTransactionManager::begin_transaction(c)?));
    assert!(is_unavailable(&left_open.await.unwrap()));
    writer.submit(|c| add(c, 4, "next")).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_are_observed() {
    let writer = Writer::start("");
    let largest = Arc::new(AtomicUsize::new(0));
    let seen = largest.clone();
    writer.executor.observe_batches(move |jobs| {
        seen.fetch_max(jobs, Ordering::SeqCst);
    });
    let results = batch_with(&writer, |c| add(c, 3, "third")).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(largest.load(Ordering::SeqCst), 3);
}

/// An executor of one thread with a queue of one, held until the sender is used.
async fn held_alone(
    folder: &TempDir,
) -> (Executor<SqliteConnection>, Sender<()>, JoinHandle<StoreResult<()>>) {
    let path = folder.path().to_owned();
    let mut executor =
        Executor::start_with("test", 1, 1, Box::new(move || connect(&path, "")), Arc::default(), None);
    executor.patience = Duration::from_millis(100);
    let (release, released) = channel::<()>();
    let (begin, begun) = tokio::sync::oneshot::channel();
    let own = executor.clone();
    let held = tokio::spawn(async move {
        own.run(Mode::Plain, move |_| {
            begin.send(()).ok();
            released.recv().ok();
            Ok(())
        })
        .await
    });
    begun.await.unwrap();
    (executor, release, held)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_waits_too_long_is_refused_and_never_run() {
    let folder = tempfile::tempdir().unwrap();
    let (executor, release, held) = held_alone(&folder).await;
    let ran = Arc::new(AtomicBool::new(false));
    let flag = ran.clone();
    let waited = executor.run(Mode::Plain, move |_| {
        flag.store(true, Ordering::SeqCst);
        Ok(())
    });
    assert!(is_unavailable(&waited.await));
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    // there is room for one: the refused one is taken out first
    while executor.depth() > 0 {
        tokio::task::yield_now().await;
    }
    executor.run(Mode::Plain, |_| Ok(())).await.unwrap();
    assert!(!ran.load(Ordering::SeqCst));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_answers_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut executor, release, held) = held_alone(&folder).await;
    executor.patience = Duration::from_secs(60);
    let own = executor.clone();
    let waiting = tokio::spawn(async move { own.run(Mode::Plain, |_| Ok(())).await });
    while executor.depth() < 1 {
        tokio::task::yield_now().await;
    }
    let started = Instant::now();
    assert!(is_unavailable(&executor.run(Mode::Plain, |_| Ok(())).await));
    assert!(started.elapsed() < Duration::from_secs(5));
    release.send(()).unwrap();
    held.await.unwrap().unwrap();
    waiting.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_costs_the_connection_not_the_thread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let executor = Executor::start("test", 1, move || connect(&path, ""));
    for mode in [Mode::Plain, Mode::Transaction] {
        let result: StoreResult<()> = executor.run(mode, |_| panic!("on purpose")).await;
        assert!(is_unavailable(&result));
        executor.run(mode, |_| Ok(())).await.unwrap();
    }
}
