//! `POST /orders/{id}/dispatch/preview`: what a dispatch would do, before it is done.

use super::dispatch::DispatchOrderRequest;
use super::rings::{NamedScope, rings};
use crate::catalogue::check;
use crate::http::answers::{ById, WriteErrors};
use crate::http::error::{ApiError, ApiResult};
use crate::http::json::Body;
use crate::http::params::PathId;
use crate::http::time::instant;
use crate::http::wire::{Envelope, Reply};
use crate::identity::principal::Principal;
use crate::order::apply;
use crate::people::refs::scopes;
use crate::people::shown::name_for;
use crate::state::AppState;
use actix_web::post;
use actix_web::web::Data;
use domain::order::{Command, Facts, Order, Status, TimerKind, decide};
use domain::organisation::Scope;
use domain::people::Actor;
use domain::{At, OrderId};
use persistence::order::reach::{PastOrder, PreviewAsk, RingReach, ScopeNames};
use serde::Serialize;
use utoipa::ToSchema;

/// What a dispatch would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DispatchPreview {
    /// How many people may claim it.
    #[schema(example = 1)]
    pub slots: i32,
    /// Who would be told and when, ring by ring, if nobody claims it.
    pub rings: Vec<PreviewRing>,
    /// When it would be left to the dispatcher.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-22T18:14:05.123+08:00")]
    pub dispatcher_at: Option<String>,
    /// When and to whom it would be directed instead, when its ladder ends so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub assigned: Option<PreviewAssigned>,
    /// What became of the last orders of the same item in this area.
    pub past: PastOrders,
}

/// How a ladder would end.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewAssigned {
    /// When.
    #[schema(example = "2026-11-22T18:14:05.123+08:00")]
    pub at: String,
    /// To whom.
    pub who: NamedScope,
}

/// A ring of a dispatch.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewRing {
    /// 0 is told at once.
    #[schema(example = 0)]
    pub ring: i32,
    /// When it would be told.
    #[schema(example = "2026-11-22T18:04:05.123+08:00")]
    pub at: String,
    /// Who is in it.
    pub scopes: Vec<NamedScope>,
    /// How many people are in it and in no ring before, at most 20,000.
    #[schema(example = 12)]
    pub members: i64,
    /// How many of them are there now: on duty and seen within a minute.
    #[schema(example = 5)]
    pub online: i64,
    /// How many of them are off duty.
    #[schema(example = 1)]
    pub off_duty: i64,
    /// The first 20 of them, those who are there before the others.
    pub people: Vec<PreviewPerson>,
}

/// Somebody who would be told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreviewPerson {
    /// Account id.
    #[schema(example = "7")]
    pub id: String,
    /// Name, masked unless the reader manages them.
    #[schema(example = "王**")]
    pub name: String,
    /// There now.
    pub online: bool,
    /// On duty.
    pub on_duty: bool,
}

/// What became of the last orders of an item in an area that were offered to a pool: at most 20.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PastOrders {
    /// How many there are.
    #[schema(example = 20)]
    pub orders: usize,
    /// Of these, how many somebody claimed.
    #[schema(example = 17)]
    pub claimed: usize,
    /// How many still wait.
    #[schema(example = 1)]
    pub waiting: usize,
    /// How many nobody claimed: taken back, directed, withdrawn.
    #[schema(example = 2)]
    pub unclaimed: usize,
    /// Half of the claimed ones were claimed within so many seconds of the first dispatch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = 41)]
    pub median_claim_s: Option<i64>,
}

