//! A worker in every grid of the county, logged in: who a whole county's offer reaches.

use anyhow::Result;

use super::world::{CITY, COUNTY, FIRST_GRID, FIRST_TOWN, FIRST_VILLAGE, PROVINCE, TOWNS, VILLAGES};
use super::{Connected, Seeder};

/// Grids of the county, and so workers at most.
pub const STAFF: u32 = 12_406;
const FIRST_STAFF: i64 = 100_001;

/// The key of a grid's worker and of their session, by the grid's place among [`STAFF`].
pub fn grid_worker(place: u32) -> i64 {
    FIRST_STAFF + i64::from(place)
}

/// The areas of a grid's worker, top first, their grid last.
pub fn areas_of(place: u32) -> [i64; 6] {
    let place = i64::from(place);
    let village = place % VILLAGES;
    [PROVINCE, CITY, COUNTY, FIRST_TOWN + village % TOWNS, FIRST_VILLAGE + village, FIRST_GRID + place]
}

impl Seeder {
    /// Adds the workers of the first `count` grids to a county, with their memberships.
    pub fn staff(&mut self, count: u32) -> Result<()> {
        let since = self.number("SELECT MAX(id) AS number FROM role_binding")?;
        self.run(&format!(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count} - 1)
             INSERT INTO account (id, name, must_change_password, failed_logins, created_at)
             SELECT {FIRST_STAFF} + i, '周' || i, FALSE, 0, @now FROM n;
             INSERT INTO role_binding (account_id, role, area_id, employment, created_at)
             SELECT id, 'grid_worker', {FIRST_GRID} + id - {FIRST_STAFF}, 'full_time', @now FROM account
             WHERE id >= {FIRST_STAFF};
             INSERT INTO session (id, account_id, counter, created_at, expires_at)
             SELECT id, id, 1, @now, @now + @us(30 * 86400000000) FROM account WHERE id >= {FIRST_STAFF};"
        ))?;
        match &mut self.connection {
            Connected::Sqlite(connection) => {
                persistence::sqlite::q::news::scopes::add_since(connection, since)?
            }
            #[cfg(feature = "postgres")]
            Connected::Postgres(connection) => {
                persistence::pg::q::news::scopes::add_since(connection, since)?
            }
        }
        Ok(())
    }
}
