//! Who reads an order, how it reads to them, and when that ends.

mod ask;
pub mod ended;
mod instants;
mod plainly;
mod visibility;
