//! What may be shown of contacts, masked anew where it was written when masks hid less. It is masked once more whenever it
//! is shown; this is for the rows themselves.

use super::super::Conn;
use super::super::organisation::areas;
use crate::engine::error::StoreResult;
use crate::order::schema::{order_contact, orders};
use crate::organisation::rows::AreaRow;
use diesel::prelude::*;
use domain::AreaId;
use domain::words::mask::{Place, mask_address, mask_name, mask_phone};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

/// Rows of a batch.
const BATCH: i64 = 500;
/// Between two batches that changed something: others get a turn at SQLite's one writer.
const PAUSE: Duration = Duration::from_millis(5);

/// What may be shown of name, phone and address, and of name and phone of the one it is for.
type Masks = (Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

/// Masks every contact as it would be masked today, in batches that are transactions of their own; how many changed. A mask
/// is kept for good, so nothing else changes it meanwhile.
pub fn renew(c: &mut Conn) -> StoreResult<u64> {
    let mut places = BTreeMap::new();
    let (mut after, mut all) = (0, 0);
    loop {
        let rows: Vec<(i64, i64, Masks)> = order_contact::table
            .inner_join(orders::table.on(orders::id.eq(order_contact::order_id)))
            .filter(order_contact::order_id.gt(after))
            .order(order_contact::order_id)
            .limit(BATCH)
            .select((
                order_contact::order_id,
                orders::area_id,
                (
                    order_contact::name_masked,
                    order_contact::phone_masked,
                    order_contact::address_masked,
                    order_contact::beneficiary_name_masked,
                    order_contact::beneficiary_phone_masked,
                ),
            ))
            .load(c)?;
        let Some(last) = rows.last().map(|row| row.0) else { return Ok(all) };
        after = last;
        let mut changed = Vec::new();
        for (order, area, old) in rows {
            let new = anew(&old, of_area(c, &mut places, area)?);
            if new != old {
                changed.push((order, new));
            }
        }
        if !changed.is_empty() {
            all += write(c, changed)?;
            std::thread::sleep(PAUSE);
        }
    }
}

fn anew(old: &Masks, places: &[Place]) -> Masks {
    let (name, phone, address, whose_name, whose_phone) = old;
    let named = |masked: &Option<String>| masked.as_deref().map(mask_name);
    let dialled = |masked: &Option<String>| masked.as_deref().map(mask_phone);
    let address = address.as_deref().map(|text| mask_address(text, places));
    (named(name), dialled(phone), address, named(whose_name), dialled(whose_phone))
}

/// The places of an area, read once.
fn of_area<'a>(
    c: &mut Conn,
    known: &'a mut BTreeMap<i64, Vec<Place>>,
    area: i64,
) -> StoreResult<&'a [Place]> {
    Ok(match known.entry(area) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(new) => {
            let above = areas::ancestors(c, AreaId(area))?;
            new.insert(above.iter().filter_map(AreaRow::place).collect())
        }
    })
}

fn write(c: &mut Conn, changed: Vec<(i64, Masks)>) -> StoreResult<u64> {
    c.transaction(|c| {
        let mut all = 0;
        for (order, (name, phone, address, whose_name, whose_phone)) in changed {
            let row = diesel::update(order_contact::table.find(order));
            let set = row.set((
                order_contact::name_masked.eq(name),
                order_contact::phone_masked.eq(phone),
                order_contact::address_masked.eq(address),
                order_contact::beneficiary_name_masked.eq(whose_name),
                order_contact::beneficiary_phone_masked.eq(whose_phone),
            ));
            all += u64::try_from(set.execute(c)?).unwrap_or(0);
        }
        StoreResult::Ok(all)
    })
}
