//! Fewer connections than threads: whoever has none takes no job while others serve.

use super::*;

/// Connects to a file as often as it is allowed to, and then no more.
fn limited(
    folder: &Path,
    allowed: usize,
) -> (Arc<AtomicUsize>, impl Fn() -> StoreResult<SqliteConnection> + Send + Sync + 'static) {
    let (path, left) = (folder.to_owned(), Arc::new(AtomicUsize::new(allowed)));
    let own = left.clone();
    let dial = move || {
        let taken = own.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        taken.map_err(|_none| StoreError::Unavailable("too many connections".into()))?;
        connect(&path, "")
    };
    (left, dial)
}

/// How `count` jobs that take some time each end, all at once.
async fn at_once(executor: &Executor<SqliteConnection>, count: usize) -> Vec<StoreResult<()>> {
    let jobs: Vec<_> = (0..count)
        .map(|_| {
            let own = executor.clone();
            tokio::spawn(async move {
                own.run(Mode::Plain, |c| {
                    diesel::sql_query(
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
                        SELECT count(*) FROM n",
                    )
                    .execute(c)?;
                    Ok(())
                })
                .await
            })
        })
        .collect();
    let mut ended = Vec::new();
    for job in jobs {
        ended.push(job.await.unwrap());
    }
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_without_a_connection_takes_no_job_while_others_serve() {
    let folder = tempfile::tempdir().unwrap();
    let (left, dial) = limited(folder.path(), 3);
    let executor = Executor::start("test", 8, dial);
    // the first of them find nobody who serves yet
    executor.run(Mode::Plain, |_| Ok(())).await.unwrap();
    for _ in 0..50 {
        assert!(at_once(&executor, 20).await.iter().all(Result::is_ok));
    }
    assert_eq!((left.load(Ordering::SeqCst), executor.connections()), (0, 3));
    let started = Instant::now();
    left.store(5, Ordering::SeqCst);
    while executor.connections() < 8 {
        assert!(started.elapsed() < Duration::from_secs(20), "they try again while there is work");
        assert!(at_once(&executor, 20).await.iter().all(Result::is_ok));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_nobody_to_serve_whoever_waits_is_told_so_and_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let (left, dial) = limited(folder.path(), 0);
    let executor = Executor::start("test", 4, dial);
    let started = Instant::now();
    assert!(at_once(&executor, 20).await.iter().all(is_unavailable));
    assert!(started.elapsed() < Duration::from_secs(3), "at once, not when they lose patience");
    left.store(4, Ordering::SeqCst);
    let started = Instant::now();
    while executor.run(Mode::Plain, |_| Ok(())).await.is_err() {
        assert!(started.elapsed() < Duration::from_secs(3));
    }
    assert!(at_once(&executor, 20).await.iter().all(Result::is_ok));
}

/// A connection that has died unnoticed costs no job while another thread has one.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_connection_died_is_left_to_another() {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    let folder = tempfile::tempdir().unwrap();
    let (left, dial) = limited(folder.path(), 4);
    let executor = Executor::start("test", 4, dial);
    while executor.connections() < 4 {
        at_once(&executor, 20).await;
    }
    let broken = executor.run(Mode::Plain, |c| {
        AnsiTransactionManager::transaction_manager_status_mut(c).set_in_error();
        Ok(())
    });
    let _unnoticed = broken.await;
    assert_eq!(left.load(Ordering::SeqCst), 0);
    for _ in 0..20 {
        executor.run(Mode::Transaction, |_| Ok(())).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_stand_in_for_those_who_get_no_connection_and_get_theirs_first() {
    let folder = tempfile::tempdir().unwrap();
    let (pool_left, pool_dial) = limited(folder.path(), 1);
    let (own_left, own_dial) = limited(folder.path(), 0);
    let pool = Executor::start("pool", 2, pool_dial);
    let own = Executor::start_beside(&pool, "own", 1, own_dial);
    for _ in 0..20 {
        own.run(Mode::Transaction, |_| Ok(())).await.unwrap();
    }
    assert_eq!((own.connections(), pool.connections()), (0, 1));
    own_left.store(1, Ordering::SeqCst);
    let started = Instant::now();
    while own.connections() == 0 {
        assert!(started.elapsed() < Duration::from_secs(10));
        own.run(Mode::Transaction, |_| Ok(())).await.unwrap();
    }
    // the pool's one dies and it gets no other: it is given up for it
    let died =
        pool.run(Mode::Plain, |_| Err::<(), _>(StoreError::Unavailable("the connection was lost".into())));
    assert!(is_unavailable(&died.await));
    let started = Instant::now();
    while own.connections() > 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "it holds on to its connection");
        let _refused = pool.run(Mode::Plain, |_| Ok(())).await;
    }
    pool_left.store(1, Ordering::SeqCst);
    let started = Instant::now();
    while own.run(Mode::Transaction, |_| Ok(())).await.is_err() {
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}
