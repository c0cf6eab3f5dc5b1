//! The work, its check, and how it ends.

mod checking;
mod disputes;
mod handling;
mod leaving;
mod requests;
