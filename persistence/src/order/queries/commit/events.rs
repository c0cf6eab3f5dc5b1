//! What happened to an order: its events, what waits to be told of them, and who may not claim it again for a while.

use super::super::Conn;
use crate::engine::error::StoreResult;
use crate::engine::fault;
use crate::engine::sql::cached::Cached;
use crate::engine::sql::types::Ts;
use crate::news::schema::outbox;
use crate::order::map;
use crate::order::schema::{cool_down, order_event};
use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::order::{Decision, Event};

pub fn record(c: &mut Conn, decision: &Decision) -> StoreResult<()> {
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
