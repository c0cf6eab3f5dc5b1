//! What is told of orders: how they stand, what was sent, what messages say.

pub mod briefs;
pub mod marks;
pub mod standings;
