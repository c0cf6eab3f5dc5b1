//! The binary `diandan`: command line → configuration → work.

use api::cli::{Action, Cli};
use api::{Config, cli};
use clap::Parser;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let args = Cli::parse();
    let config = Config::load(args.config.as_deref())?;
    cli::log(&config.log);
    match args.action.unwrap_or(Action::Serve) {
        Action::Serve => cli::serve::run(config).await,
        Action::Migrate => cli::migrate::run(&config),
        Action::Admin(action) => cli::admin::run(config, action).await,
        Action::Import(action) => cli::import::run(config, action).await,
    }
}
