//! Tables of no module: facts about the database, and answers kept for retries. Both databases hold the same, written in their own words by the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    idempotency (account_id, route, key) {
        account_id -> BigInt,
        route -> Text,
        key -> Text,
        body_hash -> Binary,
        status -> Integer,
        response -> Doc,
        created_at -> Instant,
    }
}
