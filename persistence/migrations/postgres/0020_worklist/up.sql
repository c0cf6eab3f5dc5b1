-- Lists in the order of what is due next, what waits for a decision in them, and how long the work takes
-- (queries/lists.rs, queries/listed.rs).

-- When the limit of an open order ends that has to be kept next (to accept it, to resolve it); else null. A claim changes
-- nothing of it.
ALTER TABLE order_area ADD COLUMN next_due_at TIMESTAMPTZ;
UPDATE order_area SET next_due_at = due_at WHERE due_at IS NOT NULL;
-- What waits to be accepted has its limit in the document of its clocks; where it was accepted before, both run.
UPDATE order_area SET next_due_at = d.due_at FROM (
  SELECT o.id AS order_id, (o.clocks -> 'accept' ->> 'started_at')::timestamptz
      + ((o.clocks -> 'accept' ->> 'limit_ms')::bigint + (o.clocks -> 'accept' ->> 'paused_ms')::bigint)
        * interval '1 millisecond' AS due_at
  FROM orders o WHERE o.status = 'submitted' AND (o.clocks -> 'accept' ->> 'limit_ms') IS NOT NULL
    AND (o.clocks -> 'accept' ->> 'paused_since') IS NULL AND (o.clocks -> 'accept' ->> 'stopped_at') IS NULL) d
  WHERE d.order_id = order_area.order_id AND (order_area.next_due_at IS NULL OR order_area.next_due_at > d.due_at);
CREATE INDEX order_area_next ON order_area (area_id, bucket, next_due_at, order_id) WHERE next_due_at IS NOT NULL;

-- What was asked for last (suspend, extend, hand_back) of an open order and not decided; else null.
ALTER TABLE order_area ADD COLUMN asked TEXT;
UPDATE order_area SET asked = (SELECT o.case_file -> 'request' -> 'ask' ->> 'kind' FROM orders o
    WHERE o.id = order_area.order_id)
  WHERE open AND EXISTS (SELECT 1 FROM orders o WHERE o.id = order_area.order_id
    AND (o.case_file -> 'request' -> 'ask' ->> 'kind') IS NOT NULL);
CREATE INDEX order_area_asked ON order_area (area_id, created_at, order_id) WHERE asked IS NOT NULL;

-- About how many minutes an order of the item takes to do.
ALTER TABLE service_item ADD COLUMN takes_minutes INTEGER;
