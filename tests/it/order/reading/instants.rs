//! Every time in every answer is that of a clock here: it ends in `+08:00`.

use harness::both;
use harness::client::Client;
use harness::fixture::ROOF;
use harness::play::Cast;
use serde_json::{Value, json};

/// The times in an answer that are told otherwise, each with where it stands; and how many there are.
fn elsewhere(answer: &Value, at: &str, found: &mut Vec<String>) -> usize {
    match answer {
        Value::String(text) if chrono::DateTime::parse_from_rfc3339(text).is_ok() => {
            if !text.ends_with("+08:00") {
                found.push(format!("{at}: {text}"));
            }
            1
        }
        Value::Array(list) => list.iter().map(|one| elsewhere(one, at, found)).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, one)| elsewhere(one, &format!("{at}.{name}"), found)).sum()
        }
        _ => 0,
    }
}

/// How many times these answers tell, all of them as they should.
async fn told(who: &Client, paths: &[String]) -> usize {
    let (mut found, mut times) = (Vec::new(), 0);
    for path in paths {
        times += elsewhere(who.get(path).await.ok(), path, &mut found);
    }
    assert!(found.is_empty(), "{found:#?}");
    times
}

both!(every_time_in_every_answer_is_local, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    let mut found = Vec::new();
    assert_eq!(elsewhere(cast.worker.claim(&id, attempt).await.ok(), "claim", &mut found), 1);
    let lost = cast.second_worker.claim(&id, attempt).await;
    assert_eq!(elsewhere(lost.refused(409, "ORDER_ALREADY_CLAIMED"), "lost", &mut found), 1);
    assert!(found.is_empty(), "{found:?}");
    cast.worker.get(&format!("/orders/{id}/contact")).await.ok();
    let order = format!("/orders/{id}");
    let of_order =
        [order.clone(), format!("{order}/offers"), "/orders".into(), "/inbox".into(), "/me".into()];
    for until in ["Z", "+08:00", "+00:00"] {
        let at = (app.state.clock.now() + chrono::TimeDelta::days(3)).format("%Y-%m-%dT%H:%M:%S");
        let ask = json!({"reason": "weather", "until": format!("{at}{until}")});
        cast.worker.command(&id, "request-suspend", ask).await.ok();
        let seen = told(&cast.dispatcher, &of_order).await;
        assert!(seen > 10, "{seen}");
        let asked = cast.dispatcher.get(&order).await.ok()["detail"]["request"]["ask"].clone();
        assert_eq!(asked["kind"], "suspend");
        assert!(asked["until"].is_string(), "{asked}");
        cast.worker.command(&id, "withdraw-request", json!({})).await.ok();
    }
    let until = (app.state.clock.now() + chrono::TimeDelta::days(3)).to_rfc3339();
    cast.worker.command(&id, "request-suspend", json!({"reason": "weather", "until": until})).await.ok();
    cast.leader.command(&id, "grant-request", json!({})).await.ok();
    app.settled().await.unwrap();
    for who in [&cast.worker, &cast.resident, &cast.leader] {
        assert!(told(who, &[order.clone(), "/inbox".into(), "/me".into(), "/me/orders".into()]).await > 3);
    }
    let refused = cast.worker.command(&id, "contact", json!({})).await;
    let mut found = Vec::new();
    assert!(elsewhere(refused.refused(409, "SUSPENDED"), "suspended", &mut found) == 1 && found.is_empty());
    assert!(told(&cast.auditor, &["/contact-reads".into(), order]).await > 3);
});
