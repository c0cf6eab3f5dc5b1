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

both!(what_is_pasted_is_what_was_meant, async |app| {
    let (id, one_time) = hire(app, "qian.dz").await;
    let [a, b, c] = one_time.split('-').collect::<Vec<_>>().try_into().unwrap();
    let wide: String = one_time.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
    for (login, password) in [
        ("qian.dz", format!("{one_time} ")),
        (" QIAN.dz\r\n", format!("\u{FEFF}{one_time}\r\n")),
        ("\u{202D}qian.dz\u{202C}", format!("{a}–{b}—{c}")),
        ("ｑｉａｎ．ｄｚ", wide),
        ("qian\u{200B}.dz", format!("{a} - {b}\u{2011}{c}\u{200E}")),
        ("qian. dz", format!("{a}{b}{c}")),
    ] {
        let answer = log_in(app, login, &password).await;
        assert_eq!(answer.ok()["account"]["id"], id.to_string(), "{login:?} {password:?}");
    }
    log_in(app, "qian.dz", &one_time.to_lowercase()).await.refused(401, "LOGIN_FAILED");
    log_in(app, "\u{200B}\u{3000}", &one_time).await.names("login");
    let me = with(app, &log_in(app, "qian.dz", &one_time).await);
    let change =
        json!({ "oldPassword": format!(" {a}{b}–{c}\n"), "newPassword": format!("\u{FEFF} {CHOSEN} \r\n") });
    me.post("/auth/password", change).await.ok();
    for given in [one_time.clone(), format!("{a}{b}{c}"), CHOSEN.replace(' ', "")] {
        log_in(app, "qian.dz", &given).await.refused(401, "LOGIN_FAILED");
    }
    for given in
        [CHOSEN.to_owned(), format!("{CHOSEN}\n"), format!("\u{200B}{CHOSEN}\u{FEFF}"), format!(" {CHOSEN} ")]
    {
        log_in(app, "qian.dz", &given).await.ok();
    }
});

both!(log_in_names_are_kept_as_they_are_asked_for, async |app| {
    let admin = app.client(app.fixture.admin);
    let roles = json!([{ "role": "grid_worker", "areaId": harness::fixture::GRID.to_string() }]);
    let body = json!({ "login": "\u{202A}qian．dz\u{202C}\r\n", "name": "钱大壮", "roles": roles });
    let added = admin.post("/accounts", body.clone()).await;
    log_in(app, "qian.dz", added.ok()["oneTimePassword"].as_str().unwrap()).await.ok();
    assert_eq!(admin.get("/accounts?q=qian.dz").await.ok()["list"][0]["login"], "qian.dz");
    admin.post("/accounts", body).await.refused(409, "NAME_TAKEN");
});

both!(a_one_time_password_expires, async |app| {
    let (id, one_time) = hire(app, "qian").await;
    app.state.clock.advance(TimeDelta::hours(7 * 24 - 1));
    let me = with(app, &log_in(app, "qian", &one_time).await);
    app.state.clock.advance(TimeDelta::hours(1));
    let late = log_in(app, "qian", &one_time).await;
    assert_eq!(late.refused(401, "ONE_TIME_PASSWORD_EXPIRED")["message"], "初始密码已过期，请联系管理员重置");
    log_in(app, "qian", "wrong").await.refused(401, "LOGIN_FAILED");
    me.post("/auth/password", json!({ "oldPassword": one_time, "newPassword": CHOSEN }))
        .await
        .refused(401, "TOKEN_EXPIRED");
    let reset =
        app.client(app.fixture.admin).post(&format!("/accounts/{id}/reset-password"), json!({})).await;
    let next = reset.ok()["oneTimePassword"].as_str().unwrap().to_owned();
    let me = with(app, &log_in(app, "qian", &next).await);
    me.post("/auth/password", json!({ "oldPassword": next, "newPassword": CHOSEN })).await.ok();
    app.state.clock.advance(TimeDelta::days(8));
    log_in(app, "qian", CHOSEN).await.ok();
});

both!(
    nor_is_it_changed_when_it_has_expired,
    |config| config.auth.access_minutes = 60 * 24 * 8,
    async |app| {
        let (_, one_time) = hire(app, "qian").await;
        let me = with(app, &log_in(app, "qian", &one_time).await);
        app.state.clock.advance(TimeDelta::days(7));
        me.post("/auth/password", json!({ "oldPassword": one_time, "newPassword": CHOSEN }))
            .await
            .refused(401, "ONE_TIME_PASSWORD_EXPIRED");
    }
);

both!(weak_passwords_are_refused_with_a_reason, async |app| {
    let (_, one_time) = hire(app, "huyan.qb").await;
    let me = with(app, &log_in(app, "huyan.qb", &one_time).await);
    for (new, why) in [
        ("Kq8-xmw", "at least 8 characters"),
        ("kqzm8472", "3 classes"),
        (one_time.as_str(), "the same as the old one"),
        (&one_time.to_uppercase().replace('-', "_"), "the same as the old one"),
        ("Huyan.qb", "log-in name"),
        ("Huyan-QB2026", "log-in name"),
        ("Woaini1314", "tried first"),
        ("Qwer@1234", "tried first"),
        ("Diandan-2026", "tried first"),
    ] {
        let request = me.request(reqwest::Method::POST, "/auth/password").header("Accept-Language", "en");
        let body = json!({ "oldPassword": one_time, "newPassword": new });
        let refused = me.send(request.json(&body)).await;
        refused.names("newPassword");
        let reason = refused.refused(422, "VALIDATION_FAILED")["errors"][0]["reason"].as_str().unwrap();
        assert!(reason.contains(why), "{new}: {reason}");
    }
    log_in(app, "huyan.qb", &one_time).await.ok();
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
