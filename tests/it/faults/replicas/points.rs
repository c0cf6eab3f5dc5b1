//! A replica that is killed between two steps: the other one goes on where it stopped, and nobody is told anything twice.

use crate::faults::replicas::{PROMPT, Replicas, TURNS, fell, has_fallen, heard, insist};
use crate::order::claims::stage::{Offered, events, holders, offered};
use harness::client::new_key;
use harness::fixture::{GRID, OTHER_GRID, UNCHECKED};
use serde_json::json;
use std::time::Instant;

/// Orders are dispatched at the one that falls until it does. Each is dispatched once, and workers and the resident are
/// told of it once and at once.
async fn dispatched_and_told(point: &str) {
    let replicas = Replicas::start().await;
    let f = replicas.fixture;
    let mut workers = [
        replicas.socket(&replicas.standing, f.worker).await,
        replicas.socket(&replicas.standing, f.second_worker).await,
    ];
    let mut resident = replicas.socket(&replicas.standing, f.resident).await;
    let orders = replicas.accepted(TURNS).await;
    let mut falling = replicas.armed(&format!("{point}=return(kill)")).await;
    let (there, here) = (replicas.at(&falling, f.dispatcher), replicas.here(f.dispatcher));
    for id in &orders {
        let since = Instant::now();
        let answer = insist(&there, &here, &format!("/orders/{id}/dispatch"), &json!({})).await;
        assert_eq!(answer.ok()["status"], "pooled");
        for worker in &mut workers {
            worker.until("offer", |m| m["order"] == id.as_str()).await;
        }
        resident.until("order", |m| m["order"] == id.as_str() && m["status"] == "pooled").await;
        assert!(since.elapsed() < PROMPT, "{:?}", since.elapsed());
        assert_eq!(events(&replicas.database, id.parse().unwrap(), "dispatched"), 1);
        if has_fallen(&mut falling).await {
            break;
        }
    }
    fell(&mut falling).await;
    replicas.sound().await;
    for id in orders {
        let offers = replicas.told(GRID, "offer", &id);
        assert!(workers.iter().all(|w| heard(w, "offer", &id) == usize::try_from(offers).unwrap()));
        assert!(offers <= 1, "{offers} offers of {id}");
    }
    resident.whole();
    workers.iter().for_each(harness::client::live::Socket::whole);
}

#[tokio::test]
async fn killed_before_the_commit() {
    dispatched_and_told("outbox.written").await;
}

#[tokio::test]
async fn killed_between_the_commit_and_the_sequencer() {
    dispatched_and_told("command.committed").await;
}

#[tokio::test]
async fn killed_in_the_pass_with_the_lock_held() {
    dispatched_and_told("sequencer.written").await;
}

#[tokio::test]
async fn killed_between_the_pass_and_whoever_is_told() {
    dispatched_and_told("sequencer.committed").await;
}

#[tokio::test]
async fn killed_before_the_queue_is_told() {
    dispatched_and_told("queue.publishing").await;
}

/// How somebody claims at the one that falls.
#[derive(Clone, Copy, PartialEq)]
enum Over {
    Http,
    Socket,
}

/// The claim is committed and nobody was answered: the same key is won at the other one, and nobody else wins.
async fn won_and_not_answered(over: Over) {
    let replicas = Replicas::start().await;
    let f = replicas.fixture;
    let mut watcher = replicas.socket(&replicas.standing, f.third_worker).await;
    let (resident, dispatcher) = (replicas.here(f.resident), replicas.here(f.dispatcher));
    let Offered { id, attempt } = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    let mut falling = replicas.armed("claim.committed=return(kill)").await;
    let (path, body, key) = (format!("/orders/{id}/claim"), json!({ "attempt": attempt }), new_key());
    match over {
        Over::Http => {
            let unanswered = replicas.at(&falling, f.worker).try_post(&path, &key, &body).await;
            assert!(unanswered.is_err(), "{unanswered:?}");
        }
        Over::Socket => {
            let mut socket = replicas.socket(&falling, f.worker).await;
            socket.say(&json!({"t": "claim", "order": id, "attempt": attempt, "key": key})).await;
            assert_eq!(socket.closed().await, 0, "cut off");
            assert!(socket.seen.iter().all(|m| m["t"] != "result"), "{:#?}", socket.seen);
        }
    }
    fell(&mut falling).await;
    let since = Instant::now();
    let worker = replicas.here(f.worker);
    let again = worker.post_keyed(&path, &key, body.clone()).await;
    assert_eq!((&again.ok()["result"], &again.ok()["slot"]), (&json!("won"), &json!(1)));
    assert_eq!(worker.claim(&id, attempt).await.ok(), again.ok(), "another key is no other claim");
    replicas.here(f.second_worker).claim(&id, attempt).await.refused(409, "ORDER_ALREADY_CLAIMED");
    let closed = watcher.until("closed", |m| m["order"] == id.as_str()).await;
    assert_eq!(closed["why"], "won");
    assert!(since.elapsed() < PROMPT, "{:?}", since.elapsed());
    let order: i64 = id.parse().unwrap();
    assert_eq!(
        (events(&replicas.database, order, "claimed"), holders(&replicas.database, order)),
        (1, vec![f.worker])
    );
    replicas.sound().await;
    assert_eq!((heard(&watcher, "offer", &id), heard(&watcher, "closed", &id)), (1, 1));
    watcher.whole();
}

