//! The binary `diandan`: command line → configuration → work.

use api::cli::{self, Action, Cli};
use clap::Parser;

// A list's page is made of hundreds of small strings, which glibc's allocator merges and splits again each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let args = Cli::parse();
    if matches!(args.action, Some(Action::Version)) {
        cli::version::run();
        return Ok(());
    }
    #[cfg(feature = "failpoints")]
    let _armed = persistence::engine::fault::arm().map_err(anyhow::Error::msg)?;
    let config = args.configuration()?;
    let action = args.action.unwrap_or(Action::Serve);
    let config = if matches!(action, Action::Demo(_)) { cli::demo::settings(config) } else { config };
    cli::log(&config.log);
    match action {
        Action::Demo(args) => cli::demo::run(config, args).await,
        Action::Serve => cli::serve::run(config).await,
        Action::Migrate => cli::migrate::run(&config),
        Action::Check => cli::check::run(&config).await,
        Action::Prove { json } => cli::prove::run(&config, json),
        Action::Requeue { order } => cli::requeue::run(&config, order.map(domain::OrderId)),
        Action::Reseal => cli::reseal::run(&config),
        Action::Healthcheck => cli::healthcheck::run(&config),
        Action::Backup { folder, verify } => cli::backup::create(&config, &folder, verify),
        Action::Restore { folder } => cli::backup::restore(&config, &folder),
        // printed above: it needs no configuration
        Action::Version => Ok(()),
        Action::Admin(action) => cli::admin::run(config, action).await,
        Action::Import(action) => cli::import::run(config, action).await,
    }
}
