//! Photos: the rows; the bytes lie in the data folder, by their hash.
//!
//! A photo that no order took within a day goes (`sweep`). Photos are looked at in the order of their keys, each once: what
//! an order took stays with it. Its content may be that of another row, or of one that is being written: so it is only noted
//! as loose here, and removed a day later by whoever finds that no row names it (`is_named`). Keys: file_loose(sha256),
//! upload_day(account_id, day).

use super::engine::meta;
use super::{Conn, FOR_UPDATE, try_lock_broom};
use crate::engine::error::StoreResult;
use crate::engine::schema::idempotency;
use crate::engine::sql::Instant;
use crate::engine::sql::types::{Json, Ts};
use crate::engine::swept::Swept;
use crate::files::rows::FileRow;
use crate::files::schema::{file, file_loose, upload_day};
use crate::files::values::{LOOKED_AT, NewFile, Room};
use crate::order::schema::order_file;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::{AccountId, At, FileId, OrderId};
use std::collections::BTreeSet;

/// Photos that one transaction looks at.
const BATCH: usize = 500;
const MIB: i32 = 1024 * 1024;

/// Inserts a photo and returns its key.
pub fn insert(c: &mut Conn, new: &NewFile, now: At) -> StoreResult<FileId> {
    let id = diesel::insert_into(file::table)
        .values((
            file::owner_id.eq(Some(new.owner.0)),
            file::mime.eq(&new.mime),
            file::size.eq(new.size),
            file::width.eq(new.width),
            file::height.eq(new.height),
            file::sha256.eq(&new.sha256),
            file::created_at.eq(Ts(now)),
        ))
        .returning(file::id)
        .get_result(c)?;
    Ok(FileId(id))
}

/// A photo and the order it goes with, if any.
///
/// # Errors
/// `NotFound`.
pub fn find(c: &mut Conn, id: FileId) -> StoreResult<(FileRow, Option<OrderId>)> {
    let row: FileRow = file::table.find(id.0).select(FileRow::as_select()).first(c)?;
    let order: Option<i64> = order_file::table.find(id.0).select(order_file::order_id).first(c).optional()?;
    Ok((row, order.map(OrderId)))
}

/// Those of `ids` that this person uploaded and that go with no order yet.
pub fn usable(c: &mut Conn, owner: AccountId, ids: &[FileId]) -> StoreResult<Vec<FileId>> {
    let usable: Vec<i64> = file::table
        .left_join(order_file::table.on(order_file::file_id.eq(file::id)))
        .filter(file::owner_id.eq(owner.0))
        .filter(file::id.eq_any(FileId::keys(ids)))
        .filter(order_file::file_id.nullable().is_null())
        .select(file::id)
        .load(c)?;
    Ok(usable.into_iter().map(FileId).collect())
}

/// Forgets who uploaded these photos, which now go with an order that nobody's name is on: the owners, the answers that were
/// kept of the uploads, and the same pictures uploaded once more and used for nothing, whose prints would tell.
pub fn disown(c: &mut Conn, photos: &[FileId]) -> StoreResult<()> {
    let ids = FileId::keys(photos);
    let owned: Vec<(Option<i64>, String)> =
        file::table.filter(file::id.eq_any(&ids)).select((file::owner_id, file::sha256)).load(c)?;
    let (owners, prints): (Vec<Option<i64>>, Vec<String>) = owned.into_iter().unzip();
    let owners: Vec<i64> = owners.into_iter().flatten().collect();
    if owners.is_empty() {
        return Ok(());
    }
    let unused: Vec<i64> = file::table
        .left_join(order_file::table.on(order_file::file_id.eq(file::id)))
        .filter(file::owner_id.eq_any(&owners).and(file::sha256.eq_any(prints)))
        .filter(order_file::file_id.nullable().is_null())
        .select(file::id)
        .load(c)?;
    diesel::update(file::table.filter(file::id.eq_any(&ids)))
        .set(file::owner_id.eq(None::<i64>))
        .execute(c)?;
    diesel::delete(file::table.filter(file::id.eq_any(&unused))).execute(c)?;
    let told: BTreeSet<String> = ids.iter().chain(&unused).map(ToString::to_string).collect();
    let answers: Vec<(i64, String, String, Json<serde_json::Value>)> = idempotency::table
        .filter(idempotency::account_id.eq_any(&owners).and(idempotency::route.like("POST %/files")))
        .select((idempotency::account_id, idempotency::route, idempotency::key, idempotency::response))
        .load(c)?;
    for (account, route, key, Json(response)) in answers {
        if response.get("fileId").and_then(|id| id.as_str()).is_some_and(|id| told.contains(id)) {
            diesel::delete(idempotency::table.find((account, route, key))).execute(c)?;
        }
    }
    recount(c, &owners)
}

