-- Expand first: the release before does not know these tables.
DROP INDEX scope_unpushed;
DROP TABLE push_job;
DROP INDEX scope_seq_at;
DROP TABLE presence;
DROP TABLE receipt;
