//! Endpoints of the catalogue.

pub mod service_items;

use crate::http::paths::Endpoints;

/// Service items.
pub fn endpoints(v1: &mut impl Endpoints) {
    v1.service(service_items::list::list_service_items);
    v1.service(service_items::list::get_service_item);
    v1.service(service_items::write::create_service_item);
    v1.service(service_items::write::update_service_item);
}
