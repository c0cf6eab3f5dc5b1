//! An order (订单): its state, the commands on it, the events they make, and the rules in between.

pub mod actions;
pub mod caller;
pub mod command;
pub mod decide;
pub mod due;
pub mod escalation;
pub mod event;
pub mod facts;
pub mod fold;
pub mod invited;
pub mod number;
pub mod parties;
pub mod placement;
pub mod reason;
pub mod rejection;
pub mod request;
pub mod sentence;
pub mod sight;
pub mod state;
pub mod status;
pub mod target;
pub mod timer;
pub mod waiting;
