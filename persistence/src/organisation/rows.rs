//! Rows about areas as the database has them.

use crate::engine::sql::types::Ts;
use diesel::prelude::*;
use domain::organisation::AreaLevel;
use domain::words::labelled::Labelled;
use domain::words::mask::Place;

/// A row of `area`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::organisation::schema::area, treat_none_as_default_value = false)]
#[allow(missing_docs, reason = "the columns of the table, documented there")]
pub struct AreaRow {
    pub id: i64,
    pub parent_id: Option<i64>,
    pub level: String,
    pub grid_class: Option<String>,
    pub code: String,
    pub official_name: String,
    pub display_name: String,
    pub aliases: String,
    pub search: String,
    pub path: String,
    pub number_prefix: Option<String>,
    pub lng: Option<f64>,
    pub lat: Option<f64>,
    pub active: bool,
    pub created_at: Ts,
    pub office_name: Option<String>,
    pub office_phone: Option<String>,
}

impl AreaRow {
    /// The area as a masked address may name it; none below the compound, whose names tell the door.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        let known = AreaLevel::parse(&self.level).is_some_and(|level| !level.tells_a_door());
        let others = std::iter::once(self.official_name.as_str()).chain(self.aliases.split('|'));
        known.then(|| Place {
            shown: self.display_name.clone(),
            others: others.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        })
    }
}
