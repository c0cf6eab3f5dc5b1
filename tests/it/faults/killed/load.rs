//! A few people who order, review, dispatch and claim without pause. Each asks again with the same key until
//! answered, as the mini-program does, so every order is finished in the end, whatever is killed meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use harness::client::remote::client;
use harness::client::{Answer, Client, new_key};
use harness::database::Database;
use harness::fixture::crowd;
use harness::fixture::crowd::Worker;
use harness::fixture::{self, GRID, UNCHECKED};
use harness::wait::eventually;
use serde_json::{Value, json};

pub const PEOPLE: usize = 6;
pub const ORDERS: usize = 10;
/// How long somebody goes on asking: longer than a restart.
const PATIENCE: Duration = Duration::from_secs(60);

/// A write that was answered: where, with which key and body, and what.
struct Written {
    path: String,
    key: String,
    body: Value,
    answer: Answer,
}

/// An order as those who made it remember it.
pub struct Remembered {
    id: String,
    placed: Written,
    accepted: Written,
    dispatched: Written,
    /// The worker who was told of the win, and the slot and instant it was told.
    won: (usize, Value),
    lost: usize,
}

pub struct Load {
    resident: Client,
    dispatcher: Client,
    workers: Vec<(Worker, Client)>,
    /// Orders finished so far.
    done: AtomicUsize,
}

/// Asks until answered. A server that is gone or says "later" (503) is asked again with the same key.
async fn insist(who: &Client, path: String, body: Value) -> Written {
    let key = new_key();
    let what = format!("an answer to POST {path}");
    let answer = eventually(PATIENCE, &what, async || match who.try_post(&path, &key, &body).await {
        Ok(answer) if answer.status != 503 => Ok(answer),
        Ok(answer) => Err(format!("{answer:?}")),
        Err(e) => Err(format!("{e:#}")),
    });
    let answer = answer.await.unwrap();
    Written { path, key, body, answer }
}

impl Load {
    /// Plants the county and a crowd, and signs everybody in at the server that is to be at `base`.
    pub fn on(database: &Database, base: &str) -> Self {
        let f = fixture::plant(database).unwrap();
        let crowd = crowd::workers(database, GRID, PEOPLE * 2).unwrap();
        let of = |account| client(database, base, account).unwrap();
        Self {
            resident: of(f.resident),
            dispatcher: of(f.dispatcher),
            workers: crowd.into_iter().map(|w| (w.clone(), of(w.account))).collect(),
            done: AtomicUsize::new(0),
        }
    }

    async fn one(&self, n: usize) -> Remembered {
        let place = json!({"serviceItemId": UNCHECKED.to_string(), "areaId": GRID.to_string(), "title": "代办证件",
            "description": "行动不便", "contact": {"name": "王小明", "phone": "13812345678", "address": "西郊一组"}});
        let placed = insist(&self.resident, "/orders".into(), place).await;
        let id = placed.answer.ok()["id"].as_str().unwrap().to_owned();
        let accepted = insist(&self.dispatcher, format!("/orders/{id}/accept"), json!({})).await;
        accepted.answer.ok();
        let dispatched = insist(&self.dispatcher, format!("/orders/{id}/dispatch"), json!({})).await;
        let attempt = dispatched.answer.ok()["attempt"].clone();
        let claim = async |who: usize| {
            insist(&self.workers[who].1, format!("/orders/{id}/claim"), json!({"attempt": attempt}))
                .await
                .answer
        };
        let (one, other) = (n * 2, n * 2 + 1);
        let (of_one, of_other) = tokio::join!(claim(one), claim(other));
        let (won, lost) = if of_one.status == 200 { (one, other) } else { (other, one) };
        let (win, loss) = if won == one { (of_one, of_other) } else { (of_other, of_one) };
        loss.refused(409, "ORDER_ALREADY_CLAIMED");
        let held = json!([win.ok()["slot"], win.ok()["at"]]);
        self.done.fetch_add(1, Ordering::SeqCst);
        Remembered { id, placed, accepted, dispatched, won: (won, held), lost }
    }

    /// Everybody works; `faults` happen meanwhile.
    pub async fn run(&self, faults: impl Future<Output = ()>) -> Vec<Remembered> {
        let work = join_all((0..PEOPLE).map(async |n| {
            let mut orders = Vec::new();
            for _ in 0..ORDERS {
                orders.push(self.one(n).await);
            }
            orders
        }));
        let (orders, ()) = tokio::join!(work, faults);
        orders.into_iter().flatten().collect()
    }

    /// Waits until so many orders are claimed; some must still be to come.
    pub async fn until_done(&self, orders: usize) {
        let enough =
            eventually(PATIENCE, "orders to be claimed", async || match self.done.load(Ordering::SeqCst) {
                n if n >= orders => Ok(n),
                n => Err(format!("{n} are")),
            });
        assert!(enough.await.unwrap() < PEOPLE * ORDERS, "the fault comes under load");
    }

    /// Asks the server for everything again: the same answers.
    pub async fn same_answers(&self, orders: &[Remembered]) {
        for order in orders {
            let by_dispatcher = [&order.accepted, &order.dispatched].map(|write| (&self.dispatcher, write));
            for (who, write) in [(&self.resident, &order.placed)].into_iter().chain(by_dispatcher) {
                let again = who.post_keyed(&write.path, &write.key, write.body.clone()).await;
                assert_eq!(again.ok(), write.answer.ok(), "{} {}", write.path, write.key);
            }
            let claim = format!("/orders/{}/claim", order.id);
            let body = json!({"attempt": order.dispatched.answer.ok()["attempt"]});
            let again = self.workers[order.won.0].1.post(&claim, body.clone()).await;
            assert_eq!(json!([again.ok()["slot"], again.ok()["at"]]), order.won.1);
            let again = self.workers[order.lost].1.post(&claim, body).await;
            again.refused(409, "ORDER_ALREADY_CLAIMED");
        }
    }

    /// The database holds what was acknowledged and nothing else.
    pub fn all_there(&self, database: &Database, orders: &[Remembered]) {
        let ids: BTreeSet<i64> = orders.iter().map(|o| o.id.parse().unwrap()).collect();
        assert_eq!(ids.len(), PEOPLE * ORDERS, "each its own order");
        let stored: BTreeSet<i64> = fixture::order_ids(database).unwrap().into_iter().collect();
        assert_eq!(stored, ids, "an order was lost or made twice");
        let live = "SELECT order_id * 100000 + account_id AS n FROM claim WHERE released_at IS NULL";
        let live: BTreeMap<i64, i64> = fixture::numbers(database, live)
            .unwrap()
            .into_iter()
            .map(|n| (n / 100_000, n % 100_000))
            .collect();
        let won: BTreeMap<i64, i64> =
            orders.iter().map(|o| (o.id.parse().unwrap(), self.workers[o.won.0].0.account)).collect();
        assert_eq!(live, won);
        let claimed = "SELECT count(*) AS n FROM order_event WHERE kind = 'claimed'";
        let count = i64::try_from(orders.len()).unwrap();
        assert_eq!(fixture::numbers(database, claimed).unwrap(), [count]);
    }
}
