//! The organisation: the tree of areas, and who is where in it.

pub(crate) mod level;
pub(crate) mod place;
pub(crate) mod reach;

pub use level::{AreaLevel, GridClass};
pub use place::Place;
