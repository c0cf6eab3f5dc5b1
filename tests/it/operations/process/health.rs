//! Live, ready, degraded, unavailable; the management address; version.

use crate::operations::{Server, client, get, on_both};
use harness::servers::diandan::{Diandan, free_address};
use harness::{fixture, scratch};
use serde_json::json;

on_both!(a_healthy_server_says_so, async |backend| {
    let server = Server::start(backend, &[]).await;
    assert_eq!(server.get("/health/live").await, (200, json!({ "status": "ok" })));
    let (status, body) = server.get("/health/ready").await;
    assert_eq!(status, 200, "{body}");
    for check in ["process", "database", "migrations"] {
        assert_eq!(body["checks"][check], json!({ "status": "ok" }), "{body}");
    }
    // the machine's own disk may be nearly full
    assert!(["ok", "degraded"].contains(&body["checks"]["disk"]["status"].as_str().unwrap()), "{body}");
    let (status, version) = server.get("/version").await;
    assert_eq!(status, 200);
    assert_eq!(version["database"], format!("{backend:?}").to_lowercase());
    assert!(version["version"].is_string() && version["features"].is_array(), "{version}");
});

on_both!(a_disk_that_cannot_be_asked_degrades, async |backend| {
    let folder = scratch::folder("gone").unwrap();
    let server = Server::start(backend, &[("DIANDAN_DATA_DIR", &folder.path().to_string_lossy())]).await;
    std::fs::remove_dir_all(folder.path()).unwrap();
    let (status, body) = server.get("/health/ready").await;
    assert_eq!((status, &body["status"]), (200, &json!("degraded")), "{body}");
    assert_eq!(body["checks"]["disk"]["status"], "degraded");
    assert!(body["checks"]["disk"]["reason"].is_string(), "{body}");
});

on_both!(a_schema_that_changes_underneath_is_told, async |backend| {
    let server = Server::start(backend, &[]).await;
    fixture::run(&server.database, "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")
        .unwrap();
    let (status, body) = server.get("/health/ready").await;
    // another replica was upgraded first
    assert_eq!((status, &body["status"]), (200, &json!("degraded")));
    assert_eq!(body["checks"]["migrations"]["reason"], "newer than this binary: 9999");
    fixture::run(&server.database, "DELETE FROM __diesel_schema_migrations").unwrap();
    let (status, body) = server.get("/health/ready").await;
    assert_eq!((status, &body["checks"]["database"]["status"]), (503, &json!("ok")));
    assert!(body["checks"]["migrations"]["reason"].as_str().unwrap().starts_with("pending: "), "{body}");
});

#[tokio::test]
async fn a_management_address_has_them_alone() {
    let management = free_address().unwrap().to_string();
    let diandan = Diandan::start(&[("DIANDAN_MANAGEMENT_BIND", &management)]).await.unwrap();
    let http = client();
    for path in ["/health/live", "/health/ready", "/metrics", "/version"] {
        assert_eq!(get(&http, &format!("http://{management}{path}")).await.unwrap().0, 200, "{path}");
        let (status, body) = get(&http, &format!("{}{path}", diandan.base_url())).await.unwrap();
        assert_eq!((status, &body["error"]), (404, &json!("NOT_FOUND")), "{path}");
    }
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_database_that_went_comes_back() {
    use crate::operations::DEADLINE;
    use harness::servers::postgres::{Durability, Postgres};
    use harness::wait;
    let mut postgres = Postgres::start(Durability::Fast).unwrap();
    postgres.create_database("health", None).unwrap();
    let diandan = Diandan::start(&[("DIANDAN_DATABASE_URL", &postgres.url("health"))]).await.unwrap();
    let http = client();
    let ready = format!("{}/health/ready", diandan.base_url());
    assert_eq!(get(&http, &ready).await.unwrap().0, 200);

    postgres.stop().unwrap();
    let (status, body) = get(&http, &ready).await.unwrap();
    assert_eq!((status, &body["checks"]["database"]["status"]), (503, &json!("unavailable")), "{body}");
    assert!(body["checks"]["database"]["reason"].is_string());
    assert_eq!(get(&http, &format!("{}/health/live", diandan.base_url())).await.unwrap().0, 200);

    postgres.start_again().unwrap();
    wait::eventually(DEADLINE, "readiness", async || match get(&http, &ready).await.unwrap() {
        (200, _) => Ok(()),
        (status, body) => Err(format!("{status} {body}")),
    })
    .await
    .unwrap();
}
