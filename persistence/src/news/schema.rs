//! The tables of what is told, to whom, and how far they have read. Both databases hold the same, written in their own words by the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    scope (id) {
        id -> BigInt,
        kind -> Text,
        ref_id -> BigInt,
        seq -> BigInt,
        seq_at -> Nullable<Instant>,
        pushed_seq -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    scope_member (scope_id, account_id) {
        scope_id -> BigInt,
        account_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    outbox (id) {
        id -> BigInt,
        order_id -> BigInt,
        version -> Integer,
        attempt -> Integer,
        kind -> Text,
        at -> Instant,
        tries -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    outbox_stuck (id) {
        id -> BigInt,
        order_id -> BigInt,
        version -> Integer,
        attempt -> Integer,
        kind -> Text,
        at -> Instant,
        tries -> Integer,
        error -> Text,
        stuck_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    notification (scope_id, seq) {
        scope_id -> BigInt,
        seq -> BigInt,
        order_id -> BigInt,
        version -> Integer,
        kind -> Text,
        at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    receipt (account_id, scope_id) {
        account_id -> BigInt,
        scope_id -> BigInt,
        acked -> BigInt,
        at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    presence (account_id) {
        account_id -> BigInt,
        on_duty -> Bool,
        duty_at -> Nullable<Instant>,
        seen_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    push_job (id) {
        id -> BigInt,
        account_id -> BigInt,
        scope_id -> BigInt,
        seq -> BigInt,
        kind -> Text,
        order_id -> BigInt,
        version -> Integer,
        order_attempt -> Integer,
        created_at -> Instant,
        state -> Text,
        due_at -> Instant,
        attempts -> Integer,
        leased_until -> Nullable<Instant>,
        last_error -> Nullable<Text>,
        done_at -> Nullable<Instant>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(receipt, scope_member);
diesel::allow_tables_to_appear_in_same_query!(scope, scope_member);
