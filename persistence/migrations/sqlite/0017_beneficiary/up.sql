-- For whom an order is, in words: sealed beside the contact. Same tables in both databases; see src/schema.rs.

ALTER TABLE order_contact ADD COLUMN beneficiary_name_sealed BLOB;
ALTER TABLE order_contact ADD COLUMN beneficiary_phone_sealed BLOB;
ALTER TABLE order_contact ADD COLUMN beneficiary_relation_sealed BLOB;
ALTER TABLE order_contact ADD COLUMN beneficiary_name_masked TEXT;
ALTER TABLE order_contact ADD COLUMN beneficiary_phone_masked TEXT;
