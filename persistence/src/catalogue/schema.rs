//! The table of service items. Both databases hold the same, written in their own words by the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    service_item (id) {
        id -> BigInt,
        code -> Text,
        name -> Text,
        service_group -> Text,
        board -> Text,
        description -> Text,
        rules -> Doc,
        sort -> Integer,
        active -> Bool,
        created_at -> Instant,
        updated_at -> Instant,
        takes_minutes -> Nullable<Integer>,
    }
}
