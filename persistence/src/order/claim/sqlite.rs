//! The claim on SQLite: a few cached statements in the single writer's batch. Nothing runs beside it, so plain
//! reads arbitrate; the unique indexes stand guard all the same.

use super::db::Conn;
use super::q;
use crate::engine::clock::Clock;
use crate::engine::error::StoreResult;
use crate::engine::sql::cached::Cached;
use crate::engine::sql::types::{Json, Ts};
use crate::news::schema::outbox;
use crate::order::claims::{ClaimAsk, Win};
use crate::order::map;
use crate::order::schema::{claim as claims, order_area, order_event, orders, timer};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::catalogue::Limit;
use domain::order::{Clock as Running, Clocks, Status};
use domain::words::labelled::Labelled;
use domain::{At, OrderId};
use serde::Deserialize;

type Row = (i32, i32, i32, Option<i64>, Option<i64>, Json<Clocks>, Ts);

/// When one of several claimants made contact, as long as that one is there. A case that cannot be read says nothing: it is in
/// nobody's way who claims.
fn contacted_at(c: &mut Conn, order: OrderId) -> StoreResult<Option<At>> {
    let case: String = orders::table.find(order.0).select(sql::<Text>("case_file")).first(c)?;
    Ok(serde_json::from_str::<Contacted>(&case).ok().and_then(|case| case.at()))
}

/// Of an order's case, when one of its claimants made contact, if that counts.
#[derive(Debug, Deserialize)]
struct Contacted {
    #[serde(default)]
    contacted_at: Option<At>,
    #[serde(default)]
    contacted_by: Option<i64>,
}

impl Contacted {
    fn at(&self) -> Option<At> {
        self.contacted_at.filter(|_| self.contacted_by.is_some())
    }
}

/// Tries to claim. `None`: it did not win; read why.
///
/// # Errors
/// `Taken` when a unique index said no.
pub fn claim(c: &mut Conn, clock: &Clock, ask: &ClaimAsk) -> StoreResult<Option<Win>> {
    let found: Option<Row> = orders::table
        .filter(orders::id.eq(ask.order.0))
        .filter(orders::status.eq(ask.from.as_str()))
        .filter(orders::attempt.eq(ask.attempt))
        .filter(orders::suspended_until.is_null())
        .filter(q::order::candidates::is_not_own(ask.account))
        .select((
            orders::version,
            orders::slots,
            orders::filled,
            orders::contact_limit_ms,
            orders::lead_id,
            orders::clocks,
            orders::updated_at,
        ))
        .first(c)
        .optional()?;
    let Some((version, slots, filled, contact_ms, lead, mut clocks, updated)) = found else {
        return Ok(None);
    };
    let at = clock.now().max(updated.0);
    if filled >= slots
        || !q::order::candidates::is_one(c, ask.order, ask.attempt, ask.account)?
        || ask.cools_down()
            && q::order::orders::cooling_until(c, ask.order, ask.account)?.is_some_and(|until| until > at)
    {
        return Ok(None);
    }
    let slot = if filled == 0 { 1 } else { free_slot(c, ask, slots)? };
    let full = filled + 1 >= slots;
    let contacted = if full && slots > 1 { contacted_at(c, ask.order)? } else { None };
    if full {
        if let Some(running) = clocks.0.claim.as_mut() {
            running.stop(at);
        }
        let started = Running::start(contacted.unwrap_or(at), None::<Limit>);
        clocks.0.contact = Some(Running { limit_ms: contact_ms, stopped_at: contacted, ..started });
    }
    let under_way = contacted.is_some();
    let win = Win { version: version + 1, slot, at, full, held: true };
    Cached(
        diesel::update(orders::table.filter(orders::id.eq(ask.order.0)).filter(orders::version.eq(version)))
            .set((
                orders::status.eq(match (full, under_way) {
                    (true, true) => Status::InProgress,
                    (true, false) => Status::Claimed,
                    (false, _) => ask.from,
                }
                .as_str()),
                orders::filled.eq(filled + 1),
                orders::lead_id.eq(if slot == 1 { Some(ask.account.0) } else { lead }),
                orders::version.eq(win.version),
                orders::clocks.eq(&clocks),
                orders::updated_at.eq(Ts(at)),
            )),
    )
    .execute(c)?;
    write(c, ask, &win, contact_ms.filter(|_| !under_way))?;
    if under_way {
        let lists = order_area::table.filter(order_area::order_id.eq(ask.order.0));
        diesel::update(lists).set(order_area::bucket.eq(map::bucket(Status::InProgress))).execute(c)?;
    }
    Ok(Some(win))
}

fn free_slot(c: &mut Conn, ask: &ClaimAsk, slots: i32) -> StoreResult<i32> {
    let taken = q::order::orders::live_claims(c, ask.order)?;
    let free = (1..=slots).find(|n| !taken.iter().any(|k| k.slot == *n));
    free.ok_or_else(|| crate::StoreError::Conflict("no free slot".into()))
}

fn write(c: &mut Conn, ask: &ClaimAsk, win: &Win, contact_ms: Option<i64>) -> StoreResult<()> {
    diesel::insert_into(claims::table)
        .values((
            claims::order_id.eq(ask.order.0),
            claims::attempt.eq(ask.attempt),
            claims::slot.eq(win.slot),
            claims::account_id.eq(ask.account.0),
            claims::key.eq(ask.key.as_deref()),
            claims::at.eq(Ts(win.at)),
        ))
        .execute(c)?;
    let data = serde_json::json!({
        "attempt": ask.attempt, "slot": win.slot, "account": ask.account.0, "full": win.full,
    });
    diesel::insert_into(order_event::table)
        .values((
            order_event::order_id.eq(ask.order.0),
            order_event::seq.eq(win.version),
            order_event::kind.eq(ask.event_kind()),
            order_event::actor_id.eq(Some(ask.account.0)),
            order_event::at.eq(Ts(win.at)),
            order_event::data.eq(Json(data)),
        ))
        .execute(c)?;
    diesel::insert_into(outbox::table)
        .values((
            outbox::order_id.eq(ask.order.0),
            outbox::version.eq(win.version),
            outbox::attempt.eq(ask.attempt),
            outbox::kind.eq(ask.event_kind()),
            outbox::at.eq(Ts(win.at)),
        ))
        .execute(c)?;
    if win.full {
        let over = if ask.from == Status::Assigned { "acknowledge" } else { "escalation" };
        Cached(diesel::delete(timer::table.find((ask.order.0, over)))).execute(c)?;
    }
    match contact_ms {
        Some(ms) if win.full => no_contact_timer(c, ask, win, ms),
        _ => Ok(()),
    }
}

fn no_contact_timer(c: &mut Conn, ask: &ClaimAsk, win: &Win, contact_ms: i64) -> StoreResult<()> {
    let due = Ts(win.at + chrono::TimeDelta::milliseconds(contact_ms));
    Cached(
        diesel::insert_into(timer::table)
            .values((
                timer::order_id.eq(ask.order.0),
                timer::kind.eq("no_contact"),
                timer::attempt.eq(ask.attempt),
                timer::step.eq(0),
                timer::due_at.eq(due),
            ))
            .on_conflict((timer::order_id, timer::kind))
            .do_update()
            .set((timer::attempt.eq(ask.attempt), timer::due_at.eq(due), timer::leased_until.eq(None::<Ts>))),
    )
    .execute(c)?;
    Ok(())
}
