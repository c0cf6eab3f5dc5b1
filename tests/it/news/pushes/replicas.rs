//! Replicas share pushes: each is made once, and sent once as long as nobody dies.

use super::DEADLINE;
use futures_util::future::join_all;
use harness::client::remote::client;
use harness::database::{Backend, Database};
use harness::fixture::{self, GRID, UNCHECKED, numbers};
use harness::play::order;
use harness::servers::diandan::Diandan;
use harness::servers::receiver::{Receiver, settings};
use harness::wait::eventually;
use serde_json::json;
use std::collections::BTreeSet;

async fn pair(database: &Database, receiver: &Receiver) -> [Diandan; 2] {
    let (url, to) = (database.url(), receiver.url());
    let own = [
        ("DIANDAN_DATABASE_URL", url.as_str()),
        ("DIANDAN_WORKERS", "1"),
        ("DIANDAN_PUSH__WAIT_S", "1"),
        ("DIANDAN_PUSH__AT_ONCE", "3"),
    ];
    let env = [&settings(&to)[..], &own].concat();
    let (one, other) = tokio::join!(Diandan::start_api(&env), Diandan::start_api(&env));
    [one.unwrap(), other.unwrap()]
}

#[tokio::test]
async fn each_push_is_sent_once() {
    let (database, receiver) = (Backend::Postgres.database().unwrap(), Receiver::start().unwrap());
    let f = fixture::plant(&database).unwrap();
    let crowd = harness::fixture::crowd::workers(&database, GRID, 20).unwrap();
    let mut servers = pair(&database, &receiver).await;
    let at = |n: usize, account: i64| client(&database, servers[n].base_url(), account).unwrap();
    let (residents, dispatchers) =
        ([at(0, f.resident), at(1, f.resident)], [at(0, f.dispatcher), at(1, f.dispatcher)]);
    join_all((0..6).map(async |n: usize| {
        let id =
            residents[n % 2].post("/orders", order(UNCHECKED)).await.ok()["id"].as_str().unwrap().to_owned();
        dispatchers[n % 2].command(&id, "accept", json!({})).await.ok();
        dispatchers[(n + 1) % 2].command(&id, "dispatch", json!({})).await.ok();
    }))
    .await;
    // four of the fixture and the crowd hear of each offer
    let offers = 6 * (crowd.len() + 4);
    let rest = eventually(DEADLINE, "all pushes to be sent", async || {
        let made = numbers(&database, "SELECT count(*) AS n FROM push_job WHERE kind = 'offer'").unwrap()[0];
        let left = "SELECT (SELECT count(*) FROM push_job WHERE state <> 'sent') + (SELECT count(*) FROM scope \
                    WHERE pushed_seq < seq) AS n";
        match (usize::try_from(made).unwrap(), numbers(&database, left).unwrap()[0]) {
            (made, 0) if made == offers => Ok(()),
            (made, left) => Err(format!("{made} of {offers} made, {left} left")),
        }
    });
    rest.await.unwrap();
    for server in &mut servers {
        server.kill9().unwrap();
    }
    let came = receiver.got();
    let ids: BTreeSet<&str> = came.iter().map(|push| push.id()).collect();
    assert_eq!(ids.len(), came.len(), "one was sent twice");
    assert_eq!(receiver.got_of("offer").len(), offers);
    let once: BTreeSet<(i64, &str)> = came
        .iter()
        .filter(|push| push.kind() == "offer")
        .map(|push| (push.account(), push.body["orderId"].as_str().unwrap()))
        .collect();
    assert_eq!(once.len(), offers);
}

#[test]
fn what_one_takes_the_other_leaves() {
    use diesel::connection::SimpleConnection;
    use persistence::engine::database::pg::connect;
    use persistence::pg::q;
    harness::app::on(Backend::Postgres, async |app| {
        let (store, rule) = (&app.state.store, api::config::PushConfig::default().rule());
        store.set_pushes(true).await.unwrap();
        harness::play::Cast::of(app).pooled(UNCHECKED).await;
        app.settled().await.unwrap();
        app.state.clock.advance(chrono::TimeDelta::seconds(6));
        assert_eq!(store.make_pushes(rule).await.unwrap().jobs, 5);
        let now = store.now().await.unwrap();
        let [mut one, mut other] = [0, 1].map(|_| connect(&app.database().url()).unwrap());
        one.batch_execute("BEGIN").unwrap();
        let first = q::news::pushes::take_due(&mut one, now, 3).unwrap();
        let second = q::news::pushes::take_due(&mut other, now, 5).unwrap();
        one.batch_execute("COMMIT").unwrap();
        let keys: BTreeSet<i64> = first.iter().chain(&second).map(|push| push.id.0).collect();
        assert_eq!((first.len(), second.len(), keys.len()), (3, 2, 5));
        assert_eq!(q::news::pushes::take_due(&mut other, now, 5).unwrap(), [], "all are taken");
        // whoever took them died: they come back, and the dead one's word counts no more
        let later = now + chrono::TimeDelta::seconds(16);
        assert_eq!(q::news::pushes::take_due(&mut other, later, 5).unwrap().len(), 5);
        let stale = &first[0];
        let sent = persistence::news::push::PushOutcome::Sent;
        assert!(!q::news::pushes::finish(&mut one, stale.id, stale.attempts, later, sent.clone()).unwrap());
        assert!(q::news::pushes::finish(&mut one, stale.id, stale.attempts + 1, later, sent).unwrap());
    })
    .unwrap();
}
