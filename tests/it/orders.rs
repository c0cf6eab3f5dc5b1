//! Orders over HTTP, on both databases.

mod checks;
mod commands;
mod directed;
mod forwarding;
mod handling;
mod loop_runs;
mod pools;
mod requests;
mod review;
mod timers;
