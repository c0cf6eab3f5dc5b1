-- Housekeeping finds what is past its time at once (queries/sweep.rs).

-- Sessions that are over, by when they ended.
CREATE INDEX session_expires ON session (expires_at);

-- Pushes that ended: those given up are kept for longer, and are not looked through for the others.
CREATE INDEX push_job_ended ON push_job (state, done_at) WHERE done_at IS NOT NULL;
