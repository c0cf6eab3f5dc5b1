//! Load → backup while the server runs → kill -9 → restore into a new place: what was acknowledged before the backup
//! is there. Damaged backups and places that are not empty are refused.

use crate::operations::{client, get, on_both};
use harness::database::{Backend, Database};
use harness::servers::diandan::{Diandan, command};
use harness::{fixture, scratch};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A place that a server can be told to use.
struct Place {
    url: String,
    data: TempDir,
}

impl Place {
    /// An empty one.
    fn new(backend: Backend) -> Self {
        let data = scratch::folder("restored").unwrap();
        let url = match backend {
            Backend::Sqlite => format!("sqlite:{}", data.path().join("diandan.db").display()),
            #[cfg(feature = "postgres")]
            Backend::Postgres => {
                let postgres = harness::servers::postgres::Postgres::shared().unwrap();
                let name =
                    data.path().file_name().unwrap().to_string_lossy().to_lowercase().replace('-', "_");
                postgres.create_database(&name, None).unwrap();
                postgres.url(&name)
            }
        };
        Self { url, data }
    }

    fn env(&self) -> BTreeMap<&'static str, String> {
        let data = self.data.path().to_string_lossy().into_owned();
        BTreeMap::from([("DIANDAN_DATABASE_URL", self.url.clone()), ("DIANDAN_DATA_DIR", data)])
    }

    /// Runs a sub-command here: whether it went well, and what it said.
    fn run(&self, action: &str, folder: &Path, more: &[&str]) -> (bool, String) {
        let env = self.env();
        let env: Vec<(&str, &str)> = env.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let output = command(&env).unwrap().arg(action).arg(folder).args(more).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout) + &text(&output.stderr))
    }

    async fn serve(&self) -> Diandan {
        let env = self.env();
        let env: Vec<(&str, &str)> = env.iter().map(|(k, v)| (*k, v.as_str())).collect();
        Diandan::start(&env).await.unwrap()
    }

    /// A query for one column `n`.
    fn numbers(&self, sql: &str) -> Vec<i64> {
        fixture::numbers_at(&self.url, sql).unwrap()
    }

    fn upload(&self, name: &str, content: &str) {
        let path = self.data.path().join("files").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

/// A migrated and planted database, and the place it makes.
fn loaded(backend: Backend) -> (Database, Place) {
    let database = backend.database().unwrap();
    fixture::plant(&database).unwrap();
    let place = Place { url: database.url(), data: scratch::folder("data").unwrap() };
    (database, place)
}

fn insert_answer(database: &Database, key: &str) {
    // now: the broom of the running server sweeps what is older than a week
    let at = match database {
        Database::Sqlite(_) => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
        #[cfg(feature = "postgres")]
        Database::Postgres(_) | Database::Elsewhere(_) => "now()",
    };
    let hash = match database {
        Database::Sqlite(_) => "x'00ff'",
        #[cfg(feature = "postgres")]
        Database::Postgres(_) | Database::Elsewhere(_) => "'\\x00ff'",
    };
    // a JSON null is a value, not a missing one
    let sql = format!("INSERT INTO idempotency VALUES (1, 'POST /x', '{key}', {hash}, 200, 'null', {at})");
    fixture::run(database, &sql).unwrap();
}

/// Rows of every table that tells something.
const COUNTS: &str = "SELECT COUNT(*) AS n FROM area UNION ALL SELECT COUNT(*) FROM account UNION ALL \
    SELECT COUNT(*) FROM role_binding UNION ALL SELECT COUNT(*) FROM service_item UNION ALL \
    SELECT COUNT(*) FROM scope_member UNION ALL SELECT COUNT(*) FROM scope";

on_both!(what_was_acknowledged_is_there_after_a_restore, async |backend| {
    let (database, place) = loaded(backend);
    let mut server = place.serve().await;
    insert_answer(&database, "key-1");
    insert_answer(&database, "key-2");
    place.upload("ab/one.jpg", "one");
    place.upload("two.png", "two");
    let backups = scratch::folder("backups").unwrap();
    let backup = backups.path().join("first");
    let (done, said) = place.run("backup", &backup, &[]);
    assert!(done, "{said}");
    insert_answer(&database, "after");
    server.kill9().unwrap();
    assert_eq!(fs::read_dir(backups.path()).unwrap().count(), 1, "only the backup is there");

    let new = Place::new(backend);
    let (done, said) = new.run("restore", &backup, &[]);
    assert!(done, "{said}");
    assert!(said.contains("2 uploads"), "{said}");
    assert_eq!(new.numbers(COUNTS), place.numbers(COUNTS));
    assert_eq!(new.numbers("SELECT COUNT(*) AS n FROM idempotency WHERE key = 'after'"), [0]);
    let equal = "SELECT COUNT(*) AS n FROM idempotency WHERE key LIKE 'key-%' AND response IS NOT NULL";
    assert_eq!((new.numbers(equal), place.numbers(equal)), (vec![2], vec![2]));
    assert_eq!(new.numbers("SELECT CAST(value AS BIGINT) AS n FROM meta WHERE key = 'epoch'"), [1]);
    assert_eq!(fs::read_to_string(new.data.path().join("files/ab/one.jpg")).unwrap(), "one");
    assert_eq!(fs::read_to_string(new.data.path().join("files/two.png")).unwrap(), "two");

    // it serves, and new rows get keys of their own
    let server = new.serve().await;
    let http = client();
    let (status, body) = get(&http, &format!("{}/health/ready", server.base_url())).await.unwrap();
    assert_eq!(status, 200, "{body}");
    let again = new.run("backup", &backups.path().join("second"), &[]);
    assert!(again.0, "{}", again.1);
});

on_both!(what_is_damaged_or_not_empty_is_refused, async |backend| {
    let (_database, place) = loaded(backend);
    place.upload("one.jpg", "one");
    let backups = scratch::folder("backups").unwrap();
    let backup = backups.path().join("first");
    assert!(place.run("backup", &backup, &[]).0);
    let (done, said) = place.run("backup", &backup, &[]);
    assert!(!done && said.contains("is not empty"), "{said}");
    assert!(place.run("backup", &backup, &["--verify"]).0);

    let (done, said) = place.run("restore", &backup, &[]);
    assert!(!done && said.contains("the database is not empty"), "{said}");
    let new = Place::new(backend);
    fs::write(new.data.path().join("diary"), "mine").unwrap();
    let (done, said) = new.run("restore", &backup, &[]);
    assert!(!done && said.contains("the data folder is not empty") && said.contains("diary"), "{said}");

    fs::write(backup.join("files/one.jpg"), "0ne").unwrap();
    let (done, said) = place.run("backup", &backup, &["--verify"]);
    assert!(!done && said.contains("files/one.jpg is damaged"), "{said}");
    let new = Place::new(backend);
    let (done, said) = new.run("restore", &backup, &[]);
    assert!(!done && said.contains("files/one.jpg is damaged"), "{said}");
    assert_eq!(fs::read_dir(new.data.path()).unwrap().count(), 0, "nothing was touched");

    let (done, said) = place.run("backup", &backups.path().join("nothing"), &["--verify"]);
    assert!(!done && said.contains("is no backup"), "{said}");
});

#[cfg(feature = "postgres")]
#[test]
fn a_backup_of_the_other_kind_is_refused() {
    let (_database, place) = loaded(Backend::Sqlite);
    let backups = scratch::folder("backups").unwrap();
    let backup = backups.path().join("first");
    assert!(place.run("backup", &backup, &[]).0);
    let (done, said) = Place::new(Backend::Postgres).run("restore", &backup, &[]);
    assert!(!done && said.contains("the backup is of sqlite, the configuration names postgres"), "{said}");
}
