-- Former inboxes and parties read everything again.
INSERT INTO order_area (order_id, area_id, bucket, open, created_at)
SELECT p.order_id, p.ref_id, (SELECT MIN(a.bucket) FROM order_area a WHERE a.order_id = p.order_id),
  (SELECT a.open FROM order_area a WHERE a.order_id = p.order_id ORDER BY a.area_id LIMIT 1), p.created_at
FROM order_past p WHERE p.kind = 'area' ON CONFLICT (order_id, area_id) DO NOTHING;
INSERT INTO order_party (kind, ref_id, part, order_id, created_at)
SELECT p.kind, p.ref_id, 'handler', p.order_id, p.created_at
FROM order_past p WHERE p.kind IN ('unit', 'team') ON CONFLICT (kind, ref_id, part, order_id) DO NOTHING;
DROP TABLE order_past;
