-- One bad row is one bad row: what cannot be told is tried alone, and after some tries set aside. Same tables in both
-- databases; see src/schema.rs.

-- How often the row stood in the way of its order's telling.
ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;

-- Rows of the outbox that could not be told, and those of the same orders that came after them: `diandan requeue` puts
-- them back under their keys, and so in their order.
CREATE TABLE outbox_stuck (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  -- a short word: what was wrong; `behind` another row of its order
  error TEXT NOT NULL,
  stuck_at INTEGER NOT NULL
);
CREATE INDEX outbox_stuck_order ON outbox_stuck (order_id);
