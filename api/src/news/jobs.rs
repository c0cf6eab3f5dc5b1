//! Jobs of the news.

pub mod bus;
pub mod listen;
pub mod push;
pub mod receipts;
pub mod sequencer;
