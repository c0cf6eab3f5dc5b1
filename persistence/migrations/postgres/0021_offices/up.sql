-- Whom people ask about an order of an area: an office and its telephone, a public number. Of an area that has none it is
-- that of the nearest area above. Same columns in both databases; see src/schema.rs.

ALTER TABLE area ADD COLUMN office_name TEXT;
ALTER TABLE area ADD COLUMN office_phone TEXT;
