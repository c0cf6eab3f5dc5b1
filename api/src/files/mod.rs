//! Photos: what is accepted, where it lies, who gets it.

pub mod contents;
pub mod errors;
pub mod photo;
pub mod routes;
pub mod uploads;
