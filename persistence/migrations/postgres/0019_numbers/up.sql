-- An order is found by its number without the prefix, and by the number another system gave it.

CREATE INDEX number_sequence_day ON number_sequence (day, prefix);

-- The text that is searched has the external number in a line of its own; these orders are filed anew in the background.
UPDATE order_text SET filed = FALSE, search = search || chr(10) ||
    (SELECT lower(o.external_number) FROM orders o WHERE o.id = order_text.order_id)
  WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = order_text.order_id AND o.external_number IS NOT NULL);
