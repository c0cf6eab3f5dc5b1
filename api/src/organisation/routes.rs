//! Endpoints of the organisation.

pub mod areas;
pub mod groups;

use crate::http::paths::Endpoints;

/// Areas, units, teams.
pub fn endpoints(v1: &mut impl Endpoints) {
    v1.service(areas::list::list_areas);
    v1.service(areas::uncovered::list_uncovered_areas);
    v1.service(areas::list::get_area);
    v1.service(groups::units::list_units);
    v1.service(groups::units::get_unit);
    v1.service(groups::teams::list_teams);
    v1.service(groups::teams::get_team);
    v1.service(areas::create::create_area);
    v1.service(areas::update::update_area);
    v1.service(groups::units::create_unit);
    v1.service(groups::units::update_unit);
    v1.service(groups::teams::create_team);
    v1.service(groups::teams::update_team);
}
