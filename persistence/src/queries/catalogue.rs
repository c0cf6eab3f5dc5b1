//! The catalogue of service items.

use super::Conn;
use crate::error::StoreResult;
use crate::rows::ServiceItemRow;
use crate::schema::service_item;
use crate::types::Json;
use diesel::prelude::*;
use domain::ServiceItemId;
use domain::catalogue::ServiceRules;

/// The rules of an item.
///
/// # Errors
/// `NotFound`.
pub fn rules(c: &mut Conn, id: ServiceItemId) -> StoreResult<ServiceRules> {
    let rules: Json<ServiceRules> = service_item::table.find(id.0).select(service_item::rules).first(c)?;
    Ok(rules.0)
}

/// An item.
///
/// # Errors
/// `NotFound`.
pub fn find(c: &mut Conn, id: ServiceItemId) -> StoreResult<ServiceItemRow> {
    Ok(service_item::table.find(id.0).select(ServiceItemRow::as_select()).first(c)?)
}
