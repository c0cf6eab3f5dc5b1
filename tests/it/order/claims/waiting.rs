//! Claims that wait for the order's row while another transaction changes the order: what that one commits decides.

use super::held::{Holder, claiming, one, until_blocked};
use super::stage::{Offered, events, holders};
use domain::order::{Command, Reason};
use domain::organisation::Scope;
use domain::people::Actor;
use domain::{AccountId, AreaId};
use harness::app::{App, on};
use harness::client::Answer;
use harness::database::Backend;
use harness::fixture::crowd;
use harness::fixture::{self, GRID, OTHER_GRID, UNCHECKED};

fn person(account: i64) -> Actor {
    Actor::Person(AccountId(account))
}

/// Lets a worker's claim wait while `change` happens to the order, and returns its answer.
async fn meanwhile(app: &App, order: &Offered, change: impl FnOnce(&mut Holder<'_>)) -> Answer {
    let mut holder = Holder::of(app, order);
    let claim = claiming(&app.client(app.fixture.worker), order);
    until_blocked(app, 1).await;
    change(&mut holder);
    holder.commit();
    claim.await.unwrap()
}

fn lose_role(app: &App, account: i64) {
    fixture::run(app.database(), &format!("DELETE FROM role_binding WHERE account_id = {account}")).unwrap();
    crowd::refresh(app.database(), &[account]).unwrap();
}

#[test]
fn a_member_removed_meanwhile_does_not_win() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let answer = meanwhile(app, &order, |holder| {
            lose_role(app, app.fixture.worker);
            holder.apply(
                Command::Redispatch { scopes: vec![Scope::Area(AreaId(GRID))], rings: Vec::new() },
                Actor::System,
            );
        });
        answer.await.refused(403, "NOT_ELIGIBLE");
        assert_eq!(holders(app.database(), order.key()), [0i64; 0]);
        let colleague = app.client(app.fixture.second_worker);
        assert_eq!(colleague.claim(&order.id, order.attempt + 1).await.ok()["result"], "won");
    })
    .unwrap();
}

/// Why the attempt has to rise: the waiting statement's membership is its old snapshot's.
#[test]
fn a_member_removed_meanwhile_would_win_if_the_attempt_stayed() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let answer = meanwhile(app, &order, |_| lose_role(app, app.fixture.worker)).await;
        assert_eq!(answer.ok()["result"], "won");
    })
    .unwrap();
}

#[test]
fn a_ring_widened_meanwhile_does_not_lose_an_earlier_candidates_claim() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let wider = Command::Widen { scopes: vec![Scope::Area(AreaId(OTHER_GRID))] };
        let answer = meanwhile(app, &order, |holder| holder.apply(wider, Actor::System)).await;
        assert_eq!(answer.ok()["result"], "won");
        let late = app.client(app.fixture.other_worker).claim(&order.id, order.attempt).await;
        assert_eq!(late.refused(409, "ORDER_ALREADY_CLAIMED")["detail"]["by"], "张**");
    })
    .unwrap();
}

#[test]
fn an_order_recalled_meanwhile_is_gone() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let recall = Command::Recall { reason: Reason::WrongDispatch };
        let dispatcher = person(app.fixture.dispatcher);
        let answer = meanwhile(app, &order, |holder| holder.apply(recall, dispatcher)).await;
        answer.refused(409, "OFFER_GONE");
        assert_eq!(events(app.database(), order.key(), "claimed"), 0);
    })
    .unwrap();
}

#[test]
fn an_order_withdrawn_meanwhile_is_gone() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let withdraw = Command::Withdraw { reason: Reason::Mistake };
        let resident = person(app.fixture.resident);
        let answer = meanwhile(app, &order, |holder| holder.apply(withdraw, resident)).await;
        answer.refused(409, "OFFER_GONE");
        assert_eq!(events(app.database(), order.key(), "claimed"), 0);
    })
    .unwrap();
}

#[test]
fn an_order_suspended_meanwhile_is_not_won() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let until = app.state.clock.now() + chrono::TimeDelta::hours(1);
        let request = Command::RequestSuspend { reason: Reason::Weather, until };
        let answer = meanwhile(app, &order, |holder| {
            holder.apply(request, person(app.fixture.dispatcher));
            holder.apply(Command::GrantRequest, person(app.fixture.supervisor));
        });
        answer.await.refused(409, "OFFER_GONE");
        let new = app.client(app.fixture.worker).claim(&order.id, order.attempt + 1).await;
        new.refused(409, "SUSPENDED");
    })
    .unwrap();
}

#[test]
fn an_order_directed_to_somebody_else_meanwhile_is_gone() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let assignee = domain::organisation::Assignee::Person(AccountId(app.fixture.second_worker));
        let answer =
            meanwhile(app, &order, |holder| holder.apply(Command::Assign { assignee }, Actor::System));
        answer.await.refused(409, "OFFER_GONE");
    })
    .unwrap();
}

/// The timer that the waiting statement saw has moved on; none is left behind (the harness checks it).
#[test]
fn an_order_escalated_meanwhile_is_won_and_never_escalated_again() {
    on(Backend::Postgres, async |app| {
        let order = one(app, UNCHECKED).await;
        let escalate = Command::Expire { timer: domain::order::TimerKind::Escalation };
        let answer = meanwhile(app, &order, |holder| {
            // as the ladder's step would, which the server is about to take as well
            holder.apply(Command::Widen { scopes: vec![Scope::Area(AreaId(OTHER_GRID))] }, Actor::System);
            app.state.clock.advance(chrono::TimeDelta::seconds(121));
            holder.apply(escalate, Actor::System);
        });
        assert_eq!(answer.await.ok()["result"], "won");
        let left = format!("timer WHERE order_id = {} AND kind = 'escalation'", order.id);
        assert_eq!(super::stage::count(app.database(), &left), 0);
        assert_eq!(events(app.database(), order.key(), "left_unclaimed"), 1);
    })
    .unwrap();
}
