//! The workflow's edges: redo, ending a suspension early, requests taken back, callers without an account, work done in one
//! step.

use crate::order::reading::ended::messages;
use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::client::photos::{png, upload};
use harness::fixture::{AUTOMATIC, GRID, PHOTOS, ROOF, TWO_SLOTS, numbers};
use harness::play::{Cast, attempt_of, give, id_of, now, order, person, steps, view};
use serde_json::{Value, json};

/// What each step was about, for those steps that say it.
async fn about(who: &Client, id: &str) -> Vec<(String, String)> {
    let view = view(who, id).await;
    let steps = view["detail"]["timeline"].as_array().unwrap().clone();
    let of = |step: &Value| Some((step["kind"].as_str()?.to_owned(), step["aboutText"].as_str()?.to_owned()));
    steps.iter().filter_map(of).collect()
}

/// Taken by telephone from somebody without an account.
async fn by_phone(cast: &Cast) -> String {
    let mut body = order(ROOF);
    body["channel"] = json!("phone");
    id_of(&cast.dispatcher.post("/orders", body).await)
}

/// Brought to its end by the worker.
async fn brought_to_an_end(cast: &Cast, id: &str) {
    cast.dispatcher.command(id, "accept", json!({})).await.ok();
    let attempt = attempt_of(&cast.dispatcher.command(id, "dispatch", json!({})).await);
    cast.worker.claim(id, attempt).await.ok();
    now(&cast.worker.command(id, "resolve", json!({"text": "补好了"})).await, "pending_check");
    now(&cast.second_dispatcher.command(id, "pass-check", json!({})).await, "resolved");
}

/// So many hours later everybody has logged in anew.
fn hours_later(app: &App, hours: i64) -> Cast {
    app.state.clock.advance(chrono::TimeDelta::hours(hours));
    Cast::of(app)
}

both!(whoever_does_it_again_is_not_late_on_arrival, async |app| {
    let cast = Cast::of(app);
    let id = cast.resolved(ROOF).await;
    let dispute = json!({"reason": "not_done", "text": "又漏了"});
    now(&cast.resident.command(&id, "dispute", dispute).await, "disputed");
    let cast = hours_later(app, 24 * 10);
    assert_eq!(view(&cast.supervisor, &id).await["overdue"], true);
    let other = json!({"assignee": person(app.fixture.second_worker)});
    now(&cast.supervisor.command(&id, "redo-other", other).await, "assigned");
    let seen = view(&cast.second_worker, &id).await;
    assert_eq!((&seen["overdue"], seen["detail"]["rounds"].as_array().unwrap().len()), (&json!(false), 1));
    let round = &seen["detail"]["rounds"][0];
    assert_eq!(round["overdue"], true, "what was lost before stays visible");
    assert!(round["minutes"].as_i64().unwrap() >= 24 * 10 * 60, "{round}");
    let listed = cast.dispatcher.get("/orders?overdue=true").await;
    assert_eq!(listed.ok()["list"], json!([]));
});

both!(a_suspension_ends_early_and_the_timeline_says_what_was_granted, async |app| {
    let cast = Cast::of(app);
    let id = cast.claimed(ROOF).await;
    let until = (app.state.clock.now() + chrono::TimeDelta::days(3)).to_rfc3339();
    let ask = json!({"reason": "weather", "until": until});
    cast.worker.command(&id, "request-suspend", ask.clone()).await.ok();
    cast.leader.command(&id, "withdraw-request", json!({})).await.refused(403, "FORBIDDEN");
    cast.worker.command(&id, "withdraw-request", json!({})).await.ok();
    cast.leader.command(&id, "grant-request", json!({})).await.refused(409, "NO_REQUEST");
    cast.worker.command(&id, "request-suspend", ask).await.ok();
    cast.leader.command(&id, "grant-request", json!({})).await.ok();
    let cast = hours_later(app, 2);
    cast.second_worker.command(&id, "resume", json!({})).await.refused(403, "FORBIDDEN");
    now(&cast.worker.command(&id, "resume", json!({"text": "雨停了"})).await, "claimed");
    assert_eq!(view(&cast.worker, &id).await["detail"].get("suspendedUntil"), None);
    let timers = format!("SELECT COUNT(*) AS n FROM timer WHERE order_id = {id} AND kind = 'suspension_end'");
    assert_eq!(numbers(app.database(), &timers).unwrap(), [0]);
    cast.worker.command(&id, "resume", json!({})).await.refused(403, "FORBIDDEN");
    let told = about(&cast.dispatcher, &id).await;
    let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["requested", "request_withdrawn", "requested", "request_granted"]);
    assert!(told.iter().all(|(_, text)| text.starts_with("挂起至2")), "{told:?}");
    let told = about(&cast.resident, &id).await;
    assert_eq!(told.len(), 1, "what colleagues ask each other stays among them: {told:?}");
});

both!(a_result_that_is_sent_back_says_why, async |app| {
    let cast = Cast::of(app);
    let id = cast.fed_back(ROOF).await;
    cast.leader.command(&id, "send-back", json!({"reason": "not_finished"})).await.ok();
    for who in [&cast.worker, &cast.resident] {
        let told = about(who, &id).await;
        assert_eq!(told.last().unwrap().0, "sent_back");
        assert!(!told.last().unwrap().1.is_empty());
    }
});

