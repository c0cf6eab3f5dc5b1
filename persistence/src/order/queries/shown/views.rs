//! Reading an order whole: texts, masked contact, history, notes, photos, and the names that stand in them.

use super::super::engine::seals::Opener;
use super::super::organisation::areas;
use super::super::{Conn, orders as order_queries};
use super::around;
use crate::catalogue::schema::service_item;
use crate::engine::error::StoreResult;
use crate::engine::seal::{Column, Keyring, SealError};
use crate::engine::sql::types::Ts;
use crate::order::contact::{Contact, Named};
use crate::order::rows::{ContactRow, NoteRow, OrderFileRow, TextRow};
use crate::order::schema::{
    contact_read, order_contact, order_file, order_note, order_query_code, order_read, order_text,
};
use crate::order::sealed::{
    BENEFICIARY_NAME, BENEFICIARY_PHONE, BENEFICIARY_RELATION, CONTACT_ADDRESS, CONTACT_NAME, CONTACT_PHONE,
};
use crate::order::values::{DetailRead, Names};
use crate::organisation::rows::AreaRow;
use crate::organisation::schema::{team, unit};
use crate::people::schema::account;
use diesel::prelude::*;
use diesel::upsert::excluded;
use domain::order::{Order, Recorded};
use domain::organisation::Assignee;
use domain::{AccountId, At, OrderId};
use std::collections::BTreeMap;

/// Everything a view of this order shows: nothing that came after its version, which may be one that it had.
///
/// # Errors
/// `NotFound`.
pub fn detail(c: &mut Conn, order: &Order, reader: Option<AccountId>) -> StoreResult<DetailRead> {
    let id = order.id.0;
    let text: TextRow = order_text::table.find(id).select(TextRow::as_select()).first(c)?;
    let contact: ContactRow = order_contact::table.find(id).select(ContactRow::as_select()).first(c)?;
    let mut history = order_queries::history(c, order.id)?;
    history.retain(|recorded| recorded.seq <= order.version);
    let notes: Vec<NoteRow> = order_note::table
        .filter(order_note::order_id.eq(id).and(order_note::seq.le(order.version)))
        .select(NoteRow::as_select())
        .load(c)?;
    let files: Vec<OrderFileRow> = order_file::table
        .filter(order_file::order_id.eq(id).and(order_file::seq.le(order.version)))
        .order(order_file::file_id)
        .select(OrderFileRow::as_select())
        .load(c)?;
    let read_version = match reader {
        Some(reader) => {
            order_read::table.find((reader.0, id)).select(order_read::version).first(c).optional()?
        }
        None => None,
    };
    let areas = areas::ancestors(c, order.area)?;
    Ok(DetailRead {
        around: around::read(c, order, &areas)?,
        names: names(c, order, &history)?,
        item_name: service_item::table.find(order.service_item.0).select(service_item::name).first(c)?,
        places: areas.iter().filter_map(AreaRow::place).collect(),
        areas: areas.into_iter().map(AreaRow::named).collect(),
        inbox_name: areas::find(c, order.inbox)?.display_name,
        title: text.title,
        description: text.description,
        contact,
        history,
        notes,
        files,
        read_version,
    })
}

fn names(c: &mut Conn, order: &Order, history: &[Recorded]) -> StoreResult<Names> {
    let mut people: Vec<AccountId> = history.iter().filter_map(|r| r.actor.account()).collect();
    people.extend(order.claims.iter().map(|k| k.account));
    people.extend(history.iter().filter_map(|r| r.event.whom()));
    let mut names = Names::default();
    let directed = order.assignee.into_iter().chain(order.case.co_handlers.iter().map(|h| h.who));
    for who in directed {
        match who {
            Assignee::Person(id) => people.push(id),
            Assignee::Unit(id) => {
                names.units.insert(id, unit::table.find(id.0).select(unit::name).first(c)?);
            }
            Assignee::Team(id) => {
                names.teams.insert(id, team::table.find(id.0).select(team::name).first(c)?);
            }
        }
    }
    names.roles = around::roles(c, people.clone())?;
    names.people = people_names(c, people)?;
    Ok(names)
}

/// Names of these people.
pub fn people_names(c: &mut Conn, ids: Vec<AccountId>) -> StoreResult<BTreeMap<AccountId, String>> {
    let rows: Vec<(i64, String)> = account::table
        .filter(account::id.eq_any(AccountId::keys(&ids)))
        .select((account::id, account::name))
        .load(c)?;
    Ok(rows.into_iter().map(|(id, name)| (AccountId(id), name)).collect())
}

