//! An order (订单): its state, the commands on it, the events they make, and the rules in between.

pub mod actions;
pub mod command;
pub mod decide;
pub mod due;
pub mod event;
pub mod facts;
pub mod fold;
pub mod number;
pub mod parties;
pub mod reason;
pub mod rejection;
pub mod sentence;
pub mod state;
pub mod target;
