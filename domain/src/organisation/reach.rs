//! How far around a place something reaches.

use super::level::AreaLevel;
use crate::words::ids::AreaId;

/// The area of this level among these, top first, or of the next higher one; of several (grids within grids) the widest.
#[must_use]
pub fn around(level: AreaLevel, ancestors: &[(AreaLevel, AreaId)]) -> Option<AreaId> {
    ancestors.iter().rev().filter(|(of, _)| *of <= level).max_by_key(|(of, _)| *of).map(|(_, id)| *id)
}
