//! Contacts of orders: asked for, looked for, masked anew.

pub mod asking;
pub mod masks;
pub mod readings;
