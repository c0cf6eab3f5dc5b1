//! Claims of different orders that come at the same time share a statement, and spoil nothing for each other.

use super::held::{Holder, beside, one, until_blocked};
use super::stage::{Offered, count, events, holders};
use futures_util::future::join_all;
use harness::app::{App, on};
use harness::database::Backend;
use harness::fixture::{self, UNCHECKED};
use persistence::order::claims::{ClaimAsk, Outcome};

/// Orders that are offered.
const ORDERS: usize = 20;

async fn several(app: &App) -> Vec<Offered> {
    let mut orders = Vec::new();
    for _ in 0..ORDERS {
        orders.push(one(app, UNCHECKED).await);
    }
    orders
}

/// The worker claims all of these at once.
async fn claim_all(app: &App, orders: &[Offered]) -> Vec<Outcome> {
    let claim = |order: &Offered| {
        app.state.store.claim(ClaimAsk {
            order: domain::OrderId(order.key()),
            attempt: order.attempt.try_into().unwrap(),
            account: domain::AccountId(app.fixture.worker),
            from: domain::order::Status::Pooled,
            key: Some(format!("of {}", order.id)),
        })
    };
    join_all(orders.iter().map(claim)).await.into_iter().map(Result::unwrap).collect()
}

/// Transactions that the claims of the worker were written by.
fn commits(app: &App) -> i64 {
    let written = format!(
        "(SELECT DISTINCT CAST(xmin AS TEXT) FROM claim WHERE account_id = {}) AS w",
        app.fixture.worker
    );
    count(app.database(), &written)
}

#[test]
fn they_share_commits_and_each_is_whole() {
    on(Backend::Postgres, async |app| {
        let orders = several(app).await;
        let outcomes = claim_all(app, &orders).await;
        assert!(commits(app) < i64::try_from(ORDERS).unwrap() / 2, "{} commits", commits(app));
        for (order, outcome) in orders.iter().zip(outcomes) {
            assert!(matches!(outcome, Outcome::Won(win) if win.slot == 1 && win.full), "{outcome:?}");
            assert_eq!(holders(app.database(), order.key()), [app.fixture.worker]);
            assert_eq!(events(app.database(), order.key(), "claimed"), 1);
            let key = format!("claim WHERE order_id = {} AND key = 'of {}'", order.key(), order.id);
            assert_eq!(count(app.database(), &key), 1, "its own key");
            let escalation = format!("timer WHERE order_id = {} AND kind = 'escalation'", order.key());
            assert_eq!(count(app.database(), &escalation), 0);
        }
        let again = claim_all(app, &orders).await;
        assert!(again.iter().all(|outcome| matches!(outcome, Outcome::Won(_))), "the same answer: {again:?}");
    })
    .unwrap();
}

#[test]
fn a_row_that_is_held_holds_up_nobody_else() {
    on(Backend::Postgres, async |app| {
        let mut orders = several(app).await;
        let held = orders.remove(ORDERS / 2);
        let holder = Holder::of(app, &held);
        let waits = beside(app, &held, app.fixture.worker);
        let outcomes = claim_all(app, &orders).await;
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Won(_))), "{outcomes:?}");
        until_blocked(app, 1).await;
        assert!(!waits.is_finished(), "its row is held");
        holder.commit();
        assert!(matches!(waits.await.unwrap(), Outcome::Won(_)));
    })
    .unwrap();
}

#[test]
fn one_that_an_index_refuses_spoils_no_other() {
    on(Backend::Postgres, async |app| {
        let orders = several(app).await;
        let (refused, other) = (&orders[ORDERS / 2], app.fixture.second_worker);
        // what no command writes: the slot is taken, and the order does not say so
        let taken = format!(
            "INSERT INTO claim (order_id, attempt, slot, account_id, at) VALUES ({}, {}, 1, {other}, now())",
            refused.id, refused.attempt
        );
        fixture::run(app.database(), &taken).unwrap();
        let outcomes = claim_all(app, &orders).await;
        for (order, outcome) in orders.iter().zip(outcomes) {
            let won = matches!(outcome, Outcome::Won(_));
            assert_eq!(won, order.id != refused.id, "{outcome:?}");
        }
        assert_eq!(holders(app.database(), refused.key()), [other]);
        assert_eq!(events(app.database(), refused.key(), "claimed"), 0, "nothing of it was kept");
        fixture::run(app.database(), &format!("DELETE FROM claim WHERE account_id = {other}")).unwrap();
        let outcome = claim_all(app, std::slice::from_ref(refused)).await;
        assert!(matches!(outcome[..], [Outcome::Won(_)]), "{outcome:?}");
    })
    .unwrap();
}
