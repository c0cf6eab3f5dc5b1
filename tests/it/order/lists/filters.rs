//! Lists: filters, search, counts, one's own orders, badges and read marks.

use chrono::TimeDelta;
use harness::both;
use harness::client::Client;
use harness::fixture::{FAR_GRID, GRID, OTHER_GRID, OTHER_VILLAGE, ROOF, UNCHECKED, VILLAGE};
use harness::play::{Cast, PHONE, give, id_of, order, view};
use serde_json::{Value, json};

/// The keys of a list, in its order.
async fn listed(who: &Client, query: &str) -> Vec<String> {
    let answer = who.get(&format!("/orders{query}")).await;
    ids(answer.ok())
}

fn ids(page: &Value) -> Vec<String> {
    page["list"].as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap().to_owned()).collect()
}

async fn titled(who: &Client, title: &str) -> String {
    let mut body = order(ROOF);
    body["title"] = json!(title);
    id_of(&who.post("/orders", body).await)
}

both!(each_filter_narrows, async |app| {
    let cast = Cast::of(app);
    let roof = cast.working(ROOF).await;
    let mut elsewhere = order(UNCHECKED);
    elsewhere["areaId"] = json!(OTHER_GRID.to_string());
    elsewhere["channel"] = json!("phone");
    let papers = id_of(&cast.dispatcher.post("/orders", elsewhere).await);
    give(app, app.fixture.neighbour, "dispatcher", OTHER_VILLAGE).await;
    let mut far = order(ROOF);
    far["areaId"] = json!(FAR_GRID.to_string());
    let far = id_of(&cast.resident.post("/orders", far).await);
    let worker = app.fixture.worker;
    for (query, found) in [
        (String::new(), vec![&papers, &roof]),
        ("?sort=createdAt".into(), vec![&roof, &papers]),
        ("?status=submitted".into(), vec![&papers]),
        ("?status=in_progress,claimed".into(), vec![&roof]),
        ("?status=open".into(), vec![&papers, &roof]),
        ("?status=closed".into(), vec![]),
        (format!("?areaId={GRID}"), vec![&roof]),
        (format!("?areaId={OTHER_GRID}&status=submitted"), vec![&papers]),
        (format!("?areaId={VILLAGE}"), vec![&papers, &roof]),
        (format!("?serviceItem={UNCHECKED}"), vec![&papers]),
        ("?channel=phone".into(), vec![&papers]),
        (format!("?assignee={worker}"), vec![&roof]),
        ("?overdue=true".into(), vec![]),
        ("?createdFrom=2999-01-01T00:00:00%2B08:00".into(), vec![]),
        ("?createdFrom=2000-01-01T00:00:00Z&total=true".into(), vec![&papers, &roof]),
    ] {
        assert_eq!(
            listed(&cast.dispatcher, &query).await,
            found.into_iter().cloned().collect::<Vec<_>>(),
            "{query}"
        );
    }
    assert_eq!(
        listed(&cast.supervisor, "").await,
        [far, papers, roof.clone()],
        "the town sees both villages"
    );
    let counts = cast.dispatcher.get("/orders/counts").await;
    let expected = json!({"byStatus": {"submitted": 1, "in_progress": 1}, "overdue": 0, "requests": 0});
    assert_eq!(counts.ok(), &expected);
    app.state.clock.advance(TimeDelta::days(4));
    let dispatcher = app.client(app.fixture.dispatcher);
    assert_eq!(listed(&dispatcher, "?overdue=true").await, [roof]);
    assert_eq!(dispatcher.get("/orders/counts").await.ok()["overdue"], 1);
});

both!(what_is_typed_is_found, async |app| {
    let cast = Cast::of(app);
    let street = titled(&cast.resident, "东城街道路灯不亮").await;
    let percent = titled(&cast.resident, "电费涨了100%_不合理").await;
    let number = view(&cast.resident, &street).await["number"].as_str().unwrap().to_owned();
    let both = vec![percent.clone(), street.clone()];
    for (typed, found) in [
        (number.as_str(), vec![street.clone()]),
        (number.to_ascii_lowercase().as_str(), vec![street.clone()]),
        ("東城街道", vec![street.clone()]),
        ("路灯", vec![street.clone()]),
        ("%", vec![percent.clone()]),
        ("_", vec![percent.clone()]),
        ("1__", vec![]),
        ("\\", vec![]),
        ("' OR 1=1 --", vec![]),
        (PHONE, vec![]),
        ("+86 138-1234-5678", vec![]),
        ("1381234", vec![]),
        ("", both),
    ] {
        let request = cast.dispatcher.request(reqwest::Method::GET, "/orders").query(&[("q", typed)]);
        let answer = cast.dispatcher.send(request).await;
        assert_eq!(ids(answer.ok()), found, "{typed}");
    }
});

both!(my_orders_my_badges_my_marks, async |app| {
    let cast = Cast::of(app);
    let mine = cast.claimed(ROOF).await;
    let theirs = id_of(&cast.neighbour.post("/orders", order(ROOF)).await);
    let part = async |who: &Client, query: &str| ids(who.get(&format!("/me/orders{query}")).await.ok());
    let only = [mine.clone()];
    assert_eq!(part(&cast.resident, "").await, only);
    assert_eq!(part(&cast.resident, "?status=claimed").await, only);
    assert_eq!(part(&cast.resident, "?status=closed").await, Vec::<String>::new());
    assert_eq!(part(&cast.worker, "?part=handler").await, only);
    assert_eq!(part(&cast.neighbour, "").await, [theirs]);
    let badges = cast.resident.get("/me/badges").await;
    assert_eq!(badges.ok(), &json!({"unread": 1, "toRate": 0, "toSupplement": 0, "offers": 0}));
    let version = view(&cast.resident, &mine).await["version"].clone();
    let marked = cast.resident.put(&format!("/orders/{mine}/read"), json!({})).await;
    assert_eq!(marked.ok()["version"], version);
    assert_eq!(cast.resident.get("/me/badges").await.ok()["unread"], 0);
    assert_eq!(view(&cast.resident, &mine).await["detail"]["unread"], false);
    assert_eq!(view(&cast.worker, &mine).await["detail"]["unread"], true, "each has marks of their own");
    cast.worker.command(&mine, "contact", json!({})).await.ok();
    assert_eq!(cast.resident.get("/me/badges").await.ok()["unread"], 1);
});

both!(unchanged_is_said_in_a_word, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let version = view(&cast.resident, &id).await["version"].as_i64().unwrap();
    let path = |since: i64| format!("/orders/{id}?since={since}");
    assert_eq!(cast.resident.get(&path(version)).await.ok(), &json!({"unchanged": true}));
    assert_eq!(cast.resident.get(&path(version - 1)).await.ok()["version"], version);
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    assert_eq!(cast.resident.get(&path(version)).await.ok()["status"], "accepted");
    cast.neighbour.get(&path(version)).await.refused(404, "NOT_FOUND");
});
