-- The name of whoever holds no role, sealed; `name` then holds what may be shown of it. Those that an earlier version wrote
-- open are sealed in the background (queries/names.rs). Same tables in both databases; see src/schema.rs.

ALTER TABLE account ADD COLUMN name_sealed BLOB;

-- Who may wait for that, among those who hold a role; and whose name a replica of an earlier version changed since.
CREATE INDEX account_name_open ON account (id) WHERE name_sealed IS NULL;
CREATE INDEX account_name_told ON account (id) WHERE name_sealed IS NOT NULL AND substr(name, length(name)) <> '*';
