//! The tables of areas, units and teams. Both databases hold the same, written in their own words by the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    area (id) {
        id -> BigInt,
        parent_id -> Nullable<BigInt>,
        level -> Text,
        grid_class -> Nullable<Text>,
        code -> Text,
        official_name -> Text,
        display_name -> Text,
        aliases -> Text,
        search -> Text,
        path -> Text,
        number_prefix -> Nullable<Text>,
        lng -> Nullable<Double>,
        lat -> Nullable<Double>,
        active -> Bool,
        created_at -> Instant,
        office_name -> Nullable<Text>,
        office_phone -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    unit (id) {
        id -> BigInt,
        name -> Text,
        functions -> Text,
        area_id -> BigInt,
        active -> Bool,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    team (id) {
        id -> BigInt,
        name -> Text,
        area_id -> BigInt,
        active -> Bool,
        created_at -> Instant,
    }
}

diesel::allow_tables_to_appear_in_same_query!(area, team);
diesel::allow_tables_to_appear_in_same_query!(area, unit);
diesel::allow_tables_to_appear_in_same_query!(team, unit);
