//! The one write path of orders: what `decide` granted, in one write-only transaction.
//!
//! The first statement is the order's own `UPDATE … WHERE id AND version` (0 rows: conflict, nothing happened).
//! Rows that follow from the order (claims, rings, timers, area rows) are brought to what the order now says.

mod parties;

use super::{Conn, areas, files, lists, past, scopes, timers};
use crate::cached::Cached;
use crate::error::{StoreError, StoreResult};
use crate::fault;
use crate::listing::terms;
use crate::map;
use crate::rows::{NoteRow, OrderFileRow, TextRow};
use crate::schema::{
    claim, cool_down, idempotency, number_sequence, order_area, order_contact, order_event, order_file,
    order_note, order_query_code, order_ring, order_text, orders, outbox, scope,
};
use crate::seal::Keyring;
use crate::types::{Json, Ts};
use crate::values::{Attachments, NewAnswer, NewOrder, Placed};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer};
use diesel::upsert::excluded;
use domain::catalogue::{Anonymity, Channel};
use domain::order::{Decision, Event, Order, RingScope, number};
use domain::words::labelled::Labelled;
use domain::{AreaId, OrderId};

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
    row.id = insert_order(c, &row)?;
    let mut decision = new.decision;
    decision.changes.id = OrderId(row.id);
    let order = &decision.changes;
    let text =
        TextRow { order_id: row.id, title: new.title, description: new.description, search: new.search };
    diesel::insert_into(order_text::table).values((&text, order_text::filed.eq(true))).execute(c)?;
    let under = terms::of(&text.search, row.service_item_id, &row.channel);
    lists::terms::file(c, row.id, row.created_at, &under)?;
    let contact = new.contact.into_row(keyring, row.id)?;
    diesel::insert_into(order_contact::table).values(&contact).execute(c)?;
    if let Some(hash) = new.query_code_hash {
        diesel::insert_into(order_query_code::table)
            .values((order_query_code::code_hash.eq(hash), order_query_code::order_id.eq(row.id)))
            .execute(c)?;
    }
    insert_areas(c, order, &[order.area, order.inbox])?;
    parties::insert(c, order)?;
    record(c, &decision)?;
    write_rings(c, None, order)?;
    timers::replace(c, order.id, order.attempt, &[], &order.timers())?;
    let placed = Placed { id: order.id, number };
    let photos: Vec<i64> = attach.files.iter().map(|(id, _)| *id).collect();
    let attach = Attachments { answer: answer(&placed), ..attach };
    write_attachments(c, &decision, attach)?;
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
    record(c, decision)?;
    write_claims(c, before, after, attach.claim_key.clone())?;
    write_rings(c, Some(before), after)?;
    write_areas(c, before, after)?;
    parties::write(c, before, after)?;
    timers::replace(c, after.id, after.attempt, &before.timers(), &after.timers())?;
    write_attachments(c, decision, attach)
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
fn insert_order(c: &mut Conn, row: &crate::rows::OrderRow) -> StoreResult<i64> {
    let key = super::next_order_key(c)?;
    let row = crate::rows::OrderRow { id: key, ..row.clone() };
    diesel::insert_into(orders::table).values(&row).execute(c)?;
    Ok(key)
}

fn record(c: &mut Conn, decision: &Decision) -> StoreResult<()> {
    let order = &decision.changes;
    // nobody waits for what was done before it was written down: its end alone is told, and to whom it is about
    let done_already = decision.events.iter().any(|recorded| recorded.was_done_already(order.created_at));
    for recorded in &decision.events {
        let row = map::event_row(order.id, recorded)?;
        if !(done_already && recorded.seq == 1) {
            diesel::insert_into(outbox::table)
                .values((
                    outbox::order_id.eq(order.id.0),
                    outbox::version.eq(recorded.seq),
                    outbox::attempt.eq(order.attempt),
                    outbox::kind.eq(row.kind.clone()),
                    outbox::at.eq(row.at),
                ))
                .execute(c)?;
        }
        Cached(diesel::insert_into(order_event::table).values(&row)).execute(c)?;
        if let Event::Released { account, cool_until, .. } = recorded.event {
            diesel::insert_into(cool_down::table)
                .values((
                    cool_down::order_id.eq(order.id.0),
                    cool_down::account_id.eq(account.0),
                    cool_down::until_at.eq(Ts(cool_until)),
                ))
                .on_conflict((cool_down::order_id, cool_down::account_id))
                .do_update()
                .set(cool_down::until_at.eq(excluded(cool_down::until_at)))
                .execute(c)?;
        }
    }
    fault::point(fault::OUTBOX_WRITTEN);
    Ok(())
}