/// Counts what these people uploaded on their last day by the photos that are still theirs: a count that says more than these
/// do would tell that an order took the others.
fn recount(c: &mut Conn, owners: &[i64]) -> StoreResult<()> {
    for owner in owners {
        let day = upload_day::table.filter(upload_day::account_id.eq(owner));
        let Some(Ts(day)) = day.select(upload_day::day).order(upload_day::day.desc()).first(c).optional()?
        else {
            continue;
        };
        let theirs = file::table.filter(file::owner_id.eq(owner).and(file::created_at.ge(Ts(day))));
        let sizes: Vec<i32> = theirs.select(file::size).load(c)?;
        let row = upload_day::table.find((*owner, Ts(day)));
        match sizes.into_iter().map(whole_mib).sum() {
            0 => diesel::delete(row).execute(c)?,
            mib => diesel::update(row).set(upload_day::mib.eq(mib)).execute(c)?,
        };
    }
    Ok(())
}

/// A photo counts as whole MiB.
const fn whole_mib(bytes: i32) -> i32 {
    bytes / MIB + if bytes % MIB > 0 { 1 } else { 0 }
}

/// How many MiB a person has uploaded on this day.
pub fn uploaded(c: &mut Conn, account: AccountId, day: At) -> StoreResult<i32> {
    let mib = upload_day::table.find((account.0, Ts(day))).select(upload_day::mib).first(c).optional()?;
    Ok(mib.unwrap_or(0))
}

/// Takes room of a person's day; false when there is not so much. One statement: two that come at once do not pass the
/// bound together.
pub fn take_room(c: &mut Conn, account: AccountId, room: &Room) -> StoreResult<bool> {
    use diesel::query_dsl::methods::FilterDsl;

    if room.mib > room.most {
        return Ok(false);
    }
    let taken = diesel::insert_into(upload_day::table)
        .values((
            upload_day::day.eq(Ts(room.day)),
            upload_day::account_id.eq(account.0),
            upload_day::mib.eq(room.mib),
        ))
        .on_conflict((upload_day::account_id, upload_day::day))
        .do_update()
        .set(upload_day::mib.eq(upload_day::mib + room.mib))
        .filter(upload_day::mib.le(room.most - room.mib))
        .execute(c)?;
    Ok(taken > 0)
}

/// Notes that this content may have no row.
pub fn note_loose(c: &mut Conn, sha256: &str, now: At) -> StoreResult<()> {
    diesel::insert_into(file_loose::table)
        .values((file_loose::sha256.eq(sha256), file_loose::since.eq(Ts(now))))
        .on_conflict(file_loose::sha256)
        .do_update()
        .set(file_loose::since.eq(Ts(now)))
        .execute(c)?;
    Ok(())
}

/// Contents that were noted before, the oldest first, at most 500.
pub fn loose(c: &mut Conn, before: At) -> StoreResult<Vec<String>> {
    Ok(file_loose::table
        .filter(file_loose::since.lt(Ts(before)))
        .order(file_loose::since)
        .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
        .select(file_loose::sha256)
        .load(c)?)
}

/// Whether a photo has this content.
pub fn is_named(c: &mut Conn, sha256: &str) -> StoreResult<bool> {
    Ok(diesel::select(diesel::dsl::exists(file::table.filter(file::sha256.eq(sha256)))).get_result(c)?)
}

/// Forgets that this content was noted, unless it was again.
pub fn settled(c: &mut Conn, sha256: &str, before: At) -> StoreResult<()> {
    diesel::delete(file_loose::table.find(sha256).filter(file_loose::since.lt(Ts(before)))).execute(c)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Old {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    sha256: String,
    #[diesel(sql_type = Instant)]
    created_at: Ts,
}

/// Removes the next photos that were uploaded before and that no order took. One replica sweeps at a time.
///
/// An order that takes one at this moment holds its row: either it is waited for and the photo stays, or the photo is gone
/// before and the order is not placed with it. The second statement looks when the first one holds the rows.
pub fn sweep(c: &mut Conn, before: At, now: At) -> StoreResult<Swept> {
    if !try_lock_broom(c)? {
        return Ok(Swept::default());
    }
    let last: i64 = meta::get(c, LOOKED_AT)?.and_then(|id| id.parse().ok()).unwrap_or(0);
    let next = format!(
        "SELECT id, sha256, created_at FROM file WHERE id > $1 ORDER BY id LIMIT {BATCH} {FOR_UPDATE}"
    );
    let found: Vec<Old> = diesel::sql_query(next).bind::<BigInt, _>(last).load(c)?;
    let old: Vec<&Old> = found.iter().take_while(|one| one.created_at.0 < before).collect();
    let Some(looked_at) = old.last().map(|one| one.id) else { return Ok(Swept::default()) };
    let taken = order_file::table.filter(order_file::file_id.eq(file::id));
    let gone = file::table
        .filter(file::id.gt(last).and(file::id.le(looked_at)))
        .filter(diesel::dsl::not(diesel::dsl::exists(taken)));
    let gone: Vec<i64> = diesel::delete(gone).returning(file::id).get_results(c)?;
    for one in old.iter().filter(|one| gone.contains(&one.id)) {
        note_loose(c, &one.sha256, now)?;
    }
    // SQLite gives the keys past the highest one anew: what comes there is looked at, too
    let highest: Option<i64> = file::table.select(diesel::dsl::max(file::id)).first(c)?;
    meta::put(c, LOOKED_AT, &looked_at.min(highest.unwrap_or(0)).to_string())?;
    Ok(Swept { rows: gone.len(), more: old.len() == BATCH })
}
