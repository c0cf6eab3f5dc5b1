//! A rolling restart as deploy/README.md has it: `diandan migrate` of the next release, then one server after the other,
//! while residents order and workers on sockets claim. Nobody is told less or twice, and nothing answered is lost.

mod people;

use harness::client::remote::{settled, store};
use harness::database::audit;
use harness::database::{Backend, Database};
use harness::fixture;
use harness::servers::diandan::{Diandan, command, free_address};
use harness::servers::redis::Redis;
use harness::wait::eventually;
use people::People;
use serde_json::Value;
use std::time::Duration;

/// Orders that are claimed between two steps, at least.
const SOME: usize = 15;
const STOP: Duration = Duration::from_secs(30);

/// What a migration of the next release may do to tables in use: it only adds. Under the lock and the limits that
/// `diandan migrate` takes.
const EXPAND: &str = "SET lock_timeout = '10s'; SELECT pg_advisory_lock(7236847); SET lock_timeout = '5s'; BEGIN; \
    ALTER TABLE orders ADD COLUMN next_release TEXT; \
    ALTER TABLE notification ADD COLUMN next_release BIGINT; \
    CREATE INDEX orders_next_release ON orders (next_release); \
    CREATE TABLE next_release (order_id BIGINT PRIMARY KEY REFERENCES orders (id), note TEXT NOT NULL); \
    INSERT INTO __diesel_schema_migrations (version) VALUES ('9999'); \
    COMMIT; SELECT pg_advisory_unlock(7236847)";
/// The next release's binary knows its migration. Here it is played by this one, which would not start on a schema that
/// it does not know: so the mark, and nothing else of the migration, is away while one starts.
const UNMARK: &str = "DELETE FROM __diesel_schema_migrations WHERE version = '9999'";
const MARK: &str = "INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')";

struct Release<'a> {
    url: &'a str,
    redis: &'a str,
}

impl Release<'_> {
    async fn start(&self, address: &str) -> Diandan {
        let env = [
            ("DIANDAN_DATABASE_URL", self.url),
            ("DIANDAN_REDIS_URL", self.redis),
            ("DIANDAN_BIND", address),
            ("DIANDAN_AUTO_MIGRATE", "false"),
            ("DIANDAN_WORKERS", "1"),
        ];
        Diandan::start_api(&env).await.unwrap()
    }
}

/// What a server says of the schema; it must be ready to serve.
async fn schema(server: &Diandan) -> Value {
    let answer = reqwest::get(format!("{}/health/ready", server.base_url())).await.unwrap();
    assert_eq!(answer.status(), 200);
    let ready: Value = answer.json().await.unwrap();
    ready["checks"]["migrations"].clone()
}

fn proven(url: &str) {
    let page = command(&[("DIANDAN_DATABASE_URL", url)]).unwrap().arg("prove").output().unwrap();
    assert!(page.status.success(), "{}", String::from_utf8_lossy(&page.stdout));
}

/// The restart, while people work.
async fn roll(release: &Release<'_>, database: &Database, servers: &mut [Diandan; 2], people: &People) {
    people.until_claimed(SOME).await;
    fixture::run(database, EXPAND).unwrap();
    for server in &*servers {
        let said = schema(server).await;
        assert_eq!(
            (&said["status"], &said["reason"]),
            (&"degraded".into(), &"newer than this binary: 9999".into())
        );
    }
    people.until_claimed(SOME).await;
    for n in [0, 1] {
        servers[n].terminate().unwrap();
        let status = servers[n].wait(STOP).await.unwrap();
        assert!(status.success(), "{status}: {}", servers[n].log());
        people.all_connected().await;
        people.until_claimed(SOME).await;
        fixture::run(database, UNMARK).unwrap();
        servers[n] = release.start(people.address(n)).await;
        if n == 0 {
            fixture::run(database, MARK).unwrap();
            assert_eq!(schema(&servers[1]).await["status"], "degraded", "the old one beside the new");
        }
        people.until_claimed(SOME).await;
    }
    for server in &*servers {
        assert_eq!(schema(server).await["status"], "ok");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_under_load_loses_nothing() {
    let database = Backend::Postgres.database().unwrap();
    let redis = Redis::start().await.unwrap();
    let (url, redis) = (database.url(), redis.url());
    let release = Release { url: &url, redis: &redis };
    let addresses = [0, 1].map(|_| free_address().unwrap().to_string());
    let mut servers = [release.start(&addresses[0]).await, release.start(&addresses[1]).await];
    let people = People::of(&database, addresses);
    let store = store(&database).unwrap();
    let rolled = async {
        people.all_connected().await;
        roll(&release, &database, &mut servers, &people).await;
        people.stop();
        eventually(STOP, "the last orders to be claimed", async || people.nothing_open()).await.unwrap();
        settled(&store).await.unwrap();
        people.tell_heads(&database);
    };
    let (sockets, orders, ()) = tokio::join!(people.work(), people.order(), rolled);
    people.told_everything(&database, &sockets);
    people.all_there(&database, &orders);
    people.same_answers().await;
    audit::sound(&store, &database).await.unwrap();
    proven(&url);
}
