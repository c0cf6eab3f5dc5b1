//! Anybody asks how an order stands by its number and the end of the telephone: nothing personal, hard limits, and no way to
//! learn what was wrong.

use chrono::TimeDelta;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use harness::app::App;
use harness::both;
use harness::client::Answer;
use harness::fixture::{self, ROOF, VILLAGE};
use harness::play::{Cast, DOOR, NAME, PHONE, attempt_of, id_of, now, order};
use persistence::engine::database::target::Target;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Taken by telephone from somebody with this number: key and number of the order.
async fn taken(cast: &Cast, phone: &str) -> (String, String) {
    let mut body = order(ROOF);
    body["channel"] = json!("phone");
    body["contact"]["phone"] = json!(phone);
    let placed = cast.dispatcher.post("/orders", body).await;
    (id_of(&placed), placed.ok()["number"].as_str().unwrap().to_owned())
}

async fn ask(app: &App, number: &str, digits: &str) -> Answer {
    app.stranger().post("/orders/ask", json!({ "number": number, "phoneLast4": digits })).await
}

/// What an answer says besides the request's own number.
fn said(answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    body.as_object_mut().unwrap().remove("requestId");
    json!([answer.status, body, answer.retry_after])
}

both!(a_caller_asks_how_it_stands, async |app| {
    let cast = Cast::of(app);
    let office = format!(
        "UPDATE area SET office_name = '西郊社区便民服务站', office_phone = '09133210000' WHERE id = {VILLAGE}"
    );
    fixture::run(app.database(), &office).unwrap();
    let (id, number) = taken(&cast, PHONE).await;
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    cast.worker.claim(&id, attempt).await.ok();
    let asked = ask(app, &number, "5678").await;
    let told = asked.ok();
    assert_eq!((&told["number"], &told["status"]), (&json!(number), &json!("claimed")));
    assert_eq!(told["office"], json!({ "name": "西郊社区便民服务站", "phone": "09133210000" }));
    assert!(told["dueAt"].as_str().unwrap().ends_with("+08:00"));
    let sentence = told["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("网格员已认领，将于"), "{sentence}");
    assert!(sentence.ends_with("如有疑问请联系西郊社区便民服务站，电话09133210000。"), "{sentence}");
    for secret in [NAME, PHONE, DOOR, "5678", "同州", "漏水", "张", "欧", "*"] {
        assert!(!asked.raw.contains(secret), "{secret} in {}", asked.raw);
    }
    let keys: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["dueAt", "number", "office", "sentence", "status", "statusText"]);
    now(&cast.worker.command(&id, "resolve", json!({"text": "补好了"})).await, "pending_check");
    assert_eq!(ask(app, &number, "5678").await.ok()["statusText"], "办完了，社区正在核实");
    now(&cast.second_dispatcher.command(&id, "pass-check", json!({})).await, "resolved");
    assert_eq!(ask(app, &number, "5678").await.ok()["statusText"], "办好了，会打电话问您");
    let request = app.stranger().request(reqwest::Method::POST, "/orders/ask");
    let answer = request.json(&json!({ "number": number, "phoneLast4": "5678" })).send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let spoken: String = number.to_lowercase().replace('-', "");
    ask(app, &spoken, "５６７８").await.ok();
});

both!(landlines_answer_and_an_extension_is_left_aside, async |app| {
    let cast = Cast::of(app);
    for (phone, digits) in
        [("0913-3212345", "2345"), ("0913-3212346转8019", "2346"), ("+852 2345 6789", "6789")]
    {
        let (_, number) = taken(&cast, phone).await;
        ask(app, &number, digits).await.ok();
    }
    let with_account = cast.resident.post("/orders", order(ROOF)).await;
    let number = with_account.ok()["number"].as_str().unwrap().to_owned();
    ask(app, &number, "5678").await.ok();
});

