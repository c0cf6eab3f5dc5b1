//! The one write path of orders: what `decide` granted, in one write-only transaction.
//!
//! The first statement is the order's own `UPDATE … WHERE id AND version` (0 rows: conflict, nothing happened).
//! Rows that follow from the order (claims, rings, timers, area rows) are brought to what the order now says.

mod attached;
mod claims;
mod events;
mod listed;
mod parties;
mod rings;

use super::organisation::areas;
use super::{Conn, files, lists, timers};
use crate::engine::answers::NewAnswer;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::seal::Keyring;
use crate::engine::sql::cached::Cached;
use crate::order::listing::terms;
use crate::order::map;
use crate::order::rows::{OrderRow, TextRow};
use crate::order::schema::{number_sequence, order_contact, order_query_code, order_text, orders};
use crate::order::values::{Attachments, NewOrder, Placed};
use diesel::prelude::*;
use domain::catalogue::Anonymity;
use domain::order::{Decision, Order, number};
use domain::{FileId, OrderId};

/// Places an order. `answer` makes the stored answer from the number it got.
///
/// # Errors
/// `Taken` on an external number, a key or a photo that was used; `Conflict` when a photo is gone.
pub fn place(
    c: &mut Conn,
    keyring: &Keyring,
    new: NewOrder,
    attach: Attachments,
    answer: impl FnOnce(&Placed) -> Option<NewAnswer>,
) -> StoreResult<Placed> {
    let prefix = areas::number_prefix(c, new.decision.changes.area)?;
    let number = next_number(c, &prefix, &new.day)?;
    let mut row = map::order_row(&new.decision.changes, number.clone(), new.external_number);
    let id = insert_order(c, &row)?;
    row.id = id.0;
    let mut decision = new.decision;
    decision.changes.id = id;
    let order = &decision.changes;
    let text =
        TextRow { order_id: row.id, title: new.title, description: new.description, search: new.search };
    diesel::insert_into(order_text::table).values((&text, order_text::filed.eq(true))).execute(c)?;
    let under = terms::of(&text.search, order.service_item, &row.channel);
    lists::terms::file(c, order.id, row.created_at, &under)?;
    let contact = new.contact.into_row(keyring, order.id)?;
    diesel::insert_into(order_contact::table).values(&contact).execute(c)?;
    if let Some(hash) = new.query_code_hash {
        diesel::insert_into(order_query_code::table)
            .values((order_query_code::code_hash.eq(hash), order_query_code::order_id.eq(row.id)))
            .execute(c)?;
    }
    listed::insert(c, order, &[order.area, order.inbox])?;
    parties::insert(c, order)?;
    events::record(c, &decision)?;
    rings::write(c, None, order)?;
    timers::replace(c, order.id, order.attempt, &[], &order.timers())?;
    let placed = Placed { id: order.id, number };
    let photos: Vec<FileId> = attach.files.iter().map(|(id, _)| *id).collect();
    let attach = Attachments { answer: answer(&placed), ..attach };
    attached::write(c, &decision, attach)?;
    if !photos.is_empty() && decision.changes.anonymity == Anonymity::Anonymous {
        files::disown(c, &photos)?;
    }
    Ok(placed)
}

/// Commits a decision on an order that was loaded as `before`.
///
/// # Errors
/// `Conflict` when the order changed since it was loaded or a photo is gone; `Taken` when the key or a photo was used.
pub fn commit(c: &mut Conn, before: &Order, decision: &Decision, attach: Attachments) -> StoreResult<()> {
    let after = &decision.changes;
    let row = map::order_row(after, String::new(), None);
    let unchanged =
        orders::table.filter(orders::id.eq(after.id.0)).filter(orders::version.eq(before.version));
    let update = diesel::update(unchanged).set((
        (
            orders::status.eq(row.status),
            orders::version.eq(row.version),
            orders::attempt.eq(row.attempt),
            orders::slots.eq(row.slots),
            orders::filled.eq(row.filled),
            orders::ring.eq(row.ring),
            orders::service_item_id.eq(row.service_item_id),
            orders::area_id.eq(row.area_id),
            orders::inbox_id.eq(row.inbox_id),
            orders::priority.eq(row.priority),
        ),
        (
            orders::assignee_kind.eq(row.assignee_kind),
            orders::assignee_id.eq(row.assignee_id),
            orders::lead_id.eq(row.lead_id),
            orders::contact_limit_ms.eq(row.contact_limit_ms),
            orders::resolve_due_at.eq(row.resolve_due_at),
            orders::suspended_until.eq(row.suspended_until),
            orders::limits.eq(row.limits),
            orders::clocks.eq(row.clocks),
            orders::case_file.eq(row.case_file),
            orders::resolved_at.eq(row.resolved_at),
            orders::updated_at.eq(row.updated_at),
            orders::reporter_id.eq(row.reporter_id),
            orders::beneficiary_id.eq(row.beneficiary_id),
        ),
    ));
    if Cached(update).execute(c)? == 0 {
        return Err(StoreError::Conflict("the order changed".into()));
    }
    events::record(c, decision)?;
    claims::write(c, before, after, attach.claim_key.clone())?;
    rings::write(c, Some(before), after)?;
    listed::write(c, before, after)?;
    parties::write(c, before, after)?;
    timers::replace(c, after.id, after.attempt, &before.timers(), &after.timers())?;
    attached::write(c, decision, attach)
}

/// The next number of a county and day: `DL-261122-00123`. The row is locked until the commit, so numbers have no
/// gaps and one county places orders one after the other.
fn next_number(c: &mut Conn, prefix: &str, day: &str) -> StoreResult<String> {
    let last: i32 = diesel::insert_into(number_sequence::table)
        .values((
            number_sequence::prefix.eq(prefix),
            number_sequence::day.eq(day),
            number_sequence::last.eq(1),
        ))
        .on_conflict((number_sequence::prefix, number_sequence::day))
        .do_update()
        .set(number_sequence::last.eq(number_sequence::last + 1))
        .returning(number_sequence::last)
        .get_result(c)?;
    Ok(number::written(prefix, day, i64::from(last)))
}

/// Inserts the row under a key the database gives, and returns the key.
fn insert_order(c: &mut Conn, row: &OrderRow) -> StoreResult<OrderId> {
    let key = super::next_key(c, "orders")?;
    let row = OrderRow { id: key, ..row.clone() };
    diesel::insert_into(orders::table).values(&row).execute(c)?;
    Ok(OrderId(key))
}
