//! The tables of people and their roles. Both databases hold the same, written in their own words by the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    account (id) {
        id -> BigInt,
        login -> Nullable<Text>,
        name -> Text,
        phone_sealed -> Nullable<Binary>,
        phone_hash -> Nullable<Binary>,
        password_hash -> Nullable<Text>,
        must_change_password -> Bool,
        failed_logins -> Integer,
        locked_until -> Nullable<Instant>,
        disabled_at -> Nullable<Instant>,
        created_at -> Instant,
        password_set_at -> Nullable<Instant>,
        unlocked_at -> Nullable<Instant>,
        leaving_at -> Nullable<Instant>,
        name_sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    role_binding (id) {
        id -> BigInt,
        account_id -> BigInt,
        role -> Text,
        area_id -> Nullable<BigInt>,
        unit_id -> Nullable<BigInt>,
        team_id -> Nullable<BigInt>,
        employment -> Text,
        created_at -> Instant,
    }
}

diesel::allow_tables_to_appear_in_same_query!(account, role_binding);
