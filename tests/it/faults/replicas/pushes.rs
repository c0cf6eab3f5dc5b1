//! Pushes of a replica that is killed between making one, sending it and knowing that it was sent: the other one sends
//! it, at least once and by the same id.

use crate::faults::replicas::fell;
use harness::client::remote::{client, settled, store};
use harness::database::{Backend, Database};
use harness::fixture::{self, ROOF, run, texts};
use harness::play::order;
use harness::servers::diandan::Diandan;
use harness::servers::receiver::{Receiver, settings};
use harness::wait::eventually;
use serde_json::json;
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(20);

async fn server(database: &Database, receiver: &Receiver, points: &str) -> Diandan {
    let (url, to) = (database.url(), receiver.url());
    let own = [
        ("DIANDAN_DATABASE_URL", url.as_str()),
        ("DIANDAN_WORKERS", "1"),
        ("DIANDAN_PUSH__WAIT_S", "0"),
        ("FAILPOINTS", points),
    ];
    Diandan::start_api(&[&settings(&to)[..], &own].concat()).await.unwrap()
}

/// The resident is pushed to: their order was accepted. Returns how often the push came, all told.
async fn pushed(point: &str, before: usize, taken: &str) -> usize {
    let (database, receiver) = (Backend::Postgres.database().unwrap(), Receiver::start().unwrap());
    let f = fixture::plant(&database).unwrap();
    let mut falling = server(&database, &receiver, &format!("{point}=return(kill)")).await;
    let [resident, dispatcher] =
        [f.resident, f.dispatcher].map(|who| client(&database, falling.base_url(), who).unwrap());
    let id = resident.post("/orders", order(ROOF)).await.ok()["id"].as_str().unwrap().to_owned();
    // it may fall before this is answered
    let _accepted = dispatcher.try_post(&format!("/orders/{id}/accept"), "accept", &json!({})).await;
    fell(&mut falling).await;
    assert_eq!(receiver.got().len(), before);
    let state = "SELECT state || ' ' || attempts AS t FROM push_job";
    assert_eq!(texts(&database, state).unwrap(), [taken]);
    // as if the time were over in which the one that died is left alone with it
    run(&database, "UPDATE push_job SET leased_until = due_at").unwrap();
    let _standing = server(&database, &receiver, "").await;
    eventually(DEADLINE, "the push to be known as sent", async || {
        let found = texts(&database, state).unwrap();
        if found.iter().any(|job| job.starts_with("sent")) { Ok(()) } else { Err(format!("{found:?}")) }
    })
    .await
    .unwrap();
    let store = store(&database).unwrap();
    settled(&store).await.unwrap();
    harness::database::audit::sound(&store, &database).await.unwrap();
    let came = receiver.got();
    assert!(came.iter().all(|push| push.id() == came[0].id() && push.raw == came[0].raw), "{came:?}");
    came.len()
}

#[tokio::test]
async fn killed_between_making_it_and_sending_it() {
    assert_eq!(pushed("pushes.made", 0, "waiting 0").await, 1);
}

#[tokio::test]
async fn killed_between_sending_it_and_knowing_so() {
    assert_eq!(pushed("push.sent", 1, "waiting 1").await, 2);
}
