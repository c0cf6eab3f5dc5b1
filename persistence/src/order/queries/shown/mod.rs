//! What views and the rows of lists show of orders.

pub mod around;
pub mod beside;
pub mod listed;
pub mod views;
