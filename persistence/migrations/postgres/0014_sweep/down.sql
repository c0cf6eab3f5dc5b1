DROP INDEX push_job_ended;
DROP INDEX session_expires;
