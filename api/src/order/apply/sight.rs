//! What somebody may see of an order: the one place that every read and every command asks.

use super::facts::{of_person, parent_of};
use super::shell::Shell;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::principal::Principal;
use domain::OrderId;
use domain::order::{self, Facts, Order, Status};
use domain::organisation::Scope;
use domain::people::{Role, RoleSet};
use persistence::order::past::{FormerOf, Past};
use persistence::order::values::CaseRead;

/// How much of an order is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Everything, as it is now.
    Whole,
    /// An offer's brief.
    Brief,
    /// What was there up to the end of one's part, without the contact, and nothing to be done.
    Frozen(Past),
}

/// An order as somebody comes to it, with the facts of an ordinary decision.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The order as it is now, and what surrounds it. Of a frozen one nothing of it is shown.
    pub case: CaseRead,
    /// What `decide` needs to know of the person.
    pub facts: Facts,
    /// How much is seen.
    pub sight: Sight,
}

/// Loads an order and says how much of it this person sees.
///
/// # Errors
/// 404 when there is none or the person may not see it.
pub async fn look(shell: &Shell, who: &Principal, id: OrderId) -> ApiResult<Seen> {
    let case = shell.store.read_case(id, Some(who.account())).await?;
    let facts = Facts {
        candidate: case.candidate,
        rules: case.rules.clone(),
        parent_area: parent_of(&case.inbox_path),
        ..of_person(who, &case.area_path, &case.inbox_path)
    };
    let facts = as_sender(shell, who, &case, facts).await?;
    let facts = with_holders(shell, &case.loaded.order, facts).await?;
    let order = &case.loaded.order;
    let sight = match order.sight(who.account(), &facts, case.now) {
        order::Sight::Whole => Some(Sight::Whole),
        order::Sight::Brief => past(shell, who, order).await?.map(Sight::Frozen).or(Some(Sight::Brief)),
        order::Sight::Past => past(shell, who, order).await?.map(Sight::Frozen),
        order::Sight::Nothing => None,
    };
    match sight {
        Some(sight) => Ok(Seen { case, facts, sight }),
        None => Err(ApiError::new(Kind::NOT_FOUND)),
    }
}

/// The facts with what this person is to an order that was forwarded and not acted on since.
async fn as_sender(shell: &Shell, who: &Principal, case: &CaseRead, facts: Facts) -> ApiResult<Facts> {
    let order = &case.loaded.order;
    let Some(forwarded) = order.case.forwarded else { return Ok(facts) };
    let (from, looked_at) = shell.store.forwarding(order.id, forwarded, case.inbox_path.clone()).await?;
    Ok(Facts { sender_roles: who.roles_over(&from), looked_at, ..facts })
}

/// The facts with how its holders stand, for whoever may send it back to them: nothing goes back to those who were shut
/// out.
async fn with_holders(shell: &Shell, order: &Order, facts: Facts) -> ApiResult<Facts> {
    let waits = matches!(order.status, Status::PendingCheck | Status::Disputed);
    if !waits || order.claims.is_empty() || !facts.inbox_roles.meets(RoleSet::CHECKERS) {
        return Ok(facts);
    }
    let holders = order.claims.iter().map(|claim| Scope::Person(claim.account)).collect();
    Ok(Facts { targets: shell.store.named(None, holders).await?.standings, ..facts })
}

/// Loads an order for whoever may act on it: whoever took part once may not, but that a sender may take it back.
///
/// # Errors
/// 404 when there is none or the person may not see it; 403 when they see only what was.
pub async fn see(shell: &Shell, who: &Principal, id: OrderId) -> ApiResult<(CaseRead, Facts)> {
    let Seen { case, facts, sight } = look(shell, who, id).await?;
    match sight {
        Sight::Whole | Sight::Brief => Ok((case, facts)),
        Sight::Frozen(_) if facts.sender_roles.has(Role::Dispatcher) => Ok((case, facts)),
        Sight::Frozen(_) => Err(ApiError::new(Kind::FORBIDDEN)),
    }
}

async fn past(shell: &Shell, who: &Principal, order: &Order) -> ApiResult<Option<Past>> {
    let mut of = former_of(who);
    if order.created_by == Some(who.account()) {
        of.areas.extend(who.roots(RoleSet::TAKERS));
    }
    if of == FormerOf::default() {
        return Ok(None);
    }
    Ok(shell.store.past(order.id, of).await?)
}

/// Through whom this person may have taken part in orders. Without a role there is nobody: what was an office's ends with
/// the office.
#[must_use]
pub fn former_of(who: &Principal) -> FormerOf {
    let holds_office = who.roles().iter().any(|role| role.role != Role::Resident);
    FormerOf {
        person: holds_office.then(|| who.account()),
        units: who.units(),
        teams: who.teams(),
        areas: who.roots(RoleSet::READERS),
    }
}
