//! Who orders, dispatches and claims meanwhile. Each asks at the one server and then at the other, with the same key,
//! until answered; a worker whose socket is closed comes back on the other server with the cursor.

use futures_util::future::join_all;
use harness::client::live::Socket;
use harness::client::remote::client;
use harness::client::{Answer, Client, new_key};
use harness::database::Database;
use harness::fixture::crowd;
use harness::fixture::{self, GRID, UNCHECKED};
use harness::wait::eventually;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;

const WORKERS: usize = 4;
const LANES: usize = 3;
const PATIENCE: Duration = Duration::from_secs(60);

/// One person's clients at both servers.
type Both = [Client; 2];

/// A claim that was answered with a win: what it asked, and the slot and instant it was told.
struct Win {
    worker: usize,
    path: String,
    body: Value,
    told: Value,
}

pub struct People {
    addresses: [String; 2],
    resident: Both,
    dispatcher: Both,
    workers: Vec<(i64, Both)>,
    /// Orders placed and not yet won, and those won.
    open: Mutex<BTreeSet<String>>,
    won: Mutex<BTreeMap<String, Win>>,
    connected: AtomicUsize,
    closed: AtomicUsize,
    stopped: AtomicBool,
    heads: watch::Sender<Option<Value>>,
}

/// Asks until answered, at one server and then the other.
async fn insist(who: &Both, path: &str, body: &Value) -> Answer {
    let (key, mut turn) = (new_key(), 0);
    eventually(PATIENCE, &format!("an answer to POST {path}"), async || {
        turn += 1;
        match who[turn % 2].try_post(path, &key, body).await {
            Ok(answer) if answer.status != 503 => Ok(answer),
            Ok(answer) => Err(format!("{answer:?}")),
            Err(e) => Err(format!("{e:#}")),
        }
    })
    .await
    .unwrap()
}

fn held(answer: &Answer) -> Value {
    json!([answer.ok()["slot"], answer.ok()["at"]])
}

impl People {
    pub fn of(database: &Database, addresses: [String; 2]) -> Self {
        let f = fixture::plant(database).unwrap();
        let crowd = crowd::workers(database, GRID, WORKERS).unwrap();
        let both = |account| {
            addresses
                .each_ref()
                .map(|address| client(database, &format!("http://{address}"), account).unwrap())
        };
        Self {
            resident: both(f.resident),
            dispatcher: both(f.dispatcher),
            workers: crowd.iter().map(|w| (w.account, both(w.account))).collect(),
            open: Mutex::default(),
            won: Mutex::default(),
            connected: AtomicUsize::new(0),
            closed: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            heads: watch::Sender::new(None),
            addresses,
        }
    }

    pub fn address(&self, n: usize) -> &str {
        &self.addresses[n]
    }

    /// Orders, accepts and dispatches until stopped; the orders.
    pub async fn order(&self) -> BTreeSet<String> {
        let place = json!({"serviceItemId": UNCHECKED.to_string(), "areaId": GRID.to_string(), "title": "代办证件",
            "description": "行动不便", "contact": {"name": "王小明", "phone": "13812345678", "address": "西郊一组"}});
        let lanes = join_all((0..LANES).map(async |_| {
            let mut placed = Vec::new();
            while !self.stopped.load(Ordering::SeqCst) {
                let answer = insist(&self.resident, "/orders", &place).await;
                let id = answer.ok()["id"].as_str().unwrap().to_owned();
                self.open.lock().unwrap().insert(id.clone());
                for step in ["accept", "dispatch"] {
                    insist(&self.dispatcher, &format!("/orders/{id}/{step}"), &json!({})).await.ok();
                }
                placed.push(id);
                // no faster than the workers
                let room = async || {
                    if self.open.lock().unwrap().len() < 2 * LANES { Ok(()) } else { Err("many wait") }
                };
                eventually(PATIENCE, "orders to be claimed", room).await.unwrap();
            }
            placed
        }));
        lanes.await.into_iter().flatten().collect()
    }

    /// Every worker's socket, with all that it was told, once everything was.
    pub async fn work(&self) -> Vec<Socket> {
        join_all((0..WORKERS).map(|worker| self.hold(worker))).await
    }

    async fn hold(&self, worker: usize) -> Socket {
        let mut at = worker % 2;
        let mut told = self.heads.subscribe();
        let mut socket = self.connect(worker, at, Vec::new()).await;
        loop {
            let heads = told.borrow_and_update().clone();
            let cursor = socket.cursor();
            let places = cursor.as_object().unwrap();
            if heads.is_some_and(|heads| places.iter().all(|(scope, place)| place[1] == heads[scope])) {
                return socket;
            }
            let next = tokio::select! {
                next = socket.next() => next,
                _ = told.changed() => continue,
            };
            match next {
                Ok(message) if message["t"] == "offer" => self.claim(worker, &message).await,
                // whoever says nothing for long is taken for gone
                Ok(_) => drop(socket.try_say(&json!({"t": "ack", "cur": cursor})).await),
                Err(e) => {
                    assert_eq!(e.to_string(), "closed: 1012");
                    self.connected.fetch_sub(1, Ordering::SeqCst);
                    self.closed.fetch_add(1, Ordering::SeqCst);
                    at = 1 - at;
                    socket = self.connect(worker, at, socket.seen).await;
                }
            }
        }
    }

