//! Several claims that wait for one row: the slots they get, one after the other. A server sends one claim at a time for
//! an order, so the others come as another replica's would.

use super::held::{Holder, beside, claiming, one, until_blocked};
use super::stage::{events, holders};
use harness::app::on;
use harness::database::Backend;
use harness::fixture::{TWO_SLOTS, UNCHECKED};
use persistence::order::claims::Outcome;

/// The slot of a won claim.
fn slot(outcome: &Outcome) -> i64 {
    match outcome {
        Outcome::Won(win) => win.slot.into(),
        other => panic!("not won: {other:?}"),
    }
}

#[test]
fn one_person_with_two_keys_gets_one_slot_of_two() {
    on(Backend::Postgres, async |app| {
        let order = one(app, TWO_SLOTS).await;
        let holder = Holder::of(app, &order);
        let here = claiming(&app.client(app.fixture.worker), &order);
        let there = beside(app, &order, app.fixture.worker);
        until_blocked(app, 2).await;
        holder.commit();
        let (here, there) = (here.await.unwrap(), there.await.unwrap());
        assert_eq!(here.ok()["slot"], slot(&there), "both are told of the one slot");
        assert_eq!(holders(app.database(), order.key()), [app.fixture.worker]);
        assert_eq!(events(app.database(), order.key(), "claimed"), 1);
        let second = app.client(app.fixture.second_worker).claim(&order.id, order.attempt).await;
        assert_eq!(second.ok()["slot"], 2);
    })
    .unwrap();
}

#[test]
fn two_people_waiting_get_a_slot_each() {
    on(Backend::Postgres, async |app| {
        let order = one(app, TWO_SLOTS).await;
        let holder = Holder::of(app, &order);
        let here = claiming(&app.client(app.fixture.worker), &order);
        let there = beside(app, &order, app.fixture.second_worker);
        until_blocked(app, 2).await;
        holder.commit();
        let here = here.await.unwrap();
        let mut slots = [here.ok()["slot"].as_i64().unwrap(), slot(&there.await.unwrap())];
        slots.sort_unstable();
        assert_eq!(slots, [1, 2]);
    })
    .unwrap();
}

#[test]
fn of_two_people_waiting_for_the_last_slot_one_wins() {
    on(Backend::Postgres, async |app| {
        for item in [UNCHECKED, TWO_SLOTS] {
            let order = one(app, item).await;
            if item == TWO_SLOTS {
                app.client(app.fixture.third_worker).claim(&order.id, order.attempt).await.ok();
            }
            let holder = Holder::of(app, &order);
            let here = claiming(&app.client(app.fixture.worker), &order);
            let there = beside(app, &order, app.fixture.second_worker);
            until_blocked(app, 2).await;
            holder.commit();
            match (here.await.unwrap(), there.await.unwrap()) {
                (here, Outcome::Lost { .. }) => assert_eq!(here.ok()["result"], "won"),
                (here, Outcome::Won(_)) => {
                    here.refused(409, "ORDER_ALREADY_CLAIMED");
                }
                (here, there) => panic!("{here:?} {there:?}"),
            }
        }
    })
    .unwrap();
}
