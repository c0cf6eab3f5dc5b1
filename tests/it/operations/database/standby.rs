//! A hot standby is looked at: `check`, `prove` and `backup` write nothing and make nothing.

use crate::operations::run;
use harness::client::remote;
use harness::database::Database;
use harness::fixture::{self, ROOF};
use harness::servers::postgres::{Durability, Postgres};
use harness::{play, scratch};

#[tokio::test]
async fn a_hot_standby_is_checked_proved_and_backed_up() {
    let primary = Postgres::start(Durability::Durable).unwrap();
    let database = Database::on(&primary).unwrap();
    let people = fixture::plant(&database).unwrap();
    let server = harness::servers::diandan::Diandan::start(&[("DIANDAN_DATABASE_URL", &database.url())])
        .await
        .unwrap();
    let resident = remote::client(&database, server.base_url(), people.resident).unwrap();
    resident.post("/orders", play::order(ROOF)).await.ok();
    let standby = primary.standby().unwrap();
    let url = standby.url("diandan");
    assert!(fixture::run_at(&url, "CREATE TABLE nothing (id BIGINT)").is_err(), "it can be written to");
    let recovering = "SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END::bigint AS n";
    assert_eq!(fixture::numbers_at(&url, recovering).unwrap(), [1]);

    let data = scratch::folder("data").unwrap();
    let env = [("DIANDAN_DATABASE_URL", &*url), ("DIANDAN_DATA_DIR", &data.path().to_string_lossy())];
    for (action, expected) in [
        ("check", "ok      database: answers, its schema is this binary's"),
        ("check", "order_contact.address, order_contact.name, order_contact.phone"),
        ("migrate", "the schema is up to date"),
        ("prove", "1 of 1 numbers given"),
    ] {
        let (code, said) = run(&[action], &env);
        assert_eq!((code, said.contains(expected)), (Some(0), true), "{action}: {said}");
    }
    let backup = data.path().join("backup");
    let (code, said) = run(&["backup", &backup.to_string_lossy()], &env);
    assert_eq!(code, Some(0), "{said}");
}
