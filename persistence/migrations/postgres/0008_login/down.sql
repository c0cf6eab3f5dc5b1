DROP INDEX account_leaving;
ALTER TABLE account DROP COLUMN leaving_at;
ALTER TABLE account DROP COLUMN unlocked_at;
ALTER TABLE account DROP COLUMN password_set_at;
