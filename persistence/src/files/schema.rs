//! The tables of photos. Both databases hold the same, written in their own words by the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    file (id) {
        id -> BigInt,
        owner_id -> Nullable<BigInt>,
        mime -> Text,
        size -> Integer,
        width -> Integer,
        height -> Integer,
        sha256 -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    file_loose (sha256) {
        sha256 -> Text,
        since -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    upload_day (account_id, day) {
        account_id -> BigInt,
        day -> Instant,
        mib -> Integer,
    }
}
