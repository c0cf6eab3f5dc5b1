//! A contact's name, phone and door stand in no answer but the contact's own, and in nothing that is kept for long.

use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::database::Database;
use harness::fixture::{ROOF, numbers};
use harness::play::{Cast, DOOR, NAME, PHONE, now, view};
use serde_json::json;

#[track_caller]
fn clean(what: &str, text: &str) {
    for secret in [NAME, PHONE, DOOR] {
        assert!(!text.contains(secret), "{secret} in {what}: {text}");
    }
}

async fn reads_clean(who: &Client, id: &str) {
    for path in [
        &format!("/orders/{id}"),
        "/orders?total=true",
        &format!("/orders?q={PHONE}"),
        "/orders/counts",
        "/me/orders",
        "/me/offers",
        "/me/badges",
    ] {
        clean(path, &who.get(path).await.raw);
    }
}

/// A whole life with every reader looking on.
async fn life(app: &App, cast: &Cast) -> String {
    let (id, attempt) = cast.pooled(ROOF).await;
    let everyone = [&cast.resident, &cast.worker, &cast.dispatcher, &cast.supervisor, &cast.auditor];
    app.settled().await.unwrap();
    for who in everyone {
        reads_clean(who, &id).await;
    }
    cast.worker.claim(&id, attempt).await.ok();
    clean("a loss", &cast.second_worker.claim(&id, attempt).await.raw);
    cast.worker.get(&format!("/orders/{id}/contact")).await.ok();
    cast.worker.command(&id, "contact", json!({"text": "三点上门"})).await.ok();
    now(&cast.worker.command(&id, "resolve", json!({"text": "已修补"})).await, "pending_check");
    for who in everyone {
        reads_clean(who, &id).await;
    }
    id
}

both!(no_answer_holds_the_contact, async |app| {
    let cast = Cast::of(app);
    let id = life(app, &cast).await;
    let masked = &view(&cast.worker, &id).await["detail"]["contact"];
    assert_eq!((&masked["name"], &masked["phone"]), (&json!("欧**"), &json!("138****5678")));
    assert!(masked["address"].as_str().unwrap().contains("同州花园"), "{masked}");
});

both!(nothing_that_is_kept_holds_the_contact, async |app| {
    let cast = Cast::of(app);
    life(app, &cast).await;
    app.settled().await.unwrap();
    for (table, column) in [
        ("order_event", "data"),
        ("order_event", "kind"),
        ("notification", "kind"),
        ("idempotency", "response"),
        ("idempotency", "route"),
        ("orders", "case_file"),
        ("order_contact", "name_masked"),
        ("order_contact", "phone_masked"),
        ("order_contact", "address_masked"),
    ] {
        let count = |condition: &str| {
            let sql = format!("SELECT count(*) AS n FROM {table} WHERE {condition}");
            numbers(app.database(), &sql).unwrap()[0]
        };
        assert!(count("1 = 1") > 0, "{table} has rows");
        for secret in [NAME, PHONE, DOOR] {
            let found = count(&format!("CAST({column} AS TEXT) LIKE '%{secret}%'"));
            assert_eq!(found, 0, "{secret} in {table}.{column}");
        }
    }
    // the embedded database's files hold every byte there is
    let folder = match app.database() {
        Database::Sqlite(database) => database.data_dir(),
        #[cfg(feature = "postgres")]
        Database::Postgres(_) | Database::Elsewhere(_) => return,
    };
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
        for secret in [NAME, PHONE, DOOR] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {}", path.display());
        }
    }
});

both!(names_of_residents_are_masked_for_staff_and_of_staff_for_residents, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    let by = |view: &serde_json::Value, step: usize| view["detail"]["timeline"][step]["by"].clone();
    let (staffs, residents) = (view(&cast.dispatcher, &id).await, view(&cast.resident, &id).await);
    assert_eq!(by(&staffs, 0), "王**", "the reporter");
    assert_eq!((by(&staffs, 1), by(&residents, 1)), (json!("陈调度"), json!("陈**")));
    assert_eq!(residents["detail"]["handlers"][0]["name"], "张**");
    assert_eq!(staffs["detail"]["handlers"][0]["name"], "张建国");
});