/// Marks an order read up to a version; never back.
pub fn mark_read(c: &mut Conn, reader: AccountId, order: OrderId, version: i32) -> StoreResult<()> {
    let seen: Option<i32> =
        order_read::table.find((reader.0, order.0)).select(order_read::version).first(c).optional()?;
    if seen.is_some_and(|seen| seen >= version) {
        return Ok(());
    }
    diesel::insert_into(order_read::table)
        .values((
            order_read::account_id.eq(reader.0),
            order_read::order_id.eq(order.0),
            order_read::version.eq(version),
        ))
        .on_conflict((order_read::account_id, order_read::order_id))
        .do_update()
        .set(order_read::version.eq(excluded(order_read::version)))
        .execute(c)?;
    Ok(())
}

/// The versions of these orders that a person has marked read.
pub fn read_versions(
    c: &mut Conn,
    who: AccountId,
    orders: &[OrderId],
) -> StoreResult<BTreeMap<OrderId, i32>> {
    let rows: Vec<(i64, i32)> = order_read::table
        .filter(order_read::account_id.eq(who.0))
        .filter(order_read::order_id.eq_any(OrderId::keys(orders)))
        .select((order_read::order_id, order_read::version))
        .load(c)?;
    Ok(rows.into_iter().map(|(id, version)| (OrderId(id), version)).collect())
}

/// The contact in the clear, and a line in the log of who read it: in one transaction, so no reading goes unlogged.
///
/// # Errors
/// `NotFound`.
pub fn read_contact(
    c: &mut Conn,
    keyring: &Keyring,
    order: OrderId,
    reader: AccountId,
    request_id: &str,
    now: At,
) -> StoreResult<Result<Contact, SealError>> {
    let row = order_contact::table.find(order.0).select(ContactRow::as_select()).first(c)?;
    diesel::insert_into(contact_read::table)
        .values((
            contact_read::order_id.eq(order.0),
            contact_read::account_id.eq(reader.0),
            contact_read::request_id.eq(request_id),
            contact_read::at.eq(Ts(now)),
        ))
        .execute(c)?;
    let beneficiary =
        [&row.beneficiary_name_sealed, &row.beneficiary_phone_sealed, &row.beneficiary_relation_sealed];
    let contact = [&row.name_sealed, &row.phone_sealed, &row.address_sealed];
    let opener = Opener::of(c, keyring, contact.into_iter().chain(beneficiary))?;
    // what does not open is no defect of the transaction: the reading stays logged
    Ok(opened(&row, opener))
}

fn opened(row: &ContactRow, opener: Opener<'_>) -> Result<Contact, SealError> {
    let open = |sealed: &Option<Vec<u8>>, column: Column| {
        sealed.as_deref().map(|sealed| opener.open(sealed, column.of(row.order_id))).transpose()
    };
    Ok(Contact {
        name: open(&row.name_sealed, CONTACT_NAME)?,
        phone: open(&row.phone_sealed, CONTACT_PHONE)?,
        address: open(&row.address_sealed, CONTACT_ADDRESS)?,
        beneficiary: Named {
            name: open(&row.beneficiary_name_sealed, BENEFICIARY_NAME)?,
            phone: open(&row.beneficiary_phone_sealed, BENEFICIARY_PHONE)?,
            relation: open(&row.beneficiary_relation_sealed, BENEFICIARY_RELATION)?,
        },
    })
}

/// Who read the contact of an order, oldest first.
pub fn contact_readers(c: &mut Conn, order: OrderId) -> StoreResult<Vec<(AccountId, Ts)>> {
    let readers: Vec<(i64, Ts)> = contact_read::table
        .filter(contact_read::order_id.eq(order.0))
        .order(contact_read::id)
        .select((contact_read::account_id, contact_read::at))
        .load(c)?;
    Ok(readers.into_iter().map(|(who, at)| (AccountId(who), at)).collect())
}

/// The order of a query code, by the hashes it may have.
///
/// # Errors
/// `NotFound`.
pub fn by_query_code(c: &mut Conn, hashes: Vec<Vec<u8>>) -> StoreResult<OrderId> {
    let found = order_query_code::table.filter(order_query_code::code_hash.eq_any(hashes));
    Ok(OrderId(found.select(order_query_code::order_id).first(c)?))
}
