ALTER TABLE service_item DROP COLUMN takes_minutes;
DROP INDEX order_area_asked;
ALTER TABLE order_area DROP COLUMN asked;
DROP INDEX order_area_next;
ALTER TABLE order_area DROP COLUMN next_due_at;
