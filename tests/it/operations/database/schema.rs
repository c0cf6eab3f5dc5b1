//! What a server refuses to start on: a schema that is newer or behind, defaults in production, unknown databases.

use crate::operations::on_both;
use harness::database::Backend;
use harness::servers::diandan::{Diandan, command};
use harness::{fixture, scratch};

/// The last words of a server that does not start.
async fn refusal(env: &[(&str, &str)]) -> String {
    match Diandan::start(env).await {
        Ok(_) => panic!("it started with {env:?}"),
        Err(e) => format!("{e:#}"),
    }
}

/// An empty database, and what keeps it.
fn empty(backend: Backend) -> (String, Option<tempfile::TempDir>) {
    match backend {
        Backend::Sqlite => {
            let folder = scratch::folder("empty").unwrap();
            (format!("sqlite:{}", folder.path().join("diandan.db").display()), Some(folder))
        }
        #[cfg(feature = "postgres")]
        Backend::Postgres => {
            let postgres = harness::servers::postgres::Postgres::shared().unwrap();
            postgres.create_database("schema_empty", None).unwrap();
            (postgres.url("schema_empty"), None)
        }
    }
}

on_both!(a_newer_schema_is_refused, async |backend| {
    let database = backend.database().unwrap();
    fixture::run(&database, "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')").unwrap();
    for migrates in ["true", "false"] {
        let url = database.url();
        let said = refusal(&[("DIANDAN_DATABASE_URL", &url), ("DIANDAN_AUTO_MIGRATE", migrates)]).await;
        assert!(said.contains("the database is newer than this binary") && said.contains("9999"), "{said}");
    }
});

on_both!(a_schema_that_is_behind_is_refused_until_it_is_migrated, async |backend| {
    let (url, _folder) = empty(backend);
    let data = scratch::folder("data").unwrap();
    let data_dir = data.path().to_string_lossy();
    let env =
        [("DIANDAN_DATABASE_URL", &*url), ("DIANDAN_AUTO_MIGRATE", "false"), ("DIANDAN_DATA_DIR", &data_dir)];
    let said = refusal(&env).await;
    assert!(said.contains("the schema is behind: run `diandan migrate`"), "{said}");
    let migrated = command(&env).unwrap().arg("migrate").output().unwrap();
    assert!(migrated.status.success(), "{migrated:?}");
    Diandan::start(&env).await.unwrap();
});

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused() {
    let folder = scratch::folder("shared").unwrap();
    let env = [("DIANDAN_DATA_DIR", &*folder.path().to_string_lossy())];
    let _first = Diandan::start(&env).await.unwrap();
    let said = refusal(&env).await;
    assert!(said.contains("is in use by another process"), "{said}");
}

#[tokio::test]
async fn production_refuses_default_secrets() {
    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    let said = refusal(&[("DIANDAN_MODE", "production")]).await;
    assert!(said.contains("DIANDAN_AUTH__JWT_SECRET"), "{said}");
    let said = refusal(&[("DIANDAN_MODE", "production"), ("DIANDAN_AUTH__JWT_SECRET", SECRET)]).await;
    assert!(said.contains("DIANDAN_PRIVACY__KEY"), "{said}");
}

#[tokio::test]
async fn unknown_databases_are_refused() {
    for (url, why) in [
        ("mysql://root@localhost/x", "unknown database scheme \"mysql\""),
        ("diandan.db", "needs a scheme"),
        ("sqlite::memory:", "in memory"),
    ] {
        let said = refusal(&[("DIANDAN_DATABASE_URL", url)]).await;
        assert!(said.contains(why), "{url}: {said}");
    }
}