both!(the_words_of_a_result_stand_with_the_result, async |app| {
    let cast = Cast::of(app);
    let id = cast.claimed(ROOF).await;
    now(&cast.worker.command(&id, "resolve", json!({"text": "当场修好"})).await, "pending_check");
    let seen = view(&cast.resident, &id).await;
    let steps = seen["detail"]["timeline"].as_array().unwrap().clone();
    let kinds: Vec<&str> = steps.iter().rev().take(2).map(|s| s["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["fed_back", "contacted"]);
    assert_eq!(steps.last().unwrap()["text"], "当场修好");
});

both!(a_caller_without_an_account_loses_no_right, async |app| {
    let cast = Cast::of(app);
    let (rate, dispute) =
        (json!({"score": 1, "solved": false}), json!({"reason": "not_done", "text": "来电说没修好"}));
    let id = by_phone(&cast).await;
    brought_to_an_end(&cast, &id).await;
    cast.worker.command(&id, "rate", rate.clone()).await.refused(403, "FORBIDDEN");
    cast.foreign_dispatcher.command(&id, "dispute", dispute.clone()).await.refused(404, "NOT_FOUND");
    now(&cast.dispatcher.command(&id, "rate", rate.clone()).await, "disputed");
    let disputed = by_phone(&cast).await;
    brought_to_an_end(&cast, &disputed).await;
    now(&cast.dispatcher.command(&disputed, "dispute", dispute.clone()).await, "disputed");
    let with_account = cast.resolved(ROOF).await;
    cast.dispatcher.command(&with_account, "rate", rate).await.refused(403, "FORBIDDEN");
    let revisited = by_phone(&cast).await;
    brought_to_an_end(&cast, &revisited).await;
    let unsatisfied = json!({"satisfied": false, "text": "没修好"});
    now(&cast.leader.command(&revisited, "revisit", unsatisfied).await, "disputed");
    now(&cast.supervisor.command(&revisited, "redo-same", json!({})).await, "in_progress");
});

both!(work_done_already_is_recorded_in_one_step_and_tells_nobody, async |app| {
    let cast = Cast::of(app);
    let mut body = order(AUTOMATIC);
    body["channel"] = json!("visit");
    body["done"] = json!({"text": "已当场疏通"});
    cast.resident.post("/orders", body.clone()).await.refused(403, "FORBIDDEN");
    let mut own = body.clone();
    own["channel"] = json!("mini_program");
    let refused = cast.worker.post("/orders", own.clone()).await;
    refused.names("channel");
    assert!(refused.raw.contains("填写 done 时请说明来源"), "{}", refused.raw);
    cast.resident.post("/orders", own).await.names("done");
    app.client(app.fixture.far_worker).post("/orders", body.clone()).await.refused(403, "FORBIDDEN");
    let mut wordless = body.clone();
    wordless["done"] = json!({"text": " "});
    cast.worker.post("/orders", wordless).await.names("done.text");
    let placed = cast.worker.post("/orders", body).await;
    now(&placed, "resolved");
    let id = id_of(&placed);
    assert_eq!(steps(&cast.worker, &id).await, ["submitted", "answered"]);
    let seen = view(&cast.worker, &id).await;
    assert_eq!(seen["detail"]["timeline"][1]["text"], "已当场疏通");
    app.settled().await.unwrap();
    for who in [&cast.worker, &cast.second_worker] {
        assert_eq!(who.get("/me/offers").await.ok()["list"], json!([]));
    }
    let offered = format!("SELECT COUNT(*) AS n FROM order_ring WHERE order_id = {id}");
    assert_eq!(numbers(app.database(), &offered).unwrap(), [0]);
    cast.worker.command(&id, "revisit", json!({"satisfied": true})).await.refused(403, "FORBIDDEN");
});

both!(work_done_already_is_told_to_whom_it_is_about_alone, async |app| {
    let cast = Cast::of(app);
    let mut body = order(AUTOMATIC);
    body["channel"] = json!("visit");
    body["done"] = json!({"text": "已当场疏通"});
    let alone = id_of(&cast.worker.post("/orders", body.clone()).await);
    body["reporterId"] = json!(app.fixture.resident.to_string());
    give(app, app.fixture.resident, "volunteer", GRID).await;
    let theirs = id_of(&cast.dispatcher.post("/orders", body).await);
    app.settled().await.unwrap();
    for id in [&alone, &theirs] {
        for who in
            [&cast.worker, &cast.second_worker, &cast.leader, &cast.dispatcher, &cast.second_dispatcher]
        {
            assert_eq!(messages(who, id).await, Vec::<Value>::new());
        }
        let told = format!("SELECT COUNT(*) AS n FROM notification WHERE order_id = {id}");
        let once = i64::from(*id == theirs);
        assert_eq!(numbers(app.database(), &told).unwrap(), [once]);
        let shown = view(&cast.dispatcher, id).await["detail"]["timeline"][1].clone();
        assert_eq!((&shown["kind"], &shown["kindText"]), (&json!("answered"), &json!("随手办")));
    }
    let told = messages(&app.client(app.fixture.resident), &theirs).await;
    assert_eq!((told.len(), &told[0]["version"]), (1, &json!(2)), "{told:?}");
    let answered = cast.placed(ROOF).await;
    cast.dispatcher.command(&answered, "answer-directly", json!({"text": "8:30至17:30"})).await.ok();
    app.settled().await.unwrap();
    assert_eq!(messages(&cast.second_dispatcher, &answered).await.len(), 2, "what waited is told");
    let steps = view(&cast.dispatcher, &answered).await["detail"]["timeline"].clone();
    assert_eq!(steps[1]["kindText"], "直接答复");
});

both!(photos_that_an_item_demands_go_with_what_was_done_already, async |app| {
    let cast = Cast::of(app);
    let mut body = order(PHOTOS);
    body["channel"] = json!("visit");
    body["done"] = json!({"text": "已当场疏通"});
    cast.worker.post("/orders", body.clone()).await.names("done.beforeFileIds");
    body["done"]["beforeFileIds"] = json!([upload(&cast.worker, png(11)).await]);
    cast.worker.post("/orders", body.clone()).await.names("done.afterFileIds");
    body["done"]["afterFileIds"] = json!([upload(&cast.worker, png(12)).await]);
    now(&cast.worker.post("/orders", body).await, "resolved");
    let id = cast.placed(PHOTOS).await;
    let mut done = json!({"text": "已上门处理"});
    cast.worker.command(&id, "self-resolve", done.clone()).await.names("fileIds");
    done["fileIds"] = json!([upload(&cast.worker, png(13)).await]);
    now(&cast.worker.command(&id, "self-resolve", done).await, "resolved");
});

both!(what_was_won_and_given_up_is_no_longer_held, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    assert_eq!(cast.worker.claim(&id, attempt).await.ok()["held"], true);
    assert_eq!(cast.worker.claim(&id, attempt).await.ok()["held"], true, "asked again");
    cast.worker.command(&id, "release", json!({"reason": "cannot_come"})).await.ok();
    let again = cast.worker.claim(&id, attempt).await;
    assert_eq!((&again.ok()["result"], &again.ok()["held"]), (&json!("won"), &json!(false)));
});

both!(who_won_a_slot_begins_while_the_rest_is_pooled, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(TWO_SLOTS).await;
    cast.worker.claim(&id, attempt).await.ok();
    cast.worker.get(&format!("/orders/{id}/contact")).await.ok();
    now(&cast.worker.command(&id, "contact", json!({"text": "约好下午"})).await, "pooled");
    now(&cast.worker.command(&id, "survey", json!({"text": "看过了"})).await, "pooled");
    cast.second_worker.claim(&id, attempt).await.ok();
    let seen = view(&cast.worker, &id).await;
    assert_eq!(seen["status"], "in_progress", "contact was made: the work is under way");
    assert!(!seen["sentence"].as_str().unwrap().contains("联系，"), "{seen}");
    assert_eq!(seen["detail"]["due"].get("contactAt"), None, "that clock has ended");
    let under_way = cast.dispatcher.get("/orders?status=in_progress").await;
    assert_eq!(under_way.ok()["list"][0]["id"], id.as_str(), "lists have it there");
    let timers = format!("SELECT count(*) AS n FROM timer WHERE order_id = {id} AND kind = 'no_contact'");
    assert_eq!(numbers(app.database(), &timers).unwrap(), [0], "nobody is reminded of it");
    let cast = hours_later(app, 24);
    app.settled().await.unwrap();
    assert_eq!(view(&cast.worker, &id).await["status"], "in_progress", "nobody is released");
    now(&cast.worker.command(&id, "resolve", json!({"text": "包好了"})).await, "resolved");
});

both!(contact_counts_however_the_slots_end, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(TWO_SLOTS).await;
    cast.worker.claim(&id, attempt).await.ok();
    now(&cast.worker.command(&id, "contact", json!({})).await, "pooled");
    now(&cast.dispatcher.command(&id, "close-remainder", json!({})).await, "in_progress");
    let (id, attempt) = cast.pooled(TWO_SLOTS).await;
    cast.worker.claim(&id, attempt).await.ok();
    cast.second_worker.claim(&id, attempt).await.ok();
    now(&cast.worker.command(&id, "contact", json!({})).await, "in_progress");
    let released = cast.second_worker.command(&id, "release", json!({"reason": "cannot_come"})).await;
    now(&released, "pooled");
    cast.third_worker.claim(&id, attempt_of(&released)).await.ok();
    assert_eq!(view(&cast.worker, &id).await["status"], "in_progress", "who made it is still there");
    let released = cast.worker.command(&id, "release", json!({"reason": "cannot_come"})).await;
    cast.second_dispatcher.command(&id, "close-remainder", json!({})).await.ok();
    assert_eq!(released.ok()["status"], "pooled");
    assert_eq!(view(&cast.third_worker, &id).await["status"], "claimed", "who made it is gone");
});
