-- Whose they were is not known any more: they go to whoever was there first, and with their orders nobody asks.
UPDATE file SET owner_id = (SELECT min(id) FROM account) WHERE owner_id IS NULL;
ALTER TABLE file ALTER COLUMN owner_id SET NOT NULL;
