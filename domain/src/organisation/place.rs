//! Where something is in the tree of areas.

use crate::words::ids::AreaId;

/// Where something is: the key of its area and of every area above, top first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place(Vec<AreaId>);

impl Place {
    /// Of a materialised path, `/1/7/42/`.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        Self(path.split('/').filter_map(|id| id.parse().ok()).map(AreaId).collect())
    }

    /// The area itself.
    #[must_use]
    pub fn area(&self) -> Option<AreaId> {
        self.0.last().copied()
    }

    /// The areas it lies in, top first, itself included.
    pub fn areas(&self) -> impl Iterator<Item = AreaId> + '_ {
        self.0.iter().copied()
    }

    /// How far below the top this area is, if the place lies in it.
    #[must_use]
    pub fn depth_of(&self, area: AreaId) -> Option<usize> {
        self.0.iter().position(|above| *above == area)
    }
}
