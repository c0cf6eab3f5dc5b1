//! What a session sets for itself, whatever the server, the database and the role have as their defaults.

use crate::operations::run;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use harness::client::remote;
use harness::database::{Backend, Database};
use harness::fixture::{self, UNCHECKED};
use harness::servers::diandan::Diandan;
use harness::servers::postgres::Postgres;
use harness::{play, scratch};

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

fn name(database: &Database) -> String {
    database.url().rsplit('/').next().unwrap().to_owned()
}

/// Defaults as somebody else's needs made them.
fn defaults(database: &Database, settings: &[(&str, &str)]) {
    let name = name(database);
    for (setting, value) in settings {
        fixture::run(database, &format!("ALTER DATABASE {name} SET {setting} = {value}")).unwrap();
    }
}

#[test]
fn no_default_reaches_a_session() {
    let database = Backend::Postgres.database().unwrap();
    defaults(
        &database,
        &[
            ("default_transaction_isolation", "'serializable'"),
            ("default_transaction_deferrable", "on"),
            ("synchronous_commit", "off"),
            ("timezone", "'Asia/Shanghai'"),
            ("client_encoding", "'LATIN1'"),
            ("standard_conforming_strings", "off"),
            ("bytea_output", "'escape'"),
            ("statement_timeout", "0"),
            ("lock_timeout", "0"),
            ("search_path", "elsewhere, public"),
        ],
    );
    let url = database.url();
    for connect in [
        persistence::engine::database::pg::connect,
        persistence::engine::database::pg::connect_by_keys,
        persistence::engine::database::pg::connect_unhurried,
    ] {
        let mut conn = connect(&url).unwrap();
        for (setting, expected) in [
            ("transaction_isolation", "read committed"),
            ("transaction_deferrable", "off"),
            ("synchronous_commit", "on"),
            ("timezone", "UTC"),
            ("client_encoding", "UTF8"),
            ("standard_conforming_strings", "on"),
            ("bytea_output", "hex"),
            ("search_path", "public"),
        ] {
            let sql = format!("SELECT current_setting('{setting}') AS value");
            let found: Setting = sql_query(sql).get_result(&mut conn).unwrap();
            assert_eq!(found.value, expected, "{setting}");
        }
    }
}

/// More than is asked for is left, less is raised: `local` and `remote_write` would lose a claim with the primary.
#[test]
fn what_is_acknowledged_is_kept_at_least_on_the_disk() {
    let database = Backend::Postgres.database().unwrap();
    for (default, expected) in [
        ("off", "on"),
        ("local", "on"),
        ("remote_write", "on"),
        ("on", "on"),
        ("remote_apply", "remote_apply"),
    ] {
        defaults(&database, &[("synchronous_commit", default)]);
        let mut conn = persistence::engine::database::pg::connect(&database.url()).unwrap();
        let sql = "SELECT current_setting('synchronous_commit') AS value";
        let found: Setting = sql_query(sql).get_result(&mut conn).unwrap();
        assert_eq!(found.value, expected, "{default}");
    }
}

#[tokio::test]
async fn a_database_that_is_serializable_by_default_refuses_nobody() {
    let database = Backend::Postgres.database().unwrap();
    let people = fixture::plant(&database).unwrap();
    defaults(&database, &[("default_transaction_isolation", "'serializable'")]);
    let server = Diandan::start(&[("DIANDAN_DATABASE_URL", &database.url())]).await.unwrap();
    let resident = remote::client(&database, server.base_url(), people.resident).unwrap();
    let placing = (0..60).map(|_| resident.post("/orders", play::order(UNCHECKED)));
    let statuses: Vec<u16> = futures_util::future::join_all(placing).await.iter().map(|a| a.status).collect();
    assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
}

/// A schema of the role's own name comes later, stands first in the search path, and holds nothing of ours.
#[tokio::test]
async fn a_schema_that_comes_later_does_not_stand_before_ours() {
    let database = Backend::Postgres.database().unwrap();
    fixture::run(&database, "CREATE SCHEMA diandan; CREATE TABLE diandan.orders (id BIGINT)").unwrap();
    let mut conn = persistence::engine::database::pg::connect(&database.url()).unwrap();
    conn.batch_execute("SELECT version FROM orders").unwrap();
    conn.batch_execute("CREATE TABLE of_a_migration (id BIGINT)").unwrap();
    let places = fixture::texts(
        &database,
        "SELECT relnamespace::regnamespace::text AS t FROM pg_class WHERE relname = 'of_a_migration'",
    );
    assert_eq!(places.unwrap(), ["public"]);
    let data = scratch::folder("data").unwrap();
    let env =
        [("DIANDAN_DATABASE_URL", &*database.url()), ("DIANDAN_DATA_DIR", &data.path().to_string_lossy())];
    assert_eq!(run(&["prove"], &env).0, Some(0));
}

#[test]
fn an_encoding_or_a_search_path_that_will_not_do_is_refused_with_the_remedy() {
    let postgres = Postgres::shared().unwrap();
    let data = scratch::folder("data").unwrap();
    let run = |action: &str, url: &str| {
        let env = [("DIANDAN_DATABASE_URL", url), ("DIANDAN_DATA_DIR", &*data.path().to_string_lossy())];
        crate::operations::run(&[action], &env)
    };
    for encoding in ["SQL_ASCII", "LATIN1"] {
        let name = format!("encoded_{}", encoding.to_lowercase());
        let make = format!("CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0");
        fixture::run_at(&postgres.url("postgres"), &make).unwrap();
        for action in ["check", "serve", "migrate"] {
            let (code, said) = run(action, &postgres.url(&name));
            assert_eq!((code, said.contains("--encoding=UTF8")), (Some(1), true), "{action}: {said}");
        }
    }
    let database = Backend::Postgres.database().unwrap();
    defaults(&database, &[("search_path", "nowhere")]);
    for action in ["check", "serve", "migrate"] {
        let (code, said) = run(action, &database.url());
        assert_eq!((code, said.contains("SET search_path")), (Some(1), true), "{action}: {said}");
    }
}
