//! What commands and ladders name: how it stands, and what else of it the core has to know.

use crate::auth::Principal;
use crate::http::error::{ApiError, ApiResult};
use crate::state::AppState;
use domain::actor::{Role, RoleSet};
use domain::catalogue::ServiceRules;
use domain::dispatch::Scope;
use domain::dispatch::target::{Part, Place, able};
use domain::ladder::{Ladder, Step, WidenTo};
use domain::order::{Command, Facts, Order};
use domain::{AccountId, AreaId, OrderId, ServiceItemId};
use persistence::StoreError;
use persistence::reach::NamedRead;
use persistence::values::CaseRead;

/// The facts of an escalation besides: what lies around the order, and how those stand whom its ladder names.
///
/// # Errors
/// 503.
pub async fn for_escalation(state: &AppState, order: &Order, facts: Facts) -> ApiResult<Facts> {
    let ladder = order.case.climb.as_ref().map(|climb| &climb.ladder);
    with_named(state, order.id, ladder.map(of_ladder).unwrap_or_default(), facts).await
}

/// The facts with what lies around the order, and how these stand.
///
/// # Errors
/// 404 for an unknown order.
pub async fn with_named(
    state: &AppState,
    order: OrderId,
    scopes: Vec<Scope>,
    facts: Facts,
) -> ApiResult<Facts> {
    let NamedRead { ancestors, standings } = state.store.named(Some(order), scopes).await?;
    Ok(Facts { ancestors, targets: standings, ..facts })
}

/// [`with_named`] for whom a command names; nothing is read for one that names nobody.
pub(super) async fn named(state: &AppState, order: OrderId, command: &Command) -> ApiResult<NamedRead> {
    match of_command(command) {
        none if none.is_empty() => Ok(NamedRead::default()),
        scopes => Ok(state.store.named(Some(order), scopes).await?),
    }
}

/// Whom a command names.
#[must_use]
pub fn of_command(command: &Command) -> Vec<Scope> {
    match command {
        Command::Dispatch { scopes, rings, .. } | Command::Redispatch { scopes, rings } => {
            scopes.iter().copied().chain(rings.iter().flat_map(of_step)).collect()
        }
        Command::Widen { scopes } => scopes.clone(),
        Command::Assign { assignee }
        | Command::Reassign { assignee }
        | Command::Transfer { assignee, .. }
        | Command::RedoOther { assignee } => vec![assignee.scope()],
        Command::Whistle { who } => vec![who.scope()],
        Command::ShutOut { account } => vec![Scope::Person(*account)],
        _ => Vec::new(),
    }
}

/// Whom a ladder names.
#[must_use]
pub fn of_ladder(ladder: &Ladder) -> Vec<Scope> {
    ladder.steps.iter().flat_map(of_step).chain(ladder.last_to.map(|who| who.scope())).collect()
}

fn of_step(step: &Step) -> Vec<Scope> {
    match &step.to {
        WidenTo::Scopes(scopes) => scopes.clone(),
        WidenTo::Level(_) => Vec::new(),
    }
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
    let mut to = case.area_path.clone();
    if let Some(item) = item {
        facts.new_item = Some((item, item_rules(state, item).await?));
    }
    if let Some(area) = area {
        let row = state.store.area(area).await.map_err(|e| missing(e, "areaId"))?;
        facts.target_in_scope = who.is_none_or(|w| w.covers(RoleSet::of(&[Role::Dispatcher]), &row.path));
        to.clone_from(&row.path);
        let shared = common(&row.path, &case.inbox_path);
        facts.common_ancestor = last_of(&shared);
        if matches!(command, Command::Forward { .. }) {
            facts = overseeing(state, case, vec![row.path, shared], facts).await?;
        }
    }
    if matches!(command, Command::Reclassify { .. }) {
        facts = moved(state, &case.loaded.order, to, facts).await?;
    }
    let into = match (command, case.loaded.order.case.forwarded) {
        (Command::ReportUp { .. }, _) => Some(parent_path(&case.inbox_path)),
        (Command::TakeBack, Some(forwarded)) => Some(state.store.area(forwarded.from).await?.path),
        (Command::Join, _) if facts.inbox_roles.has(Role::Dispatcher) => Some(case.inbox_path.clone()),
        _ => None,
    };
    match into {
        Some(path) => overseeing(state, case, vec![path], facts).await,
        None => Ok(facts),
    }
}

/// The facts with who oversees these places (paths) besides those whom the order is about, whoever is asked to be a party
/// among them.
async fn overseeing(state: &AppState, case: &CaseRead, paths: Vec<String>, facts: Facts) -> ApiResult<Facts> {
    let order = &case.loaded.order;
    let invited = order.case.invited.iter().map(|invited| invited.account);
    let about: Vec<AccountId> =
        [order.reporter, order.beneficiary].into_iter().flatten().chain(invited).collect();
    let places: Vec<Place> = paths.iter().map(|path| Place::of_path(path)).collect();
    let desks = state.store.desks(paths).await?;
    Ok(facts.overseeing(&places, &desks, &about))
}

/// The facts with how those stand whose part depends on where the order lies, and what lies around it there.
async fn moved(state: &AppState, order: &Order, to: String, facts: Facts) -> ApiResult<Facts> {
    let scopes = order.placed_by_reach();
    if scopes.is_empty() {
        return Ok(facts);
    }
    let (named, around_target) = state.store.named_and_above(order.id, scopes, to).await?;
    Ok(Facts { ancestors: named.ancestors, targets: named.standings, around_target, ..facts })
}

/// Refuses a ladder that names somebody who is not there or may not do the work; `field` is the ladder. Whether they lie
/// within the item's reach is known when it fires.
///
/// # Errors
/// 422 naming the scope or the last step.
pub async fn check_ladder(state: &AppState, field: &str, ladder: &Ladder) -> ApiResult<()> {
    let found = state.store.named(None, of_ladder(ladder)).await?.standings;
    let stands = |who: Scope| found.iter().find(|(scope, _)| *scope == who).map(|(_, standing)| standing);
    for (n, step) in ladder.steps.iter().enumerate() {
        let here = format!("{field}.steps[{n}]");
        let WidenTo::Scopes(scopes) = &step.to else { continue };
        for (at, scope) in scopes.iter().enumerate() {
            able(stands(*scope), Part::Offered)
                .map_err(|why| ApiError::unfit(format!("{here}.scopes[{at}]"), why))?;
        }
    }
    match ladder.last_to {
        Some(who) => able(stands(who.scope()), Part::Directed)
            .map_err(|why| ApiError::unfit(format!("{field}.lastTo"), why)),
        None => Ok(()),
    }
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

/// The path of the lowest area that both paths lie in.
fn common(a: &str, b: &str) -> String {
    let shared = a.split('/').zip(b.split('/')).take_while(|(x, y)| x == y).map(|(x, _)| x);
    let ids: Vec<&str> = shared.filter(|id| !id.is_empty()).collect();
    format!("/{}/", ids.join("/"))
}

/// The last key of a path: the area itself.
fn last_of(path: &str) -> Option<AreaId> {
    path.trim_end_matches('/').rsplit('/').next().and_then(|id| id.parse().ok()).map(AreaId)
}

/// The path of the area above; `/` at the top.
fn parent_path(path: &str) -> String {
    let above = path.trim_end_matches('/').rsplit_once('/').map_or("", |(above, _)| above);
    format!("{above}/")
}

/// The area above.
pub(super) fn parent_of(path: &str) -> Option<AreaId> {
    last_of(&parent_path(path))
}
