//! What too many wrong passwords and codes lead to: for whom, and for whom not.

use super::{hire, log_in, with};
use api::Config;
use chrono::TimeDelta;
use futures_util::future::join_all;
use harness::app::App;
use harness::both;
use harness::client::Answer;
use harness::fixture::OTHER_TOWN;
use reqwest::Method;
use serde_json::{Value, json};

/// Clients say where they come from.
fn behind_a_proxy(config: &mut Config) {
    config.web.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
}

/// Three failures a minute from one address.
fn three_a_minute(config: &mut Config) {
    behind_a_proxy(config);
    config.auth.failures_per_minute = 3;
}

async fn from(app: &App, address: &str, path: &str, body: Value) -> Answer {
    let client = app.stranger();
    let request = client.request(Method::POST, path).header("X-Forwarded-For", address).json(&body);
    client.send(request).await
}

async fn log_in_from(app: &App, address: &str, login: &str, password: &str) -> Answer {
    from(app, address, "/auth/login", json!({ "login": login, "password": password })).await
}

/// Everything a guesser can see of an answer.
fn seen(answer: &Answer) -> (u16, Value, Option<u32>) {
    let mut body = answer.body.clone();
    body.as_object_mut().unwrap().remove("requestId");
    // the seconds that are left, to a quarter of a minute
    let wait = answer.retry_after.as_ref().map(|s| s.parse::<u32>().unwrap() / 15);
    (answer.status, body, wait)
}

both!(known_and_unknown_names_are_answered_alike, async |app| {
    let (id, one_time) = hire(app, "qian").await;
    hire(app, "gone").await;
    app.client(app.fixture.admin).post(&format!("/accounts/{}/disable", id + 1), json!({})).await.ok();
    let mut answers: [Vec<_>; 3] = Default::default();
    for (name, answers) in ["qian", "nobody", "gone"].iter().zip(&mut answers) {
        for _ in 0..7 {
            answers.push(seen(&log_in(app, name, "wrong").await));
        }
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    let statuses: Vec<u16> = answers[0].iter().map(|(status, ..)| *status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 429, 429, 429]);
    let waits = log_in(app, "qian", &one_time).await;
    assert_eq!(waits.refused(429, "TOO_MANY_REQUESTS")["message"], "尝试次数过多，请稍后再试");
    let left: u32 = waits.retry_after.as_deref().unwrap().parse().unwrap();
    assert!((840..=901).contains(&left), "{left}");
    app.state.clock.advance(TimeDelta::minutes(16));
    log_in(app, "qian", "wrong").await.refused(401, "LOGIN_FAILED");
    log_in(app, "qian", &one_time).await.ok();
    for _ in 0..4 {
        log_in(app, "qian", "wrong").await.refused(401, "LOGIN_FAILED");
    }
    log_in(app, "QIAN ", &one_time).await.ok();
    log_in(app, "qian", "wrong").await.refused(401, "LOGIN_FAILED");
});

both!(a_lock_is_of_one_network, behind_a_proxy, async |app| {
    let (_, one_time) = hire(app, "qian").await;
    for n in 1..=5 {
        let last = log_in_from(app, &format!("203.0.113.{n}"), "qian", "wrong").await;
        assert_eq!(last.status, if n < 5 { 401 } else { 429 }, "{last:?}");
    }
    for (address, status) in [
        ("203.0.113.77", 429),
        ("203.0.114.1", 200),
        ("::ffff:203.0.113.9", 429),
        ("2001:db8:1:2::1", 200),
        ("203.0.113.1", 429),
    ] {
        assert_eq!(log_in_from(app, address, "qian", &one_time).await.status, status, "{address}");
    }
    log_in_from(app, "203.0.113.1", "nobody", "wrong").await.refused(401, "LOGIN_FAILED");
});

both!(a_name_under_attack_stays_open_to_who_knows_its_password, behind_a_proxy, async |app| {
    let (_, one_time) = hire(app, "qian").await;
    log_in_from(app, "198.51.100.1", "qian", &one_time).await.ok();
    for n in 0..49 {
        log_in_from(app, &format!("10.0.{n}.1"), "qian", "wrong").await.refused(401, "LOGIN_FAILED");
    }
    for n in 49..52 {
        log_in_from(app, &format!("10.0.{n}.1"), "qian", "wrong").await.refused(429, "TOO_MANY_REQUESTS");
    }
    log_in_from(app, "10.0.0.1", "qian", &one_time).await.refused(429, "TOO_MANY_REQUESTS");
    log_in_from(app, "10.2.0.1", "qian", &one_time).await.ok();
    log_in_from(app, "198.51.100.1", "qian", "wrong").await.refused(401, "LOGIN_FAILED");
    log_in_from(app, "198.51.100.1", "qian", &one_time).await.ok();
});

