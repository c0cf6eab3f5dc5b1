//! Between rows and the domain: `OrderRow` + claims + rings ↔ `Order`, `EventRow` ↔ `Recorded`.

use crate::engine::error::{StoreError, StoreResult};
use crate::engine::sql::types::{Json, Ts};
use crate::engine::word::word;
use crate::order::rows::{ClaimRow, EventRow, OrderRow};
use domain::order::{Claim, Event, Order, Recorded, RingScope, Status};
use domain::organisation::Assignee;
use domain::people::Actor;
use domain::words::labelled::Labelled;
use domain::{AccountId, AreaId, OrderId, ServiceItemId};

/// The bucket of a status in `order_area`: pooled, assigned and claimed share one, so that a claim leaves it alone.
#[must_use]
pub fn bucket(status: Status) -> &'static str {
    match status {
        Status::Pooled | Status::Assigned | Status::Claimed => "dispatched",
        other => other.as_str(),
    }
}

/// When an order is due among those that may become overdue: none when it is closed, suspended or has no resolve limit.
#[must_use]
pub fn listed_due(order: &Order) -> Option<Ts> {
    let stands = order.status.is_open() && order.case.suspension.is_none();
    order.clocks.resolve.and_then(|c| c.due_at()).filter(|_| stands).map(Ts)
}

/// [`listed`].
pub type Listed = (&'static str, Option<Ts>, Option<Ts>, Option<&'static str>);

/// What `order_area` says of an order besides where it is and when it came: its bucket, when it has to be resolved among
/// those that may become overdue, the limit that ends next, and the request that was made last and not decided.
#[must_use]
pub fn listed(order: &Order) -> Listed {
    let asked = order.asked().map(Labelled::as_str);
    (bucket(order.status), listed_due(order), order.next_due_at().map(Ts), asked)
}

/// The order of a row, its live claims and the rings of its attempt.
///
/// # Errors
/// `Unreadable` when the row holds a word this binary does not know.
pub fn order(row: OrderRow, claims: &[ClaimRow], rings: Vec<RingScope>) -> StoreResult<Order> {
    let assignee = match (&row.assignee_kind, row.assignee_id) {
        (Some(kind), Some(id)) => Assignee::from_parts(kind, id),
        _ => None,
    };
    Ok(Order {
        id: OrderId(row.id),
        status: word(&row.status)?,
        version: row.version,
        attempt: row.attempt,
        slots: row.slots,
        ring: row.ring,
        rings,
        service_item: ServiceItemId(row.service_item_id),
        area: AreaId(row.area_id),
        inbox: AreaId(row.inbox_id),
        priority: word(&row.priority)?,
        channel: word(&row.channel)?,
        anonymity: word(&row.anonymity)?,
        reporter: row.reporter_id.map(AccountId),
        beneficiary: row.beneficiary_id.map(AccountId),
        created_by: row.created_by.map(AccountId),
        assignee,
        claims: claims.iter().map(claim).collect(),
        limits: row.limits.0,
        clocks: row.clocks.0,
        resolved_at: row.resolved_at.map(|t| t.0),
        case: row.case_file.0,
        created_at: row.created_at.0,
        updated_at: row.updated_at.0,
    })
}

/// A live claim.
#[must_use]
pub fn claim(row: &ClaimRow) -> Claim {
    Claim { slot: row.slot, account: AccountId(row.account_id), attempt: row.attempt, at: row.at.0 }
}

/// The row of an order. Number and external number are not the domain's and never change.
#[must_use]
pub fn order_row(order: &Order, number: String, external_number: Option<String>) -> OrderRow {
    let (assignee_kind, assignee_id) = order.assignee.map(Assignee::parts).unzip();
    OrderRow {
        id: order.id.0,
        number,
        status: order.status.as_str().into(),
        version: order.version,
        attempt: order.attempt,
        slots: order.slots,
        filled: order.filled(),
        ring: order.ring,
        service_item_id: order.service_item.0,
        area_id: order.area.0,
        inbox_id: order.inbox.0,
        priority: order.priority.as_str().into(),
        channel: order.channel.as_str().into(),
        anonymity: order.anonymity.as_str().into(),
        external_number,
        reporter_id: order.reporter.map(|a| a.0),
        beneficiary_id: order.beneficiary.map(|a| a.0),
        created_by: order.created_by.map(|a| a.0),
        assignee_kind: assignee_kind.map(Into::into),
        assignee_id,
        lead_id: order.lead().map(|a| a.0),
        contact_limit_ms: order.contact_limit().map(domain::catalogue::Limit::millis),
        resolve_due_at: order.clocks.resolve.and_then(|c| c.due_at()).map(Ts),
        suspended_until: order.case.suspension.map(|s| Ts(s.until)),
        limits: Json(order.limits),
        clocks: Json(order.clocks),
        case_file: Json(order.case.clone()),
        resolved_at: order.resolved_at.map(Ts),
        created_at: Ts(order.created_at),
        updated_at: Ts(order.updated_at),
    }
}

/// The stored form of an event: its word in a column, its fields in the document.
///
/// # Errors
/// `Internal` when it does not serialise (a defect).
pub fn event_row(order: OrderId, recorded: &Recorded) -> StoreResult<EventRow> {
    let defect = |why: String| StoreError::Internal(format!("event: {why}"));
    let mut data = serde_json::to_value(&recorded.event).map_err(|e| defect(e.to_string()))?;
    let fields = data.as_object_mut().ok_or_else(|| defect("not an object".into()))?;
    let Some(serde_json::Value::String(kind)) = fields.remove("kind") else {
        return Err(defect("without a kind".into()));
    };
    Ok(EventRow {
        order_id: order.0,
        seq: recorded.seq,
        kind,
        actor_id: recorded.actor.account().map(|a| a.0),
        at: Ts(recorded.at),
        data: Json(data),
    })
}

/// The event of a stored row.
///
/// # Errors
/// `Unreadable` when this binary does not know it.
pub fn recorded(row: EventRow) -> StoreResult<Recorded> {
    let mut data = row.data.0;
    if let Some(fields) = data.as_object_mut() {
        fields.insert("kind".into(), row.kind.into());
    }
    let event: Event =
        serde_json::from_value(data).map_err(|e| StoreError::Unreadable(format!("event: {e}")))?;
    let actor = row.actor_id.map_or(Actor::System, |id| Actor::Person(AccountId(id)));
    Ok(Recorded { seq: row.seq, at: row.at.0, actor, event })
}
