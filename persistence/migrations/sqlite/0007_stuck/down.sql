DROP TABLE outbox_stuck;
ALTER TABLE outbox DROP COLUMN tries;
