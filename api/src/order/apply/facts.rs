//! What commands and ladders name: how it stands, and what else of it the core has to know.

use super::shell::Shell;
use crate::catalogue::check::{item_rules, of_ladder, of_step};
use crate::http::error::ApiResult;
use crate::http::fields::missing;
use crate::identity::principal::Principal;
use domain::order::{Command, Facts, Order};
use domain::organisation::{Place, Scope};
use domain::people::{Role, RoleSet};
use domain::{AccountId, AreaId, OrderId};
use persistence::order::reach::NamedRead;
use persistence::order::values::CaseRead;

/// The facts of an escalation besides: what lies around the order, and how those stand whom its ladder names.
///
/// # Errors
/// 503.
pub async fn for_escalation(shell: &Shell, order: &Order, facts: Facts) -> ApiResult<Facts> {
    let ladder = order.case.climb.as_ref().map(|climb| &climb.ladder);
    with_named(shell, order.id, ladder.map(of_ladder).unwrap_or_default(), facts).await
}

/// The facts with what lies around the order, and how these stand.
///
/// # Errors
/// 404 for an unknown order.
pub async fn with_named(shell: &Shell, order: OrderId, scopes: Vec<Scope>, facts: Facts) -> ApiResult<Facts> {
    let NamedRead { ancestors, standings } = shell.store.named(Some(order), scopes).await?;
    Ok(Facts { ancestors, targets: standings, ..facts })
}

/// [`with_named`] for whom a command names; nothing is read for one that names nobody.
pub(super) async fn named(shell: &Shell, order: OrderId, command: &Command) -> ApiResult<NamedRead> {
    match of_command(command) {
        none if none.is_empty() => Ok(NamedRead::default()),
        scopes => Ok(shell.store.named(Some(order), scopes).await?),
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

/// Facts about a new item or a target area that the command names.
///
/// # Errors
/// 422 naming what is not there.
pub(super) async fn targets(
    shell: &Shell,
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
        facts.new_item = Some((item, item_rules(&shell.store, item).await?));
    }
    if let Some(area) = area {
        let row = shell.store.area(area).await.map_err(|e| missing(e, "areaId"))?;
        facts.target_in_scope = who.is_none_or(|w| w.covers(RoleSet::of(&[Role::Dispatcher]), &row.path));
        to.clone_from(&row.path);
        let shared = common(&row.path, &case.inbox_path);
        facts.common_ancestor = last_of(&shared);
        if matches!(command, Command::Forward { .. }) {
            facts = overseeing(shell, case, vec![row.path, shared], facts).await?;
        }
    }
    if matches!(command, Command::Reclassify { .. }) {
        facts = moved(shell, &case.loaded.order, to, facts).await?;
    }
    let into = match (command, case.loaded.order.case.forwarded) {
        (Command::ReportUp { .. }, _) => Some(parent_path(&case.inbox_path)),
        (Command::TakeBack, Some(forwarded)) => Some(shell.store.area(forwarded.from).await?.path),
        (Command::Join, _) if facts.inbox_roles.has(Role::Dispatcher) => Some(case.inbox_path.clone()),
        _ => None,
    };
    match into {
        Some(path) => overseeing(shell, case, vec![path], facts).await,
        None => Ok(facts),
    }
}

/// The facts with who oversees these places (paths) besides those whom the order is about, whoever is asked to be a party
/// among them.
async fn overseeing(shell: &Shell, case: &CaseRead, paths: Vec<String>, facts: Facts) -> ApiResult<Facts> {
    let order = &case.loaded.order;
    let invited = order.case.invited.iter().map(|invited| invited.account);
    let about: Vec<AccountId> =
        [order.reporter, order.beneficiary].into_iter().flatten().chain(invited).collect();
    let places: Vec<Place> = paths.iter().map(|path| Place::of_path(path)).collect();
    let desks = shell.store.desks(paths).await?;
    Ok(facts.overseeing(&places, &desks, &about))
}

/// The facts with how those stand whose part depends on where the order lies, and what lies around it there.
async fn moved(shell: &Shell, order: &Order, to: String, facts: Facts) -> ApiResult<Facts> {
    let scopes = order.placed_by_reach();
    if scopes.is_empty() {
        return Ok(facts);
    }
    let (named, around_target) = shell.store.named_and_above(order.id, scopes, to).await?;
    Ok(Facts { ancestors: named.ancestors, targets: named.standings, around_target, ..facts })
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

/// What `decide` needs of this person, for an order with these paths.
#[must_use]
pub fn of_person(who: &Principal, area_path: &str, inbox_path: &str) -> Facts {
    Facts {
        inbox_roles: who.roles_over(inbox_path),
        area_roles: who.roles_over(area_path),
        units: who.units(),
        teams: who.teams(),
        held: who.held(),
        ..Facts::default()
    }
}
