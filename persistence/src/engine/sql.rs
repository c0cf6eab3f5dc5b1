//! Portable SQL types: `Instant` is timestamptz on PostgreSQL and INTEGER microseconds on SQLite; `Doc` is jsonb and TEXT.

pub mod cached;
pub mod types;

use diesel::sql_types::SqlType;

/// An instant, microsecond resolution.
#[derive(SqlType, diesel::query_builder::QueryId, Clone, Copy, Debug)]
#[cfg_attr(feature = "postgres", diesel(postgres_type(oid = 1184, array_oid = 1185)))]
#[diesel(sqlite_type(name = "Long"))]
pub struct Instant;

/// A JSON document.
#[derive(SqlType, diesel::query_builder::QueryId, Clone, Copy, Debug)]
#[cfg_attr(feature = "postgres", diesel(postgres_type(oid = 3802, array_oid = 3807)))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Doc;
