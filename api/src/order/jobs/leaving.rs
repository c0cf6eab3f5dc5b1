//! Goes on returning what people hold who were disabled or lost a role, where it is not known to be done: a replica died
//! over it, there was more than a request has time for, or a command that had begun before the right ended ended after it.

use crate::order::leaving::{outdate_named, return_held};
use crate::state::AppState;
use chrono::TimeDelta;
use domain::AccountId;
use persistence::StoreResult;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Between two looks.
const TICK: Duration = Duration::from_secs(2);
/// How long after the end of a right a command may still end that began before it: longer than any request may take.
const GRACE: TimeDelta = TimeDelta::seconds(60);
/// How long what cannot be returned for now is left alone.
const PUT_OFF: Duration = Duration::from_secs(60);

/// Until told to stop.
pub async fn run(state: Arc<AppState>, mut stop: watch::Receiver<bool>) {
    let mut later = BTreeMap::new();
    while !*stop.borrow() {
        tokio::select! {
            done = look(&state, &mut later) => if let Err(e) = done {
                tracing::warn!(error = %e, "who is leaving could not be read");
            },
            _ = stop.changed() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(TICK) => {}
            _ = stop.changed() => {}
        }
    }
}

/// One look at everybody who is leaving; at those of whom something could not be returned not before `later`.
async fn look(state: &AppState, later: &mut BTreeMap<AccountId, Instant>) -> StoreResult<()> {
    later.retain(|_, at| *at > Instant::now());
    let mut last = AccountId(0);
    loop {
        let leaving = state.store.leaving(last).await?;
        let Some((end, _)) = leaving.last() else { return Ok(()) };
        last = *end;
        for (who, since) in leaving {
            if later.contains_key(&who) {
                continue;
            }
            // asked before what is held: whatever ends later is looked at once more
            let over = state.store.now().await? - since >= GRACE;
            let returned = async {
                outdate_named(&state.leaver(), who).await?;
                return_held(&state.leaver(), who, None).await
            };
            match returned.await {
                Ok(true) if over => state.store.has_left(who, since).await?,
                Ok(false) if over => {
                    later.insert(who, Instant::now() + PUT_OFF);
                }
                Ok(_) => {}
                Err(e) => {
                    tracing::warn!(account = who.0, error = ?e, "what somebody holds could not be returned");
                }
            }
        }
    }
}
