//! Two server processes on one PostgreSQL: the database arbitrates between them.

use super::race::one_winner;
use super::stage::{events, holders, offered};
use futures_util::future::join_all;
use harness::client::remote::{client, settled, store};
use harness::client::{Client, new_key};
use harness::database::{Backend, Database};
use harness::fixture::crowd;
use harness::fixture::{self, GRID, UNCHECKED};
use harness::servers::diandan::Diandan;
use serde_json::json;

async fn pair(database: &Database) -> [Diandan; 2] {
    let url = database.url();
    let env = [("DIANDAN_DATABASE_URL", url.as_str()), ("DIANDAN_WORKERS", "1")];
    let (one, other) = tokio::join!(Diandan::start_api(&env), Diandan::start_api(&env));
    [one.unwrap(), other.unwrap()]
}

#[tokio::test]
async fn fifty_race_over_two_servers() {
    let database = Backend::Postgres.database().unwrap();
    let f = fixture::plant(&database).unwrap();
    let crowd = crowd::workers(&database, GRID, 50).unwrap();
    let servers = pair(&database).await;
    let at = |n: usize, account: i64| client(&database, servers[n].base_url(), account).unwrap();
    let (resident, dispatcher) = (at(0, f.resident), at(1, f.dispatcher));
    let clients: Vec<Client> = crowd.iter().enumerate().map(|(n, w)| at(n % 2, w.account)).collect();
    for _ in 0..5 {
        let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
        let answers = join_all(clients.iter().map(|c| c.claim(&order.id, order.attempt))).await;
        let winner = one_winner(&crowd, &answers);
        assert_eq!(events(&database, order.key(), "claimed"), 1);
        assert_eq!(holders(&database, order.key()), [crowd[winner].account]);
        // the same key on the other replica
        let elsewhere = at((winner + 1) % 2, crowd[winner].account);
        assert_eq!(elsewhere.claim(&order.id, order.attempt).await.ok(), answers[winner].ok());
    }
    let store = store(&database).unwrap();
    settled(&store).await.unwrap();
    harness::database::audit::sound(&store, &database).await.unwrap();
    // both replicas sequenced, each event once: to the resident all four of an order, to the grid no dead offer
    let to_resident = format!(
        "SELECT count(*) AS n FROM notification t JOIN scope s ON s.id = t.scope_id \
        WHERE s.kind = 'person' AND s.ref_id = {} GROUP BY t.order_id",
        f.resident
    );
    assert_eq!(fixture::numbers(&database, &to_resident).unwrap(), [4; 5]);
    let to_grid = format!(
        "SELECT count(*) AS n FROM notification t JOIN scope s ON s.id = t.scope_id \
        WHERE s.kind = 'area' AND s.ref_id = {GRID} GROUP BY t.order_id \
        HAVING count(*) <> 2 OR min(t.kind) <> 'closed' OR max(t.kind) <> 'offer'"
    );
    assert_eq!(fixture::numbers(&database, &to_grid).unwrap(), [0i64; 0]);
}

#[tokio::test]
async fn one_key_on_two_servers_is_one_claim() {
    let database = Backend::Postgres.database().unwrap();
    let f = fixture::plant(&database).unwrap();
    let servers = pair(&database).await;
    let at = |n: usize, account: i64| client(&database, servers[n].base_url(), account).unwrap();
    let order = offered(&at(0, f.resident), &at(1, f.dispatcher), UNCHECKED, json!({})).await;
    let (workers, key) = ([at(0, f.worker), at(1, f.worker)], new_key());
    let path = format!("/orders/{}/claim", order.id);
    let body = json!({"attempt": order.attempt});
    let answers = join_all((0..100).map(|n| workers[n % 2].post_keyed(&path, &key, body.clone()))).await;
    for answer in &answers {
        assert_eq!(answer.ok(), answers[0].ok());
    }
    assert_eq!(events(&database, order.key(), "claimed"), 1);
    let store = store(&database).unwrap();
    settled(&store).await.unwrap();
    harness::database::audit::sound(&store, &database).await.unwrap();
}
