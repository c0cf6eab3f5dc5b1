-- A photo of a fully anonymous order belongs to nobody. Same tables in both databases; see src/schema.rs.

-- (A column that may be empty takes a new table here, and so does the one that refers to it.)
CREATE TABLE file_new (
  id INTEGER PRIMARY KEY,
  owner_id INTEGER REFERENCES account(id),
  mime TEXT NOT NULL,
  size INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
INSERT INTO file_new (id, owner_id, mime, size, width, height, sha256, created_at)
  SELECT id, owner_id, mime, size, width, height, sha256, created_at FROM file;
CREATE TABLE order_file_new (
  file_id INTEGER PRIMARY KEY REFERENCES file_new(id),
  order_id INTEGER NOT NULL REFERENCES orders(id),
  seq INTEGER NOT NULL,
  purpose TEXT NOT NULL
);
INSERT INTO order_file_new (file_id, order_id, seq, purpose) SELECT file_id, order_id, seq, purpose FROM order_file;
DROP TABLE order_file;
DROP TABLE file;
ALTER TABLE file_new RENAME TO file;
ALTER TABLE order_file_new RENAME TO order_file;
CREATE INDEX order_file_order ON order_file (order_id, seq);

UPDATE file SET owner_id = NULL WHERE id IN (SELECT f.file_id FROM order_file f JOIN orders o ON o.id = f.order_id
  WHERE o.anonymity = 'anonymous' AND o.created_by IS NULL AND f.purpose = 'report');
