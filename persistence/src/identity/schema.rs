//! The tables of log-ins. Both databases hold the same, written in their own words by the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    identity (provider, subject) {
        provider -> Text,
        subject -> Text,
        account_id -> BigInt,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    session (id) {
        id -> BigInt,
        account_id -> BigInt,
        counter -> Integer,
        created_at -> Instant,
        expires_at -> Instant,
        revoked_at -> Nullable<Instant>,
    }
}
