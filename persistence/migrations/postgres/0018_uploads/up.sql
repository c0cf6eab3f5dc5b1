-- Photos that no order took are swept, and a person's day has an end (queries/files.rs).

-- Contents that may have no row: noted before they are written and when a row goes, looked at a day later.
CREATE TABLE file_loose (
  sha256 TEXT PRIMARY KEY,
  since TIMESTAMPTZ NOT NULL
);
CREATE INDEX file_loose_since ON file_loose (since);
CREATE INDEX file_sha256 ON file (sha256);

-- What a person uploaded on a day (its first instant in Asia/Shanghai), each photo as whole MiB: none is known by its size.
CREATE TABLE upload_day (
  account_id BIGINT NOT NULL REFERENCES account(id),
  day TIMESTAMPTZ NOT NULL,
  mib INTEGER NOT NULL,
  PRIMARY KEY (account_id, day)
);
CREATE INDEX upload_day_age ON upload_day (day);