    async fn connect(&self, worker: usize, at: usize, seen: Vec<Value>) -> Socket {
        let mut socket = self.workers[worker].1[at].socket().await;
        socket.seen = seen;
        let cursor = socket.cursor();
        socket.hello(&cursor).await;
        self.connected.fetch_add(1, Ordering::SeqCst);
        socket
    }

    async fn claim(&self, worker: usize, offer: &Value) {
        let order = offer["order"].as_str().unwrap().to_owned();
        let (path, body) = (format!("/orders/{order}/claim"), json!({"attempt": offer["attempt"]}));
        let answer = insist(&self.workers[worker].1, &path, &body).await;
        if answer.status == 200 {
            let win = Win { worker, path, body, told: held(&answer) };
            let before = self.won.lock().unwrap().insert(order.clone(), win);
            assert!(before.is_none(), "order {order} was won twice");
            self.open.lock().unwrap().remove(&order);
        } else {
            answer.refused(409, "ORDER_ALREADY_CLAIMED");
        }
    }

    /// Waits until so many more orders were claimed.
    pub async fn until_claimed(&self, more: usize) {
        let claimed = || self.won.lock().unwrap().len();
        let wanted = claimed() + more;
        eventually(PATIENCE, "orders to be claimed", async || match claimed() {
            n if n >= wanted => Ok(()),
            n => Err(format!("{n} of {wanted} are")),
        })
        .await
        .unwrap();
    }

    /// Waits until every worker is on a socket.
    pub async fn all_connected(&self) {
        eventually(PATIENCE, "the workers to come back", async || {
            match self.connected.load(Ordering::SeqCst) {
                WORKERS => Ok(()),
                n => Err(format!("{n} are here")),
            }
        })
        .await
        .unwrap();
    }

    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    pub fn nothing_open(&self) -> Result<(), String> {
        let open = self.open.lock().unwrap();
        if open.is_empty() { Ok(()) } else { Err(format!("{open:?}")) }
    }

    /// Says where every scope stands: nothing more will happen.
    pub fn tell_heads(&self, database: &Database) {
        let heads =
            fixture::texts(database, "SELECT left(kind, 1) || ref_id || ' ' || seq AS t FROM scope").unwrap();
        let place = |text: &String| {
            let (name, seq) = text.split_once(' ').unwrap();
            (name.to_owned(), json!(seq.parse::<i64>().unwrap()))
        };
        self.heads.send_replace(Some(Value::Object(heads.iter().map(place).collect())));
    }

    /// Each was told every notification of the grid once and in order, over however many sockets.
    pub fn told_everything(&self, database: &Database, sockets: &[Socket]) {
        let rows = format!(
            "SELECT n.order_id * 10 + CASE n.kind WHEN 'offer' THEN 1 ELSE 0 END AS n FROM notification n \
             JOIN scope s ON s.id = n.scope_id WHERE s.kind = 'area' AND s.ref_id = {GRID} ORDER BY n.seq"
        );
        let rows = fixture::numbers(database, &rows).unwrap();
        let grid = format!("a{GRID}");
        for socket in sockets {
            socket.whole();
            let of_grid = socket.seen.iter().filter(|m| m["s"] == grid.as_str() && m["q"].is_i64());
            let order = |m: &Value| m["order"].as_str().unwrap().parse::<i64>().unwrap();
            let seen: Vec<i64> = of_grid.map(|m| order(m) * 10 + i64::from(m["t"] == "offer")).collect();
            assert_eq!(seen, rows);
            let anew = socket.seen.iter().filter(|m| m["t"] == "snap" && m["head"] != 0).count();
            assert_eq!(anew, 0, "the cursor is good everywhere: {:#?}", socket.seen);
        }
        // two sockets at the first server, then all four at the second
        assert_eq!(self.closed.load(Ordering::SeqCst), WORKERS / 2 + WORKERS);
    }

    /// The database holds the orders that were answered, and for each the win that was told.
    pub fn all_there(&self, database: &Database, orders: &BTreeSet<String>) {
        let ids =
            |texts: &BTreeSet<String>| texts.iter().map(|id| id.parse().unwrap()).collect::<BTreeSet<i64>>();
        let stored: BTreeSet<i64> = fixture::order_ids(database).unwrap().into_iter().collect();
        assert_eq!(stored, ids(orders), "an order was lost or made twice");
        let live = "SELECT order_id AS a, account_id AS b FROM claim WHERE released_at IS NULL";
        let live: BTreeMap<i64, i64> = fixture::pairs(database, live).unwrap().into_iter().collect();
        let won = self.won.lock().unwrap();
        let told =
            won.iter().map(|(order, win)| (order.parse().unwrap(), self.workers[win.worker].0)).collect();
        assert_eq!(live, told);
        assert_eq!(live.len(), stored.len(), "every order was claimed");
    }

    /// Asks for every win again: the same answers of the new servers.
    pub async fn same_answers(&self) {
        let won = std::mem::take(&mut *self.won.lock().unwrap());
        for win in won.into_values() {
            let again = insist(&self.workers[win.worker].1, &win.path, &win.body).await;
            assert_eq!(held(&again), win.told, "{}", win.path);
        }
    }
}
