//! Orders, as the api sees their storage.

mod cases;
mod claims;
mod contacts;
pub mod coverage;
mod leaving;
mod lists;
mod news;
mod offers;
mod timers;
mod views;
