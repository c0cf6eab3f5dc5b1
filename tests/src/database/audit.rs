//! What must hold of every database, whatever was done to it: what `diandan prove` proves.

use anyhow::{Result, ensure};
use persistence::Store;
use persistence::prove::prove;

use crate::database::Database;

/// Proves it, while a server may go on serving it.
pub async fn sound(store: &Store, database: &Database) -> Result<()> {
    let (target, clock) = (database.target()?, store.clock().clone());
    let report = tokio::task::spawn_blocking(move || prove(&target, &clock)).await??;
    let broken: Vec<String> = report
        .broken
        .iter()
        .map(|(what, found)| {
            format!("{} ({}):\n  {}", what.as_str(), found.count, found.examples.join("\n  "))
        })
        .collect();
    ensure!(broken.is_empty(), "the database is not sound:\n{}", broken.join("\n"));
    Ok(())
}
