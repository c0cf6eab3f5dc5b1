//! Pushes: how somebody learns of news while the app is closed. Whom to tell is storage's to say
//! (`persistence/src/news/queries/pushes/make.rs`), when is `jobs/push.rs`; here is how a push leaves the house.

pub mod message;
pub mod webhook;

use crate::config::Config;
use message::Push;
use persistence::Clock;
use std::sync::Arc;
use webhook::Webhook;

/// The sender that the configuration asks for, if any.
///
/// # Errors
/// Names the setting that is wrong.
pub fn sender(config: &Config, clock: &Clock) -> anyhow::Result<Option<Arc<dyn Push>>> {
    let Some(target) = config.push.target(config.mode)? else { return Ok(None) };
    Ok(Some(Arc::new(Webhook::new(target, config.push.signs()?, clock.clone())?)))
}
