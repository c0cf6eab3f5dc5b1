//! kill -9 under load, and a restart: whatever was acknowledged is there, and nothing twice.

mod load;
#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod restarted;

use std::time::Duration;

use crate::faults::killed::load::{Load, ORDERS, PEOPLE};
use harness::client::remote::store;
use harness::database::audit;
use harness::database::{Backend, Database};
use harness::fixture;
use harness::servers::diandan::{Diandan, free_address};
#[cfg(feature = "postgres")]
use harness::servers::postgres::{Durability, Postgres};
use harness::wait::eventually;

async fn restarted_under_load(database: &Database) {
    let (url, address) = (database.url(), free_address().unwrap().to_string());
    let folder = database.data_dir().unwrap();
    let env = [
        ("DIANDAN_DATABASE_URL", url.as_str()),
        ("DIANDAN_BIND", address.as_str()),
        ("DIANDAN_DATA_DIR", folder.to_str().unwrap()),
    ];
    let load = Load::on(database, &format!("http://{address}"));
    let mut server = Diandan::start_api(&env).await.unwrap();
    let orders = load
        .run(async {
            for share in [PEOPLE * ORDERS / 4, PEOPLE * ORDERS / 2] {
                load.until_done(share).await;
                server.kill9().unwrap();
                server = Diandan::start_api(&env).await.unwrap();
            }
        })
        .await;
    load.same_answers(&orders).await;
    server.kill9().unwrap();
    load.all_there(database, &orders);
    // what the last kill left in the outbox is sequenced by whoever comes next
    let mut server = Diandan::start_api(&env).await.unwrap();
    let drained =
        eventually(Duration::from_secs(10), "the outbox to drain", async || {
            match fixture::numbers(database, "SELECT count(*) AS n FROM outbox").unwrap()[0] {
                0 => Ok(()),
                n => Err(format!("{n} rows")),
            }
        });
    drained.await.unwrap();
    server.kill9().unwrap();
    audit::sound(&store(database).unwrap(), database).await.unwrap();
}

#[tokio::test]
async fn a_server_on_sqlite_keeps_what_it_acknowledged() {
    restarted_under_load(&Backend::Sqlite.database().unwrap()).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_server_on_postgres_keeps_what_it_acknowledged() {
    let server = Postgres::start(Durability::Durable).unwrap();
    restarted_under_load(&Database::on(&server).unwrap()).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_killed_postgres_keeps_what_was_acknowledged() {
    let postgres = Postgres::start(Durability::Durable).unwrap();
    let database = Database::on(&postgres).unwrap();
    let mut postgres = Some(postgres);
    let (url, address) = (database.url(), free_address().unwrap().to_string());
    let env = [("DIANDAN_DATABASE_URL", url.as_str()), ("DIANDAN_BIND", address.as_str())];
    let load = Load::on(&database, &format!("http://{address}"));
    let mut server = Diandan::start_api(&env).await.unwrap();
    let orders = load
        .run(async {
            load.until_done(PEOPLE * ORDERS / 3).await;
            // on a thread of its own: the others go on asking
            let mut killed = postgres.take().unwrap();
            let restarted = tokio::task::spawn_blocking(move || {
                killed.kill9().unwrap();
                killed.start_again().unwrap();
                killed
            });
            postgres = Some(restarted.await.unwrap());
        })
        .await;
    load.same_answers(&orders).await;
    let store = store(&database).unwrap();
    harness::client::remote::settled(&store).await.unwrap();
    load.all_there(&database, &orders);
    server.kill9().unwrap();
    audit::sound(&store, &database).await.unwrap();
    postgres.unwrap().stop().unwrap();
}
