//! `diandan demo`: a county with people in it, one order played through the whole loop, and a server to try.
//!
//! Everything goes over HTTP as a front end would do it; only the first administrator is made directly.

mod client;
mod county;
mod people;
mod story;

use crate::config::{Config, LogFormat};
use crate::state::AppState;
use anyhow::{Context, ensure};
use clap::Args;
use console::style;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::Path;
use std::sync::Arc;

/// What the demo's data folder is known by, so that `--reset` never empties another.
const MARK: &str = "this-is-the-demo";
/// Rows of one import.
const CHUNK: usize = 1500;

/// Options of the demo.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Start over: empty the demo's data folder first.
    #[arg(long)]
    pub reset: bool,
    /// Dali county in its real shape: 12,406 grids with a worker each.
    #[arg(long)]
    pub scale: bool,
    /// End after the story instead of going on serving.
    #[arg(long)]
    pub once: bool,
}

/// The demo's own settings over the given ones: loopback, a data folder of its own, quiet logs.
#[must_use]
pub fn settings(mut config: Config) -> Config {
    config.data_dir = config.data_dir.join("demo");
    config.database_url = String::new().into();
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
        config.mode == crate::config::Mode::Development,
        "the demo has known passwords: it does not run in production mode"
    );
    let fresh = prepare(&config.data_dir, args.reset)?;
    let (listener, state) = super::serve::open(config)?;
    let base = format!("http://{}", listener.local_addr()?);
    let server = actix_web::rt::spawn(crate::server::run(listener, state.clone()));
    let once = args.once;
    let played = play(state.clone(), base.clone(), fresh, args).await;
    if once || played.is_err() {
        state.shutdown.notify_one();
    } else {
        goodbye(&base);
    }
    server.await??;
    played
}

async fn play(state: Arc<AppState>, base: String, fresh: bool, args: DemoArgs) -> anyhow::Result<()> {
    println!("{}", style("点单 · 居民点单 组织派单 党员接单").bold());
    if fresh {
        county::plant(&state, &base, args.scale).await?;
    } else {
        println!("沿用已有数据（用 --reset 重新开始）");
    }
    tokio::task::spawn_blocking(move || {
        story::play(&base)?;
        people::print_logins();
        Ok(())
    })
    .await?
}

/// Makes the folder, emptied when asked. Returns whether it is new.
fn prepare(folder: &Path, reset: bool) -> anyhow::Result<bool> {
    let mark = folder.join(MARK);
    if folder.exists() && reset {
        ensure!(mark.exists(), "{} is not a demo's folder: it is left alone", folder.display());
        std::fs::remove_dir_all(folder).context("emptying the demo's folder")?;
    }
    let fresh = !folder.join("diandan.db").exists();
    std::fs::create_dir_all(folder)?;
    std::fs::write(mark, "diandan demo --reset empties this folder\n")?;
    Ok(fresh)
}

/// A bar for a step of many rows.
fn bar(what: &str, rows: usize) -> ProgressBar {
    let bar = ProgressBar::new(u64::try_from(rows).unwrap_or(0));
    if let Ok(look) = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {elapsed}") {
        bar.set_style(look);
    }
    bar.set_message(what.to_owned());
    bar
}

fn goodbye(base: &str) {
    println!();
    println!("接口 API      {}", style(format!("{base}/api/v1")).cyan());
    println!("文档 docs     {}", style(format!("{base}/docs/")).cyan());
    println!("健康 health   {}", style(format!("{base}/health/ready")).cyan());
    println!("按 Ctrl-C 结束 (Ctrl-C ends it)");
}
