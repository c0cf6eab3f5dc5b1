//! What may lie in what.

use domain::organisation::{AreaLevel, GridClass};

/// Whether one area may hold the other: by its level, and among grids by their class (a first-level grid holds
/// second-level ones, and so on; dedicated grids lie below any other).
#[must_use]
pub fn may_hold(parent: (AreaLevel, Option<GridClass>), child: (AreaLevel, Option<GridClass>)) -> bool {
    let class = Option::zip(parent.1, child.1).is_some_and(|(above, below)| above < below);
    parent.0 < child.0 || (parent.0 == child.0 && parent.0 == AreaLevel::Grid && class)
}
