//! A role that runs the server and owns nothing: it reads and writes rows, and may make no table.

use crate::operations::run;
use harness::client::remote;
use harness::database::Backend;
use harness::fixture::{self, ROOF};
use harness::servers::diandan::Diandan;
use harness::servers::postgres::Postgres;
use harness::{play, scratch};

const ROLE: &str = "runtime";

#[tokio::test]
async fn a_role_without_create_serves() {
    let database = Backend::Postgres.database().unwrap();
    let people = fixture::plant(&database).unwrap();
    fixture::run(
        &database,
        &format!(
            "DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; \
             REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO {ROLE}; \
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}; \
             GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {ROLE}"
        ),
    )
    .unwrap();
    let name = database.url().rsplit('/').next().unwrap().to_owned();
    let url = Postgres::shared().unwrap().url_as(ROLE, &name);
    assert!(fixture::run_at(&url, "CREATE TABLE nothing (id BIGINT)").is_err(), "the role may create");

    let data = scratch::folder("data").unwrap();
    let env = [("DIANDAN_DATABASE_URL", &*url), ("DIANDAN_DATA_DIR", &data.path().to_string_lossy())];
    for (action, expected) in [
        ("check", "its schema is this binary's"),
        ("migrate", "the schema is up to date"),
        ("prove", "sound"),
    ] {
        let (code, said) = run(&[action], &env);
        assert_eq!((code, said.contains(expected)), (Some(0), true), "{action}: {said}");
    }
    for migrates in ["false", "true"] {
        let server = Diandan::start(&[env[0], ("DIANDAN_AUTO_MIGRATE", migrates)]).await.unwrap();
        let resident = remote::client(&database, server.base_url(), people.resident).unwrap();
        resident.post("/orders", play::order(ROOF)).await.ok();
        let ready = reqwest::get(format!("{}/health/ready", server.base_url())).await.unwrap();
        assert_eq!(ready.status().as_u16(), 200);
    }
}

/// A database without a schema is asked and left as it is.
#[test]
fn asking_makes_nothing() {
    let postgres = Postgres::shared().unwrap();
    postgres.create_database("asked", None).unwrap();
    let (url, data) = (postgres.url("asked"), scratch::folder("data").unwrap());
    let env = [
        ("DIANDAN_DATABASE_URL", &*url),
        ("DIANDAN_DATA_DIR", &data.path().to_string_lossy()),
        ("DIANDAN_AUTO_MIGRATE", "false"),
    ];
    for action in ["check", "prove", "serve"] {
        let (code, said) = run(&[action], &env);
        assert_eq!((code, said.contains("0001")), (Some(1), true), "{action}: {said}");
    }
    let tables = "SELECT COUNT(*) AS n FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = 'public'";
    assert_eq!(fixture::numbers_at(&url, tables).unwrap(), [0]);

    let file = data.path().join("asked.db");
    let url = format!("sqlite:{}", file.display());
    let env = [env[1], env[2], ("DIANDAN_DATABASE_URL", &*url)];
    let (code, said) = run(&["check"], &env);
    assert!(code == Some(1) && said.contains("run `diandan migrate`"), "{said}");
    assert!(!file.exists());
}
