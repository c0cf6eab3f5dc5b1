//! Sessions: one a log-in. The counter is the refresh token in force; the one before it may be retried until this
//! one was used (MINIPROGRAM.md).

use super::{CHUNK, Conn};
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::identity::schema::session;
use crate::identity::values::Rotation;
use crate::people::schema::account;
use diesel::prelude::*;
use domain::{AccountId, At, SessionId};

/// Opens a session and returns its key.
pub fn open(c: &mut Conn, who: AccountId, now: At, until: At) -> StoreResult<SessionId> {
    let id = diesel::insert_into(session::table)
        .values((
            session::account_id.eq(who.0),
            session::counter.eq(0),
            session::created_at.eq(Ts(now)),
            session::expires_at.eq(Ts(until)),
        ))
        .returning(session::id)
        .get_result(c)?;
    Ok(SessionId(id))
}

/// Uses the refresh token with this counter. The first of parallel uses raises the counter, in one conditional
/// UPDATE; the others find it raised and get the same successor.
pub fn rotate(c: &mut Conn, id: SessionId, used: i32, now: At, until: At) -> StoreResult<Rotation> {
    let enabled = account::table.filter(account::disabled_at.is_null()).select(account::id);
    let raised: Option<(i64, i32)> = diesel::update(
        session::table
            .filter(session::id.eq(id.0).and(session::counter.eq(used)))
            .filter(session::revoked_at.is_null().and(session::expires_at.gt(Ts(now))))
            .filter(session::account_id.eq_any(enabled)),
    )
    .set((session::counter.eq(session::counter + 1), session::expires_at.eq(Ts(until))))
    .returning((session::account_id, session::counter))
    .get_result(c)
    .optional()?;
    if let Some((account, counter)) = raised {
        return Ok(Rotation::Successor { account: AccountId(account), counter });
    }
    let alive: Option<(i64, i32)> = session::table
        .inner_join(account::table.on(account::id.eq(session::account_id)))
        .filter(session::id.eq(id.0).and(session::revoked_at.is_null()))
        .filter(session::expires_at.gt(Ts(now)).and(account::disabled_at.is_null()))
        .select((session::account_id, session::counter))
        .first(c)
        .optional()?;
    match alive {
        Some((account, counter)) if counter.checked_sub(1) == Some(used) => {
            Ok(Rotation::Successor { account: AccountId(account), counter })
        }
        Some((_, counter)) if used < counter => {
            revoke(c, id, now)?;
            Ok(Rotation::Stolen)
        }
        _ => Ok(Rotation::Over),
    }
}

/// Ends a session.
pub fn revoke(c: &mut Conn, id: SessionId, now: At) -> StoreResult<()> {
    diesel::update(session::table.filter(session::id.eq(id.0)).filter(session::revoked_at.is_null()))
        .set(session::revoked_at.eq(Some(Ts(now))))
        .execute(c)?;
    Ok(())
}

/// Ends every session of an account but one.
pub fn revoke_all(c: &mut Conn, who: AccountId, but: Option<SessionId>, now: At) -> StoreResult<()> {
    diesel::update(
        session::table
            .filter(session::account_id.eq(who.0).and(session::id.ne(but.map_or(0, |session| session.0))))
            .filter(session::revoked_at.is_null()),
    )
    .set(session::revoked_at.eq(Some(Ts(now))))
    .execute(c)?;
    Ok(())
}

/// Of these sessions, those that are over.
pub fn sessions_over(c: &mut Conn, known: &[SessionId], now: At) -> StoreResult<Vec<SessionId>> {
    let mut over = Vec::new();
    for chunk in known.chunks(CHUNK) {
        let alive: Vec<i64> = session::table
            .filter(session::id.eq_any(SessionId::keys(chunk)))
            .filter(session::revoked_at.is_null().and(session::expires_at.gt(Ts(now))))
            .select(session::id)
            .load(c)?;
        over.extend(chunk.iter().filter(|id| !alive.contains(&id.0)));
    }
    Ok(over)
}
