//! `diandan reseal`: seals people's data anew, beside the server, and says what is left of previous keys.

use crate::cli::out::say;
use crate::config::Config;
use anyhow::{Context, ensure};
use persistence::engine::database::fit;
use persistence::operations::reseal::{Resealed, Unreadable, reseal};

/// Rows between two words on how far it has come.
const TELL_EVERY: u64 = 10_000;

/// Seals everything anew that needs it, and prints what became of it.
///
/// # Errors
/// When the database does not answer, or a value cannot be opened.
pub fn run(config: &Config) -> anyhow::Result<()> {
    let (target, keyring) = (config.store().target()?, config.keyring()?);
    fit::check(&target)?;
    let mut said = 0;
    let mut tell = |done: &Resealed| {
        if done.read - said.min(done.read) >= TELL_EVERY {
            said = done.read;
            tracing::info!(rows = done.read, sealed = done.sealed, "sealing anew");
        }
    };
    let done = reseal(&target, &keyring, &mut tell).context("sealing anew; run it again to go on")?;
    say!("looked at {} rows, sealed {} of them anew", done.read, done.sealed);
    unreadable("their key is neither privacy.key nor one of privacy.previous_keys", &done.lacking);
    unreadable("they were changed, or belong elsewhere", &done.damaged);
    if done.keyed_codes > 0 {
        say!(
            "{} query codes given by an earlier version are found only while the key of their day is there",
            done.keyed_codes
        );
    }
    ensure!(done.missed == 0, "{} rows kept being changed meanwhile: run it again", done.missed);
    ensure!(done.lacking.count == 0, "not everything could be sealed anew: keep privacy.previous_keys");
    ensure!(
        done.damaged.count == 0,
        "{} values cannot be opened by any key; all others are sealed with the current one",
        done.damaged.count
    );
    say!("everything is sealed with the current key; privacy.previous_keys are needed no more");
    Ok(())
}

fn unreadable(why: &str, found: &Unreadable) {
    if found.count > 0 {
        say!("{} values cannot be opened: {why}", found.count);
        for place in &found.places {
            say!("  {place}");
        }
    }
}
