-- Live offers: how far each person has read, and who is there. Same tables in both databases; see src/schema.rs.

-- How far a person has acknowledged a scope's notifications; never falls.
CREATE TABLE receipt (
  account_id INTEGER NOT NULL,
  scope_id INTEGER NOT NULL,
  acked INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account_id, scope_id)
);
CREATE INDEX receipt_scope ON receipt (scope_id, acked);

-- On and off duty, and when a socket or poll of theirs was last seen; no row: on duty, never seen.
CREATE TABLE presence (
  account_id INTEGER PRIMARY KEY,
  on_duty BOOLEAN NOT NULL,
  duty_at INTEGER,
  seen_at INTEGER
);

-- Replicas compare the heads that moved lately.
CREATE INDEX scope_seq_at ON scope (seq_at);

-- Pushes to whoever did not acknowledge a notification in time: ids and words only. Keys are never used again: the
-- receiver knows a push by its key.
CREATE TABLE push_job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL,
  -- the notification it stands for
  scope_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  order_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  order_attempt INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  -- times it was taken to be sent
  attempts INTEGER NOT NULL,
  -- until when the replica that took it is left alone with it
  leased_until INTEGER,
  -- a short word: why the last try failed
  last_error TEXT,
  done_at INTEGER,
  UNIQUE (account_id, scope_id, seq)
);
CREATE INDEX push_job_due ON push_job (due_at) WHERE state = 'waiting';
CREATE INDEX push_job_state ON push_job (state, id);
CREATE INDEX push_job_order ON push_job (order_id, order_attempt, account_id);
CREATE INDEX push_job_done ON push_job (done_at) WHERE done_at IS NOT NULL;

-- Scopes with notifications that nobody has looked through for pushes yet.
CREATE INDEX scope_unpushed ON scope (id) WHERE pushed_seq < seq;
