//! Rules of the catalogue that need storage: an item in use, a ladder whose people are there.

use crate::http::error::{ApiError, ApiResult};
use crate::http::fields::missing;
use domain::ServiceItemId;
use domain::catalogue::ServiceRules;
use domain::catalogue::ladder::{Ladder, MAX_WAIT_S, Step, WidenTo};
use domain::order::target::{Part, able};
use domain::organisation::Scope;
use persistence::Store;

/// Whom a ladder names.
#[must_use]
pub fn of_ladder(ladder: &Ladder) -> Vec<Scope> {
    ladder.steps.iter().flat_map(of_step).chain(ladder.last_to.map(|who| who.scope())).collect()
}

/// Whom a step names.
#[must_use]
pub fn of_step(step: &Step) -> Vec<Scope> {
    match &step.to {
        WidenTo::Scopes(scopes) => scopes.clone(),
        WidenTo::Level(_) => Vec::new(),
    }
}

/// Refuses a ladder that names somebody who is not there or may not do the work; `field` is the ladder. Whether they lie
/// within the item's reach is known when it fires.
///
/// # Errors
/// 422 naming the scope or the last step.
pub async fn check_ladder(store: &Store, field: &str, ladder: &Ladder) -> ApiResult<()> {
    let found = store.named(None, of_ladder(ladder)).await?.standings;
    let stands = |who: Scope| found.iter().find(|(scope, _)| *scope == who).map(|(_, standing)| standing);
    for (n, step) in ladder.steps.iter().enumerate() {
        let here = format!("{field}.steps[{n}]");
        let WidenTo::Scopes(scopes) = &step.to else { continue };
        for (at, scope) in scopes.iter().enumerate() {
            able(stands(*scope), Part::Offered)
                .map_err(|why| ApiError::labelled(format!("{here}.scopes[{at}]"), why))?;
        }
    }
    match ladder.last_to {
        Some(who) => able(stands(who.scope()), Part::Directed)
            .map_err(|why| ApiError::labelled(format!("{field}.lastTo"), why)),
        None => Ok(()),
    }
}

/// The rules of an active item.
///
/// # Errors
/// 422 naming `serviceItemId`.
pub async fn item_rules(store: &Store, item: ServiceItemId) -> ApiResult<ServiceRules> {
    let row = store.service_item(item).await.map_err(|e| missing(e, "serviceItemId"))?;
    if row.active { Ok(row.rules.0) } else { Err(ApiError::field("serviceItemId", "not in use")) }
}

/// A wait in seconds.
///
/// # Errors
/// 422 naming the field.
pub fn wait(field: &str, after_s: u32) -> ApiResult<u32> {
    if (1..=MAX_WAIT_S).contains(&after_s) {
        Ok(after_s)
    } else {
        Err(ApiError::field(field, format!("1 to {MAX_WAIT_S}")))
    }
}
