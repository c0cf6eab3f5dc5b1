//! `diandan check`: the configuration as it is understood, and whether what it names works. Writes nothing that stays
//! and needs no lock: it may run beside the server.

mod sealed;

use crate::cli::out::say;
use crate::config::Config;
use crate::config::address::is_inner;
use anyhow::{Context, ensure};
use persistence::StoreError;
use persistence::engine::database::reads_only::ReadsOnly;
use persistence::engine::database::target::Target;
use persistence::engine::database::{fit, migrate};
use persistence::operations::reseal;
use persistence::order::store::coverage::uncovered_totals;
use std::fs;
use std::net::ToSocketAddrs;
use std::path::Path;

/// The setting whose key opens what is sealed.
const SEALS: &str = "privacy.key";

/// Prints everything; secrets are hidden.
///
/// # Errors
/// When something is wrong, after all of it was named.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    say!("{config:#?}");
    say!("database: {}", config.store().shown());
    let mut checks: Vec<(String, anyhow::Result<String>)> = Vec::new();
    for (name, verdict) in config.secrets() {
        let seals = name == SEALS;
        checks
            .push((name, verdict.and_then(|said| if seals { sealed::run(config) } else { Ok(said.into()) })));
    }
    checks.push(("values".into(), config.check_values().map(|()| "make sense".into())));
    checks.push(("database".into(), database(config)));
    checks.push(("sealing".into(), sealing(config)));
    checks.push(("data folder".into(), data_folder(&config.data_dir)));
    checks.push(("queue".into(), queue(config).await));
    checks.push(("push".into(), push(config)));
    checks.push(("areas".into(), areas(config)));
    for warning in config.warnings() {
        say!("warning {warning}");
    }
    let all = checks.len();
    let mut wrong = 0;
    for (name, outcome) in checks {
        match outcome {
            Ok(said) => say!("ok      {name}: {said}"),
            Err(e) => {
                say!("FAILED  {name}: {e:#}");
                wrong += 1;
            }
        }
    }
    ensure!(wrong == 0, "{wrong} of {all} checks failed");
    Ok(())
}

fn database(config: &Config) -> anyhow::Result<String> {
    let target = config.store().target()?;
    if let Target::Sqlite { path } = &target
        && !Path::new(path).exists()
    {
        ensure!(config.migrates(), "{path} is not there: run `diandan migrate`");
        return Ok("not there yet; the first start makes it".into());
    }
    fit::check(&target)?;
    let standing = migrate::check(&target)?;
    ensure!(standing.unknown.is_empty(), "it is newer than this binary: {}", standing.unknown.join(", "));
    let pending = standing.pending.join(", ");
    let reads = match fit::reads_only(&target)? {
        Some(ReadsOnly::Told) => anyhow::bail!(
            "it takes reads only, and every write would be 503: ALTER DATABASE … or ALTER ROLE … RESET \
             default_transaction_read_only"
        ),
        Some(ReadsOnly::Standby) => " (a standby: it takes reads only)",
        None => "",
    };
    match standing.pending.is_empty() {
        true => Ok(format!("answers, its schema is this binary's{reads}")),
        false if config.migrates() => Ok(format!("answers; the next start migrates it ({pending})")),
        false => anyhow::bail!("its schema is behind: run `diandan migrate` ({pending})"),
    }
}

/// Counts where nobody would have to act; a place without orders is none to fail for.
fn areas(config: &Config) -> anyhow::Result<String> {
    let target = config.store().target()?;
    if let Target::Sqlite { path } = &target
        && !Path::new(path).exists()
    {
        return Ok("none yet".into());
    }
    // what is wrong with the database is said once
    if !migrate::check(&target).is_ok_and(|standing| standing.is_current()) {
        return Ok("counted once the database answers with this binary's schema".into());
    }
    let (areas, orders) = uncovered_totals(&target)?;
    Ok(format!("{areas} that nobody oversees, {orders} open orders there (GET /uncovered-areas)"))
}

fn data_folder(folder: &Path) -> anyhow::Result<String> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let probe = folder.join(format!(".check-{}", std::process::id()));
    fs::write(&probe, "probe").with_context(|| format!("writing into {}", folder.display()))?;
    fs::remove_file(&probe).with_context(|| format!("removing {}", probe.display()))?;
    Ok(format!("{} can be written", folder.display()))
}

/// Whether `diandan reseal` has something to do. It is no fault: what waits can be read all the same.
fn sealing(config: &Config) -> anyhow::Result<String> {
    let target = config.store().target()?;
    let rows = match reseal::waiting(&target, &config.keyring()?) {
        Ok(rows) => rows,
        Err(StoreError::NotFound) => return Ok("nothing is there yet".into()),
        Err(e) => return Err(e).context("it does not answer"),
    };
    // before they can be sealed all of them are open, and the database is named for its schema
    let names = match migrate::check(&target).is_ok_and(|standing| standing.is_current()) {
        true => reseal::unsettled_names(&target)?,
        false => 0,
    };
    Ok(match (rows, names) {
        (0, 0) => "everything is sealed with the current key".into(),
        (0, names) => format!("{names} names wait to be sealed, by the server or by `diandan reseal`"),
        (rows, _) => format!("up to {rows} rows wait for `diandan reseal`; keep privacy.previous_keys"),
    })
}

/// Reads from where a server would, and tries whether it could publish.
async fn queue(config: &Config) -> anyhow::Result<String> {
    config.check_queue()?;
    let queue = config.queue()?;
    let tried = match queue.tail().await {
        Ok(_) => queue.probe().await,
        Err(e) => Err(e),
    };
    match (queue.kind(), tried) {
        ("memory", _) => Ok("in memory, for one process".into()),
        (kind, Ok(())) => Ok(format!("{kind} answers, and takes what is published")),
        (kind, Err(e)) => {
            let word = queue.trouble().unwrap_or_default();
            Err(anyhow::Error::new(e).context(format!("{kind} {word}")))
        }
    }
}

/// Resolves the receiver's name and sends nothing.
fn push(config: &Config) -> anyhow::Result<String> {
    let Some(target) = config.push.target(config.mode)? else {
        return Ok("off: nobody is told while the app is closed".into());
    };
    let (host, port) =
        (target.url.host_str().unwrap_or(""), target.url.port_or_known_default().unwrap_or(443));
    let found = (host.trim_matches(['[', ']']), port).to_socket_addrs();
    let found: Vec<_> = found.with_context(|| format!("the host {host} is not known"))?.collect();
    let inner = found.iter().any(|address| is_inner(address.ip()));
    ensure!(
        target.listed || !inner,
        "{host} has an inner address: every push would be refused; list it in push.allowed_hosts if that is meant"
    );
    Ok(format!("to {}", target.origin()))
}

#[cfg(test)]
mod tests {
    //! What is shown of a URL.

    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        let shown = |url: &str| Config { database_url: url.into(), ..Config::default() }.store().shown();
        assert_eq!(shown("postgres://u:s3cr%40t@db:5432/x?password=a"), "postgres://u:***@db:5432/x");
        // refused, since nobody knows where the password ends
        assert_eq!(shown("postgres://u:p@ss@db/x"), "postgres://***");
        assert_eq!(shown("postgres://db/x?password=a"), "postgres://db/x");
        assert_eq!(shown("sqlite:/var/x.db"), "sqlite:/var/x.db");
        assert_eq!(shown("u:p@db/x"), "***");
        assert_eq!(shown(""), "embedded, in the data folder");
    }
}
