//! `GET /orders/{id}/offers`: who was offered an order, who was reached, who saw it, and what comes next.

use crate::http::answers::{ById, ReadErrors};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::locale::Lang;
use crate::http::params::PathId;
use crate::http::time::instant;
use crate::http::wire::{Envelope, Reply};
use crate::identity::principal::Principal;
use crate::order::apply;
use crate::order::routes::commands::rings::NamedScope;
use crate::people::shown::name_for;
use crate::state::AppState;
use actix_web::get;
use actix_web::web::Data;
use domain::OrderId;
use domain::order::{Facts, Rung};
use domain::people::{Role, RoleSet};
use persistence::order::reach::{ScopeNames, ScopeOffer};
use persistence::order::values::CaseRead;
use serde::Serialize;
use utoipa::ToSchema;

/// Who may ask.
const ASKERS: RoleSet = RoleSet::of(&[Role::Dispatcher, Role::Supervisor]);

/// Who was offered an order in its present attempt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderOffers {
    /// The attempt.
    #[schema(example = 1)]
    pub attempt: i32,
    /// The rings offered so far; none while it is offered to nobody.
    pub rings: Vec<OfferedRing>,
    /// The escalation that comes next, while nobody claims it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub next: Option<NextEscalation>,
    /// Since when it is with the dispatcher, because everybody on its ladder was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-22T18:14:05.123+08:00")]
    pub unclaimed_at: Option<String>,
}

/// A ring that was offered it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferedRing {
    /// 0 was offered it at once.
    #[schema(example = 0)]
    pub ring: i32,
    /// Its scopes.
    pub scopes: Vec<OfferedScope>,
}

/// A scope that was offered it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfferedScope {
    /// Which.
    pub scope: NamedScope,
    /// When it was told; absent while it was not, and when that is no longer kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-22T18:04:05.123+08:00")]
    pub told_at: Option<String>,
    /// How many people are in it now.
    #[schema(example = 12)]
    pub members: i64,
    /// How many of them were there since it was told, were pushed to, or saw it.
    #[schema(example = 9)]
    pub reached: i64,
    /// How many of them acknowledged it.
    #[schema(example = 7)]
    pub seen: i64,
    /// The first 20 of those.
    pub seen_by: Vec<OfferedPerson>,
}

/// Somebody who saw it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferedPerson {
    /// Account id.
    #[schema(example = "7")]
    pub id: String,
    /// Name, masked unless the reader manages them.
    #[schema(example = "王**")]
    pub name: String,
}

/// The next escalation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NextEscalation {
    /// When.
    #[schema(example = "2026-11-22T18:06:05.123+08:00")]
    pub at: String,
    /// `widen`: offered to more people. `assign`: directed to one. `dispatcher`: left to the dispatcher.
    #[schema(example = "widen", pattern = "^(widen|assign|dispatcher)$")]
    pub what: String,
    /// The same for people.
    #[schema(example = "扩大派单范围")]
    pub what_text: String,
    /// To whom it is widened, or directed.
    pub scopes: Vec<NamedScope>,
}

/// List an order's offers
///
/// For dispatchers and supervisors of the order: each ring and scope of the present attempt, when it was told, how many are
/// in it, were reached and saw it; and the escalation that comes next. One who is in several scopes counts in each.
#[utoipa::path(
    get,
    path = "/orders/{id}/offers",
    tag = "orders",
    params(ById),
    responses((status = 200, description = "The offers", body = Envelope<OrderOffers>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/orders/{id}/offers")]
pub async fn list_order_offers(
    state: Data<AppState>,
    who: Principal,
    order: PathId<OrderId>,
    lang: Lang,
) -> ApiResult<Reply<OrderOffers>> {
    let (case, facts) = apply::see(&state.shell, &who, order.0).await?;
    if !facts.inbox_roles.meets(ASKERS) {
        return Err(ApiError::new(Kind::FORBIDDEN));
    }
    let order = &case.loaded.order;
    let history = state.store.history(order.id).await?;
    let since = history.iter().find(|r| r.event.attempt() == Some(order.attempt)).map_or(0, |r| r.seq);
    let (offers, names) = state.store.offers_of(order.id, order.attempt, since).await?;
    Ok(Reply::ok(OrderOffers {
        attempt: order.attempt,
        rings: rings(offers, &names, &who),
        next: next(&state, &case, &who, lang).await?,
        unclaimed_at: order.left_unclaimed_at().map(instant),
    }))
}

fn rings(offers: Vec<ScopeOffer>, names: &ScopeNames, who: &Principal) -> Vec<OfferedRing> {
    let mut rings: Vec<OfferedRing> = Vec::new();
    for offer in offers {
        let scope = OfferedScope {
            scope: NamedScope::of(offer.scope, names, who),
            told_at: offer.told.map(|(at, _)| instant(at)),
            members: offer.members,
            reached: offer.reached,
            seen: offer.seen,
            seen_by: offer
                .seen_by
                .iter()
                .map(|person| OfferedPerson {
                    id: person.account.id.to_string(),
                    name: name_for(who, person),
                })
                .collect(),
        };
        match rings.last_mut() {
            Some(last) if last.ring == offer.ring => last.scopes.push(scope),
            _ => rings.push(OfferedRing { ring: offer.ring, scopes: vec![scope] }),
        }
    }
    rings
}

async fn next(
    state: &AppState,
    case: &CaseRead,
    who: &Principal,
    lang: Lang,
) -> ApiResult<Option<NextEscalation>> {
    let order = &case.loaded.order;
    let Some(due) = order.escalates_at() else { return Ok(None) };
    let facts = Facts { rules: case.rules.clone(), ..Facts::default() };
    let facts = apply::for_escalation(&state.shell, order, facts).await?;
    let (what, what_text, scopes) = match order.next_rung(&facts) {
        Rung::Widen { scopes, .. } => ("widen", lang.pick("扩大派单范围", "Offered to more people"), scopes),
        Rung::Assign { assignee, .. } => {
            ("assign", lang.pick("直接指派", "Directed to one"), vec![assignee.scope()])
        }
        Rung::Dispatcher => {
            ("dispatcher", lang.pick("无人认领，待直接指派", "Left to the dispatcher"), Vec::new())
        }
    };
    let names = state.store.scope_names(scopes.clone()).await?;
    Ok(Some(NextEscalation {
        at: instant(due),
        what: what.into(),
        what_text: what_text.into(),
        scopes: scopes.iter().map(|scope| NamedScope::of(*scope, &names, who)).collect(),
    }))
}
