-- People, areas, catalogue, orders, claims, queue. Same tables in both databases; see src/schema.rs.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE area (
  id INTEGER PRIMARY KEY,
  parent_id INTEGER REFERENCES area(id),
  level TEXT NOT NULL,
  grid_class TEXT,
  code TEXT NOT NULL UNIQUE,
  official_name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  aliases TEXT NOT NULL,
  search TEXT NOT NULL,
  -- '/1/7/42/': every ancestor's key and its own, so that a subtree is one index range
  path TEXT NOT NULL,
  number_prefix TEXT,
  lng REAL,
  lat REAL,
  active INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX area_parent ON area (parent_id, code);
CREATE UNIQUE INDEX area_path ON area (path);

CREATE TABLE unit (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  functions TEXT NOT NULL,
  area_id INTEGER NOT NULL REFERENCES area(id),
  active INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (area_id, name)
);

CREATE TABLE team (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  area_id INTEGER NOT NULL REFERENCES area(id),
  active INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (area_id, name)
);

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  login TEXT UNIQUE,
  name TEXT NOT NULL,
  phone_sealed BLOB,
  phone_hash BLOB,
  password_hash TEXT,
  must_change_password INTEGER NOT NULL,
  failed_logins INTEGER NOT NULL,
  locked_until INTEGER,
  disabled_at INTEGER,
  created_at INTEGER NOT NULL
);
CREATE INDEX account_phone ON account (phone_hash);

CREATE TABLE identity (
  provider TEXT NOT NULL,
  subject TEXT NOT NULL,
  account_id INTEGER NOT NULL REFERENCES account(id),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (provider, subject)
);

CREATE TABLE session (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account(id),
  -- the refresh token in force; the one before it may be retried until this one was used
  counter INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
);
CREATE INDEX session_account ON session (account_id);

