//! At least once: a server that dies between making a push and knowing that it arrived sends it again.

use super::DEADLINE;
use harness::client::remote::client;
use harness::database::{Backend, Database};
use harness::fixture::{self, ROOF, numbers, run, texts};
use harness::play::order;
use harness::servers::diandan::Diandan;
use harness::servers::receiver::{Receiver, Reply, settings};
use harness::wait::eventually;
use serde_json::json;

/// A server that pushes to this receiver at once.
async fn server(database: &Database, receiver: &Receiver) -> Diandan {
    let (url, data, to) = (database.url(), database.data_dir().unwrap(), receiver.url());
    let own = [
        ("DIANDAN_DATABASE_URL", url.as_str()),
        ("DIANDAN_DATA_DIR", data.to_str().unwrap()),
        ("DIANDAN_PUSH__WAIT_S", "0"),
    ];
    Diandan::start_api(&[&settings(&to)[..], &own].concat()).await.unwrap()
}

async fn killed_while_sending(database: &Database) {
    let (f, receiver) = (fixture::plant(database).unwrap(), Receiver::start().unwrap());
    receiver.always(Reply::Hang);
    let mut first = server(database, &receiver).await;
    let [resident, dispatcher] =
        [f.resident, f.dispatcher].map(|who| client(database, first.base_url(), who).unwrap());
    let id = resident.post("/orders", order(ROOF)).await.ok()["id"].as_str().unwrap().to_owned();
    dispatcher.command(&id, "accept", json!({})).await.ok();
    let before = receiver.at_least(1).await.unwrap();
    first.kill9().unwrap();
    let state = "SELECT state || ' ' || attempts AS t FROM push_job";
    assert_eq!(texts(database, state).unwrap(), ["waiting 1"]);
    // as if the time were over in which the one that died is left alone with it
    run(database, "UPDATE push_job SET leased_until = due_at").unwrap();
    receiver.always(Reply::Status(200));
    let mut second = server(database, &receiver).await;
    let came = receiver.at_least(before.len() + 1).await.unwrap();
    assert_eq!((came[1].id(), &came[1].raw), (came[0].id(), &came[0].raw), "the receiver can tell");
    assert!(came[1].is_signed());
    let sent = eventually(DEADLINE, "the push to be known as sent", async || {
        match texts(database, state).unwrap() {
            found if found == ["sent 2"] => Ok(()),
            found => Err(format!("{found:?}")),
        }
    });
    sent.await.unwrap();
    second.kill9().unwrap();
    assert_eq!(receiver.got().len(), 2);
}

#[tokio::test]
async fn a_push_is_sent_after_a_crash_sqlite() {
    killed_while_sending(&Backend::Sqlite.database().unwrap()).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_push_is_sent_after_a_crash_postgres() {
    killed_while_sending(&Backend::Postgres.database().unwrap()).await;
}

/// Killed after the notification was committed and before anybody looked through it.
#[tokio::test]
async fn a_push_is_made_after_a_crash() {
    let (database, receiver) = (Backend::Sqlite.database().unwrap(), Receiver::start().unwrap());
    let f = fixture::plant(&database).unwrap();
    let mut first = server(&database, &receiver).await;
    let [resident, dispatcher] =
        [f.resident, f.dispatcher].map(|who| client(&database, first.base_url(), who).unwrap());
    let id = resident.post("/orders", order(ROOF)).await.ok()["id"].as_str().unwrap().to_owned();
    dispatcher.command(&id, "accept", json!({})).await.ok();
    first.kill9().unwrap();
    let tried = receiver.got().len();
    let mut second = server(&database, &receiver).await;
    let sent = eventually(DEADLINE, "the push to be sent", async || {
        run(&database, "UPDATE push_job SET leased_until = due_at WHERE state = 'waiting'").unwrap();
        match numbers(&database, "SELECT count(*) AS n FROM push_job WHERE state = 'sent'").unwrap()[0] {
            1 => Ok(()),
            n => Err(format!("{n} are, {} came", receiver.got().len())),
        }
    });
    sent.await.unwrap();
    second.kill9().unwrap();
    let came = receiver.got();
    assert!(came.len() <= tried + 1 && came.iter().all(|push| push.id() == came[0].id()), "{came:?}");
}

/// A pass that dies before its commit makes nothing and forgets nothing.
#[cfg(feature = "postgres")]
#[test]
fn a_pass_that_dies_is_made_up_for() {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    use harness::play::Cast;
    use persistence::engine::database::pg::Conn;
    use persistence::pg::q;
    harness::app::on(Backend::Postgres, async |app| {
        let (store, rule) = (&app.state.store, api::config::PushConfig::default().rule());
        store.set_pushes(true).await.unwrap();
        Cast::of(app).pooled(ROOF).await;
        app.settled().await.unwrap();
        app.state.clock.advance(chrono::TimeDelta::seconds(6));
        let now = store.now().await.unwrap();
        let mut dying = Conn::establish(&app.database().url()).unwrap();
        dying.batch_execute("BEGIN").unwrap();
        assert_eq!(q::news::pushes::make::pass(&mut dying, now, rule).unwrap().jobs, 5);
        assert_eq!(store.make_pushes(rule).await.unwrap(), Default::default(), "one at a time");
        drop(dying);
        let made = eventually(DEADLINE, "the dead session's lock to go", async || {
            match store.make_pushes(rule).await.unwrap() {
                made if made.jobs == 0 => Err("none were made"),
                made => Ok(made),
            }
        });
        assert_eq!(made.await.unwrap().jobs, 5);
        let unseen =
            numbers(app.database(), "SELECT count(*) AS n FROM scope WHERE pushed_seq < seq").unwrap();
        assert_eq!(unseen, [0]);
    })
    .unwrap();
}
