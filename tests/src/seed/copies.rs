//! Copies of an order: a pool to claim from, and a county's year of orders to list.

use anyhow::Result;

use super::Seeder;
use super::world::{FIRST_GRID, FIRST_TOWN, FIRST_VILLAGE, TOWNS, VILLAGES, WORKERS, worker};

/// Rows of a page, as the server lists them.
pub const PAGE: u32 = 20;
/// Orders of each town that wait for review, and as many in dispute, however many there are in all.
pub const SHOWN: i64 = 25;
/// Between two orders.
const EVERY_US: i64 = 30_000_000;

/// The columns of `orders` that every copy shares.
const COMMON: &str = "service_item_id, inbox_id, priority, channel, anonymity, external_number, reporter_id, \
    beneficiary_id, created_by, assignee_kind, assignee_id, contact_limit_ms, resolve_due_at, suspended_until, \
    limits, clocks, case_file, resolved_at";

impl Seeder {
    /// Copies the pooled order `template` under the keys `first` … `first + count - 1`; each is escalated tomorrow.
    pub fn pool(&mut self, template: i64, first: i64, count: u32) -> Result<()> {
        self.run(&format!(
            "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {first} + {count} - 1)
             INSERT INTO orders (id, number, status, version, attempt, slots, filled, ring, area_id, lead_id,
               created_at, updated_at, {COMMON})
             SELECT i, 'P-' || i, status, version, attempt, slots, filled, ring, area_id, lead_id,
               created_at, updated_at, {COMMON} FROM orders, n WHERE orders.id = {template};
             INSERT INTO order_ring (order_id, attempt, scope_id, ring, live, told)
             SELECT o.id, r.attempt, r.scope_id, r.ring, r.live, TRUE FROM order_ring r, orders o
             WHERE r.order_id = {template} AND o.id >= {first} AND o.id < {first} + {count};
             INSERT INTO timer (order_id, kind, attempt, step, due_at)
             SELECT id, 'escalation', attempt, 0, @now + @us(86400000000) FROM orders
             WHERE id >= {first} AND id < {first} + {count};"
        ))
    }

    /// `count` orders all over the county, one every half minute up to now: 58,842 of a million in the first town.
    /// Of each town's, [`SHOWN`] (or a few more) wait for review and as many are in dispute, spread over the time.
    pub fn year(&mut self, template: i64, count: u32) -> Result<()> {
        let first = template + 1;
        let last = template + i64::from(count);
        let step = (i64::from(count) / TOWNS / SHOWN).max(2);
        let first_worker = worker(0);
        let age = format!("CAST({count} - i AS BIGINT) * {EVERY_US}");
        // Order i lies in town i % 17 (the first twenty in the first), its villages and grids taken in turns.
        self.run(&format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}),
             t AS (SELECT i, CASE WHEN i <= 20 THEN 0 ELSE i % {TOWNS} END AS town, (i / {TOWNS}) % {step} AS turn
               FROM n),
             v AS (SELECT i, turn, town + {TOWNS} * ((i / {TOWNS}) % 17) AS village FROM t)
             INSERT INTO orders (id, number, status, version, attempt, slots, filled, ring, area_id, lead_id,
               created_at, updated_at, {COMMON})
             SELECT {template} + i, 'Y-' || i,
               CASE turn WHEN 0 THEN 'disputed' WHEN 1 THEN 'submitted' ELSE
                 CASE WHEN i % 50 = 0 THEN 'in_progress' ELSE 'closed' END END,
               version, attempt, slots, 0, ring,
               {FIRST_GRID} + village + {VILLAGES} * ((i / 289) % 41),
               CASE turn WHEN 1 THEN NULL ELSE {first_worker} + i % {WORKERS} END,
               @now - @us({age}), @now - @us({age}), {COMMON}
             FROM orders, v WHERE orders.id = {template} ORDER BY i;"
        ))?;
        self.run(&format!(
            "INSERT INTO order_text (order_id, title, description, search, filed)
             SELECT o.id, t.title, t.description, t.search, TRUE FROM orders o, order_text t
             WHERE t.order_id = {template} AND o.id BETWEEN {first} AND {last} ORDER BY o.id;
             INSERT INTO order_term (term, created_at, order_id)
             SELECT t.term, o.created_at, o.id FROM orders o, order_term t
             WHERE t.order_id = {template} AND o.id BETWEEN {first} AND {last} ORDER BY 1, 2, 3;
             INSERT INTO order_contact (order_id, name_masked, phone_masked, address_masked)
             SELECT o.id, t.name_masked, t.phone_masked, t.address_masked FROM orders o, order_contact t
             WHERE t.order_id = {template} AND o.id BETWEEN {first} AND {last} ORDER BY o.id;"
        ))?;
        self.year_by_area(first, last)
    }

    /// A row for the order's grid and each area above it.
    fn year_by_area(&mut self, first: i64, last: i64) -> Result<()> {
        self.run(&format!(
            "WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < 6)
             INSERT INTO order_area (order_id, area_id, bucket, open, created_at, due_at, next_due_at)
             SELECT o.id,
               CASE n WHEN 4 THEN {FIRST_TOWN} + (o.area_id - {FIRST_GRID}) % {VILLAGES} % {TOWNS}
                 WHEN 5 THEN {FIRST_VILLAGE} + (o.area_id - {FIRST_GRID}) % {VILLAGES}
                 WHEN 6 THEN o.area_id ELSE n END,
               o.status, o.status <> 'closed', o.created_at,
               CASE WHEN o.status <> 'closed' THEN o.resolve_due_at END,
               CASE WHEN o.status <> 'closed' THEN o.resolve_due_at END
             FROM orders o, k WHERE o.id BETWEEN {first} AND {last} ORDER BY o.id, n;"
        ))
    }
}
