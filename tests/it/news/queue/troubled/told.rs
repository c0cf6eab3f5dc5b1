//! Two servers on one PostgreSQL, each hearing of the other through its own troubled reader.

use super::{Memory, Queue, Redis, Streams, Troubled};
use crate::order::claims::stage::offered;
use futures_util::future::join_all;
use harness::app::App;
use harness::client::Client;
use harness::client::live::Socket;
use harness::database::{Backend, Database};
use harness::fixture::{self, Fixture, UNCHECKED};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Barrier, watch};
use tokio::time::timeout;

const LANES: usize = 3;
const ORDERS: usize = 12;
const PATIENCE: Duration = Duration::from_secs(20);

/// Where the scopes stand: their newest numbers by name.
type Heads = BTreeMap<String, i64>;

fn named(scopes: &Value) -> Heads {
    let places = scopes.as_object().unwrap().iter();
    places.map(|(name, place)| (name.clone(), place[1].as_i64().unwrap())).collect()
}

/// A client, by socket at one server or by poll at both in turns.
struct Phone {
    /// Where its scopes stood at its welcome.
    first: Heads,
    seen: Vec<Value>,
}

impl Phone {
    /// Whether it got up to these heads.
    fn has(&self, heads: &Heads) -> bool {
        let numbers = self.numbers();
        self.first.iter().all(|(scope, first)| {
            let got = numbers.iter().filter(|(s, ..)| s == scope).map(|(_, q, ..)| *q).max();
            heads.get(scope).is_none_or(|head| got.unwrap_or(*first) >= *head)
        })
    }

    /// What it was told, in the order it came: scope, number, order, kind.
    fn numbers(&self) -> Vec<(String, i64, String, &'static str)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let one = |m: &Value| {
            let kind = match m["t"].as_str()? {
                "offer" => "offer",
                "closed" => "closed",
                "order" => "changed",
                _ => return None,
            };
            Some((text(&m["s"]), m["q"].as_i64()?, text(&m["order"]), kind))
        };
        self.seen.iter().filter_map(one).collect()
    }
}

/// Reads until everything was told.
async fn by_socket(client: Client, here: &Barrier, mut told: watch::Receiver<Option<Heads>>) -> Phone {
    let mut socket: Socket = client.socket().await;
    let first = named(&socket.hello(&json!({})).await["scopes"]);
    here.wait().await;
    let mut phone = Phone { first, seen: Vec::new() };
    loop {
        let heads = told.borrow_and_update().clone();
        if heads.is_some_and(|heads| phone.has(&heads)) {
            return phone;
        }
        let next = async {
            tokio::select! {
                message = socket.next() => Some(message.unwrap()),
                _ = told.changed() => None,
            }
        };
        match timeout(PATIENCE, next).await {
            Ok(Some(message)) => {
                // whoever says nothing for long is taken for gone
                if message["t"] != "snap" {
                    socket.say(&json!({"t": "ack", "cur": socket.cursor()})).await;
                }
                phone.seen.push(message);
            }
            Ok(None) => {}
            Err(_) => panic!("the rest is never told, of {:?}: {:#?}", told.borrow(), phone.seen),
        }
    }
}

/// Polls one server and then the other with the same cursor until everything was told.
async fn by_poll(clients: [Client; 2], here: &Barrier, told: watch::Receiver<Option<Heads>>) -> Phone {
    let first = clients[0].get("/inbox").await;
    here.wait().await;
    let mut cursor = first.ok()["cursor"].as_str().unwrap().to_owned();
    let mut phone = Phone { first: named(&first.ok()["messages"][0]["scopes"]), seen: Vec::new() };
    for turn in 1.. {
        let heads = told.borrow().clone();
        if heads.is_some_and(|heads| phone.has(&heads)) {
            break;
        }
        assert!(turn < 5_000, "the rest is never told: {:#?}", phone.numbers());
        let answer = clients[turn % 2].get(&format!("/inbox?cursor={cursor}&wait=2")).await;
        phone.seen.extend(answer.ok()["messages"].as_array().unwrap().iter().cloned());
        cursor = answer.ok()["cursor"].as_str().unwrap().to_owned();
    }
    phone
}

