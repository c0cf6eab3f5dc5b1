DELETE FROM meta WHERE key IN ('sealed', 'reseal');
CREATE TABLE contact_read_old (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  account_id INTEGER NOT NULL REFERENCES account(id),
  request_id TEXT NOT NULL,
  at INTEGER NOT NULL
);
INSERT INTO contact_read_old (id, order_id, account_id, request_id, at)
  SELECT id, order_id, account_id, request_id, at FROM contact_read WHERE order_id IS NOT NULL;
DROP TABLE contact_read;
ALTER TABLE contact_read_old RENAME TO contact_read;
CREATE INDEX contact_read_order ON contact_read (order_id);
