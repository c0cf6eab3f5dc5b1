//! Photos: what is taken, from what networks, and what becomes of those that no order takes.

mod photos;
mod unused;
mod uploads;
