//! People: accounts, roles, log-ins; whom administrators may see and change, how people are named.

pub mod errors;
pub mod jobs;
pub mod refs;
pub mod rights;
pub mod routes;
pub mod shown;
