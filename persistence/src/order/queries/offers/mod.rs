//! Offers of orders: before they are made, while they stand, whom they reached, who lost them.

pub mod preview;
pub mod reached;
pub mod standing;
pub mod withdrawn;
