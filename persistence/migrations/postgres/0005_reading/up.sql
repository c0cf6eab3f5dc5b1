-- Reading ends when the right ends: who took part keeps what was there up to then. Same tables in both databases; see
-- src/schema.rs.

-- Up to which event somebody who takes part no more reads an order: a person, unit or team that handled it, an area that
-- it was in or in whose inbox it lay (and each above that one). They may take part again: what they are now comes first.
CREATE TABLE order_past (
  order_id BIGINT NOT NULL REFERENCES orders(id),
  kind TEXT NOT NULL,
  ref_id BIGINT NOT NULL,
  until_seq INTEGER NOT NULL,
  until_at TIMESTAMPTZ NOT NULL,
  -- the order's, for lists
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (order_id, kind, ref_id)
);
CREATE INDEX order_past_list ON order_past (kind, ref_id, created_at DESC, order_id DESC);

-- What is known of the time before. Where it can't be told exactly when a part ended, the earlier event is taken.
INSERT INTO order_past (order_id, kind, ref_id, until_seq, until_at, created_at)
SELECT k.order_id, 'person', k.account_id, MAX(e.seq), MAX(e.at), o.created_at
FROM claim k JOIN orders o ON o.id = k.order_id
JOIN order_event e ON e.order_id = k.order_id AND e.at <= k.released_at
WHERE k.released_at IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM claim l WHERE l.order_id = k.order_id AND l.account_id = k.account_id AND l.released_at IS NULL)
GROUP BY k.order_id, k.account_id, o.created_at;

CREATE TEMPORARY TABLE ended_part AS
SELECT p.order_id, p.kind, p.ref_id FROM order_party p JOIN orders o ON o.id = p.order_id
WHERE p.part = 'handler'
AND NOT (COALESCE(o.assignee_kind, '') = p.kind AND COALESCE(o.assignee_id, 0) = p.ref_id)
AND NOT EXISTS (
  SELECT 1 FROM jsonb_array_elements(o.case_file->'co_handlers') h
  WHERE h->'who'->>'kind' = p.kind AND h->'who'->>'id' = CAST(p.ref_id AS TEXT) AND h->>'state' <> 'waived');

INSERT INTO order_past (order_id, kind, ref_id, until_seq, until_at, created_at)
SELECT n.order_id, n.kind, n.ref_id, u.seq, u.at, o.created_at
FROM (
  SELECT p.order_id, p.kind, p.ref_id, MAX(e.seq) AS named
  FROM ended_part p JOIN order_event e ON e.order_id = p.order_id
  AND e.kind IN ('assigned', 'transferred', 'redo_ordered', 'whistled')
  AND COALESCE(e.data->'assignee'->>'kind', e.data->'who'->>'kind') = p.kind
  AND COALESCE(e.data->'assignee'->>'id', e.data->'who'->>'id') = CAST(p.ref_id AS TEXT)
  GROUP BY p.order_id, p.kind, p.ref_id
) n JOIN orders o ON o.id = n.order_id
JOIN order_event u ON u.order_id = n.order_id AND u.seq = COALESCE((
  SELECT MIN(x.seq) FROM order_event x WHERE x.order_id = n.order_id AND x.seq > n.named
  AND x.kind IN ('assigned', 'transferred', 'redo_ordered', 'recalled', 'released', 'reported_up', 'request_granted',
    'co_handler_waived', 'dispatched')), n.named)
WHERE TRUE ON CONFLICT (order_id, kind, ref_id) DO NOTHING;

DELETE FROM order_party WHERE part = 'handler' AND EXISTS (
  SELECT 1 FROM ended_part e
  WHERE e.order_id = order_party.order_id AND e.kind = order_party.kind AND e.ref_id = order_party.ref_id);
DROP TABLE ended_part;

CREATE TEMPORARY TABLE left_area AS
SELECT l.order_id, l.area_id FROM order_area l JOIN orders o ON o.id = l.order_id
JOIN area here ON here.id = o.area_id JOIN area inbox ON inbox.id = o.inbox_id
WHERE here.path NOT LIKE '%/' || l.area_id || '/%' AND inbox.path NOT LIKE '%/' || l.area_id || '/%';

INSERT INTO order_past (order_id, kind, ref_id, until_seq, until_at, created_at)
SELECT l.order_id, 'area', l.area_id, u.seq, u.at, o.created_at
FROM left_area l JOIN orders o ON o.id = l.order_id
JOIN order_event u ON u.order_id = l.order_id AND u.seq = (
  SELECT MIN(x.seq) FROM order_event x WHERE x.order_id = l.order_id
  AND (x.kind IN ('forwarded', 'reclassified', 'reported_up') OR (x.kind = 'accepted' AND x.data->>'area' <> (
    SELECT s.data->>'area' FROM order_event s WHERE s.order_id = l.order_id AND s.seq = 1))));

DELETE FROM order_area WHERE EXISTS (
  SELECT 1 FROM left_area l WHERE l.order_id = order_area.order_id AND l.area_id = order_area.area_id);
DROP TABLE left_area;
