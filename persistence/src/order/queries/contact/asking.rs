//! Whose an order is, for whoever asks by its number and the last digits of the telephone it was given. Whether there is
//! none, it has no telephone, or the digits are wrong: the same statements, and one value is opened.

use super::super::Conn;
use super::super::engine::seals::Opener;
use crate::engine::error::StoreResult;
use crate::engine::seal::Keyring;
use crate::engine::unreadable::left_out;
use crate::order::schema::{order_contact, orders};
use crate::order::sealed::CONTACT_PHONE;
use diesel::prelude::*;
use domain::OrderId;
use domain::catalogue::Anonymity;
use domain::words::labelled::Labelled;
use domain::words::phone::Phone;

/// What is opened where there is nothing to open.
const DECOY: &str = "13800000000";

/// The order with this number, if these are the last four digits of its contact's telephone. Never a fully anonymous one.
pub fn find(c: &mut Conn, keyring: &Keyring, number: &str, last_four: &str) -> StoreResult<Option<OrderId>> {
    let row: Option<(i64, String, Option<Vec<u8>>)> = orders::table
        .inner_join(order_contact::table.on(order_contact::order_id.eq(orders::id)))
        .filter(orders::number.eq(number))
        .select((orders::id, orders::anonymity, order_contact::phone_sealed))
        .first(c)
        .optional()?;
    let opener = Opener::asking(c, keyring)?;
    let decoy = keyring.seal(DECOY, CONTACT_PHONE.of(0))?;
    let (id, sealed, answers) = match row {
        Some((id, anonymity, Some(sealed))) => (id, sealed, anonymity != Anonymity::Anonymous.as_str()),
        Some((_, _, None)) | None => (0, decoy, false),
    };
    let same = match opener.open(&sealed, CONTACT_PHONE.of(id)) {
        Ok(phone) => Phone::read(phone.expose()).is_ok_and(|phone| is_same(phone.last_four(), last_four)),
        // an answer of its own would say that there is such an order
        Err(e) => {
            left_out("order_contact", id, &e.to_string());
            false
        }
    };
    Ok((answers & same).then_some(OrderId(id)))
}

/// Compares every digit, whichever differs first.
fn is_same(last: Option<&str>, given: &str) -> bool {
    let last = last.unwrap_or("????");
    let differs = last.bytes().zip(given.bytes()).fold(0, |all, (one, other)| all | (one ^ other));
    last.len() == given.len() && differs == 0
}
