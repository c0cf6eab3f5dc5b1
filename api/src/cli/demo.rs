//! `diandan demo`: a county with people in it, one order played through the whole loop, and a server to try.
//!
//! Everything goes over HTTP as a front end would do it; only the first administrator is made directly. It runs on an
//! embedded database of its own, or on the one that is configured when that is empty or a demo's already: a county tries it
//! on its PostgreSQL and Redis with `--scale`.

mod client;
mod county;
mod people;
mod progress;
mod story;

use crate::cli::out::say;
use crate::config::{Config, LogFormat};
use crate::state::AppState;
use anyhow::{Context, ensure};
use clap::Args;
use console::style;

use persistence::engine::database::lock::FolderLock;
use secrecy::ExposeSecret;
use std::path::Path;
use std::sync::Arc;

/// What the demo's data folder is known by, so that `--reset` never empties another.
const MARK: &str = "this-is-the-demo";

/// Options of the demo.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Start over: empty the demo's data folder first. (A configured database is never emptied.)
    #[arg(long)]
    pub reset: bool,
    /// Dali county in its real shape: 12,406 grids with a worker each.
    #[arg(long)]
    pub scale: bool,
    /// Play the story again on what is there.
    #[arg(long)]
    pub story: bool,
    /// Play the story and end instead of going on serving.
    #[arg(long)]
    pub once: bool,
}

/// The demo's own settings over the given ones: loopback, a data folder of its own, quiet logs.
#[must_use]
pub fn settings(mut config: Config) -> Config {
    config.data_dir = config.data_dir.join("demo");
    config.log.level = "warn".into();
    config.log.format = LogFormat::Text;
    config
}

/// Plants the county, plays the story and goes on serving.
///
/// # Errors
/// Names what went wrong.
pub async fn run(config: Config, args: DemoArgs) -> anyhow::Result<()> {
    ensure!(config.bind.ip().is_loopback(), "the demo has known passwords: it binds to loopback only");
    ensure!(
        config.mode == crate::config::mode::Mode::Development,
        "the demo has known passwords: it does not run in production mode"
    );
    let configured = !config.database_url.expose_secret().is_empty();
    ensure!(
        !(configured && args.reset),
        "--reset empties the demo's own folder; a database that is configured (database_url) is left alone: make a new one"
    );
    prepare(&config.data_dir, args.reset)?;
    let (listener, state) = super::serve::open(config)?;
    let fresh = is_fresh(&state, configured).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let server = actix_web::rt::spawn(crate::server::run(listener, state.clone()));
    let once = args.once;
    let played = play(state.clone(), base.clone(), fresh, args).await;
    if once || played.is_err() {
        state.shutdown.notify_one();
    } else {
        goodbye(&base, &state);
    }
    server.await??;
    played
}

/// Whether the county is still to be planted. A database that holds somebody else's data is refused: the demo's passwords are
/// known to everybody.
async fn is_fresh(state: &AppState, configured: bool) -> anyhow::Result<bool> {
    let own = state.store.take_for_demo().await? || !configured;
    ensure!(
        own,
        "the configured database is not empty and no demo's: the demo has known passwords and stays away from it"
    );
    if state.store.is_planted().await? {
        return Ok(false);
    }
    let remedy = if configured { "give it an empty database" } else { "start over with --reset" };
    ensure!(
        !state.store.has_areas().await?,
        "an earlier demo was ended while it planted its county: {remedy}"
    );
    Ok(true)
}

async fn play(state: Arc<AppState>, base: String, fresh: bool, args: DemoArgs) -> anyhow::Result<()> {
    say!("{}", style("点单 · 居民点单 组织派单 党员接单").bold());
    say!("数据库 database  {}{}", state.store.kind(), if args.reset { "（已清空重来）" } else { "" });
    if fresh {
        county::plant(&state, &base, args.scale).await?;
        state.store.planted().await?;
    } else {
        say!("沿用已有数据（--story 再演一遍，--reset 重新开始）");
    }
    tokio::task::spawn_blocking(move || {
        match (fresh || args.story || args.once).then(|| story::play(&base)) {
            // whatever was done to the people of the story, the demo serves
            Some(Err(e)) if !fresh && !args.once => {
                say!("故事这次演不下去：演示账号或数据被改动过（--reset 重新开始）：{e:#}");
            }
            Some(played) => played?,
            None => {}
        }
        people::print_logins();
        Ok(())
    })
    .await?
}

/// Makes the folder, emptied when asked.
fn prepare(folder: &Path, reset: bool) -> anyhow::Result<()> {
    let mark = folder.join(MARK);
    if folder.exists() && reset {
        ensure!(mark.exists(), "{} is not a demo's folder: it is left alone", folder.display());
        // a demo that still runs would go on over files that are gone
        FolderLock::try_alone(folder).context("emptying the demo's folder")?;
        std::fs::remove_dir_all(folder).context("emptying the demo's folder")?;
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(mark, "diandan demo --reset empties this folder\n")?;
    Ok(())
}

fn goodbye(base: &str, state: &AppState) {
    say!();
    if state.config.serves_docs() {
        say!("文档 docs     {}", style(format!("{base}/docs/")).cyan());
    }
    say!("接口 API      {}", style(format!("{base}/api/v1")).cyan());
    say!("健康 health   {}", style(format!("{base}/health/ready")).cyan());
    say!("按 Ctrl-C 结束 (Ctrl-C ends it)");
}
