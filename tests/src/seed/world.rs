//! A county as large as Dali's: 17 towns, 301 villages, 12,406 grids; a dispatcher, a supervisor, a resident,
//! and the workers of one grid, each logged in.

use anyhow::Result;

use super::Seeder;

/// What the county lies in.
pub(super) const PROVINCE: i64 = 1;
pub(super) const CITY: i64 = 2;
/// The county of the supervisor.
pub const COUNTY: i64 = 3;
/// The first town, the dispatcher's.
pub const TOWN: i64 = 11;
/// The grid of the workers: the first of the first village of [`TOWN`].
pub const GRID: i64 = 1001;
/// The service item of every order: no review, offered at once.
pub const ITEM: i64 = 1;
/// Dispatcher of [`TOWN`]. The key of a person is that of their session, too.
pub const DISPATCHER: i64 = 1;
/// Supervisor of [`COUNTY`].
pub const SUPERVISOR: i64 = 2;
/// Reports every order.
pub const RESIDENT: i64 = 3;
/// People who work in [`GRID`].
pub const WORKERS: u32 = 256;
const FIRST_WORKER: i64 = 1001;
/// Keys of the first of each level.
pub(super) const FIRST_TOWN: i64 = TOWN;
pub(super) const FIRST_VILLAGE: i64 = 101;
pub(super) const FIRST_GRID: i64 = GRID;
/// How many there are: a village belongs to the town of its place modulo this, a grid to a village likewise.
pub(super) const TOWNS: i64 = 17;
pub(super) const VILLAGES: i64 = 301;

/// The key of a worker, by place.
pub fn worker(place: u32) -> i64 {
    FIRST_WORKER + i64::from(place % WORKERS)
}

/// The tree. Levels get keys of their own: towns from 11, villages from 101, grids from 1001.
const AREAS: &str = "
INSERT INTO area (id, parent_id, level, code, official_name, display_name, aliases, search, path, number_prefix,
  active, created_at)
SELECT 1, NULL, 'province', '61', '陕西省', '陕西', '', '陕西', '/1/', NULL, TRUE, @now UNION ALL
SELECT 2, 1, 'city', '6105', '渭南市', '渭南', '', '渭南', '/1/2/', NULL, TRUE, @now UNION ALL
SELECT 3, 2, 'county', '610523', '大荔县', '大荔', '', '大荔', '/1/2/3/', 'DL', TRUE, @now;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 16)
INSERT INTO area (id, parent_id, level, code, official_name, display_name, aliases, search, path, active, created_at)
SELECT 11 + i, 3, 'town', 't' || i, '镇' || i, '镇' || i, '', '', '/1/2/3/' || (11 + i) || '/', TRUE, @now FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
INSERT INTO area (id, parent_id, level, code, official_name, display_name, aliases, search, path, active, created_at)
SELECT 101 + i, t.id, 'village', 'v' || i, '村' || i, '村' || i, '', '', t.path || (101 + i) || '/', TRUE, @now
FROM n JOIN area t ON t.id = 11 + i % 17;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 12405)
INSERT INTO area (id, parent_id, level, grid_class, code, official_name, display_name, aliases, search, path,
  active, created_at)
SELECT 1001 + i, v.id, 'grid', 'level1', 'g' || i, '网格' || i, '网格' || i, '', '', v.path || (1001 + i) || '/',
  TRUE, @now
FROM n JOIN area v ON v.id = 101 + i % 301;
";

const ITEMS: &str = "
INSERT INTO service_item (id, code, name, service_group, board, description, rules, sort, active, created_at,
  updated_at)
VALUES (1, 'lamp', '路灯报修', 'grid', 'grid', '', '{\"reach\":\"county\"}', 1, TRUE, @now, @now);
";

impl Seeder {
    /// Fills an empty database.
    pub fn county(&mut self) -> Result<()> {
        self.run(AREAS)?;
        self.run(ITEMS)?;
        self.run(&format!(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {WORKERS} - 1)
             INSERT INTO account (id, name, must_change_password, failed_logins, created_at)
             SELECT {DISPATCHER}, '赵敏', FALSE, 0, @now UNION ALL
             SELECT {SUPERVISOR}, '钱进', FALSE, 0, @now UNION ALL
             SELECT {RESIDENT}, '孙丽', FALSE, 0, @now UNION ALL
             SELECT {FIRST_WORKER} + i, '李' || i, FALSE, 0, @now FROM n;
             INSERT INTO role_binding (account_id, role, area_id, employment, created_at)
             SELECT id, CASE id WHEN {DISPATCHER} THEN 'dispatcher' WHEN {SUPERVISOR} THEN 'supervisor'
                 WHEN {RESIDENT} THEN 'resident' ELSE 'grid_worker' END,
               CASE id WHEN {DISPATCHER} THEN {TOWN} WHEN {SUPERVISOR} THEN {COUNTY} ELSE {GRID} END,
               'full_time', @now FROM account;
             INSERT INTO session (id, account_id, counter, created_at, expires_at)
             SELECT id, id, 1, @now, @now + @us(30 * 86400000000) FROM account;
             INSERT INTO scope (kind, ref_id, seq, pushed_seq) VALUES ('area', {GRID}, 0, 0);
             INSERT INTO scope_member (scope_id, account_id)
             SELECT s.id, a.id FROM scope s, account a WHERE s.kind = 'area' AND a.id >= {FIRST_WORKER};"
        ))
    }
}
