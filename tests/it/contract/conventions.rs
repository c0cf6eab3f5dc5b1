//! What a mini-program counts on: one envelope, two languages, ids as strings, instants with +08:00, when to try again.

use harness::both;
use harness::client::Client;
use harness::fixture::ROOF;
use harness::play::{Cast, order};
use serde_json::{Value, json};

/// Every value in a document with its key.
fn each<'a>(key: &'a str, value: &'a Value, visit: &mut impl FnMut(&'a str, &'a Value)) {
    visit(key, value);
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| each(key, value, visit)),
        Value::Array(items) => items.iter().for_each(|item| each(key, item, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_instant(text: &str) -> bool {
    text.len() == "2026-11-22T18:04:05.123+08:00".len()
        && text.ends_with("+08:00")
        && chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

both!(keys_ids_and_instants_are_written_one_way, async |app| {
    let cast = Cast::of(app);
    let id = cast.resolved(ROOF).await;
    for (who, path) in [
        (&cast.resident, format!("/orders/{id}")),
        (&cast.dispatcher, format!("/orders/{id}")),
        (&cast.dispatcher, "/orders?total=true".into()),
        (&cast.dispatcher, "/orders/counts".into()),
        (&cast.resident, "/me/badges".into()),
    ] {
        let answer = who.get(&path).await;
        assert_eq!((&answer.body["code"], &answer.body["message"]), (&json!(0), &json!("ok")));
        assert!(!answer.body["requestId"].as_str().unwrap().is_empty());
        each("data", answer.ok(), &mut |key, value| {
            let camel = !key.contains(['_', '-', ' ']) && !key.starts_with(|c: char| c.is_ascii_uppercase());
            assert!(camel || key == "in_progress", "{key} in {path}");
            assert!(!value.is_null(), "{key} is null in {path}: leave it out");
            if key == "id" || key.ends_with("Id") {
                assert!(value.is_string(), "{key} in {path}");
            }
            if key == "at" || key.ends_with("At") || key.ends_with("Until") {
                assert!(is_instant(value.as_str().unwrap()), "{key} in {path}: {value}");
            }
        });
    }
});

async fn message(who: &Client, languages: &str) -> String {
    let request = who.request(reqwest::Method::GET, "/orders/987654").header("Accept-Language", languages);
    let answer = who.send(request).await;
    answer.refused(404, "NOT_FOUND")["message"].as_str().unwrap().to_owned()
}

both!(people_read_their_language, async |app| {
    let cast = Cast::of(app);
    for (languages, text) in [
        ("en-GB,en;q=0.8", "Not found"),
        ("zh-CN", "内容不存在"),
        ("fr", "内容不存在"),
        ("fr, en;q=0.5", "Not found"),
        ("", "内容不存在"),
    ] {
        assert_eq!(message(&cast.resident, languages).await, text, "{languages}");
    }
    let id = cast.placed(ROOF).await;
    let path = format!("/orders/{id}");
    let english = cast.resident.request(reqwest::Method::GET, &path).header("Accept-Language", "en");
    let english = cast.resident.send(english).await;
    assert_eq!(english.ok()["statusText"], "Submitted");
    assert_eq!(english.ok()["detail"]["timeline"][0]["kindText"], "Submitted");
    assert!(english.ok()["sentence"].as_str().unwrap().is_ascii() || english.raw.contains("西郊"));
    assert_eq!(cast.resident.get(&path).await.ok()["statusText"], "待受理");
});

both!(errors_have_one_body, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let errors = [
        cast.resident.get("/orders/x").await,
        app.stranger().get("/orders").await,
        cast.worker.command(&id, "accept", json!({})).await,
        cast.neighbour.get(&format!("/orders/{id}")).await,
        cast.resident.send(cast.resident.request(reqwest::Method::PATCH, "/orders")).await,
        cast.dispatcher.command(&id, "dispatch", json!({})).await,
        cast.resident.post("/orders", json!({"title": "x".repeat(100_000)})).await,
        cast.resident.post("/files", order(ROOF)).await,
        cast.resident.command(&id, "withdraw", json!({"reason": "weather"})).await,
    ];
    let statuses: Vec<u16> = errors.iter().map(|e| e.status).collect();
    assert_eq!(statuses, [400, 401, 403, 404, 405, 409, 413, 415, 422]);
    for error in &errors {
        let code = error.body["code"].as_u64().unwrap();
        assert_eq!(code / 100, u64::from(error.status), "{error:?}");
        assert!(error.body.get("data").is_none() && error.body["message"].is_string(), "{error:?}");
        assert!(error.body["requestId"].as_str().is_some_and(|id| id.len() >= 8), "{error:?}");
    }
    let mut wrong = app.stranger();
    for token in ["x", "a.b.c"] {
        let request = wrong.request(reqwest::Method::GET, "/me/badges").bearer_auth(token);
        assert_eq!(wrong.send(request).await.status, 401);
        wrong = app.stranger();
    }
});

both!(an_expired_token_says_refresh, async |app| {
    let cast = Cast::of(app);
    cast.resident.get("/me/badges").await.ok();
    app.state.clock.advance(chrono::TimeDelta::minutes(16));
    cast.resident.get("/me/badges").await.refused(401, "TOKEN_EXPIRED");
});

both!(what_is_answered_about_people_is_kept_by_nobody_on_the_way, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    for (who, path) in [
        (&cast.resident, format!("/orders/{id}")),
        (&cast.resident, "/me/orders".into()),
        (&cast.dispatcher, "/orders?limit=1".into()),
        (&cast.resident, "/orders/987654".into()),
        (&cast.resident, "/orders?limit=x".into()),
        (&app.stranger(), "/me".into()),
    ] {
        let answer = who.request(reqwest::Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path}: {}", answer.status());
    }
});

both!(null_is_as_if_it_were_left_out, async |app| {
    let cast = Cast::of(app);
    let mut body = order(ROOF);
    for field in ["fileIds", "description", "contact", "externalNumber"] {
        body[field] = json!(null);
    }
    cast.resident.post("/orders", body.clone()).await.ok();
    body["contact"] = json!({ "name": null, "phone": null });
    cast.resident.post("/orders", body.clone()).await.ok();
    body["title"] = json!(null);
    cast.resident.post("/orders", body).await.names("title");
    // lists within lists too
    let id = cast.accepted(ROOF).await;
    let body = json!({ "scopes": null, "rings": null });
    cast.dispatcher.command(&id, "dispatch", body).await.ok();
});

both!(reasons_say_what_is_wanted_in_the_readers_language, async |app| {
    let cast = Cast::of(app);
    for (query, field, zh, en) in [
        ("limit=x", "limit", "应为整数", "a whole number"),
        ("limit=1000", "limit", "应在 1 至 100 之间", "1 to 100"),
        ("overdue=2", "overdue", "应为 true 或 false", "true or false"),
        (
            "createdFrom=yesterday",
            "createdFrom",
            "应为时间，格式如 2026-11-22T18:04:05+08:00",
            "a time such as 2026-11-22T18:04:05+08:00",
        ),
        ("colour=red", "colour", "没有这个字段", "unknown field"),
        (
            "areaId=x",
            "areaId",
            "编号应为字符串形式的正整数，如 \"42\"",
            "an id is a positive whole number in a string",
        ),
    ] {
        for (lang, reason) in [("zh-CN", zh), ("en", en)] {
            let request = cast.dispatcher.request(reqwest::Method::GET, &format!("/orders?{query}"));
            let refused = cast.dispatcher.send(request.header("Accept-Language", lang)).await;
            assert_eq!(refused.status, 400, "{query}");
            refused.names(field);
            assert_eq!(refused.body["errors"][0]["reason"], reason, "{query}");
        }
    }
    let mut body = order(ROOF);
    body["priority"] = json!("soon");
    let refused = cast.resident.post("/orders", body).await;
    let reason = refused.body["errors"][0]["reason"].as_str().unwrap();
    assert_eq!(reason, "只能是：`normal`, `high`, `urgent`");
});