/// Preview a dispatch
///
/// For dispatchers; changes nothing. Takes what a dispatch takes and says who would be told, ring by ring, who of them is
/// there now, and what became of the last such orders. On a pooled order it says what dispatching again would do.
#[utoipa::path(
    post,
    path = "/orders/{id}/dispatch/preview",
    tag = "orders",
    params(ById),
    request_body = DispatchOrderRequest,
    responses((status = 200, description = "What it would do", body = Envelope<DispatchPreview>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/orders/{id}/dispatch/preview")]
pub async fn preview_dispatch(
    state: Data<AppState>,
    who: Principal,
    order: PathId<OrderId>,
    body: Body<DispatchOrderRequest>,
) -> ApiResult<Reply<DispatchPreview>> {
    let (case, facts) = apply::see(&state.shell, &who, order.0).await?;
    let order = &case.loaded.order;
    let command = command(&body.0, order)?;
    let named =
        apply::of_command(&command).into_iter().chain(check::of_ladder(&facts.rules.ladder)).collect();
    let facts = apply::with_named(&state.shell, order.id, named, facts).await?;
    let decision = decide(order, &command, who.actor(), &facts, case.now)?;
    let way = Way::of(decision.changes, &facts, case.now);
    let ask = PreviewAsk {
        rings: way.rings(),
        own: order.reporter.iter().chain(&order.beneficiary).copied().collect(),
        order: order.id,
        area: order.area,
        item: order.service_item,
    };
    let rings = ask.rings.clone();
    let read = state.store.preview(ask).await?;
    let assigned = assigned(&state, &way, &who).await?;
    let shown = (0..).zip(way.told).zip(rings).zip(read.rings);
    Ok(Reply::ok(DispatchPreview {
        slots: way.order.slots,
        rings: shown
            .map(|(((ring, at), scopes), reach)| preview_ring((ring, at), &scopes, reach, &read.names, &who))
            .collect(),
        dispatcher_at: way.dispatcher_at.map(instant),
        assigned,
        past: past(&read.past),
    }))
}

async fn assigned(state: &AppState, way: &Way, who: &Principal) -> ApiResult<Option<PreviewAssigned>> {
    let Some((at, to)) = way.assigned else { return Ok(None) };
    let names = state.store.scope_names(vec![to]).await?;
    Ok(Some(PreviewAssigned { at: instant(at), who: NamedScope::of(to, &names, who) }))
}

/// The command that this would be: another dispatch of a pooled order keeps its slots.
fn command(request: &DispatchOrderRequest, order: &Order) -> ApiResult<Command> {
    let (scopes, rings) = (scopes("scopes", &request.scopes)?, rings("rings", &request.rings)?);
    match (order.status, request.slots) {
        (Status::Pooled, Some(slots)) if slots != order.slots => {
            Err(ApiError::field("slots", "a pooled order keeps its slots"))
        }
        (Status::Pooled, _) => Ok(Command::Redispatch { scopes, rings }),
        (_, slots) => Ok(Command::Dispatch { scopes, slots, rings }),
    }
}

/// The way up the ladder while nobody claims it: found by letting time pass, under the rules that will decide then.
struct Way {
    /// The order at its end.
    order: Order,
    /// When each ring is told.
    told: Vec<At>,
    /// When it is left to the dispatcher.
    dispatcher_at: Option<At>,
    /// When it is directed to somebody, and to whom.
    assigned: Option<(At, Scope)>,
}

impl Way {
    fn of(order: Order, facts: &Facts, now: At) -> Self {
        let mut way = Self { order, told: vec![now], dispatcher_at: None, assigned: None };
        let expire = Command::Expire { timer: TimerKind::Escalation };
        while let Some(due) = way.order.escalates_at() {
            let Ok(decision) = decide(&way.order, &expire, Actor::System, facts, due) else { break };
            if let Some(to) = decision.changes.assignee {
                way.assigned = Some((due, to.scope()));
                break;
            }
            way.order = decision.changes;
            if way.order.is_with_dispatcher() {
                way.dispatcher_at = Some(due);
            } else {
                way.told.push(due);
            }
        }
        way
    }

    fn rings(&self) -> Vec<Vec<Scope>> {
        let of = |n: i32| self.order.rings.iter().filter(move |r| r.ring == n).map(|r| r.scope).collect();
        (0..=self.order.ring).map(of).collect()
    }
}

fn preview_ring(
    (ring, at): (i32, At),
    scopes: &[Scope],
    reach: RingReach,
    names: &ScopeNames,
    who: &Principal,
) -> PreviewRing {
    let person = |told: &persistence::order::reach::Told| PreviewPerson {
        id: told.person.account.id.to_string(),
        name: name_for(who, &told.person),
        online: told.online,
        on_duty: told.on_duty,
    };
    PreviewRing {
        ring,
        at: instant(at),
        scopes: scopes.iter().map(|scope| NamedScope::of(*scope, names, who)).collect(),
        members: reach.members,
        online: reach.online,
        off_duty: reach.off_duty,
        people: reach.first.iter().map(person).collect(),
    }
}

fn past(orders: &[PastOrder]) -> PastOrders {
    let mut took: Vec<i64> =
        orders.iter().filter_map(|o| Some((o.claimed_at? - o.offered_at).num_seconds())).collect();
    took.sort_unstable();
    let waiting = orders.iter().filter(|o| o.claimed_at.is_none() && o.status == Status::Pooled).count();
    PastOrders {
        orders: orders.len(),
        claimed: took.len(),
        waiting,
        unclaimed: orders.len() - took.len() - waiting,
        // of an even number the lower one: so many were claimed within it
        median_claim_s: took.get(took.len().saturating_sub(1) / 2).copied(),
    }
}