CREATE TABLE role_binding (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES account(id),
  role TEXT NOT NULL,
  area_id INTEGER REFERENCES area(id),
  unit_id INTEGER REFERENCES unit(id),
  team_id INTEGER REFERENCES team(id),
  employment TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX role_binding_account ON role_binding (account_id);
CREATE INDEX role_binding_area ON role_binding (area_id, role);
CREATE INDEX role_binding_unit ON role_binding (unit_id);
CREATE INDEX role_binding_team ON role_binding (team_id);
CREATE UNIQUE INDEX role_binding_once ON role_binding
  (account_id, role, COALESCE(area_id, 0), COALESCE(unit_id, 0), COALESCE(team_id, 0));

CREATE TABLE service_item (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  service_group TEXT NOT NULL,
  board TEXT NOT NULL,
  description TEXT NOT NULL,
  rules TEXT NOT NULL,
  sort INTEGER NOT NULL,
  active INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE number_sequence (prefix TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (prefix, day));

-- Columns that a claim changes (status, filled, lead_id, version, clocks, updated_at) stand in no index:
-- (On PostgreSQL such an update stays in place.) Lists go through order_area and order_party.
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  version INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  filled INTEGER NOT NULL,
  ring INTEGER NOT NULL,
  service_item_id INTEGER NOT NULL REFERENCES service_item(id),
  area_id INTEGER NOT NULL REFERENCES area(id),
  inbox_id INTEGER NOT NULL REFERENCES area(id),
  priority TEXT NOT NULL,
  channel TEXT NOT NULL,
  anonymity TEXT NOT NULL,
  external_number TEXT,
  reporter_id INTEGER REFERENCES account(id),
  beneficiary_id INTEGER REFERENCES account(id),
  created_by INTEGER REFERENCES account(id),
  assignee_kind TEXT,
  assignee_id INTEGER,
  lead_id INTEGER,
  contact_limit_ms INTEGER,
  resolve_due_at INTEGER,
  suspended_until INTEGER,
  limits TEXT NOT NULL,
  clocks TEXT NOT NULL,
  case_file TEXT NOT NULL,
  resolved_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK (filled >= 0 AND filled <= slots),
  CHECK (status <> 'pooled' OR filled < slots)
);
CREATE UNIQUE INDEX orders_external ON orders (channel, external_number) WHERE external_number IS NOT NULL;

CREATE TABLE order_text (
  order_id INTEGER PRIMARY KEY REFERENCES orders(id),
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  search TEXT NOT NULL
);

CREATE TABLE order_contact (
  order_id INTEGER PRIMARY KEY REFERENCES orders(id),
  name_sealed BLOB,
  phone_sealed BLOB,
  address_sealed BLOB,
  name_masked TEXT,
  phone_masked TEXT,
  address_masked TEXT,
  phone_hash BLOB
);
CREATE INDEX order_contact_phone ON order_contact (phone_hash, order_id);

CREATE TABLE order_query_code (code_hash BLOB PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(id));

-- A row per area that may list the order: each ancestor of where it is and of the inboxes it was in.
-- bucket: the status, except that pooled, assigned and claimed share 'dispatched' (a claim leaves it alone).
CREATE TABLE order_area (
  order_id INTEGER NOT NULL REFERENCES orders(id),
  area_id INTEGER NOT NULL,
  bucket TEXT NOT NULL,
  open INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (order_id, area_id)
);
CREATE INDEX order_area_all ON order_area (area_id, created_at DESC, order_id DESC);
CREATE INDEX order_area_open ON order_area (area_id, open, created_at DESC, order_id DESC);
CREATE INDEX order_area_bucket ON order_area (area_id, bucket, created_at DESC, order_id DESC);

-- Who takes part besides the claimants: reporter, beneficiary, creator, assigned or co-handling person, team, unit.
CREATE TABLE order_party (
  kind TEXT NOT NULL,
  ref_id INTEGER NOT NULL,
  part TEXT NOT NULL,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (kind, ref_id, part, order_id)
);
CREATE INDEX order_party_list ON order_party (kind, ref_id, part, created_at DESC, order_id DESC);
CREATE INDEX order_party_order ON order_party (order_id);

CREATE TABLE order_event (
  order_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  actor_id INTEGER,
  at INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (order_id, seq)
);

CREATE TABLE order_note (
  order_id INTEGER NOT NULL REFERENCES orders(id),
  seq INTEGER NOT NULL,
  author_id INTEGER,
  text TEXT NOT NULL,
  visible_to_resident INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (order_id, seq)
);

CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  owner_id INTEGER NOT NULL REFERENCES account(id),
  mime TEXT NOT NULL,
  size INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE order_file (
  file_id INTEGER PRIMARY KEY REFERENCES file(id),
  order_id INTEGER NOT NULL REFERENCES orders(id),
  seq INTEGER NOT NULL,
  purpose TEXT NOT NULL
);
CREATE INDEX order_file_order ON order_file (order_id, seq);

CREATE TABLE order_read (
  account_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  version INTEGER NOT NULL,
  PRIMARY KEY (account_id, order_id)
);

CREATE TABLE contact_read (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders(id),
  account_id INTEGER NOT NULL REFERENCES account(id),
  request_id TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX contact_read_order ON contact_read (order_id);

CREATE TABLE claim (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  slot INTEGER NOT NULL,
  account_id INTEGER NOT NULL,
  key TEXT,
  at INTEGER NOT NULL,
  released_at INTEGER,
  -- the attempt that was in force when it was released: it was held from `attempt` up to this one
  released_attempt INTEGER
);
CREATE UNIQUE INDEX claim_person ON claim (order_id, account_id) WHERE released_at IS NULL;
CREATE UNIQUE INDEX claim_slot ON claim (order_id, slot) WHERE released_at IS NULL;
CREATE INDEX claim_account ON claim (account_id, order_id);

CREATE TABLE scope (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  ref_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  seq_at INTEGER,
  pushed_seq INTEGER NOT NULL,
  UNIQUE (kind, ref_id)
);

CREATE TABLE scope_member (
  scope_id INTEGER NOT NULL REFERENCES scope(id),
  account_id INTEGER NOT NULL,
  PRIMARY KEY (scope_id, account_id)
);
CREATE INDEX scope_member_account ON scope_member (account_id, scope_id);

CREATE TABLE order_ring (
  order_id INTEGER NOT NULL REFERENCES orders(id),
  attempt INTEGER NOT NULL,
  scope_id INTEGER NOT NULL REFERENCES scope(id),
  ring INTEGER NOT NULL,
  -- a hint for listing open offers: never false while the offer stands, turned false soon after
  live INTEGER NOT NULL,
  -- the sequencer's own: the scope was sent this offer and not yet its end
  told INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (order_id, attempt, scope_id)
);
CREATE INDEX order_ring_live ON order_ring (scope_id, order_id) WHERE live;

-- Workers who released lately; adding one raises the attempt, so a waiting claim never misses it.
CREATE TABLE cool_down (
  order_id INTEGER NOT NULL REFERENCES orders(id),
  account_id INTEGER NOT NULL,
  until_at INTEGER NOT NULL,
  PRIMARY KEY (order_id, account_id)
);

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL
);

CREATE TABLE notification (
  scope_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (scope_id, seq)
);
CREATE INDEX notification_at ON notification (at);

CREATE TABLE timer (
  order_id INTEGER NOT NULL REFERENCES orders(id),
  kind TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  step INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  -- until when the replica that took it is left alone with it
  leased_until INTEGER,
  PRIMARY KEY (order_id, kind)
);
CREATE INDEX timer_due ON timer (due_at);

CREATE TABLE idempotency (
  account_id INTEGER NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash BLOB NOT NULL,
  status INTEGER NOT NULL,
  response TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, route, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
