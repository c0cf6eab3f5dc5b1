//! Several claims that wait for one row: the slots they get, one after the other.

use super::held::{Holder, claiming, one, until_blocked};
use super::stage::{events, holders};
use harness::app::on;
use harness::client::new_key;
use harness::database::Backend;
use harness::fixture::{TWO_SLOTS, UNCHECKED};
use serde_json::json;

#[test]
fn one_person_with_two_keys_gets_one_slot_of_two() {
    on(Backend::Postgres, async |app| {
        let order = one(app, TWO_SLOTS).await;
        let holder = Holder::of(app, &order);
        let claim = |key: String| {
            let (client, path) = (app.client(app.fixture.worker), format!("/orders/{}/claim", order.id));
            let body = json!({"attempt": order.attempt});
            tokio::spawn(async move { client.post_keyed(&path, &key, body).await })
        };
        let (one, other) = (claim(new_key()), claim(new_key()));
        until_blocked(app, 2).await;
        holder.commit();
        let (one, other) = (one.await.unwrap(), other.await.unwrap());
        assert_eq!(one.ok(), other.ok(), "both are told of the one slot");
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
        let people = [app.fixture.worker, app.fixture.second_worker];
        let claims = people.map(|account| claiming(&app.client(account), &order));
        until_blocked(app, 2).await;
        holder.commit();
        let mut slots = Vec::new();
        for claim in claims {
            slots.push(claim.await.unwrap().ok()["slot"].as_i64().unwrap());
        }
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
            let people = [app.fixture.worker, app.fixture.second_worker];
            let claims = people.map(|account| claiming(&app.client(account), &order));
            until_blocked(app, 2).await;
            holder.commit();
            let mut statuses = Vec::new();
            for claim in claims {
                let answer = claim.await.unwrap();
                if answer.status != 200 {
                    answer.refused(409, "ORDER_ALREADY_CLAIMED");
                }
                statuses.push(answer.status);
            }
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409]);
        }
    })
    .unwrap();
}
