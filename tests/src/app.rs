//! The server in this process, on a fresh database with the [`crate::fixture`]: what most tests talk to.
//!
//! `both!(name, async |app| { … })` makes one test per backend; the failing name says which.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use api::AppState;
use persistence::Clock;
#[cfg(feature = "postgres")]
use persistence::news::queue::Queue;

use crate::client::Client;
use crate::database::audit;
use crate::database::{Backend, Database};
use crate::fixture::{self, Fixture};
use crate::wait::eventually;

/// Declares a test that runs on every backend: with the usual configuration, or one that a function changed.
#[macro_export]
macro_rules! both {
    ($name:ident, $body:expr) => {
        $crate::both!($name, |_as_it_is| {}, $body);
    };
    ($name:ident, $change:expr, $body:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "not every test needs its file's imports")]
            use super::*;

            #[test]
            fn sqlite() {
                $crate::app::on_with($crate::database::Backend::Sqlite, $change, $body).unwrap();
            }

            #[cfg(feature = "postgres")]
            #[test]
            fn postgres() {
                $crate::app::on_with($crate::database::Backend::Postgres, $change, $body).unwrap();
            }
        }
    };
}

/// A running server with its database.
pub struct App {
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// The server's own state: the clock to move, the store to look into.
    pub state: Arc<AppState>,
    /// Who and what is there.
    pub fixture: Fixture,
    /// Where it runs.
    pub backend: Backend,
    http: reqwest::Client,
    server: Option<JoinHandle<Result<()>>>,
    database: Arc<Database>,
}

/// Runs a test body against a fresh server and sees to it that nothing is left undone.
pub fn on(backend: Backend, body: impl AsyncFnOnce(&App)) -> Result<()> {
    on_with(backend, |_as_it_is| {}, body)
}

/// [`on`] with another configuration.
pub fn on_with(
    backend: Backend,
    change: impl FnOnce(&mut api::Config),
    body: impl AsyncFnOnce(&App),
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let app = App::start_with(backend, change).await?;
        body(&app).await;
        app.finish().await
    })
}

/// The state of a server on this database.
fn open(database: &Database, change: impl FnOnce(&mut api::Config)) -> Result<AppState> {
    let mut config = api::Config {
        database_url: database.url().into(),
        data_dir: database.data_dir()?,
        connections: 4,
        workers: 1,
        auth: api::config::AuthConfig { failures_per_minute: 0, ..Default::default() },
        ..api::Config::default()
    };
    change(&mut config);
    AppState::open(config, Clock::default())
}

impl App {
    /// Starts a server on a fresh database with the fixture.
    pub async fn start(backend: Backend) -> Result<Self> {
        Self::start_with(backend, |_as_it_is| {}).await
    }

    /// [`App::start`] with another configuration.
    pub async fn start_with(backend: Backend, change: impl FnOnce(&mut api::Config)) -> Result<Self> {
        let database = Arc::new(backend.database()?);
        let fixture = fixture::plant(&database)?;
        let state = open(&database, change)?;
        Self::serve(backend, database, fixture, state).await
    }

    /// A server on a database that others may serve as well, with this queue between them.
    #[cfg(feature = "postgres")]
    pub async fn join(database: &Arc<Database>, fixture: Fixture, queue: Box<dyn Queue>) -> Result<Self> {
        let state = AppState { queue, ..open(database, |_as_it_is| {})? };
        Self::serve(Backend::Postgres, database.clone(), fixture, state).await
    }

    async fn serve(
        backend: Backend,
        database: Arc<Database>,
        fixture: Fixture,
        state: AppState,
    ) -> Result<Self> {
        let state = Arc::new(state);
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let base = format!("http://{}", listener.local_addr()?);
        let serving = state.clone();
        let server = std::thread::Builder::new()
            .name("server".into())
            .spawn(move || actix_web::rt::System::new().block_on(api::run(listener, serving)))?;
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).no_proxy().build()?;
        let app = Self { base, state, fixture, backend, http, server: Some(server), database };
        eventually(Duration::from_secs(20), "the server to answer", async || {
            app.http.get(format!("{}/api/v1/me/badges", app.base)).send().await.map(drop)
        })
        .await?;
        Ok(app)
    }

    /// A client signed in as this account, with a session of its own.
    pub fn client(&self, account: i64) -> Client {
        let session =
            fixture::session(&self.database, account).unwrap_or_else(|e| panic!("a session: {e:#}"));
        let access = api::identity::token::Access { account: domain::AccountId(account), session };
        let token = self.state.tokens.access(access, self.state.clock.now()).unwrap_or_default();
        Client::new(self.http.clone(), &self.base, Some(token))
    }

    /// A client without a log-in.
    pub fn stranger(&self) -> Client {
        Client::new(self.http.clone(), &self.base, None)
    }

    /// The database, to look into or to disturb.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Waits until every committed event has been sequenced.
    pub async fn settled(&self) -> Result<()> {
        eventually(Duration::from_secs(10), "the outbox to be empty", async || {
            match self.state.store.outbox_backlog().await {
                Ok((0, _)) => Ok(()),
                Ok((n, _)) => Err(format!("{n} rows are left")),
                Err(e) => Err(e.to_string()),
            }
        })
        .await
    }

    /// Ends the server and checks that the outbox is empty and the [`audit`] finds nothing.
    pub async fn finish(mut self) -> Result<()> {
        let server = self.server.take().context("finished twice")?;
        self.settled().await?;
        audit::sound(&self.state.store, &self.database).await?;
        self.state.shutdown.notify_one();
        let ended = tokio::task::spawn_blocking(move || server.join()).await?;
        ended.map_err(|_panic| anyhow!("the server panicked"))?
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if self.server.is_some() && !std::thread::panicking() {
            eprintln!("an App was dropped without finish()");
            std::process::abort();
        }
    }
}
