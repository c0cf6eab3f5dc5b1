//! Placing: by a resident, by staff for somebody (建单), by the item's rule.

use futures_util::future::join_all;
use harness::both;
use harness::client::new_key;
use harness::fixture::{AUTOMATIC, GRID, OTHER_TOWN_VILLAGE, ROOF};
use harness::play::{Cast, id_of, now, order, steps, view};
use serde_json::{Value, json};

fn by_phone(number: Option<&str>) -> Value {
    let mut body = order(ROOF);
    body["channel"] = json!("phone");
    if let Some(number) = number {
        body["externalNumber"] = json!(number);
    }
    body
}

both!(staff_take_an_order_for_somebody, async |app| {
    let cast = Cast::of(app);
    let f = app.fixture;
    // both have something to do with the area
    for party in [&cast.resident, &cast.neighbour] {
        id_of(&party.post("/orders", order(ROOF)).await);
    }
    let mut body = by_phone(Some("12345-0001"));
    body["reporterId"] = json!(f.resident.to_string());
    body["beneficiaryId"] = json!(f.neighbour.to_string());
    body["priority"] = json!("urgent");
    cast.resident.post("/orders", body.clone()).await.refused(403, "FORBIDDEN");
    cast.foreign_dispatcher.post("/orders", body.clone()).await.refused(403, "FORBIDDEN");
    let id = id_of(&cast.dispatcher.post("/orders", body).await);
    for party in [&cast.resident, &cast.neighbour] {
        party.command(&id, "join", json!({})).await.ok();
        assert_eq!(view(party, &id).await["priority"], "urgent");
        assert_eq!(party.get("/me/orders").await.ok()["list"][0]["id"], id.as_str());
    }
    assert_eq!(view(&cast.dispatcher, &id).await["detail"]["externalNumber"], "12345-0001");
    let taken = cast.dispatcher.get("/me/orders?part=creator").await;
    assert_eq!(taken.ok()["list"][0]["id"], id.as_str());
    now(&cast.neighbour.command(&id, "withdraw", json!({"reason": "mistake"})).await, "withdrawn");
});

both!(an_external_number_is_taken_once_per_channel, async |app| {
    let cast = Cast::of(app);
    let first = id_of(&cast.dispatcher.post("/orders", by_phone(Some("A-1"))).await);
    let twice = cast.second_dispatcher.post("/orders", by_phone(Some("A-1"))).await;
    twice.refused(409, "EXTERNAL_NUMBER_TAKEN");
    let number = view(&cast.dispatcher, &first).await["number"].clone();
    assert_eq!(twice.body["detail"], json!({ "order": first, "number": number }));
    let mut foreign = by_phone(Some("A-1"));
    foreign["areaId"] = json!(OTHER_TOWN_VILLAGE.to_string());
    let blind = cast.foreign_dispatcher.post("/orders", foreign).await;
    blind.refused(409, "EXTERNAL_NUMBER_TAKEN");
    assert_eq!(blind.body.get("detail"), None, "whoever may not read it is told no more");
    let mut elsewhere = by_phone(Some("A-1"));
    elsewhere["channel"] = json!("hotline_12345");
    cast.dispatcher.post("/orders", elsewhere).await.ok();
    for _ in 0..2 {
        cast.dispatcher.post("/orders", by_phone(None)).await.ok();
    }
});

both!(beside_itself_a_retry_is_no_other_order, async |app| {
    let cast = Cast::of(app);
    let key = new_key();
    let sent = (0..8).map(|_| cast.dispatcher.post_keyed("/orders", &key, by_phone(Some("A-1"))));
    let answers = join_all(sent).await;
    for answer in &answers {
        assert_eq!((answer.status, answer.ok()), (201, answers[0].ok()));
    }
});

both!(what_only_staff_may_say, async |app| {
    let cast = Cast::of(app);
    for (field, value, status) in [
        ("externalNumber", json!("A-1"), 422),
        ("reporterId", json!(app.fixture.neighbour.to_string()), 422),
        ("priority", json!("urgent"), 422),
        ("beneficiaryId", json!("987654"), 422),
        ("beneficiaryId", json!(app.fixture.neighbour.to_string()), 422),
        ("serviceItemId", json!("987654"), 422),
        ("areaId", json!("987654"), 422),
        ("areaId", json!("0"), 400),
    ] {
        let mut body = order(ROOF);
        body[field] = value;
        let refused = cast.resident.post("/orders", body).await;
        assert_eq!(refused.status, status, "{field}: {refused:?}");
        refused.names(field);
    }
});

both!(by_the_items_rule_it_is_offered_at_once, async |app| {
    let cast = Cast::of(app);
    let placed = cast.resident.post("/orders", order(AUTOMATIC)).await;
    now(&placed, "pooled");
    let id = id_of(&placed);
    assert_eq!(steps(&cast.resident, &id).await, ["submitted", "accepted", "dispatched"]);
    app.settled().await.unwrap();
    let offers = cast.worker.get("/me/offers").await;
    assert_eq!(offers.ok()["list"][0]["order"], id.as_str());
    let attempt = offers.ok()["list"][0]["attempt"].as_i64().unwrap();
    cast.worker.claim(&id, attempt).await.ok();
});

both!(numbers_are_read_aloud_and_count_up, async |app| {
    let cast = Cast::of(app);
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let placed = cast.resident.post("/orders", order(ROOF)).await;
        let id = id_of(&placed);
        assert_eq!(placed.location.as_deref(), Some(format!("/api/v1/orders/{id}").as_str()));
        numbers.push(placed.ok()["number"].as_str().unwrap().to_owned());
    }
    let tails: Vec<&str> = numbers.iter().map(|n| n.rsplit('-').next().unwrap()).collect();
    assert_eq!(tails, ["00001", "00002", "00003"]);
    assert_eq!(view(&cast.resident, "1").await["area"]["id"], GRID.to_string());
});