fn write_claims(c: &mut Conn, before: &Order, after: &Order, key: Option<String>) -> StoreResult<()> {
    if before.claims == after.claims {
        return Ok(());
    }
    let live: Vec<i64> = after.claims.iter().map(|k| k.account.0).collect();
    diesel::update(
        claim::table
            .filter(claim::order_id.eq(after.id.0))
            .filter(claim::released_at.is_null())
            .filter(diesel::dsl::not(claim::account_id.eq_any(live))),
    )
    .set((
        claim::released_at.eq(Some(Ts(after.updated_at))),
        claim::released_attempt.eq(Some(before.attempt)),
    ))
    .execute(c)?;
    for new in after.claims.iter().filter(|k| before.claim_of(k.account).is_none()) {
        diesel::insert_into(claim::table)
            .values((
                claim::order_id.eq(after.id.0),
                claim::attempt.eq(new.attempt),
                claim::slot.eq(new.slot),
                claim::account_id.eq(new.account.0),
                claim::key.eq(key.clone()),
                claim::at.eq(Ts(new.at)),
            ))
            .execute(c)?;
    }
    Ok(())
}

fn write_rings(c: &mut Conn, before: Option<&Order>, after: &Order) -> StoreResult<()> {
    // every change of the attempt comes through here, so what is on a list of open offers is of the one before
    if before.is_some_and(|b| b.attempt != after.attempt && !b.rings.is_empty()) {
        let earlier = order_ring::table
            .filter(order_ring::order_id.eq(after.id.0))
            .filter(order_ring::attempt.ne(after.attempt))
            .filter(order_ring::live.eq(true));
        Cached(diesel::update(earlier).set(order_ring::live.eq(false))).execute(c)?;
    }
    let known = before.filter(|b| b.attempt == after.attempt).map_or(&[][..], |b| &b.rings);
    for ring in after.rings.iter().filter(|ring| !known.contains(ring)) {
        offer(c, after, *ring)?;
    }
    Ok(())
}

/// Puts the attempt on a scope's list of open offers. Most scopes are there: that costs one statement.
fn offer(c: &mut Conn, order: &Order, ring: RingScope) -> StoreResult<()> {
    if list(c, order, ring)? == 0 {
        scopes::ensure(c, &[ring.scope])?;
        list(c, order, ring)?;
    }
    Ok(())
}

fn list(c: &mut Conn, order: &Order, ring: RingScope) -> StoreResult<usize> {
    let (kind, ref_id) = ring.scope.parts();
    let there = scope::table.filter(scope::kind.eq(kind).and(scope::ref_id.eq(ref_id))).select((
        order.id.0.into_sql::<BigInt>(),
        order.attempt.into_sql::<Integer>(),
        scope::id,
        ring.ring.into_sql::<Integer>(),
        true.into_sql::<Bool>(),
        false.into_sql::<Bool>(),
    ));
    let listed = there
        .insert_into(order_ring::table)
        .into_columns((
            order_ring::order_id,
            order_ring::attempt,
            order_ring::scope_id,
            order_ring::ring,
            order_ring::live,
            order_ring::told,
        ))
        .on_conflict_do_nothing();
    Ok(Cached(listed).execute(c)?)
}

