//! Lists of orders: what each finds, page by page, from which index.

mod by_phone;
mod filters;
mod finding;
mod paged;
mod plans;
mod worklist;
