DROP INDEX order_area_due;
ALTER TABLE order_area DROP COLUMN due_at;
DROP INDEX order_text_unfiled;
ALTER TABLE order_text DROP COLUMN filed;
DROP TABLE order_term;
