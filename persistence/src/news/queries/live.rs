//! What live clients need: where they belong, what their scopes were told, how far they have read.

use super::{CHUNK, Conn};
use crate::engine::error::StoreResult;
use crate::engine::sql::Instant;
use crate::engine::sql::types::Ts;
use crate::news::queue::Entry;
use crate::news::rows::NotificationRow;
use crate::news::schema::{notification, presence, scope, scope_member};
use crate::news::values::{Duty, Membership};
use diesel::prelude::*;
use diesel::sql_query;
use domain::{AccountId, At, ScopeId};
use std::collections::HashMap;

/// The scopes of these people with their heads, ascending.
pub fn memberships(c: &mut Conn, accounts: &[AccountId]) -> StoreResult<HashMap<AccountId, Vec<Membership>>> {
    let mut found: HashMap<AccountId, Vec<Membership>> = HashMap::new();
    for chunk in accounts.chunks(CHUNK) {
        let mut rows: Vec<(i64, i64, String, i64, i64)> = scope_member::table
            .inner_join(scope::table.on(scope::id.eq(scope_member::scope_id)))
            .filter(scope_member::account_id.eq_any(AccountId::keys(chunk)))
            .select((scope_member::account_id, scope::id, scope::kind, scope::ref_id, scope::seq))
            .load(c)?;
        rows.sort_unstable();
        for (account, scope, kind, of, head) in rows {
            found.entry(AccountId(account)).or_default().push(Membership {
                scope: ScopeId(scope),
                kind,
                of,
                head,
            });
        }
    }
    Ok(found)
}

/// Whether each of these people is still a member of exactly these scopes: who is not, is returned.
pub fn moved(c: &mut Conn, known: &[(AccountId, Vec<ScopeId>)]) -> StoreResult<Vec<AccountId>> {
    let mut moved = Vec::new();
    for chunk in known.chunks(CHUNK) {
        let accounts: Vec<i64> = chunk.iter().map(|k| k.0.0).collect();
        let mut rows: Vec<(i64, i64)> = scope_member::table
            .filter(scope_member::account_id.eq_any(accounts))
            .select((scope_member::account_id, scope_member::scope_id))
            .load(c)?;
        rows.sort_unstable();
        for (account, scopes) in chunk {
            let now = rows.iter().filter(|r| r.0 == account.0).map(|r| ScopeId(r.1));
            if !now.eq(scopes.iter().copied()) {
                moved.push(*account);
            }
        }
    }
    Ok(moved)
}

/// What a scope was told after a number, oldest first.
pub fn entries_after(c: &mut Conn, scope: ScopeId, after: i64, limit: i64) -> StoreResult<Vec<Entry>> {
    let rows: Vec<NotificationRow> = notification::table
        .filter(notification::scope_id.eq(scope.0))
        .filter(notification::seq.gt(after))
        .order(notification::seq)
        .limit(limit)
        .select(NotificationRow::as_select())
        .load(c)?;
    Ok(rows.into_iter().map(NotificationRow::into_entry).collect())
}

/// Heads of the scopes that were told something since an instant.
pub fn heads_since(c: &mut Conn, since: At) -> StoreResult<Vec<(ScopeId, i64)>> {
    let some = scope::table.filter(scope::seq_at.ge(Ts(since))).select((scope::id, scope::seq));
    Ok(some.load(c)?.into_iter().map(|(id, head)| (ScopeId(id), head)).collect())
}

/// Heads of these scopes.
pub fn heads(c: &mut Conn, ids: &[ScopeId]) -> StoreResult<Vec<(ScopeId, i64)>> {
    let mut heads = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let some =
            scope::table.filter(scope::id.eq_any(ScopeId::keys(chunk))).select((scope::id, scope::seq));
        heads.extend(some.load(c)?.into_iter().map(|(id, head)| (ScopeId(id), head)));
    }
    Ok(heads)
}

/// Remembers how far people have read: account, scope, number. Never back.
pub fn acknowledge(c: &mut Conn, acked: &[(AccountId, ScopeId, i64)], now: At) -> StoreResult<()> {
    for chunk in acked.chunks(CHUNK) {
        let rows: Vec<String> = chunk.iter().map(|(a, s, q)| format!("({a}, {s}, {q}, $1)")).collect();
        sql_query(format!(
            "INSERT INTO receipt (account_id, scope_id, acked, at) VALUES {} ON CONFLICT (account_id, scope_id) \
             DO UPDATE SET acked = excluded.acked, at = excluded.at WHERE excluded.acked > receipt.acked",
            rows.join(", ")
        ))
        .bind::<Instant, _>(Ts(now))
        .execute(c)?;
    }
    Ok(())
}

/// Remembers that these people were there.
pub fn seen(c: &mut Conn, accounts: &[AccountId], now: At) -> StoreResult<()> {
    for chunk in accounts.chunks(CHUNK) {
        let rows: Vec<String> = chunk.iter().map(|a| format!("({a}, TRUE, $1)")).collect();
        sql_query(format!(
            "INSERT INTO presence (account_id, on_duty, seen_at) VALUES {} ON CONFLICT (account_id) \
             DO UPDATE SET seen_at = excluded.seen_at",
            rows.join(", ")
        ))
        .bind::<Instant, _>(Ts(now))
        .execute(c)?;
    }
    Ok(())
}

/// Whether these people are on duty, and since when that was said; nothing of whoever never said anything.
pub fn duties(c: &mut Conn, accounts: &[AccountId]) -> StoreResult<HashMap<AccountId, Option<Duty>>> {
    let mut found = HashMap::new();
    for chunk in accounts.chunks(CHUNK) {
        let rows: Vec<(i64, bool, Option<Ts>)> = presence::table
            .filter(presence::account_id.eq_any(AccountId::keys(chunk)))
            .select((presence::account_id, presence::on_duty, presence::duty_at))
            .load(c)?;
        found.extend(rows.into_iter().map(|(who, on, at)| (AccountId(who), Some((on, at.map(|t| t.0))))));
    }
    Ok(found)
}

/// Sets whether a person is on duty.
pub fn set_duty(c: &mut Conn, who: AccountId, on: bool, now: At) -> StoreResult<()> {
    diesel::insert_into(presence::table)
        .values((
            presence::account_id.eq(who.0),
            presence::on_duty.eq(on),
            presence::duty_at.eq(Some(Ts(now))),
        ))
        .on_conflict(presence::account_id)
        .do_update()
        .set((presence::on_duty.eq(on), presence::duty_at.eq(Some(Ts(now)))))
        .execute(c)?;
    Ok(())
}
