//! A pooler before PostgreSQL: one session a connection will do, anything less is refused with the reason and the remedy.

use crate::operations::run;
use harness::database::Backend;
use harness::scratch;
use harness::servers::diandan::Diandan;
use harness::servers::postgres::{Pooler, Postgres};
use persistence::StoreError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

fn pooler(database: &harness::database::Database, mode: &str, settings: &[&str]) -> (Pooler, String) {
    let name = database.url().rsplit('/').next().unwrap().to_owned();
    let pooler = Pooler::start(Postgres::shared().unwrap(), &name, mode, settings).unwrap();
    let url = pooler.url(&name);
    (pooler, url)
}

fn asked(url: &str) -> Result<(), StoreError> {
    persistence::engine::database::fit::check(&harness::database::target(url).unwrap())
}

#[track_caller]
fn refused(url: &str, what: &str) {
    match asked(url) {
        Err(StoreError::Conflict(why)) => {
            assert!(why.contains("pool_mode = session") && why.contains("database_url"), "{what}: {why}");
        }
        other => panic!("{what}: {other:?}"),
    }
}

#[test]
fn shared_sessions_are_found_out_however_they_are_shared() {
    let database = Backend::Postgres.database().unwrap();
    for mode in ["transaction", "statement"] {
        for settings in
            [&[][..], &["server_round_robin = 1"], &["default_pool_size = 1"], &["min_pool_size = 7"]]
        {
            let (_pooler, url) = pooler(&database, mode, settings);
            for time in 0..5 {
                refused(&url, &format!("{mode} {settings:?}, {time}"));
            }
        }
    }
}

/// Many others take and give back sessions meanwhile, and turns are anybody's.
#[test]
fn shared_sessions_are_found_out_under_load() {
    let database = Backend::Postgres.database().unwrap();
    for settings in [&[][..], &["server_round_robin = 1"]] {
        let (_pooler, url) = pooler(&database, "transaction", settings);
        let (stop, begun) = (Arc::new(AtomicBool::new(false)), Arc::new(Barrier::new(9)));
        let others: Vec<_> = (0..8)
            .map(|_| {
                let (stop, begun, url) = (stop.clone(), begun.clone(), url.clone());
                std::thread::spawn(move || {
                    use diesel::connection::SimpleConnection;
                    let mut other = persistence::engine::database::pg::connect(&url).unwrap();
                    begun.wait();
                    while !stop.load(Ordering::SeqCst) {
                        other.batch_execute("BEGIN; SELECT pg_backend_pid(); COMMIT").unwrap();
                    }
                })
            })
            .collect();
        begun.wait();
        for time in 0..10 {
            refused(&url, &format!("{settings:?}, {time}"));
        }
        stop.store(true, Ordering::SeqCst);
        others.into_iter().for_each(|other| other.join().unwrap());
    }
}

#[tokio::test]
async fn one_session_a_connection_is_served() {
    let database = Backend::Postgres.database().unwrap();
    asked(&database.url()).unwrap();
    let (_pooler, url) = pooler(&database, "session", &["default_pool_size = 40"]);
    for _ in 0..5 {
        asked(&url).unwrap();
    }
    let diandan = Diandan::start(&[("DIANDAN_DATABASE_URL", &url), ("DIANDAN_WORKERS", "1")]).await.unwrap();
    let ready = reqwest::get(format!("{}/health/ready", diandan.base_url())).await.unwrap();
    assert_eq!(ready.status().as_u16(), 200);
}

#[test]
fn no_command_that_writes_begins_behind_a_shared_one() {
    let database = Backend::Postgres.database().unwrap();
    let (_pooler, url) = pooler(&database, "transaction", &[]);
    let data = scratch::folder("data").unwrap();
    let env = [("DIANDAN_DATABASE_URL", &*url), ("DIANDAN_DATA_DIR", &data.path().to_string_lossy())];
    let folder = data.path().join("backup").to_string_lossy().into_owned();
    for action in [&["check"][..], &["serve"], &["migrate"], &["reseal"], &["requeue"], &["backup", &folder]]
    {
        let (code, said) = run(action, &env);
        assert_eq!((code, said.contains("pool_mode = session")), (Some(1), true), "{action:?}: {said}");
    }
    let (_, said) = run(&["check"], &env);
    assert!(said.contains("FAILED  database: ") && said.contains("2 of 11 checks failed"), "{said}");
}
