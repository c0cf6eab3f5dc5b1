//! The process: its configuration, commands, limits, health and its end.

mod commands;
mod configuration;
mod demo;
mod health;
mod idle;
mod limits;
mod metrics;
mod secrets;
mod stopping;
