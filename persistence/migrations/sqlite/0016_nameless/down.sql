-- Whose they were is not known any more: they go to whoever was there first, and with their orders nobody asks.
CREATE TABLE file_old (
  id INTEGER PRIMARY KEY,
  owner_id INTEGER NOT NULL REFERENCES account(id),
  mime TEXT NOT NULL,
  size INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
INSERT INTO file_old (id, owner_id, mime, size, width, height, sha256, created_at)
  SELECT id, COALESCE(owner_id, (SELECT min(id) FROM account)), mime, size, width, height, sha256, created_at FROM file;
CREATE TABLE order_file_old (
  file_id INTEGER PRIMARY KEY REFERENCES file_old(id),
  order_id INTEGER NOT NULL REFERENCES orders(id),
  seq INTEGER NOT NULL,
  purpose TEXT NOT NULL
);
INSERT INTO order_file_old (file_id, order_id, seq, purpose) SELECT file_id, order_id, seq, purpose FROM order_file;
DROP TABLE order_file;
DROP TABLE file;
ALTER TABLE file_old RENAME TO file;
ALTER TABLE order_file_old RENAME TO order_file;
CREATE INDEX order_file_order ON order_file (order_id, seq);