/// Rows of `order_area` for every ancestor of these areas, whose keys are returned.
fn insert_areas(c: &mut Conn, order: &Order, of: &[AreaId]) -> StoreResult<Vec<i64>> {
    let mut ids = Vec::new();
    for id in of {
        ids.extend(scopes::path_ids(&areas::path(c, *id)?));
    }
    ids.sort_unstable();
    ids.dedup();
    let (bucket, due, next_due, asked) = map::listed(order);
    for id in &ids {
        diesel::insert_into(order_area::table)
            .values((
                order_area::order_id.eq(order.id.0),
                order_area::area_id.eq(id),
                order_area::bucket.eq(bucket),
                order_area::open.eq(order.status.is_open()),
                order_area::created_at.eq(Ts(order.created_at)),
                order_area::due_at.eq(due),
                order_area::next_due_at.eq(next_due),
                order_area::asked.eq(asked),
            ))
            .on_conflict_do_nothing()
            .execute(c)?;
    }
    Ok(ids)
}

fn write_areas(c: &mut Conn, before: &Order, after: &Order) -> StoreResult<()> {
    if (before.area, before.inbox) != (after.area, after.inbox) {
        let now = insert_areas(c, after, &[after.area, after.inbox])?;
        past::leave_areas(c, after, &now)?;
    }
    if before.service_item != after.service_item {
        lists::terms::file(c, after.id.0, Ts(after.created_at), &[terms::item(after.service_item.0)])?;
    }
    if map::listed(before) != map::listed(after) {
        let (bucket, due, next_due, asked) = map::listed(after);
        let update = diesel::update(order_area::table.filter(order_area::order_id.eq(after.id.0))).set((
            order_area::bucket.eq(bucket),
            order_area::open.eq(after.status.is_open()),
            order_area::due_at.eq(due),
            order_area::next_due_at.eq(next_due),
            order_area::asked.eq(asked),
        ));
        Cached(update).execute(c)?;
    }
    Ok(())
}

fn write_attachments(c: &mut Conn, decision: &Decision, attach: Attachments) -> StoreResult<()> {
    let order = decision.changes.id.0;
    let first =
        decision.events.first().ok_or_else(|| StoreError::Internal("a decision without events".into()))?;
    // what was reported goes with the report, everything else with what was done
    let speaking = decision.speaking().unwrap_or(first);
    if let Some(note) = attach.note {
        let row = NoteRow {
            order_id: order,
            seq: speaking.seq,
            author_id: note.author,
            text: note.text,
            visible_to_resident: note.visible_to_resident,
            at: Ts(first.at),
        };
        diesel::insert_into(order_note::table).values(&row).execute(c)?;
    }
    // in the order in which the sweep looks at them: neither waits for the other in a circle
    let mut files = attach.files;
    files.sort_unstable();
    for (file_id, purpose) in files {
        let seq = if purpose == "report" { first.seq } else { speaking.seq };
        let row = OrderFileRow { file_id, order_id: order, seq, purpose: purpose.into() };
        let taken = diesel::insert_into(order_file::table).values(&row).execute(c);
        taken.map_err(|e| StoreError::unless_gone(e, "a photo"))?;
    }
    attach.answer.map_or(Ok(()), |answer| store_answer(c, answer, Ts(first.at)))
}

/// Stores an answer for retries of its key.
///
/// # Errors
/// `Taken` when the key was used.
pub fn store_answer(c: &mut Conn, answer: NewAnswer, at: Ts) -> StoreResult<()> {
    diesel::insert_into(idempotency::table)
        .values((
            idempotency::account_id.eq(answer.account),
            idempotency::route.eq(answer.route),
            idempotency::key.eq(answer.key),
            idempotency::body_hash.eq(answer.body_hash),
            idempotency::status.eq(answer.status),
            idempotency::response.eq(Json(answer.response)),
            idempotency::created_at.eq(at),
        ))
        .execute(c)?;
    Ok(())
}

/// Whether an order with this external number came in by this channel already.
///
/// # Errors
/// Those of the connection.
pub fn external_taken(c: &mut Conn, channel: Channel, number: &str) -> StoreResult<Option<OrderId>> {
    Ok(orders::table
        .filter(orders::channel.eq(channel.as_str()))
        .filter(orders::external_number.eq(number))
        .select(orders::id)
        .first(c)
        .optional()?
        .map(OrderId))
}
