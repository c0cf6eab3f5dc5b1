//! Reading orders: one, lists, counts, and what is asked of them.

pub mod ask;
pub mod by_phone;
pub mod contact_reads;
pub mod former;
pub mod get;
pub mod list;
pub mod me;
pub mod offers;
pub mod photo;
pub mod reasons;
