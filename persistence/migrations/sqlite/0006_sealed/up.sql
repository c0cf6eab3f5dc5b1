-- Who looked up whose phone. Same tables in both databases; see src/schema.rs.

-- A phone that was looked up is a reading too: of no order, but of a (masked) phone in the areas below these paths.
-- (A column that may be empty takes a new table here; nothing refers to this one.)
CREATE TABLE contact_read_new (
  id INTEGER PRIMARY KEY,
  order_id INTEGER REFERENCES orders(id),
  account_id INTEGER NOT NULL REFERENCES account(id),
  request_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  phone_masked TEXT,
  searched TEXT
);
INSERT INTO contact_read_new (id, order_id, account_id, request_id, at)
  SELECT id, order_id, account_id, request_id, at FROM contact_read;
DROP TABLE contact_read;
ALTER TABLE contact_read_new RENAME TO contact_read;
CREATE INDEX contact_read_order ON contact_read (order_id);
CREATE INDEX contact_read_at ON contact_read (at, id);
CREATE INDEX contact_read_account ON contact_read (account_id, at, id);

-- Nothing here can have been sealed in a layout before the present one (queries/seals.rs).
INSERT INTO meta (key, value) SELECT 'sealed', ''
  WHERE NOT EXISTS (SELECT 1 FROM account) AND NOT EXISTS (SELECT 1 FROM orders);
