//! What commands and ladders name: whether it is there, and what of it the core has to know.

use crate::auth::Principal;
use crate::error::{ApiError, ApiResult};
use crate::state::AppState;
use domain::actor::RoleSet;
use domain::catalogue::{AreaLevel, ServiceRules};
use domain::labelled::Labelled;
use domain::ladder::{Ladder, Step, WidenTo};
use domain::order::{Command, Facts, Order};
use domain::{AreaId, ServiceItemId};
use persistence::StoreError;
use persistence::values::CaseRead;

/// What an escalation has to know besides: the area and those above it, and whether the last step still leads somewhere.
///
/// # Errors
/// 503.
pub async fn for_escalation(state: &AppState, order: &Order, facts: Facts) -> ApiResult<Facts> {
    let rows = state.store.area_ancestors(order.area).await?;
    let ancestors =
        rows.iter().filter_map(|row| Some((AreaLevel::parse(&row.level)?, AreaId(row.id)))).collect();
    let last_to = order.case.climb.as_ref().and_then(|climb| climb.ladder.last_to);
    let last_to_gone = match last_to {
        Some(who) => state.store.unknown_scope(vec![who.scope()]).await?.is_some(),
        None => false,
    };
    Ok(Facts { ancestors, last_to_gone, ..facts })
}

/// Facts about a new item or a target area that the command names.
///
/// # Errors
/// 422 naming what is not there.
pub(super) async fn targets(
    state: &AppState,
    who: Option<&Principal>,
    case: &CaseRead,
    command: &Command,
    facts: Facts,
) -> ApiResult<Facts> {
    let (item, area) = match command {
        Command::Accept { service_item, area, .. } | Command::Reclassify { service_item, area } => {
            (*service_item, *area)
        }
        Command::Forward { area } => (None, Some(*area)),
        _ => (None, None),
    };
    let mut facts = facts;
    if let Some(item) = item {
        facts.new_item = Some((item, item_rules(state, item).await?));
    }
    if let Some(area) = area {
        let row = state.store.area(area).await.map_err(|e| missing(e, "areaId"))?;
        facts.target_in_scope =
            who.is_none_or(|w| w.covers(RoleSet::of(&[domain::actor::Role::Dispatcher]), &row.path));
        facts.common_ancestor = common(&row.path, &case.inbox_path);
    }
    Ok(facts)
}

/// Refuses scopes and assignees that are not there.
///
/// # Errors
/// 422 naming the field.
pub async fn check_named(state: &AppState, command: &Command) -> ApiResult<()> {
    let (field, named) = match command {
        Command::Dispatch { scopes, rings, .. } | Command::Redispatch { scopes, rings } => {
            check_steps(state, "rings", rings).await?;
            ("scopes", scopes.clone())
        }
        Command::Widen { scopes } => ("scopes", scopes.clone()),
        Command::Assign { assignee }
        | Command::Reassign { assignee }
        | Command::Transfer { assignee, .. }
        | Command::RedoOther { assignee } => ("assignee", vec![assignee.scope()]),
        Command::Whistle { who } => ("who", vec![who.scope()]),
        _ => return Ok(()),
    };
    match state.store.unknown_scope(named).await? {
        Some(_) if field != "scopes" => Err(ApiError::field(field, "not found or not in use")),
        Some(at) => Err(ApiError::field(format!("scopes[{at}]"), "not found or not in use")),
        None => Ok(()),
    }
}

/// Refuses a ladder with scopes or a last step to somebody who are not there; `field` is the ladder.
///
/// # Errors
/// 422 naming the scope or the last step.
pub async fn check_ladder(state: &AppState, field: &str, ladder: &Ladder) -> ApiResult<()> {
    check_steps(state, &format!("{field}.steps"), &ladder.steps).await?;
    let last_to = ladder.last_to.iter().map(|who| who.scope()).collect();
    match state.store.unknown_scope(last_to).await? {
        Some(_) => Err(ApiError::field(format!("{field}.lastTo"), "not found or not in use")),
        None => Ok(()),
    }
}

/// Refuses steps with scopes that are not there; `field` is the list of steps.
async fn check_steps(state: &AppState, field: &str, steps: &[Step]) -> ApiResult<()> {
    for (n, step) in steps.iter().enumerate() {
        let WidenTo::Scopes(scopes) = &step.to else { continue };
        if let Some(at) = state.store.unknown_scope(scopes.clone()).await? {
            return Err(ApiError::field(format!("{field}[{n}].scopes[{at}]"), "not found or not in use"));
        }
    }
    Ok(())
}

/// The rules of an active item.
///
/// # Errors
/// 422 naming `serviceItemId`.
pub async fn item_rules(state: &AppState, item: ServiceItemId) -> ApiResult<ServiceRules> {
    let row = state.store.service_item(item).await.map_err(|e| missing(e, "serviceItemId"))?;
    if row.active { Ok(row.rules.0) } else { Err(ApiError::field("serviceItemId", "not in use")) }
}

/// A reference to something that is not there is the field's fault.
pub fn missing(e: StoreError, field: &str) -> ApiError {
    match e {
        StoreError::NotFound => ApiError::field(field, "not found"),
        other => other.into(),
    }
}

fn common(a: &str, b: &str) -> Option<AreaId> {
    let shared = a.split('/').zip(b.split('/')).take_while(|(x, y)| x == y).map(|(x, _)| x);
    shared.filter_map(|id| id.parse().ok()).last().map(AreaId)
}