both!(nobody_learns_what_was_wrong, async |app| {
    let cast = Cast::of(app);
    let (_, number) = taken(&cast, PHONE).await;
    let mut anonymous = order(ROOF);
    anonymous["anonymity"] = json!("anonymous");
    let anonymous = cast.resident.post("/orders", anonymous).await;
    let mut silent = order(ROOF);
    silent["contact"] = json!({ "name": NAME });
    let silent = cast.resident.post("/orders", silent).await;
    let of = |placed: &Answer| placed.ok()["number"].as_str().unwrap().to_owned();
    let absent = format!("{}99999", &number[..number.len() - 5]);
    let wrong = said(&ask(app, &number, "0000").await);
    assert_eq!((&wrong[0], &wrong[1]["error"]), (&json!(404), &json!("NOT_FOUND")));
    for other in [absent, of(&anonymous), of(&silent)] {
        assert_eq!(said(&ask(app, &other, "5678").await), wrong, "{other}");
    }
    ask(app, &number, "5678").await.ok();
    for (number, digits, field) in
        [("漏水", "5678", "number"), ("261122-00001", "5678", "number"), (&number, "567", "phoneLast4")]
    {
        let refused = ask(app, number, digits).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names(field);
    }
});

both!(an_order_closes_for_a_day_without_saying_so, async |app| {
    let cast = Cast::of(app);
    let (_, number) = taken(&cast, PHONE).await;
    let (_, other) = taken(&cast, PHONE).await;
    let mut wrong = Value::Null;
    for n in 0..5 {
        wrong = said(&ask(app, &number, &format!("000{n}")).await);
    }
    assert_eq!(said(&ask(app, &number, "5678").await), wrong, "the right digits answer as wrong ones do");
    ask(app, &other, "5678").await.ok();
    app.state.clock.advance(TimeDelta::hours(23));
    assert_eq!(said(&ask(app, &number, "5678").await), wrong);
    app.state.clock.advance(TimeDelta::hours(1));
    ask(app, &number, "5678").await.ok();
    for _ in 0..10 {
        ask(app, &number, "5678").await.ok();
    }
});

both!(of_many_at_once_no_more_are_tried_than_may_fail, async |app| {
    let cast = Cast::of(app);
    let (_, number) = taken(&cast, PHONE).await;
    let guesses: Vec<String> = (0..19).map(|n| format!("{n:04}")).collect();
    futures_util::future::join_all(guesses.iter().map(|digits| ask(app, &number, digits))).await;
    ask(app, &number, "5678").await.refused(404, "NOT_FOUND");
});

both!(a_network_waits_after_twenty_wrong_ones, async |app| {
    let cast = Cast::of(app);
    let (_, number) = taken(&cast, PHONE).await;
    let day = &number[..number.len() - 5];
    for n in 0..20 {
        ask(app, &format!("{day}9{n:04}"), "5678").await.refused(404, "NOT_FOUND");
    }
    let waits = ask(app, &number, "5678").await;
    waits.refused(429, "TOO_MANY_REQUESTS");
    assert!(waits.retry_after.is_some());
    app.state.clock.advance(TimeDelta::hours(1));
    ask(app, &number, "5678").await.ok();
});

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            // the values it is asked with stand behind the words
            self.0.lock().unwrap().push(query.to_string().split("-- binds").next().unwrap().to_owned());
        }
    }
}

/// What is found, and the statements that it took.
fn statements(app: &App, number: &str, digits: &str) -> (bool, Vec<String>) {
    let (recorder, keyring) = (Recorder::default(), app.state.store.keyring());
    macro_rules! asked {
        ($conn:expr, $q:path) => {{
            use $q as q;
            let mut conn = $conn;
            diesel::Connection::set_instrumentation(&mut conn, recorder.clone());
            q::order::contact::asking::find(&mut conn, keyring, number, digits).unwrap().is_some()
        }};
    }
    let found = match app.database().target().unwrap() {
        Target::Sqlite { path } => {
            asked!(
                persistence::engine::database::sqlite::connect_writer(&path).unwrap(),
                persistence::sqlite::q
            )
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            asked!(persistence::engine::database::pg::connect(&url).unwrap(), persistence::pg::q)
        }
    };
    let asked = recorder.0.lock().unwrap().clone();
    (found, asked)
}

both!(whatever_does_not_fit_costs_the_same_statements, async |app| {
    let cast = Cast::of(app);
    let (_, number) = taken(&cast, PHONE).await;
    let mut silent = order(ROOF);
    silent["contact"] = json!({ "name": NAME });
    let silent = cast.resident.post("/orders", silent).await.ok()["number"].as_str().unwrap().to_owned();
    let absent = format!("{}99999", &number[..number.len() - 5]);
    let (found, right) = statements(app, &number, "5678");
    assert!(found && !right.is_empty());
    for (number, digits) in [(&number, "0000"), (&absent, "5678"), (&silent, "5678")] {
        assert_eq!(statements(app, number, digits), (false, right.clone()), "{number}");
    }
});
