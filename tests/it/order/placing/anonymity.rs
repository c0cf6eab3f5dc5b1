//! The three levels of anonymity: real name, hidden from the worker, fully anonymous with a query code.

use harness::both;
use harness::client::new_key;
use harness::fixture::{ROOF, numbers};
use harness::play::{Cast, attempt_of, id_of, now, order, view};
use serde_json::{Value, json};

fn placed_as(anonymity: &str) -> Value {
    let mut body = order(ROOF);
    body["anonymity"] = json!(anonymity);
    body
}

both!(hidden_from_the_worker_before_and_after_the_claim, async |app| {
    let cast = Cast::of(app);
    let id = id_of(&cast.resident.post("/orders", placed_as("hidden_from_worker")).await);
    let anonymous_to = async |who: &harness::client::Client| {
        let answer = who.get(&format!("/orders/{id}")).await;
        assert!(answer.ok()["detail"].get("contact").is_none(), "{answer:?}");
        assert!(answer.ok()["detail"]["timeline"][0].get("by").is_none(), "{answer:?}");
        for hint in ["王", "欧", "138*", "同州"] {
            assert!(!answer.raw.contains(hint), "{hint} in {}", answer.raw);
        }
    };
    anonymous_to(&cast.worker).await;
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    cast.worker.claim(&id, attempt).await.ok();
    for who in [&cast.worker, &cast.second_worker, &cast.leader] {
        anonymous_to(who).await;
    }
    cast.worker.get(&format!("/orders/{id}/contact")).await.refused(403, "FORBIDDEN");
    assert_eq!(view(&cast.dispatcher, &id).await["detail"]["contact"]["name"], "欧**");
    assert_eq!(view(&cast.resident, &id).await["detail"]["contact"]["name"], "欧**");
});

both!(fully_anonymous_nobody_knows_and_the_code_tells, async |app| {
    let cast = Cast::of(app);
    let key = new_key();
    let placed = cast.resident.post_keyed("/orders", &key, placed_as("anonymous")).await;
    let (id, code) = (id_of(&placed), placed.ok()["queryCode"].as_str().unwrap().to_owned());
    let retried = cast.resident.post_keyed("/orders", &key, placed_as("anonymous")).await;
    assert_eq!(retried.ok(), placed.ok(), "the code is given again to a retry");
    let me = app.fixture.resident;
    let about_me = format!(
        "SELECT (SELECT count(*) FROM orders WHERE reporter_id = {me} OR beneficiary_id = {me} OR created_by = {me}) \
         + (SELECT count(*) FROM order_event WHERE actor_id = {me}) \
         + (SELECT count(*) FROM order_party WHERE kind = 'person' AND ref_id = {me}) \
         + (SELECT count(*) FROM order_contact WHERE phone_hash IS NOT NULL) AS n"
    );
    assert_eq!(numbers(app.database(), &about_me).unwrap(), [0]);
    assert_eq!(cast.resident.get("/me/orders").await.ok()["list"], json!([]));
    now(&cast.dispatcher.command(&id, "accept", json!({})).await, "accepted");
    let stranger = app.stranger();
    let asked = stranger.get(&format!("/orders/by-code/{code}")).await;
    assert_eq!((&asked.ok()["status"], &asked.ok()["allowedActions"]), (&json!("accepted"), &json!([])));
    assert!(asked.ok()["detail"].get("contact").is_none());
    for wrong in ["AAAAAAAAAAAAAA", "x"] {
        let refused = stranger.get(&format!("/orders/by-code/{wrong}")).await;
        assert!(matches!(refused.status, 400 | 404), "{refused:?}");
    }
    assert_eq!(stranger.get(&format!("/orders/{id}")).await.status, 401);
});

both!(a_fully_anonymous_order_names_nobody, async |app| {
    let cast = Cast::of(app);
    let account = json!(app.fixture.neighbour.to_string());
    for (who, channel, field, named) in [
        (&cast.resident, "mini_program", "beneficiary", json!({ "name": "李大爷" })),
        (&cast.dispatcher, "phone", "beneficiaryId", account.clone()),
        (&cast.dispatcher, "phone", "reporterId", account),
    ] {
        let mut body = placed_as("anonymous");
        (body["channel"], body[field]) = (json!(channel), named);
        let refused = who.post("/orders", body).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names("anonymity");
    }
});
