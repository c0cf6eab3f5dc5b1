//! Operations: health, metrics, stopping, limits, schema versions, backups. Mostly the real binary as a process.

pub mod database;
pub mod deployed;
pub mod kept;
pub mod process;

use std::process::Output;

use std::time::Duration;

use harness::database::{Backend, Database};
use harness::servers::diandan::{Diandan, command};
use serde_json::Value;

/// How long anything that is awaited here may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// A server of its own process on a migrated database, and a client to ask it with.
struct Server {
    diandan: Diandan,
    http: reqwest::Client,
    database: Database,
}

impl Server {
    async fn start(backend: Backend, env: &[(&str, &str)]) -> Self {
        let database = backend.database().unwrap();
        let url = database.url();
        let mut all = vec![("DIANDAN_DATABASE_URL", url.as_str()), ("DIANDAN_WORKERS", "1")];
        all.extend_from_slice(env);
        let diandan = Diandan::start(&all).await.unwrap();
        Self { diandan, http: client(), database }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.diandan.base_url())
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        get(&self.http, &self.url(path)).await.unwrap()
    }
}

/// Runs a command to its end: its exit code, and all it said.
fn run(action: &[&str], env: &[(&str, &str)]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(env).unwrap().args(action).output().unwrap();
    (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().timeout(DEADLINE).no_proxy().build().unwrap()
}

/// Status and JSON of an answer (`null` when the body is no JSON).
async fn get(http: &reqwest::Client, url: &str) -> reqwest::Result<(u16, Value)> {
    let answer = http.get(url).send().await?;
    let status = answer.status().as_u16();
    Ok((status, serde_json::from_slice(&answer.bytes().await?).unwrap_or_default()))
}

/// Runs a body; it gives the closure's argument its type.
async fn on(backend: Backend, body: impl AsyncFnOnce(Backend)) {
    body(backend).await;
}

/// Declares a test per backend: `on_both!(name, async |backend| { … })`.
macro_rules! on_both {
    ($name:ident, $body:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "not every test needs its file's imports")]
            use super::*;

            #[tokio::test]
            async fn sqlite() {
                crate::operations::on(harness::database::Backend::Sqlite, $body).await;
            }

            #[cfg(feature = "postgres")]
            #[tokio::test]
            async fn postgres() {
                crate::operations::on(harness::database::Backend::Postgres, $body).await;
            }
        }
    };
}
use on_both;
