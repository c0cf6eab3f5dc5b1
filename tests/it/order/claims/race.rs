//! Many at once for one order: one winner, everyone else told who it was, one event.

use super::stage::{count, events, holders, offered};
use domain::words::mask::mask_name;
use futures_util::future::join_all;
use harness::both;
use harness::client::{Answer, new_key};
use harness::fixture::crowd;
use harness::fixture::crowd::Worker;
use harness::fixture::{GRID, UNCHECKED};
use serde_json::json;

/// Checks the answers of a race for one slot and returns the winner's place.
pub fn one_winner(crowd: &[Worker], answers: &[Answer]) -> usize {
    let won: Vec<usize> = (0..answers.len()).filter(|n| answers[*n].status == 200).collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    let winner = won[0];
    assert_eq!(answers[winner].ok()["result"], "won");
    let name = mask_name(&crowd[winner].name);
    for (n, answer) in answers.iter().enumerate().filter(|(n, _)| *n != winner) {
        let detail = &answer.refused(409, "ORDER_ALREADY_CLAIMED")["detail"];
        assert_eq!((&detail["result"], &detail["by"]), (&json!("lost"), &json!(name)), "{n}");
        assert_eq!(detail["at"], answers[winner].ok()["at"]);
        assert!(!answer.body.to_string().contains(&crowd[winner].name), "the name is masked: {answer:?}");
    }
    winner
}

both!(fifty_race_for_one_order, async |app| {
    let crowd = crowd::workers(app.database(), GRID, 50).unwrap();
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    let clients: Vec<_> = crowd.iter().map(|w| app.client(w.account)).collect();
    assert_eq!(clients[7].get("/me/offers").await.ok()["list"][0]["order"], order.id.as_str());
    let answers = join_all(clients.iter().map(|c| c.claim(&order.id, order.attempt))).await;
    let winner = one_winner(&crowd, &answers);
    assert_eq!(events(app.database(), order.key(), "claimed"), 1);
    assert_eq!(holders(app.database(), order.key()), [crowd[winner].account]);
    let again = clients[winner].claim(&order.id, order.attempt).await;
    assert_eq!(again.ok(), answers[winner].ok(), "the winner's retry is answered alike");
    for (n, loser) in clients.iter().enumerate().filter(|(n, _)| *n != winner).take(5) {
        assert_eq!(loser.get("/me/offers").await.ok()["list"], json!([]), "the offer is off the list of {n}");
        let again = loser.claim(&order.id, order.attempt).await;
        assert_eq!(again.body["detail"], answers[n].body["detail"], "a loser's retry is answered alike");
    }
});

both!(one_key_a_hundred_times_is_one_claim, async |app| {
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    let (worker, key) = (app.client(app.fixture.worker), new_key());
    let path = format!("/orders/{}/claim", order.id);
    let body = json!({"attempt": order.attempt});
    let answers = join_all((0..100).map(|_| worker.post_keyed(&path, &key, body.clone()))).await;
    for answer in &answers {
        assert_eq!(answer.ok(), answers[0].ok());
    }
    assert_eq!(events(app.database(), order.key(), "claimed"), 1);
    let stored = format!("claim WHERE order_id = {} AND key = '{key}'", order.id);
    assert_eq!(count(app.database(), &stored), 1);
});

both!(ten_orders_raced_for_at_once_have_ten_winners, async |app| {
    let crowd = crowd::workers(app.database(), GRID, 10).unwrap();
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    let mut orders = Vec::new();
    for _ in 0..10 {
        orders.push(offered(&resident, &dispatcher, UNCHECKED, json!({})).await);
    }
    let clients: Vec<_> = crowd.iter().map(|w| app.client(w.account)).collect();
    // everyone goes for all of them, each beginning at another one
    let run = async |n: usize| {
        let mut answers = Vec::new();
        for m in 0..orders.len() {
            let order = &orders[(n + m) % orders.len()];
            answers.push(((n + m) % orders.len(), clients[n].claim(&order.id, order.attempt).await));
        }
        answers
    };
    let answers: Vec<_> = join_all((0..clients.len()).map(run)).await.into_iter().flatten().collect();
    for (n, order) in orders.iter().enumerate() {
        let of_order = answers.iter().filter(|(of, _)| *of == n);
        let won = of_order.clone().filter(|(_, a)| a.status == 200).count();
        let lost = of_order.filter(|(_, a)| a.body["error"] == "ORDER_ALREADY_CLAIMED").count();
        assert_eq!((won, lost), (1, 9), "order {}", order.id);
        assert_eq!(events(app.database(), order.key(), "claimed"), 1);
    }
});
