//! Callers without an account: staff do for them what a reporter does, and read how to reach them while there is something to
//! ask or to tell.

use domain::OrderId;
use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::fixture::ROOF;
use harness::play::{Cast, NAME, PHONE, attempt_of, id_of, now, order, view};
use serde_json::{Value, json};

/// Taken by telephone from somebody without an account.
async fn by_phone(cast: &Cast) -> String {
    let mut body = order(ROOF);
    body["channel"] = json!("phone");
    id_of(&cast.dispatcher.post("/orders", body).await)
}

async fn actions(who: &Client, id: &str) -> Vec<String> {
    let listed = view(who, id).await["allowedActions"].clone();
    listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

async fn may(who: &Client, id: &str, action: &str) -> bool {
    actions(who, id).await.iter().any(|one| one == action)
}

/// The last step of the timeline.
async fn last(who: &Client, id: &str) -> Value {
    view(who, id).await["detail"]["timeline"].as_array().unwrap().last().unwrap().clone()
}

async fn sentence(who: &Client, id: &str) -> String {
    view(who, id).await["sentence"].as_str().unwrap().to_owned()
}

async fn reads(who: &Client, id: &str) -> bool {
    let read = who.get(&format!("/orders/{id}/contact")).await;
    assert!(matches!(read.status, 200 | 403), "{read:?}");
    read.status == 200
}

both!(staff_answer_add_and_withdraw_for_a_caller, async |app| {
    let cast = Cast::of(app);
    let id = by_phone(&cast).await;
    cast.dispatcher.command(&id, "ask-info", json!({"text": "几楼？"})).await.ok();
    assert!(sentence(&cast.dispatcher, &id).await.contains("代居民补充"));
    let answer = json!({"text": "三楼"});
    cast.worker.command(&id, "supply-info", answer.clone()).await.refused(403, "FORBIDDEN");
    assert!(may(&cast.second_dispatcher, &id, "supply_info").await);
    now(&cast.second_dispatcher.command(&id, "supply-info", answer.clone()).await, "submitted");
    let step = last(&cast.dispatcher, &id).await;
    assert_eq!((&step["kind"], &step["behalfText"]), (&json!("info_supplied"), &json!("代居民办理")));
    assert!(may(&cast.dispatcher, &id, "supplement").await);
    now(&cast.dispatcher.command(&id, "supplement", json!({"text": "雨天更严重"})).await, "submitted");
    assert_eq!(last(&cast.dispatcher, &id).await["behalfText"], "代居民办理");
    cast.worker.command(&id, "withdraw", json!({"reason": "solved_myself"})).await.refused(403, "FORBIDDEN");
    now(&cast.dispatcher.command(&id, "withdraw", json!({"reason": "solved_myself"})).await, "withdrawn");
    assert_eq!(last(&cast.dispatcher, &id).await["behalfText"], "代居民办理");
    let own = cast.placed(ROOF).await;
    cast.dispatcher.command(&own, "ask-info", json!({"text": "几楼？"})).await.ok();
    cast.dispatcher.command(&own, "supply-info", answer.clone()).await.refused(403, "FORBIDDEN");
    now(&cast.resident.command(&own, "supply-info", answer).await, "submitted");
    assert_eq!(last(&cast.resident, &own).await.get("behalfText"), None, "their own step");
});

both!(an_appeal_for_a_caller_is_not_left_to_who_rejected_it, async |app| {
    let cast = Cast::of(app);
    let id = by_phone(&cast).await;
    cast.dispatcher.command(&id, "reject", json!({"reason": "not_ours", "text": "找供电"})).await.ok();
    assert!(sentence(&cast.second_dispatcher, &id).await.contains("代为申请一次复核"));
    let appeal = json!({"text": "居民说是公共楼道"});
    assert!(!may(&cast.dispatcher, &id, "appeal").await && may(&cast.second_dispatcher, &id, "appeal").await);
    cast.dispatcher.command(&id, "appeal", appeal.clone()).await.refused(403, "OWN_CASE");
    now(&cast.second_dispatcher.command(&id, "appeal", appeal).await, "submitted");
    assert_eq!(last(&cast.dispatcher, &id).await["behalfText"], "代居民办理");
    cast.dispatcher.command(&id, "accept", json!({})).await.refused(403, "OWN_CASE");
    now(&cast.second_dispatcher.command(&id, "accept", json!({})).await, "accepted");
});

both!(a_rating_and_a_dispute_for_a_caller_say_so, async |app| {
    let cast = Cast::of(app);
    let id = by_phone(&cast).await;
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    cast.worker.claim(&id, attempt).await.ok();
    cast.worker.command(&id, "resolve", json!({"text": "补好了"})).await.ok();
    cast.second_dispatcher.command(&id, "pass-check", json!({})).await.ok();
    assert!(sentence(&cast.dispatcher, &id).await.contains("代为评价"));
    now(&cast.dispatcher.command(&id, "rate", json!({"score": 1, "solved": false})).await, "disputed");
    let steps = view(&cast.dispatcher, &id).await["detail"]["timeline"].clone();
    let told: Vec<&Value> =
        steps.as_array().unwrap().iter().filter(|s| s.get("behalfText").is_some()).collect();
    let kinds: Vec<&str> = told.iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["rated", "disputed"]);
    assert_eq!(told[0]["aboutText"], "没有解决");
});

