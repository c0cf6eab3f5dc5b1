//! Dispatch (派单): where an accepted order goes, and taking it back.

use super::rings::{RingRef, rings};
use crate::http::error::ApiResult;
use crate::http::wire::or_default;
use crate::order::apply::Enclosed;
use crate::order::routes::commands::{IntoCommand, command_endpoint};
use crate::people::refs::{AssigneeRef, ScopeRef, scopes};
use actix_web::post;
use domain::order::{Command, Reason};
use serde::Deserialize;
use utoipa::ToSchema;

/// Who is offered it, and how many may claim.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "scopes": [{"kind": "area", "id": "501"}], "rings": [{"scopes": [{"kind": "team", "id": "3"}], "afterS": 120}],
}))]
pub struct DispatchOrderRequest {
    /// Who is offered it at once; empty: the staff of the order's area.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 50, nullable)]
    pub scopes: Vec<ScopeRef>,
    /// How many people may claim it, 1 … 50; default: the item's.
    #[schema(minimum = 1, maximum = 50)]
    pub slots: Option<i32>,
    /// Who is offered it later while nobody claims it; without any, the item's ladder.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 5, nullable)]
    pub rings: Vec<RingRef>,
}

impl IntoCommand for DispatchOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let scopes = scopes("scopes", &self.scopes)?;
        let rings = rings("rings", &self.rings)?;
        Ok((Command::Dispatch { scopes, slots: self.slots, rings }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Dispatch to a pool (派单)
    ///
    /// accepted → pooled. Ring 0 is offered at once, the claim clock starts; the first claim wins. While nobody claims
    /// it, it is offered to the later rings too, each after its wait, and at last left to the dispatcher. Whoever is named,
    /// here and in every command, is in use, lies in the area of whoever names them or within the item's `reach`, and, a
    /// person, holds a role that may do the work (422 `scopes[2]`, `rings[1].scopes[0]`, `assignee.id`, `who.id`).
    dispatch_order, "/orders/{id}/dispatch", DispatchOrderRequest
}

/// Who is offered it instead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"scopes": [{"kind": "area", "id": "500"}]}))]
pub struct RedispatchOrderRequest {
    /// Who is offered it at once; empty: the staff of the order's area.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 50, nullable)]
    pub scopes: Vec<ScopeRef>,
    /// Who is offered it later while nobody claims it; without any, the item's ladder.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 5, nullable)]
    pub rings: Vec<RingRef>,
}

impl IntoCommand for RedispatchOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let (scopes, rings) = (scopes("scopes", &self.scopes)?, rings("rings", &self.rings)?);
        Ok((Command::Redispatch { scopes, rings }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Dispatch again (重新派单)
    ///
    /// pooled → pooled with other scopes; the attempt rises, the clock is not reset, the ladder begins anew.
    redispatch_order, "/orders/{id}/redispatch", RedispatchOrderRequest
}

/// Who is offered it too.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"scopes": [{"kind": "area", "id": "17"}]}))]
pub struct WidenOrderRequest {
    /// The scopes of the next ring.
    #[schema(min_items = 1, max_items = 50)]
    pub scopes: Vec<ScopeRef>,
}

impl IntoCommand for WidenOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Widen { scopes: scopes("scopes", &self.scopes)? }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Widen the ring (扩大派单范围)
    ///
    /// Adds a ring; earlier candidates stay eligible and the attempt stays. The ladder waits anew for its next step.
    widen_order, "/orders/{id}/widen", WidenOrderRequest
}

/// To whom it is directed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"assignee": {"kind": "person", "id": "7"}}))]
pub struct AssignOrderRequest {
    /// To whom.
    pub assignee: AssigneeRef,
}

impl IntoCommand for AssignOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Assign { assignee: self.assignee.parse("assignee")? }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Assign (定向派单)
    ///
    /// accepted, pooled → assigned to one worker, team or unit, who must acknowledge. Whose role or area changes so that they
    /// could not be named any more, neither acknowledges nor works on it.
    assign_order, "/orders/{id}/assign", AssignOrderRequest
}

/// Why it is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"reason": "wrong_dispatch"}))]
pub struct RecallOrderRequest {
    /// A reason of kind `recall`: see `GET /reasons?kind=recall`.
    #[schema(value_type = String, pattern = "^(wrong_dispatch|more_information)$")]
    pub reason: Reason,
}

impl IntoCommand for RecallOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Recall { reason: self.reason }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Recall (撤回派单)
    ///
    /// pooled, assigned → accepted. Every offer is closed; the attempt rises.
    recall_order, "/orders/{id}/recall", RecallOrderRequest
}

/// To whom it is directed instead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"assignee": {"kind": "unit", "id": "3"}}))]
pub struct ReassignOrderRequest {
    /// To whom.
    pub assignee: AssigneeRef,
}

impl IntoCommand for ReassignOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Reassign { assignee: self.assignee.parse("assignee")? }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Reassign (改派)
    ///
    /// assigned → assigned to somebody else, before it was acknowledged.
    reassign_order, "/orders/{id}/reassign", ReassignOrderRequest
}

/// Who takes it over, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"assignee": {"kind": "person", "id": "8"}, "reason": "overloaded"}))]
pub struct TransferOrderRequest {
    /// To whom.
    pub assignee: AssigneeRef,
    /// A reason of kind `transfer`: see `GET /reasons?kind=transfer`.
    #[schema(value_type = String, pattern = "^(overloaded|better_suited)$")]
    pub reason: Reason,
}

impl IntoCommand for TransferOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let assignee = self.assignee.parse("assignee")?;
        Ok((Command::Transfer { assignee, reason: self.reason }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Transfer (转派)
    ///
    /// claimed, in_progress → assigned, by a dispatcher, or within the grid by its leader. The history is kept.
    transfer_order, "/orders/{id}/transfer", TransferOrderRequest
}

/// Nothing more: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct CloseRemainderRequest {}

impl IntoCommand for CloseRemainderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::CloseRemainder, Enclosed::default()))
    }
}

command_endpoint! {
    /// Close the remainder (截止认领)
    ///
    /// A partly filled pool is closed: pooled → claimed with the slots that are filled.
    close_remainder, "/orders/{id}/close-remainder", CloseRemainderRequest
}
