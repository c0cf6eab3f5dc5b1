//! Refresh tokens: a retry gets the same successor, theft ends the session.

use super::{hire, log_in, with};
use chrono::TimeDelta;
use harness::app::App;
use harness::both;
use harness::client::Answer;
use serde_json::json;

async fn refresh(app: &App, token: &str) -> Answer {
    app.stranger().post("/auth/refresh", json!({ "refreshToken": token })).await
}

fn token(answer: &Answer) -> String {
    answer.ok()["refreshToken"].as_str().unwrap().to_owned()
}

both!(a_retry_gets_the_same_successor_until_it_was_used, async |app| {
    let (_, one_time) = hire(app, "qian").await;
    let zero = token(&log_in(app, "qian", &one_time).await);
    let (one, again) = tokio::join!(refresh(app, &zero), refresh(app, &zero));
    assert_eq!(token(&one), token(&again), "two parallel refreshes are one");
    assert_eq!(token(&refresh(app, &zero).await), token(&one));
    let two = refresh(app, &token(&one)).await;
    assert_ne!(token(&two), token(&one));
    with(app, &two).get("/me").await.ok();
    refresh(app, &zero).await.refused(401, "SESSION_REVOKED");
    refresh(app, &token(&two)).await.refused(401, "SESSION_REVOKED");
    with(app, &two).get("/me").await.refused(401, "SESSION_REVOKED");
});

both!(an_expired_access_token_is_refreshed, async |app| {
    let (_, one_time) = hire(app, "qian").await;
    let first = log_in(app, "qian", &one_time).await;
    app.state.clock.advance(TimeDelta::minutes(16));
    with(app, &first).get("/me").await.refused(401, "TOKEN_EXPIRED");
    let next = refresh(app, &token(&first)).await;
    with(app, &next).get("/me").await.ok();
    app.state.clock.advance(TimeDelta::days(31));
    refresh(app, &token(&next)).await.refused(401, "SESSION_REVOKED");
});

both!(logging_out_ends_this_session_only, async |app| {
    let (_, one_time) = hire(app, "qian").await;
    let (here, there) = (log_in(app, "qian", &one_time).await, log_in(app, "qian", &one_time).await);
    with(app, &here).post("/auth/logout", json!({})).await.ok();
    with(app, &here).get("/me").await.refused(401, "SESSION_REVOKED");
    refresh(app, &token(&here)).await.refused(401, "SESSION_REVOKED");
    with(app, &there).get("/me").await.ok();
});

both!(forged_tokens_are_refused, async |app| {
    let (_, one_time) = hire(app, "qian").await;
    let good = token(&log_in(app, "qian", &one_time).await);
    let (session, mac) = (good.split('.').next().unwrap(), good.rsplit('.').next().unwrap());
    for forged in [format!("{session}.1.{mac}"), format!("9999.0.{mac}"), "x".into(), "1.2.3".into()] {
        refresh(app, &forged).await.refused(401, "SESSION_REVOKED");
    }
    refresh(app, &good).await.ok();
});
