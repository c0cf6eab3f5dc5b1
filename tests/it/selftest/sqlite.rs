//! SQLite: a copy per test, and nobody sees another's rows.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use harness::database::sqlite::Template;

diesel::table! {
    note (id) { id -> Integer, }
}

fn connect(url: &str) -> SqliteConnection {
    SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap()
}

fn count(url: &str) -> i64 {
    note::table.count().get_result(&mut connect(url)).unwrap()
}

#[test]
fn each_test_has_a_copy_of_its_own() {
    let template = Template::build(|url| {
        let statements =
            "PRAGMA journal_mode=WAL; CREATE TABLE note (id INTEGER); INSERT INTO note VALUES (1)";
        Ok(connect(url).batch_execute(statements)?)
    })
    .unwrap();
    let (mine, other) = (template.database().unwrap(), template.database().unwrap());
    connect(&mine.url()).batch_execute("INSERT INTO note VALUES (2)").unwrap();
    assert_eq!((count(&mine.url()), count(&other.url())), (2, 1));

    let folder = mine.data_dir().to_owned();
    drop(mine);
    assert!(!folder.exists());
}
