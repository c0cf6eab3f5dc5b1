//! `GET /contact-reads`: who sees who read what, by person, order and time, a page after the other.

use chrono::{SecondsFormat, TimeDelta};
use harness::both;
use harness::client::Client;
use harness::fixture::{FAR_GRID, OTHER_TOWN, ROOF, VILLAGE, run};
use harness::play::{Cast, NAME, PHONE, view};
use serde_json::{Value, json};

async fn search(who: &Client, phone: &str) {
    who.send(who.request(reqwest::Method::POST, "/orders/search").json(&json!({ "phone": phone })))
        .await
        .ok();
}

async fn readings(who: &Client, query: &str) -> Vec<Value> {
    who.get(&format!("/contact-reads{query}")).await.ok()["list"].as_array().unwrap().clone()
}

/// Kind, account and order of each.
fn told(readings: &[Value]) -> Vec<(&str, &str, &str)> {
    readings
        .iter()
        .map(|row| {
            let of = |key: &str| row[key].as_str().unwrap_or_default();
            (of("kind"), of("accountId"), of("orderId"))
        })
        .collect()
}

both!(auditors_see_who_read_what, async |app| {
    let cast = Cast::of(app);
    let id = cast.claimed(ROOF).await;
    cast.worker.get(&format!("/orders/{id}/contact")).await.ok();
    search(&cast.dispatcher, PHONE).await;
    search(&cast.foreign_dispatcher, "13900000001").await;
    app.state.clock.advance(TimeDelta::minutes(5));
    let later = app.state.clock.now() - TimeDelta::minutes(1);
    search(&app.client(app.fixture.dispatcher), "0913-3212345").await;
    let all = readings(&cast.auditor, "").await;
    let (foreign, here, read) = (("search", "12", ""), ("search", "10", ""), ("contact", "3", id.as_str()));
    assert_eq!(told(&all), [here, foreign, here, read]);
    let number = view(&cast.resident, &id).await["number"].clone();
    assert_eq!((&all[3]["orderNumber"], &all[3]["phone"]), (&number, &json!("138****5678")));
    assert_eq!(
        (&all[0]["phone"], &all[0]["areaIds"]),
        (&json!("0913*****45"), &json!([VILLAGE.to_string()]))
    );
    assert_eq!(all[3]["accountName"], "张建国");
    let raw = cast.auditor.get("/contact-reads").await.raw;
    assert!(!raw.contains(PHONE) && !raw.contains(NAME) && !raw.contains("3212345"), "{raw}");

    let at = later.to_rfc3339_opts(SecondsFormat::Secs, true);
    for (query, rows) in [
        ("?accountId=10".to_owned(), vec![here, here]),
        ("?accountId=3".into(), vec![read]),
        (format!("?orderId={id}"), vec![read]),
        ("?orderId=987654".into(), vec![]),
        ("?accountId=987654".into(), vec![]),
        (format!("?from={at}"), vec![here]),
        (format!("?to={at}"), vec![foreign, here, read]),
        (format!("?to={at}&accountId=10"), vec![here]),
    ] {
        assert_eq!(told(&readings(&cast.auditor, &query).await), rows, "{query}");
    }
    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = cast.auditor.get(&format!("/contact-reads?limit=1{cursor}")).await;
        paged.extend(page.ok()["list"].as_array().unwrap().clone());
        match page.ok()["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    for (query, field) in [
        ("?accountId=x", "accountId"),
        ("?orderId=0", "orderId"),
        ("?from=yesterday", "from"),
        ("?limit=0", "limit"),
        ("?cursor=x", "cursor"),
        ("?phone=1", "phone"),
    ] {
        let refused = cast.auditor.get(&format!("/contact-reads{query}")).await;
        refused.refused(400, "BAD_REQUEST");
        refused.names(field);
    }
});

both!(each_sees_those_of_their_own_areas_and_others_none, async |app| {
    let cast = Cast::of(app);
    let id = cast.claimed(ROOF).await;
    cast.worker.get(&format!("/orders/{id}/contact")).await.ok();
    search(&cast.dispatcher, PHONE).await;
    search(&cast.foreign_dispatcher, PHONE).await;
    let (foreign, here, read) = (("search", "12", ""), ("search", "10", ""), ("contact", "3", id.as_str()));
    for (role, area, rows) in [
        ("auditor", OTHER_TOWN, vec![foreign]),
        ("auditor", VILLAGE, vec![here, read]),
        // a search in the village met the grid, too; the order lies elsewhere
        ("auditor", harness::fixture::OTHER_GRID, vec![here]),
        ("auditor", FAR_GRID, vec![]),
        ("admin", VILLAGE, vec![here, read]),
        ("admin", 1, vec![foreign, here, read]),
    ] {
        run(
            app.database(),
            &format!(
                "DELETE FROM role_binding WHERE account_id = 14; \
                 INSERT INTO role_binding (account_id,role,area_id,employment,created_at) \
                 SELECT 14, '{role}', {area}, 'full_time', created_at FROM account WHERE id = 14;"
            ),
        )
        .unwrap();
        app.state.principals.forget();
        assert_eq!(told(&readings(&cast.auditor, "").await), rows, "{role} of {area}");
    }
    for who in
        [&cast.resident, &cast.worker, &cast.leader, &cast.dispatcher, &cast.supervisor, &cast.unit_handler]
    {
        who.get("/contact-reads").await.refused(403, "FORBIDDEN");
    }
    app.stranger().get("/contact-reads").await.refused(401, "UNAUTHENTICATED");
});
