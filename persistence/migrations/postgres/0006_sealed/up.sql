-- Who looked up whose phone. Same tables in both databases; see src/schema.rs.

-- A phone that was looked up is a reading too: of no order, but of a (masked) phone in the areas below these paths.
ALTER TABLE contact_read ALTER COLUMN order_id DROP NOT NULL;
ALTER TABLE contact_read ADD COLUMN phone_masked TEXT;
ALTER TABLE contact_read ADD COLUMN searched TEXT;
CREATE INDEX contact_read_at ON contact_read (at, id);
CREATE INDEX contact_read_account ON contact_read (account_id, at, id);

-- Nothing here can have been sealed in a layout before the present one (queries/seals.rs).
INSERT INTO meta (key, value) SELECT 'sealed', ''
  WHERE NOT EXISTS (SELECT 1 FROM account) AND NOT EXISTS (SELECT 1 FROM orders);
