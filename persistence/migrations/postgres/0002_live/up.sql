-- Live offers: how far each person has read, and who is there. Same tables in both databases; see src/schema.rs.

-- How far a person has acknowledged a scope's notifications; never falls.
CREATE TABLE receipt (
  account_id BIGINT NOT NULL,
  scope_id BIGINT NOT NULL,
  acked BIGINT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (account_id, scope_id)
);
CREATE INDEX receipt_scope ON receipt (scope_id, acked);

-- On and off duty, and when a socket or poll of theirs was last seen; no row: on duty, never seen.
CREATE TABLE presence (
  account_id BIGINT PRIMARY KEY,
  on_duty BOOLEAN NOT NULL,
  duty_at TIMESTAMPTZ,
  seen_at TIMESTAMPTZ
);

-- Replicas compare the heads that moved lately.
CREATE INDEX scope_seq_at ON scope (seq_at);
