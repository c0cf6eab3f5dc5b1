//! A database that gives fewer connections than are wanted, or takes some away: whoever has one serves.

use futures_util::future::join_all;
use harness::app::on_with;
use harness::database::Backend;
use harness::fixture::{self, UNCHECKED, numbers_at};
use harness::play::Cast;
use harness::wait::eventually;
use secrecy::ExposeSecret;
use serde_json::json;
use std::time::{Duration, Instant};

/// What the server wants: as many for requests, and four for those who have their own.
const WANTED: usize = 5;
const PATIENCE: Duration = Duration::from_secs(20);

/// Serves as a role that may open this many connections.
fn limited_to(limit: usize, body: impl AsyncFnOnce(&harness::app::App, &str)) {
    let role = format!("limited_{limit}");
    let admin = harness::servers::postgres::Postgres::shared().unwrap().url("postgres");
    let change = |config: &mut api::Config| {
        let url = config.database_url.expose_secret().to_owned();
        let make = format!("DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN CONNECTION LIMIT {limit}");
        fixture::run_at(&admin, &make).unwrap();
        let grant = format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
             GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role};"
        );
        fixture::run_at(&url, &grant).unwrap();
        config.database_url = url.replacen("://diandan@", &format!("://{role}@"), 1).into();
        config.connections = WANTED;
    };
    on_with(Backend::Postgres, change, async |app| body(app, &role).await).unwrap();
}

async fn ready(app: &harness::app::App) -> serde_json::Value {
    let answer = reqwest::get(format!("{}/health/ready", app.base)).await.unwrap();
    let status = answer.status().as_u16();
    let body: serde_json::Value = answer.json().await.unwrap();
    json!([status, body["checks"]["database"]])
}

/// One client asks one thing at a time, and people work beside it: nobody is refused, and everybody is told.
async fn served(app: &harness::app::App) {
    let cast = Cast::of(app);
    let mut socket = cast.third_worker.socket().await;
    socket.hello(&json!({})).await;
    for turn in 0..60 {
        if turn % 10 == 0 {
            let (id, attempt) = cast.pooled(UNCHECKED).await;
            socket.until("offer", |m| m["order"] == id.as_str()).await;
            let claims = [&cast.worker, &cast.second_worker].map(|worker| worker.claim(&id, attempt));
            let mut ended: Vec<u16> = join_all(claims).await.iter().map(|answer| answer.status).collect();
            ended.sort_unstable();
            assert_eq!(ended, [200, 409]);
        }
        for path in ["/orders?limit=20", "/me/badges", "/me", "/me/offers", "/service-items"] {
            let answer = cast.dispatcher.get(path).await;
            assert_ne!(answer.status, 503, "{path} in turn {turn}: {answer:?}");
        }
        assert_eq!(ready(app).await, json!([200, {"status": "ok"}]), "in turn {turn}");
    }
}

#[test]
fn seven_connections_of_nine_serve_everybody() {
    limited_to(7, async |app, role| {
        served(app).await;
        // many at once find out how many there are; nobody pays for it
        let cast = Cast::of(app);
        let asked = (0..200).map(|_| cast.dispatcher.get("/orders?limit=20"));
        let refused: Vec<u16> = join_all(asked)
            .await
            .iter()
            .map(|answer| answer.status)
            .filter(|status| *status != 200)
            .collect();
        assert_eq!(refused, [0_u16; 0]);
        served(app).await;
        assert!(app.state.store.connections() <= 7);

        // all are cut at once: whoever asks in that moment may be told to come again, and nobody after
        let cut = format!(
            "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity WHERE usename = '{role}'"
        );
        let admin = harness::servers::postgres::Postgres::shared().unwrap().url("postgres");
        assert!(numbers_at(&admin, &cut).unwrap()[0] > 0);
        let since = Instant::now();
        eventually(PATIENCE, "readiness", async || match ready(app).await {
            body if body[0] == 200 => Ok(()),
            body => Err(body.to_string()),
        })
        .await
        .unwrap();
        assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
        // one request each finds a dead connection at most
        for _ in 0..WANTED {
            cast.dispatcher.get("/orders?limit=20").await;
        }
        served(app).await;
    });
}

#[test]
fn two_connections_do_the_work_of_all() {
    limited_to(2, async |app, _| {
        eventually(PATIENCE, "somebody to serve", async || match ready(app).await {
            body if body[0] == 200 => Ok(()),
            body => Err(body.to_string()),
        })
        .await
        .unwrap();
        served(app).await;
    });
}
