//! The workflow: its commands, from review to the rating, and what time does.

mod actions;
mod checks;
mod commands;
mod edges;
mod handling;
mod loop_runs;
mod requests;
mod review;
mod timers;
