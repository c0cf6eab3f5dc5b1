ALTER TABLE area DROP COLUMN office_name;
ALTER TABLE area DROP COLUMN office_phone;
