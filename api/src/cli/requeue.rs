//! `diandan requeue`: has events told again that were set aside because they could not be.

use crate::cli::out::say;
use crate::config::Config;
use anyhow::Context;
use domain::OrderId;
use persistence::engine::database::fit;
use persistence::news::requeue::requeue;

/// Puts the events of one order, or all, back into the outbox; the server's next pass takes them.
///
/// # Errors
/// When the database cannot be written.
pub fn run(config: &Config, order: Option<OrderId>) -> anyhow::Result<()> {
    let target = config.store().target()?;
    fit::check(&target)?;
    let back = requeue(&target, order).context("writing the database")?;
    say!("put back {} events of {} orders", back.events, back.orders);
    Ok(())
}
