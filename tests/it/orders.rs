//! Orders over HTTP, on both databases.

mod actions;
mod anonymity;
mod checks;
mod commands;
mod contact;
mod directed;
mod forwarding;
mod handling;
mod idempotency;
mod ladder;
mod lists;
mod lists_paged;
mod loop_runs;
mod masking;
mod overseen;
mod photos;
mod pools;
mod reading;
mod requests;
mod review;
mod sealed;
mod taken;
mod targets;
mod timers;
mod told;
mod visibility;