/// Who read the contact.
async fn readers(app: &App, id: &str) -> Vec<i64> {
    let readers = app.state.store.contact_readers(OrderId(id.parse().unwrap())).await.unwrap();
    readers.into_iter().map(|reader| reader.0.0).collect()
}

both!(who_acts_for_a_caller_reads_how_to_reach_them, async |app| {
    let cast = Cast::of(app);
    let id = by_phone(&cast).await;
    let contact = cast.second_dispatcher.get(&format!("/orders/{id}/contact")).await;
    assert_eq!((&contact.ok()["name"], &contact.ok()["phone"]), (&json!(NAME), &json!(PHONE)));
    for who in [&cast.worker, &cast.auditor] {
        assert!(!reads(who, &id).await);
    }
    cast.foreign_dispatcher.get(&format!("/orders/{id}/contact")).await.refused(404, "NOT_FOUND");
    assert_eq!(readers(app, &id).await, [app.fixture.second_dispatcher]);
    cast.dispatcher.command(&id, "ask-info", json!({"text": "几楼？"})).await.ok();
    assert!(reads(&cast.dispatcher, &id).await && reads(&cast.leader, &id).await);
    cast.dispatcher.command(&id, "supply-info", json!({"text": "三楼"})).await.ok();
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    assert!(!reads(&cast.dispatcher, &id).await, "nothing is to be asked");
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    cast.worker.claim(&id, attempt).await.ok();
    assert!(reads(&cast.worker, &id).await && !reads(&cast.dispatcher, &id).await);
    cast.worker.command(&id, "resolve", json!({"text": "补好了"})).await.ok();
    cast.second_dispatcher.command(&id, "pass-check", json!({})).await.ok();
    assert!(!reads(&cast.worker, &id).await && reads(&cast.supervisor, &id).await);
    cast.dispatcher.command(&id, "rate", json!({"score": 5, "solved": true})).await.ok();
    assert!(reads(&cast.dispatcher, &id).await, "until when it may be disputed");
    app.state.clock.advance(chrono::TimeDelta::days(40));
    let cast = Cast::of(app);
    assert!(!reads(&cast.dispatcher, &id).await, "the window is over");
});

both!(the_contact_of_whoever_has_an_account_or_is_nameless_stays_the_handlers, async |app| {
    let cast = Cast::of(app);
    let own = cast.placed(ROOF).await;
    assert!(!reads(&cast.dispatcher, &own).await);
    let mut nameless = order(ROOF);
    (nameless["channel"], nameless["anonymity"]) = (json!("phone"), json!("anonymous"));
    let nameless = id_of(&cast.dispatcher.post("/orders", nameless).await);
    assert!(
        !reads(&cast.dispatcher, &nameless).await && !may(&cast.dispatcher, &nameless, "supplement").await
    );
    let mut hidden = order(ROOF);
    (hidden["channel"], hidden["anonymity"]) = (json!("phone"), json!("hidden_from_worker"));
    let hidden = id_of(&cast.dispatcher.post("/orders", hidden).await);
    assert!(reads(&cast.dispatcher, &hidden).await && !reads(&cast.leader, &hidden).await);
});