#[tokio::test]
async fn killed_between_a_claim_and_its_answer() {
    won_and_not_answered(Over::Http).await;
}

#[tokio::test]
async fn killed_between_a_claim_over_a_socket_and_its_answer() {
    won_and_not_answered(Over::Socket).await;
}

/// Whichever replica takes an escalation, it happens once, and those it is for are told.
#[tokio::test]
async fn killed_between_an_escalation_and_the_sequencer() {
    let replicas = Replicas::start().await;
    let f = replicas.fixture;
    let mut wider = replicas.socket(&replicas.standing, f.other_worker).await;
    let dispatcher = replicas.here(f.dispatcher);
    let orders = replicas.accepted(TURNS).await;
    let mut falling = replicas.armed("timer.committed=return(kill)").await;
    let ring = json!({"scopes": [{"kind": "area", "id": OTHER_GRID.to_string()}], "afterS": 1});
    for id in &orders {
        dispatcher.command(id, "dispatch", json!({"rings": [ring]})).await.ok();
        let since = Instant::now();
        wider.until("offer", |m| m["order"] == id.as_str()).await;
        assert!(
            since.elapsed() < PROMPT + PROMPT / 2,
            "due after a second, told after {:?}",
            since.elapsed()
        );
        assert_eq!(events(&replicas.database, id.parse().unwrap(), "widened"), 1);
        if has_fallen(&mut falling).await {
            break;
        }
    }
    fell(&mut falling).await;
    replicas.sound().await;
    wider.whole();
    for id in orders {
        assert_eq!(
            i64::try_from(heard(&wider, "offer", &id)).unwrap(),
            replicas.told(OTHER_GRID, "offer", &id)
        );
    }
}

/// Not killed but frozen, with the lock in its hand: the database takes it away, the others go on, and the frozen one
/// finds out when it wakes.
#[tokio::test]
async fn frozen_in_the_pass_with_the_lock_held() {
    let replicas = Replicas::start().await;
    let f = replicas.fixture;
    let orders = replicas.accepted(TURNS).await;
    let mut freezing = replicas.armed("sequencer.written=1*return(stop)").await;
    let mut there = replicas.socket(&freezing, f.worker).await;
    let mut here = replicas.socket(&replicas.standing, f.second_worker).await;
    let mut pending = Vec::new();
    let mut offers = Vec::new();
    for id in orders {
        let since = Instant::now();
        let (dispatcher, order) = (replicas.at(&freezing, f.dispatcher), id.clone());
        // its answer comes after the thaw
        pending.push(tokio::spawn(async move { dispatcher.command(&order, "dispatch", json!({})).await }));
        let offer = here.until("offer", |m| m["order"] == id.as_str()).await;
        // half a second until its transaction is ended, a quarter until the other one looks
        assert!(since.elapsed() < PROMPT, "{:?}", since.elapsed());
        offers.push((id, offer["attempt"].as_i64().unwrap()));
        if freezing.is_frozen().unwrap() {
            break;
        }
    }
    assert!(freezing.is_frozen().unwrap(), "it never had the lock");
    let (id, attempt) = offers.last().unwrap();
    replicas.here(f.second_worker).claim(id, *attempt).await.ok();
    here.until("closed", |m| m["order"] == id.as_str()).await;
    freezing.thaw().unwrap();
    for dispatched in pending {
        assert_eq!(dispatched.await.unwrap().ok()["status"], "pooled");
    }
    there.until("closed", |m| m["order"] == id.as_str()).await;
    replicas.sound().await;
    for socket in [&there, &here] {
        socket.whole();
        for (id, _) in &offers {
            assert_eq!(heard(socket, "offer", id), 1, "{id}: {:#?}", socket.seen);
        }
    }
}
