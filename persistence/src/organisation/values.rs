//! Plain values about areas, units and teams that cross the store's boundary.

use crate::organisation::rows::AreaRow;
use domain::AreaId;
use domain::organisation::{AreaLevel, GridClass};
use domain::words::labelled::Labelled;

/// An area of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedArea {
    /// Which.
    pub id: AreaId,
    /// Its display name.
    pub name: String,
    /// Whether that tells whose door it is.
    pub tells_a_door: bool,
}

impl AreaRow {
    /// The area by its name. A level that this binary does not know may be below the compound.
    #[must_use]
    pub fn named(self) -> NamedArea {
        let tells_a_door = AreaLevel::parse(&self.level).is_none_or(AreaLevel::tells_a_door);
        NamedArea { id: AreaId(self.id), name: self.display_name, tells_a_door }
    }
}

/// A unit or a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRead {
    /// Its key: a unit's or a team's.
    pub id: i64,
    /// Its name, unique in its area.
    pub name: String,
    /// What a unit does (职能), each a line; empty for teams.
    pub functions: String,
    /// Its area.
    pub area: AreaId,
    /// Name of its area.
    pub area_name: String,
    /// Path of its area.
    pub path: String,
    /// Whether it is in use.
    pub active: bool,
}

/// Whether a unit or a team is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// 单位.
    Unit,
    /// 队伍.
    Team,
}

/// A unit or team to be written.
#[derive(Debug, Clone)]
pub struct GroupEdit {
    /// Its name.
    pub name: String,
    /// What a unit does.
    pub functions: String,
    /// Its area.
    pub area: AreaId,
    /// Whether it is in use.
    pub active: bool,
}

/// A page of areas.
#[derive(Debug, Clone, Default)]
pub struct AreaFilter {
    /// Only children of this one (with `text`: everything below it).
    pub parent: Option<AreaId>,
    /// Only those whose folded names, aliases or code hold this folded text.
    pub text: Option<String>,
    /// Ones not in use too.
    pub inactive_too: bool,
    /// The last code of the page before.
    pub after: Option<String>,
    /// Rows of a page.
    pub limit: i64,
}

/// Where a new area stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Above {
    /// At the top.
    Top,
    /// Below the area with this key and path.
    Area {
        /// Its key.
        id: AreaId,
        /// Its path.
        path: String,
    },
    /// Below the new area at this place of the same list, which comes earlier.
    New(usize),
}

/// An area to be added.
#[derive(Debug, Clone)]
pub struct NewArea {
    /// Where it stands.
    pub above: Above,
    /// Its level.
    pub level: AreaLevel,
    /// Its code, unique.
    pub code: String,
    /// What may change.
    pub edit: AreaEdit,
}

/// What may change of an area.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaEdit {
    /// Name in the official statistics.
    pub official_name: String,
    /// Name that people are shown.
    pub display_name: String,
    /// Other names, `|` between them.
    pub aliases: String,
    /// Names, aliases and code, folded.
    pub search: String,
    /// Class of a grid.
    pub grid_class: Option<GridClass>,
    /// Prefix of order numbers here and below.
    pub number_prefix: Option<String>,
    /// Longitude and latitude, WGS-84 degrees.
    pub position: Option<(f64, f64)>,
    /// The office that people ask.
    pub office_name: Option<String>,
    /// Its telephone.
    pub office_phone: Option<String>,
    /// Whether it is in use.
    pub active: bool,
}

impl AreaEdit {
    /// The row's own values.
    #[must_use]
    pub fn of(row: &AreaRow) -> Self {
        Self {
            official_name: row.official_name.clone(),
            display_name: row.display_name.clone(),
            aliases: row.aliases.clone(),
            search: row.search.clone(),
            grid_class: row.grid_class.as_deref().and_then(Labelled::parse),
            number_prefix: row.number_prefix.clone(),
            position: row.lng.zip(row.lat),
            office_name: row.office_name.clone(),
            office_phone: row.office_phone.clone(),
            active: row.active,
        }
    }
}
