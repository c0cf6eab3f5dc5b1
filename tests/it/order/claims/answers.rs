//! The same (order, attempt, person) gets the same final answer, and a stranger learns nothing.

use super::stage::offered;
use harness::app::App;
use harness::both;
use harness::client::Answer;
use harness::fixture::UNCHECKED;
use serde_json::{Value, json};

async fn order(app: &App) -> super::stage::Offered {
    let (resident, dispatcher) = (app.client(app.fixture.resident), app.client(app.fixture.dispatcher));
    offered(&resident, &dispatcher, UNCHECKED, json!({})).await
}

/// Who won and when, as a loser hears it.
fn loss(answer: &Answer) -> (Value, Value) {
    let detail = &answer.refused(409, "ORDER_ALREADY_CLAIMED")["detail"];
    (detail["by"].clone(), detail["at"].clone())
}

both!(a_loss_stays_a_loss_after_the_winner_released_and_another_won, async |app| {
    let f = app.fixture;
    let order = order(app).await;
    let (first, second, loser) =
        (app.client(f.worker), app.client(f.second_worker), app.client(f.third_worker));
    let won = first.claim(&order.id, 1).await;
    let lost = loss(&loser.claim(&order.id, 1).await);
    assert_eq!(lost, (json!("张**"), won.ok()["at"].clone()));
    first.command(&order.id, "release", json!({"reason": "cannot_come"})).await.ok();
    assert_eq!(loss(&loser.claim(&order.id, 1).await), lost, "after the release");
    second.claim(&order.id, 2).await.ok();
    assert_eq!(loss(&loser.claim(&order.id, 1).await), lost, "after another win");
    assert_eq!(loss(&loser.claim(&order.id, 2).await).0, "赵**");
    let again = first.claim(&order.id, 1).await;
    assert_eq!((&again.ok()["slot"], &again.ok()["at"]), (&won.ok()["slot"], &won.ok()["at"]));
    assert_eq!(
        loss(&first.claim(&order.id, 2).await).0,
        "赵**",
        "whoever released lost the attempt after it"
    );
});

both!(an_offer_recalled_or_withdrawn_is_gone_for_good, async |app| {
    let f = app.fixture;
    let (recalled, withdrawn) = (order(app).await, order(app).await);
    let (worker, dispatcher) = (app.client(f.worker), app.client(f.dispatcher));
    dispatcher.command(&recalled.id, "recall", json!({"reason": "wrong_dispatch"})).await.ok();
    app.client(f.resident).command(&withdrawn.id, "withdraw", json!({"reason": "mistake"})).await.ok();
    worker.claim(&recalled.id, 1).await.refused(409, "OFFER_GONE");
    worker.claim(&withdrawn.id, 1).await.refused(409, "OFFER_GONE");
    let attempt =
        dispatcher.command(&recalled.id, "dispatch", json!({})).await.ok()["attempt"].as_i64().unwrap();
    worker.claim(&recalled.id, 1).await.refused(409, "OFFER_GONE");
    worker.claim(&recalled.id, attempt).await.ok();
    app.client(f.second_worker).claim(&recalled.id, 1).await.refused(409, "OFFER_GONE");
});

both!(a_stranger_learns_no_winner, async |app| {
    let f = app.fixture;
    let order = order(app).await;
    let everyone_else = [f.other_worker, f.far_worker, f.volunteer, f.unit_handler, f.resident, f.auditor];
    for account in everyone_else {
        let answer = app.client(account).claim(&order.id, 1).await;
        answer.refused(403, "NOT_ELIGIBLE");
    }
    app.client(f.worker).claim(&order.id, 1).await.ok();
    for account in everyone_else {
        let answer = app.client(account).claim(&order.id, 1).await;
        answer.refused(403, "NOT_ELIGIBLE");
        assert!(answer.body.get("detail").is_none_or(Value::is_null), "{answer:?}");
        assert!(!answer.body.to_string().contains('张'), "{answer:?}");
    }
    app.client(f.worker).claim("999999", 1).await.refused(403, "NOT_ELIGIBLE");
});

both!(a_suspended_offer_is_not_gone, async |app| {
    let f = app.fixture;
    let order = order(app).await;
    let (worker, dispatcher) = (app.client(f.worker), app.client(f.dispatcher));
    let until = (app.state.clock.now() + chrono::TimeDelta::minutes(10)).to_rfc3339();
    let asked = json!({"reason": "weather", "until": until, "text": "暴雨"});
    dispatcher.command(&order.id, "request-suspend", asked).await.ok();
    let granted = app.client(f.supervisor).command(&order.id, "grant-request", json!({})).await;
    let attempt = granted.ok()["attempt"].as_i64().unwrap();
    assert_eq!(attempt, 2);
    worker.claim(&order.id, 1).await.refused(409, "OFFER_GONE");
    worker.claim(&order.id, 2).await.refused(409, "SUSPENDED");
    app.client(f.far_worker).claim(&order.id, 2).await.refused(403, "NOT_ELIGIBLE");
    assert_eq!(worker.get("/me/offers").await.ok()["list"], json!([]));
    app.state.clock.advance(chrono::TimeDelta::minutes(11));
    let ended =
        harness::wait::eventually(std::time::Duration::from_secs(10), "the suspension to end", async || {
            let offers = worker.get("/me/offers").await;
            if offers.ok()["list"][0]["order"] == order.id.as_str() {
                Ok(())
            } else {
                Err(offers.body.to_string())
            }
        });
    ended.await.unwrap();
    worker.claim(&order.id, 2).await.ok();
});
