-- A photo of a fully anonymous order belongs to nobody. Same tables in both databases; see src/schema.rs.

ALTER TABLE file ALTER COLUMN owner_id DROP NOT NULL;
UPDATE file SET owner_id = NULL WHERE id IN (SELECT f.file_id FROM order_file f JOIN orders o ON o.id = f.order_id
  WHERE o.anonymity = 'anonymous' AND o.created_by IS NULL AND f.purpose = 'report');
