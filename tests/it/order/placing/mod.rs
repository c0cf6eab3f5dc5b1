//! Placing an order: who may, for whom, under what name, and once.

mod anonymity;
mod callers;
mod idempotency;
mod named;
mod taken;