both!(an_office_is_charged_for_failures_only, three_a_minute, async |app| {
    let office = "203.0.113.9";
    let (_, one_time) = hire(app, "qian").await;
    let (_, other) = hire(app, "sun").await;
    for _ in 0..5 {
        log_in_from(app, office, "qian", &one_time).await.ok();
        from(app, office, "/auth/code", json!({ "code": "dev:wang" })).await.ok();
        from(app, office, "/auth/refresh", json!({ "refreshToken": "1.1.x" }))
            .await
            .refused(401, "SESSION_REVOKED");
    }
    for name in ["guess1", "guess2"] {
        log_in_from(app, office, name, "wrong").await.refused(401, "LOGIN_FAILED");
    }
    from(app, office, "/auth/code", json!({ "code": "nonsense" })).await.refused(401, "LOGIN_FAILED");
    let waits = log_in_from(app, office, "sun", &other).await;
    waits.refused(429, "TOO_MANY_REQUESTS");
    let left: u32 = waits.retry_after.as_deref().unwrap().parse().unwrap();
    assert!((1..=61).contains(&left), "{left}");
    from(app, office, "/auth/code", json!({ "code": "dev:wang" })).await.refused(429, "TOO_MANY_REQUESTS");
    log_in_from(app, office, "qian", &one_time).await.ok();
    log_in_from(app, "203.0.113.10", "sun", &other).await.ok();
    app.state.clock.advance(TimeDelta::minutes(1));
    log_in_from(app, office, "sun", &other).await.ok();
});

both!(guesses_at_the_same_time_count_each, async |app| {
    hire(app, "qian").await;
    let guesses =
        join_all((0..40).map(|n| log_in(app, "qian", if n % 2 == 0 { "wrong" } else { "Wr0ng-too" }))).await;
    let of = |status: u16| guesses.iter().filter(|g| g.status == status).count();
    assert_eq!((of(401), of(429)), (4, 36), "{guesses:?}");
});

both!(an_administrator_lifts_a_lock, async |app| {
    let (id, one_time) = hire(app, "qian").await;
    let admin = app.client(app.fixture.admin);
    for _ in 0..5 {
        log_in(app, "qian", "wrong").await;
    }
    log_in(app, "qian", &one_time).await.refused(429, "TOO_MANY_REQUESTS");
    let path = format!("/accounts/{id}/unlock");
    let foreign = crate::people::admin_of(app, "xu.gl", OTHER_TOWN).await;
    foreign.post(&path, json!({})).await.refused(404, "NOT_FOUND");
    app.client(app.fixture.dispatcher).post(&path, json!({})).await.refused(403, "FORBIDDEN");
    app.stranger().post(&path, json!({})).await.refused(401, "UNAUTHENTICATED");
    log_in(app, "qian", &one_time).await.refused(429, "TOO_MANY_REQUESTS");
    assert_eq!(admin.post(&path, json!({})).await.ok()["id"], id.to_string());
    for _ in 0..4 {
        log_in(app, "qian", "wrong").await.refused(401, "LOGIN_FAILED");
    }
    log_in(app, "qian", &one_time).await.ok();
    let view = admin.get(&format!("/accounts/{id}")).await;
    assert!(view.ok().get("locked").is_none(), "nobody is locked as such: {view:?}");
});

both!(a_password_is_guessed_no_faster_with_a_session, async |app| {
    let (_, one_time) = hire(app, "qian").await;
    let me = with(app, &log_in(app, "qian", &one_time).await);
    let change = async |old: &str| {
        me.post("/auth/password", json!({ "oldPassword": old, "newPassword": "Kuai-Le-8472" })).await
    };
    for _ in 0..4 {
        change("wrong").await.refused(401, "LOGIN_FAILED");
    }
    let waits = change("wrong").await;
    waits.refused(429, "TOO_MANY_REQUESTS");
    assert!(waits.retry_after.is_some());
    change(&one_time).await.refused(429, "TOO_MANY_REQUESTS");
    log_in(app, "qian", &one_time).await.refused(429, "TOO_MANY_REQUESTS");
    app.state.clock.advance(TimeDelta::minutes(16));
    change(&one_time).await.refused(401, "TOKEN_EXPIRED");
    let me = with(app, &log_in(app, "qian", &one_time).await);
    me.post("/auth/password", json!({ "oldPassword": one_time, "newPassword": "Kuai-Le-8472" })).await.ok();
});
