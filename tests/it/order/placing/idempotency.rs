//! Retries: the same key and body get the same answer, once done; another body is refused.

use futures_util::future::join_all;
use harness::both;
use harness::client::new_key;
use harness::fixture::{ROOF, numbers};
use harness::play::{Cast, id_of, now, order, steps};
use reqwest::Method;
use serde_json::json;

both!(a_write_without_a_key_is_refused_by_its_name, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    for (method, path) in [
        (Method::POST, "/orders".to_owned()),
        (Method::POST, format!("/orders/{id}/accept")),
        (Method::POST, "/orders/batch/accept".to_owned()),
        (Method::PUT, format!("/orders/{id}/read")),
    ] {
        let request = cast.dispatcher.request(method, &path).json(&json!({}));
        let refused = cast.dispatcher.send(request).await;
        refused.refused(400, "IDEMPOTENCY_KEY_MISSING");
        refused.names("Idempotency-Key");
    }
    let long = cast.dispatcher.post_keyed("/orders", &"k".repeat(129), order(ROOF)).await;
    long.refused(400, "BAD_REQUEST");
    long.names("Idempotency-Key");
});

both!(the_same_key_and_body_get_the_same_answer, async |app| {
    let cast = Cast::of(app);
    let key = new_key();
    let first = cast.resident.post_keyed("/orders", &key, order(ROOF)).await;
    let again = cast.resident.post_keyed("/orders", &key, order(ROOF)).await;
    assert_eq!((first.ok(), first.status), (again.ok(), again.status));
    assert_eq!(first.location, again.location);
    let mut other = order(ROOF);
    other["title"] = json!("另一件事");
    let reused = cast.resident.post_keyed("/orders", &key, other).await;
    reused.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(numbers(app.database(), "SELECT count(*) AS n FROM orders").unwrap(), [1]);
    let id = id_of(&first);
    let path = format!("/orders/{id}/accept");
    let accepted = cast.dispatcher.post_keyed(&path, &key, json!({})).await;
    now(&accepted, "accepted");
    cast.dispatcher.command(&id, "dispatch", json!({})).await.ok();
    let late = cast.dispatcher.post_keyed(&path, &key, json!({})).await;
    assert_eq!(late.ok(), accepted.ok(), "as it was then, whatever came since");
    assert_eq!(steps(&cast.resident, &id).await, ["submitted", "accepted", "dispatched"]);
});

both!(at_the_same_time_it_is_done_once, async |app| {
    let cast = Cast::of(app);
    let key = new_key();
    let sent = (0..8).map(|_| cast.resident.post_keyed("/orders", &key, order(ROOF)));
    let answers = join_all(sent).await;
    for answer in &answers {
        assert_eq!((answer.ok(), answer.status), (answers[0].ok(), 201));
    }
    assert_eq!(numbers(app.database(), "SELECT count(*) AS n FROM orders").unwrap(), [1]);
    let id = id_of(&answers[0]);
    let path = format!("/orders/{id}/urge");
    let sent = (0..8).map(|_| cast.resident.post_keyed(&path, &key, json!({})));
    let answers = join_all(sent).await;
    for answer in &answers {
        assert_eq!(answer.ok(), answers[0].ok());
    }
    assert_eq!(steps(&cast.resident, &id).await, ["submitted", "urged"]);
});

both!(keys_are_of_one_account_and_one_route, async |app| {
    let cast = Cast::of(app);
    let key = new_key();
    let mine = cast.resident.post_keyed("/orders", &key, order(ROOF)).await;
    let theirs = cast.neighbour.post_keyed("/orders", &key, order(ROOF)).await;
    assert_ne!(id_of(&mine), id_of(&theirs));
    let (one, two) = (cast.placed(ROOF).await, cast.placed(ROOF).await);
    for id in [&one, &two] {
        let path = format!("/orders/{id}/accept");
        assert_eq!(cast.dispatcher.post_keyed(&path, &key, json!({})).await.ok()["id"], id.as_str());
    }
});

both!(a_refused_command_stores_nothing, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let (key, path) = (new_key(), format!("/orders/{id}/dispatch"));
    cast.dispatcher.post_keyed(&path, &key, json!({})).await.refused(409, "WRONG_STATE");
    let stored = format!("SELECT count(*) AS n FROM idempotency WHERE key = '{key}'");
    assert_eq!(numbers(app.database(), &stored).unwrap(), [0]);
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    now(&cast.dispatcher.post_keyed(&path, &key, json!({})).await, "pooled");
    assert_eq!(numbers(app.database(), &stored).unwrap(), [1]);
});

both!(a_batch_says_how_each_went_and_a_retry_does_the_rest, async |app| {
    let cast = Cast::of(app);
    let (one, two) = (cast.placed(ROOF).await, cast.placed(ROOF).await);
    let done = cast.accepted(ROOF).await;
    let body = json!({"ids": [one, done, "987654", two]});
    let key = new_key();
    let batch = cast.dispatcher.post_keyed("/orders/batch/accept", &key, body.clone()).await;
    let codes = |answer: &harness::client::Answer| {
        let results = answer.ok()["results"].as_array().unwrap().clone();
        results.iter().map(|r| r["code"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&batch), [0, 40903, 40400, 0]);
    let again = cast.dispatcher.post_keyed("/orders/batch/accept", &key, body).await;
    assert_eq!(again.ok(), batch.ok());
    assert_eq!(steps(&cast.resident, &one).await, ["submitted", "accepted"]);
    let ids = json!({"ids": [one, two]});
    let dispatched = cast.dispatcher.post("/orders/batch/dispatch", ids.clone()).await;
    assert_eq!(dispatched.ok()["results"][0]["status"], "pooled");
    assert_eq!(codes(&cast.resident.post("/orders/batch/urge", ids).await), [0, 0]);
    let many: Vec<String> = (1..=101).map(|n| n.to_string()).collect();
    for (ids, field) in [(json!([]), "ids"), (json!(many), "ids"), (json!([one, one]), "ids[1]")] {
        let refused = cast.dispatcher.post("/orders/batch/urge", json!({ "ids": ids })).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names(field);
    }
});
