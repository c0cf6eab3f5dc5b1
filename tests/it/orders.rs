//! Orders over HTTP, on both databases.

mod loop_runs;
