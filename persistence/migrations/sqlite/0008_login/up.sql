-- When the password was set: a one-time password expires. When an administrator forgave wrong passwords. Since when a
-- disabled account's orders are being returned; none when nothing is left to return.
ALTER TABLE account ADD COLUMN password_set_at INTEGER;
ALTER TABLE account ADD COLUMN unlocked_at INTEGER;
ALTER TABLE account ADD COLUMN leaving_at INTEGER;
-- one-time passwords given before count from the upgrade
UPDATE account SET password_set_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000000 WHERE must_change_password;
CREATE INDEX account_leaving ON account (id) WHERE leaving_at IS NOT NULL;
