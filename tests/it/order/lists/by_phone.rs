//! Looking for the orders of a phone: who may, what is found and what never is, how often, and what is left of it.

use chrono::TimeDelta;
use harness::app::App;
use harness::both;
use harness::client::{Answer, Client};
use harness::fixture::crowd;
use harness::fixture::{FAR_GRID, GRID, OTHER_TOWN_VILLAGE, ROOF, numbers, run, texts};
use harness::play::{Cast, PHONE, attempt_of, id_of, order};
use serde_json::{Value, json};

async fn search(who: &Client, phone: &str) -> Answer {
    who.send(who.request(reqwest::Method::POST, "/orders/search").json(&json!({ "phone": phone }))).await
}

fn ids(found: &Value) -> Vec<String> {
    let list = found["list"].as_array().unwrap();
    list.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn calling(phone: &str, area: i64, anonymity: &str) -> Value {
    let mut body = order(ROOF);
    body["contact"] = json!({ "phone": phone });
    body["areaId"] = json!(area.to_string());
    body["anonymity"] = json!(anonymity);
    body
}

/// Searches that are kept.
fn kept(app: &App) -> i64 {
    numbers(app.database(), "SELECT count(*) AS n FROM contact_read WHERE searched IS NOT NULL").unwrap()[0]
}

both!(whoever_takes_calls_finds_what_they_would_be_shown, async |app| {
    let cast = Cast::of(app);
    let over_the_next_village = "INSERT INTO role_binding (account_id,role,area_id,employment,created_at) \
        SELECT 5, 'dispatcher', 8, 'full_time', created_at FROM account WHERE id = 5";
    run(app.database(), over_the_next_village).unwrap();
    crowd::refresh(app.database(), &[5]).unwrap();
    let place = async |area: i64, anonymity: &str| {
        id_of(&cast.resident.post("/orders", calling(PHONE, area, anonymity)).await)
    };
    let named = place(GRID, "real_name").await;
    let hidden = place(GRID, "hidden_from_worker").await;
    let anonymous = place(GRID, "anonymous").await;
    let next_village = place(FAR_GRID, "real_name").await;
    let next_town = place(OTHER_TOWN_VILLAGE, "real_name").await;
    for (who, name, found) in [
        (&cast.dispatcher, "of the village", vec![hidden.clone(), named.clone()]),
        (&cast.third_worker, "of the next village", vec![next_village.clone()]),
        (&cast.foreign_dispatcher, "of the other town", vec![next_town.clone()]),
    ] {
        let answer = search(who, PHONE).await;
        assert_eq!(ids(answer.ok()), found, "{name}");
        assert!(!answer.raw.contains(PHONE) && !answer.raw.contains(&format!("\"{anonymous}\"")));
    }
    // whoever oversees and handles it is told no more than whoever handles it
    let grid = "INSERT INTO role_binding (account_id,role,area_id,employment,created_at) \
        SELECT 11, 'grid_worker', 6, 'full_time', created_at FROM account WHERE id = 11";
    run(app.database(), grid).unwrap();
    crowd::refresh(app.database(), &[11]).unwrap();
    cast.dispatcher.command(&hidden, "accept", json!({})).await.ok();
    let attempt = attempt_of(&cast.dispatcher.command(&hidden, "dispatch", json!({})).await);
    let both = app.client(app.fixture.second_dispatcher);
    app.state.principals.forget();
    both.claim(&hidden, attempt).await.ok();
    assert_eq!(ids(search(&both, PHONE).await.ok()), [named.as_str()]);
    let logged = kept(app);
    for who in [
        &cast.resident,
        &cast.worker,
        &cast.leader,
        &cast.volunteer,
        &cast.unit_handler,
        &cast.supervisor,
        &cast.auditor,
        &app.client(app.fixture.admin),
    ] {
        search(who, PHONE).await.refused(403, "FORBIDDEN");
    }
    search(&app.stranger(), PHONE).await.refused(401, "UNAUTHENTICATED");
    assert_eq!(kept(app), logged, "who may not is not counted");
});

both!(a_number_is_found_whatever_its_spelling, async |app| {
    let cast = Cast::of(app);
    let grid = GRID;
    let place =
        async |phone: &str| id_of(&cast.resident.post("/orders", calling(phone, grid, "real_name")).await);
    let (mobile, landline) = (place("138-1234-5678").await, place("0913-3212345转801").await);
    for (typed, found) in [
        ("+86 138 1234 5678", vec![mobile.clone()]),
        ("１３８１２３４５６７８", vec![mobile.clone()]),
        ("3212345", vec![landline.clone()]),
        ("（0913）321-2345", vec![landline.clone()]),
        ("09133212345", vec![landline.clone()]),
        ("13812345679", vec![]),
    ] {
        assert_eq!(ids(search(&cast.dispatcher, typed).await.ok()), found, "{typed}");
    }
    let logged = kept(app);
    for typed in ["", "张三", "1381234", "13812345678、13912345678"] {
        let answer = search(&cast.dispatcher, typed).await;
        answer.refused(422, "VALIDATION_FAILED");
        answer.names("phone");
    }
    assert_eq!(kept(app), logged, "what is no number is looked for nowhere");
    cast.dispatcher
        .send(cast.dispatcher.request(reqwest::Method::POST, "/orders/search").json(&json!({})))
        .await
        .names("phone");
    assert_eq!(
        texts(app.database(), "SELECT CAST(key AS TEXT) AS t FROM idempotency WHERE route LIKE '%search%'")
            .unwrap(),
        Vec::<String>::new()
    );
});

both!(twenty_an_hour_and_a_hundred_a_day_found_or_not, async |app| {
    let cast = Cast::of(app);
    for n in 0..20 {
        search(&cast.dispatcher, &format!("1390000{n:04}")).await.ok();
    }
    let refused = search(&cast.dispatcher, PHONE).await;
    refused.refused(429, "SEARCHES_USED_UP");
    let wait: i64 = refused.retry_after.as_deref().unwrap().parse().unwrap();
    assert!((3500..=3600).contains(&wait), "{refused:?}");
    assert!(refused.body["detail"]["until"].as_str().unwrap().ends_with("+08:00"));
    // others are not kept waiting, and whoever must wait adds nothing to it
    search(&cast.second_dispatcher, PHONE).await.ok();
    assert_eq!(kept(app), 21);
    for _ in 0..4 {
        app.state.clock.advance(TimeDelta::minutes(61));
        let dispatcher = app.client(app.fixture.dispatcher);
        for _ in 0..20 {
            search(&dispatcher, PHONE).await.ok();
        }
        search(&dispatcher, PHONE).await.refused(429, "SEARCHES_USED_UP");
    }
    app.state.clock.advance(TimeDelta::minutes(61));
    let refused = search(&app.client(app.fixture.dispatcher), PHONE).await;
    refused.refused(429, "SEARCHES_USED_UP");
    let wait: i64 = refused.retry_after.as_deref().unwrap().parse().unwrap();
    assert!((18 * 3600..20 * 3600).contains(&wait), "a hundred within a day: {refused:?}");
    app.state.clock.advance(TimeDelta::hours(20));
    search(&app.client(app.fixture.dispatcher), PHONE).await.ok();
});

both!(many_at_once_are_counted_one_by_one, async |app| {
    let cast = Cast::of(app);
    let all = futures_util::future::join_all((0..30).map(|_| search(&cast.dispatcher, PHONE))).await;
    let found = all.iter().filter(|answer| answer.status == 200).count();
    assert!(all.iter().all(|answer| matches!(answer.status, 200 | 429)), "{all:?}");
    assert_eq!((found, kept(app)), (20, 20));
});

both!(an_auditor_who_tries_digits_learns_nothing, async |app| {
    let cast = Cast::of(app);
    let id = id_of(&cast.resident.post("/orders", order(ROOF)).await);
    let mut body = order(ROOF);
    body["title"] = json!(format!("请回电{PHONE}漏水"));
    let titled = id_of(&cast.resident.post("/orders", body).await);
    let admin = app.client(app.fixture.admin);
    admin.put("/accounts/3", json!({ "name": "张建国", "phone": PHONE })).await.ok();
    let listed = async |who: &Client, path: &str, q: &str| {
        who.send(who.request(reqwest::Method::GET, path).query(&[("q", q)])).await
    };
    // the whole number, as it is written, and every piece of what the mask hides
    let hidden = &PHONE[3..7];
    let mut tries =
        vec![PHONE.to_owned(), format!("+86 {PHONE}"), "138-1234-5678".into(), "１３８１２３４".into()];
    for from in 0..7 {
        tries.push(PHONE[from..from + 4].into());
    }
    for middle in 1220..1250 {
        tries.push(format!("138{middle}5678"));
    }
    for q in &tries {
        for (who, path) in [
            (&cast.auditor, "/orders"),
            (&cast.worker, "/orders"),
            (&admin, "/orders"),
            (&admin, "/accounts"),
            (&cast.dispatcher, "/staff"),
        ] {
            let answer = listed(who, path, q).await;
            assert_eq!(ids(answer.ok()), Vec::<String>::new(), "{path} {q} (hidden {hidden})");
        }
        let counted = cast
            .auditor
            .request(reqwest::Method::GET, "/orders")
            .query(&[("q", q.as_str()), ("total", "true")]);
        assert_eq!(cast.auditor.send(counted).await.ok()["total"], 0, "{q}");
        search(&cast.auditor, q).await.refused(403, "FORBIDDEN");
    }
    // not even for whoever is shown the title whole, which is to be found by its words
    for q in [PHONE, "+86 138-1234-5678", "13912345678"] {
        assert_eq!(ids(listed(&cast.dispatcher, "/orders", q).await.ok()), Vec::<String>::new(), "{q}");
    }
    assert_eq!(ids(listed(&cast.dispatcher, "/orders", "回电138").await.ok()), [titled.as_str()]);
    assert_eq!(ids(listed(&cast.auditor, "/orders", "漏水").await.ok()), [titled.clone(), id.clone()]);
    assert_eq!(ids(listed(&cast.auditor, "/orders", "请回电").await.ok()), [titled]);
    // whoever may search is stopped after twenty, and each of them is seen
    let mut allowed = 0;
    for middle in 1220..1250 {
        match search(&cast.dispatcher, &format!("138{middle}5678")).await.status {
            200 => allowed += 1,
            status => assert_eq!(status, 429),
        }
    }
    let seen = cast.auditor.get("/contact-reads?limit=100").await;
    let seen = seen.ok()["list"].as_array().unwrap().clone();
    assert_eq!((allowed, seen.len()), (20, 20));
    assert!(seen.iter().all(|row| row["phone"] == "138****5678" && row["kind"] == "search"));
});
