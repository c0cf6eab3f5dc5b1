//! Names and passwords.

use super::{hire, log_in, with};
use chrono::TimeDelta;
use harness::both;
use serde_json::json;

const CHOSEN: &str = "correct Horse 1";

both!(a_one_time_password_opens_nothing_but_its_change, async |app| {
    let (id, one_time) = hire(app, "qian").await;
    let first = log_in(app, " QIAN ", &one_time).await;
    assert_eq!(first.ok()["mustChangePassword"], true);
    assert_eq!(first.ok()["account"]["id"], id.to_string());
    assert_eq!(first.ok()["account"]["roles"][0]["roleText"], "网格员");
    assert_eq!(first.ok()["expiresIn"], 900);
    let (me, other) = (with(app, &first), with(app, &log_in(app, "qian", &one_time).await));
    me.get("/areas").await.refused(403, "PASSWORD_CHANGE_REQUIRED");
    assert_eq!(me.get("/me").await.ok()["mustChangePassword"], true);
    for (old, new, status, name) in [
        (one_time.as_str(), "short1A", 422, "VALIDATION_FAILED"),
        (&one_time, "nocapital1", 422, "VALIDATION_FAILED"),
        (&one_time, &one_time, 422, "VALIDATION_FAILED"),
        ("wrong", CHOSEN, 401, "LOGIN_FAILED"),
    ] {
        me.post("/auth/password", json!({ "oldPassword": old, "newPassword": new }))
            .await
            .refused(status, name);
    }
    me.post("/auth/password", json!({ "oldPassword": one_time, "newPassword": CHOSEN })).await.ok();
    me.get("/areas").await.ok();
    other.get("/me").await.refused(401, "SESSION_REVOKED");
    log_in(app, "qian", &one_time).await.refused(401, "LOGIN_FAILED");
    assert_eq!(log_in(app, "qian", CHOSEN).await.ok()["mustChangePassword"], false);
});

both!(five_wrong_passwords_lock_for_a_quarter_of_an_hour, async |app| {
    let (_, one_time) = hire(app, "qian").await;
    for _ in 0..4 {
        log_in(app, "qian", "wrong").await.refused(401, "LOGIN_FAILED");
    }
    for given in ["wrong", &one_time] {
        let locked = log_in(app, "qian", given).await;
        locked.refused(429, "ACCOUNT_LOCKED");
        let left: u32 = locked.retry_after.as_deref().unwrap().parse().unwrap();
        assert!((840..=901).contains(&left), "{left}");
    }
    app.state.clock.advance(TimeDelta::minutes(16));
    log_in(app, "qian", "wrong").await.refused(401, "LOGIN_FAILED");
    log_in(app, "qian", &one_time).await.ok();
    for _ in 0..4 {
        log_in(app, "qian", "wrong").await.refused(401, "LOGIN_FAILED");
    }
});

both!(nobody_learns_who_has_an_account, async |app| {
    let (id, one_time) = hire(app, "qian").await;
    let wrong = log_in(app, "qian", "wrong").await;
    let unknown = log_in(app, "nobody", "wrong").await;
    app.client(app.fixture.admin).post(&format!("/accounts/{id}/disable"), json!({})).await.ok();
    let disabled = log_in(app, "qian", &one_time).await;
    for answer in [wrong, unknown, disabled] {
        let body = answer.refused(401, "LOGIN_FAILED");
        assert_eq!(body["message"], "账号或密码错误");
        assert!(body.get("detail").is_none() && body.get("errors").is_none());
    }
});

both!(bad_requests_name_their_field, async |app| {
    let nobody = app.stranger();
    nobody.post("/auth/login", json!({ "login": "x" })).await.names("password");
    nobody.post("/auth/login", json!({ "login": "", "password": "x" })).await.names("login");
    nobody.post("/auth/login", json!({ "login": "x", "password": "x".repeat(129) })).await.names("password");
    nobody.post("/auth/login", json!({ "login": "x", "password": "x", "more": 1 })).await.names("more");
    nobody.post("/auth/logout", json!({})).await.refused(401, "UNAUTHENTICATED");
    nobody.post("/auth/password", json!({})).await.refused(401, "UNAUTHENTICATED");
});
