//! The organisation: the tree of areas, who is where in it, and whom an area, team or unit stands for.

pub mod coverage;
pub(crate) mod level;
pub(crate) mod place;
pub(crate) mod reach;
pub(crate) mod scope;

pub use level::{AreaLevel, GridClass};
pub use place::Place;
pub use scope::{Assignee, Scope};