/// Residents, dispatchers and workers at both servers in turns; then says where every scope stands.
async fn play(apps: &[App; 2], f: Fixture, here: &Barrier, told: watch::Sender<Option<Heads>>) {
    here.wait().await;
    let at = |n: usize, account| apps[n % 2].client(account);
    let lane = async |lane: usize| {
        for n in lane..lane + ORDERS {
            let (resident, dispatcher) = (at(n, f.resident), at(n + 1, f.dispatcher));
            let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
            match n % 3 {
                0 => drop(at(n, f.leader).claim(&order.id, order.attempt).await.ok()),
                1 => drop(at(n + 1, f.leader).claim(&order.id, order.attempt).await.ok()),
                _ => drop(dispatcher.command(&order.id, "recall", json!({"reason": "wrong_dispatch"})).await),
            }
        }
    };
    join_all((0..LANES).map(lane)).await;
    apps[0].settled().await.unwrap();
    let heads = "SELECT left(kind, 1) || ref_id || ' ' || seq AS t FROM scope";
    let heads = fixture::texts(apps[0].database(), heads).unwrap();
    let place = |text: &String| {
        let (name, seq) = text.split_once(' ').unwrap();
        (name.to_owned(), seq.parse().unwrap())
    };
    told.send(Some(heads.iter().map(place).collect())).unwrap();
}

/// Every notification of the phone's scopes since its welcome, each once and in order.
fn whole(database: &Database, phone: &Phone) -> usize {
    let rows = "SELECT left(s.kind, 1) || s.ref_id || ' ' || n.seq || ' ' || n.order_id || ' ' || n.kind AS t \
        FROM notification n JOIN scope s ON s.id = n.scope_id ORDER BY s.kind, s.ref_id, n.seq";
    let rows = fixture::texts(database, rows).unwrap();
    let mut wanted: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for row in &rows {
        let (scope, rest) = row.split_once(' ').unwrap();
        let seq: i64 = rest.split(' ').next().unwrap().parse().unwrap();
        if phone.first.get(scope).is_some_and(|first| seq > *first) {
            wanted.entry(scope).or_default().push(rest.to_owned());
        }
    }
    let numbers = phone.numbers();
    let mut got: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (scope, q, order, kind) in &numbers {
        got.entry(scope).or_default().push(format!("{q} {order} {kind}"));
    }
    assert_eq!(got, wanted);
    assert!(!wanted.is_empty(), "nothing was to be told: {:?}", phone.first);
    numbers.len()
}

async fn everything_once(queues: [Arc<dyn Queue>; 2]) {
    let seed: u64 = std::env::var("TEST_SEED").ok().map_or_else(rand::random, |seed| seed.parse().unwrap());
    println!("TEST_SEED={seed}");
    let database = Arc::new(Backend::Postgres.database().unwrap());
    let f = fixture::plant(&database).unwrap();
    let [one, other] = queues.map(|queue| Troubled::new(queue, seed));
    let done = [one.done(), other.done()];
    let apps = [
        App::join(&database, f, Box::new(one)).await.unwrap(),
        App::join(&database, f, Box::new(other)).await.unwrap(),
    ];
    let (tell, told) = watch::channel(None);
    // everybody is welcomed before anything happens
    let here = Barrier::new(6);
    let at = |n: usize, account| by_socket(apps[n].client(account), &here, told.clone());
    let poller = [0, 1].map(|n: usize| apps[n].client(f.third_worker));
    let sockets = join_all([at(0, f.worker), at(1, f.second_worker), at(0, f.resident), at(1, f.dispatcher)]);
    let (sockets, poller, ()) =
        tokio::join!(sockets, by_poll(poller, &here, told.clone()), play(&apps, f, &here, tell));
    for phone in sockets.iter().chain([&poller]) {
        let heard = whole(&database, phone);
        assert!(heard > LANES * ORDERS, "{heard} of {:?}", phone.first);
        let snaps = phone.seen.iter().filter(|m| m["t"] == "snap" && m["head"] != 0).count();
        assert_eq!(snaps, 0, "nobody had to start over: {:#?}", phone.seen);
    }
    for done in done {
        assert!(done.counts().iter().all(|n| *n > 0), "nothing went wrong: {done:?}");
    }
    let [one, other] = apps;
    one.finish().await.unwrap();
    other.finish().await.unwrap();
}

#[tokio::test]
async fn whatever_memory_loses() {
    let memory: Arc<dyn Queue> = Arc::new(Memory::default());
    everything_once([memory.clone(), memory]).await;
}

#[tokio::test]
async fn whatever_redis_loses() {
    let redis = Redis::start().await.unwrap();
    let streams = || -> Arc<dyn Queue> { Arc::new(Streams::new(&redis.url(), "t").unwrap()) };
    everything_once([streams(), streams()]).await;
}
