//! The catalogue of service items.

use super::Conn;
use super::engine::apart;
use crate::catalogue::rows::ServiceItemRow;
use crate::catalogue::schema::service_item;
use crate::catalogue::values::ItemEdit;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::sql::types::{Json, Ts};
use diesel::prelude::*;
use domain::catalogue::ServiceGroup;
use domain::words::labelled::Labelled;
use domain::{At, ServiceItemId};

/// Items read at once to see whether they can be.
const READ: i64 = 500;

/// An item.
///
/// # Errors
/// `NotFound`.
pub fn find(c: &mut Conn, id: ServiceItemId) -> StoreResult<ServiceItemRow> {
    Ok(service_item::table.find(id.0).select(ServiceItemRow::as_select()).first(c)?)
}

/// The items of a group and board, in the order of their lists. There are tens of them, not thousands. What cannot be
/// read is left out.
pub fn list(
    c: &mut Conn,
    group: Option<&str>,
    board: Option<&str>,
    inactive_too: bool,
) -> StoreResult<Vec<ServiceItemRow>> {
    /// Those that are asked for, in order.
    macro_rules! wanted {
        ($columns:expr) => {{
            let mut query = service_item::table
                .select($columns)
                .order((service_item::sort, service_item::code))
                .into_boxed();
            if let Some(group) = group {
                query = query.filter(service_item::service_group.eq(group.to_owned()));
            }
            if let Some(board) = board {
                query = query.filter(service_item::board.eq(board.to_owned()));
            }
            if !inactive_too {
                query = query.filter(service_item::active.eq(true));
            }
            query
        }};
    }
    match wanted!(ServiceItemRow::as_select()).load(c).map_err(StoreError::from) {
        Err(StoreError::Unreadable(_)) => {}
        read => return read,
    }
    let keys: Vec<i64> = wanted!(service_item::id).load(c)?;
    apart::readable(c, "service item", &keys, |c, keys| {
        let of_keys = service_item::table.filter(service_item::id.eq_any(keys.to_vec()));
        let in_order = of_keys.order((service_item::sort, service_item::code));
        Ok(in_order.select(ServiceItemRow::as_select()).load(c)?)
    })
}

/// Items of which this binary cannot read a word or document: key and why.
pub fn unreadable(c: &mut Conn, lost: &mut impl FnMut(i64, String)) -> StoreResult<()> {
    let mut after = 0;
    loop {
        let next = service_item::table.filter(service_item::id.gt(after)).order(service_item::id);
        let keys: Vec<i64> = next.limit(READ).select(service_item::id).load(c)?;
        let Some(last) = keys.last() else { return Ok(()) };
        after = *last;
        let mut of = |c: &mut Conn, keys: &[i64]| {
            let of_keys = service_item::table.filter(service_item::id.eq_any(keys.to_vec()));
            Ok(of_keys.order(service_item::id).select(ServiceItemRow::as_select()).load(c)?)
        };
        for row in apart::each(c, &keys, &mut of, lost)? {
            if ServiceGroup::parse(&row.service_group).is_none() {
                lost(row.id, format!("the group {:?}", row.service_group));
            }
        }
    }
}

/// Adds an item and returns its key.
///
/// # Errors
/// `Taken` when the code is taken.
pub fn insert(c: &mut Conn, new: ItemEdit, now: At) -> StoreResult<ServiceItemId> {
    let id = diesel::insert_into(service_item::table)
        .values((
            service_item::code.eq(new.code),
            service_item::name.eq(new.name),
            service_item::service_group.eq(new.group.as_str()),
            service_item::board.eq(new.board),
            service_item::description.eq(new.description),
            service_item::rules.eq(Json(new.rules)),
            service_item::takes_minutes.eq(new.takes_minutes),
            service_item::sort.eq(new.sort),
            service_item::active.eq(new.active),
            service_item::created_at.eq(Ts(now)),
            service_item::updated_at.eq(Ts(now)),
        ))
        .returning(service_item::id)
        .get_result(c)?;
    Ok(ServiceItemId(id))
}

/// Changes an item. Orders that run keep the limits they were given.
///
/// # Errors
/// `NotFound`; `Taken` when the code is taken.
pub fn update(c: &mut Conn, id: ServiceItemId, edit: ItemEdit, now: At) -> StoreResult<()> {
    let changed = diesel::update(service_item::table.find(id.0))
        .set((
            service_item::code.eq(edit.code),
            service_item::name.eq(edit.name),
            service_item::service_group.eq(edit.group.as_str()),
            service_item::board.eq(edit.board),
            service_item::description.eq(edit.description),
            service_item::rules.eq(Json(edit.rules)),
            service_item::takes_minutes.eq(edit.takes_minutes),
            service_item::sort.eq(edit.sort),
            service_item::active.eq(edit.active),
            service_item::updated_at.eq(Ts(now)),
        ))
        .execute(c)?;
    if changed == 0 { Err(crate::engine::error::StoreError::NotFound) } else { Ok(()) }
}
