-- Lists find what is rare at once (queries/lists.rs).

-- A row per term of an order (pairs of neighbouring characters of its title, its item, its channel; src/listing.rs),
-- newest first. It is read in both directions.
CREATE TABLE order_term (
  term BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  order_id BIGINT NOT NULL,
  PRIMARY KEY (term, created_at, order_id)
);

-- Whether the order was filed under its terms; orders of an earlier version are filed in the background.
ALTER TABLE order_text ADD COLUMN filed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX order_text_unfiled ON order_text (order_id) WHERE NOT filed;

-- When an open order that is not suspended should be resolved; else null.
ALTER TABLE order_area ADD COLUMN due_at TIMESTAMPTZ;
UPDATE order_area SET due_at = (SELECT o.resolve_due_at FROM orders o WHERE o.id = order_area.order_id)
  WHERE open AND EXISTS (SELECT 1 FROM orders o WHERE o.id = order_area.order_id AND o.suspended_until IS NULL
    AND o.resolve_due_at IS NOT NULL);
CREATE INDEX order_area_due ON order_area (area_id, due_at, created_at, order_id) WHERE due_at IS NOT NULL;
