DELETE FROM meta WHERE key IN ('sealed', 'reseal');
DROP INDEX contact_read_account;
DROP INDEX contact_read_at;
DELETE FROM contact_read WHERE order_id IS NULL;
ALTER TABLE contact_read DROP COLUMN searched;
ALTER TABLE contact_read DROP COLUMN phone_masked;
ALTER TABLE contact_read ALTER COLUMN order_id SET NOT NULL;
