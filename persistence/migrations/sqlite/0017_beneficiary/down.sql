ALTER TABLE order_contact DROP COLUMN beneficiary_name_sealed;
ALTER TABLE order_contact DROP COLUMN beneficiary_phone_sealed;
ALTER TABLE order_contact DROP COLUMN beneficiary_relation_sealed;
ALTER TABLE order_contact DROP COLUMN beneficiary_name_masked;
ALTER TABLE order_contact DROP COLUMN beneficiary_phone_masked;
