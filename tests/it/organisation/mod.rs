//! Where everything belongs: areas, units, teams.

mod areas;
mod units;
