//! The private PostgreSQL: it starts, clones, keeps tests apart, restarts, and leaves nothing behind.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use harness::servers::postgres::{Durability, Postgres, Template};
use harness::{scratch, wait};

const DEADLINE: Duration = Duration::from_secs(30);
/// Tells [`a_server_of_ones_own_leaves_nothing`] to wait to be killed.
const HOLD: &str = "DIANDAN_SELFTEST_HOLD";

diesel::table! {
    note (id) { id -> Integer, }
}

fn execute(url: &str, statements: &str) {
    PgConnection::establish(url).unwrap().batch_execute(statements).unwrap();
}

fn count(url: &str) -> i64 {
    note::table.count().get_result(&mut PgConnection::establish(url).unwrap()).unwrap()
}

fn setting(postgres: &Postgres, name: &'static str) -> String {
    let mut connection = PgConnection::establish(&postgres.url("postgres")).unwrap();
    let query = format!("current_setting('{name}')");
    diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>(&query)).get_result(&mut connection).unwrap()
}

#[test]
fn each_test_has_a_clone_of_its_own() {
    let server = Postgres::shared().unwrap();
    assert_eq!(setting(server, "fsync"), "off");
    assert_eq!(setting(server, "listen_addresses"), "");
    let template = Template::build(server, "selftest", |url| {
        execute(url, "CREATE TABLE note (id integer); INSERT INTO note VALUES (1)");
        Ok(())
    })
    .unwrap();
    let (mine, other) = (template.database().unwrap(), template.database().unwrap());
    execute(&mine.url(), "INSERT INTO note VALUES (2)");
    assert_eq!((count(&mine.url()), count(&other.url())), (2, 1));

    // Dropping cuts a connection that a test forgot.
    let url = mine.url();
    let mut forgotten = PgConnection::establish(&url).unwrap();
    drop(mine);
    assert!(forgotten.batch_execute("SELECT 1").is_err());
    let error = PgConnection::establish(&url).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("does not exist"), "{error}");
    assert!(server.create_database("a\"b", None).is_err());
}

#[test]
fn a_durable_server_keeps_what_it_acknowledged() {
    let mut server = Postgres::start(Durability::Durable).unwrap();
    assert_eq!(
        (setting(&server, "fsync"), setting(&server, "synchronous_commit")),
        ("on".into(), "on".into())
    );
    let url = server.url("postgres");
    execute(&url, "CREATE TABLE note (id integer); INSERT INTO note VALUES (1)");
    server.restart().unwrap();
    execute(&url, "INSERT INTO note VALUES (2)");
    server.kill9().unwrap();
    server.start_again().unwrap();
    assert_eq!(count(&url), 2);
}

#[test]
fn a_server_of_ones_own_leaves_nothing() {
    let server = Postgres::start(Durability::Fast).unwrap();
    if std::env::var_os(HOLD).is_some() {
        println!("held {} {}", server.process().pid(), scratch::root().unwrap().display());
        let _ = std::io::stdin().lock().lines().next();
        return;
    }
    let folder = server.process().log_file().parent().unwrap().to_owned();
    let process = Path::new("/proc").join(server.process().pid().to_string());
    assert!(folder.exists() && process.exists());
    drop(server);
    assert!(!folder.exists() && !process.exists());
}

#[test]
fn a_killed_run_leaves_nothing() {
    let mut run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "selftest::postgres::a_server_of_ones_own_leaves_nothing"])
        .env(HOLD, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(run.stdout.take().unwrap()).lines().map_while(Result::ok);
    let held =
        lines.filter_map(|line| line.split_once("held ").map(|(_, held)| held.to_owned())).next().unwrap();
    let (server, root) = held.split_once(' ').unwrap();
    let server = Path::new("/proc").join(server);
    let root = Path::new(root);
    assert!(server.exists() && root.exists());

    run.kill().unwrap();
    run.wait().unwrap();
    wait::eventually_blocking(DEADLINE, "the killed run to be cleaned up", || {
        if server.exists() || root.exists() { Err("something is left") } else { Ok(()) }
    })
    .unwrap();
}
