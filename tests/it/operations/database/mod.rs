//! The database as it is given: its schema, roles, sessions, a pooler or a standby before it; how its indexes are walked.

mod constraints;
mod plans;
#[cfg(feature = "postgres")]
mod pooled;
#[cfg(feature = "postgres")]
mod roles;
mod schema;
#[cfg(feature = "postgres")]
mod sessions;
#[cfg(feature = "postgres")]
mod standby;
