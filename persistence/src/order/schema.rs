//! The tables of orders. Both databases hold the same, written in their own words by the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    number_sequence (prefix, day) {
        prefix -> Text,
        day -> Text,
        last -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    orders (id) {
        id -> BigInt,
        number -> Text,
        status -> Text,
        version -> Integer,
        attempt -> Integer,
        slots -> Integer,
        filled -> Integer,
        ring -> Integer,
        service_item_id -> BigInt,
        area_id -> BigInt,
        inbox_id -> BigInt,
        priority -> Text,
        channel -> Text,
        anonymity -> Text,
        external_number -> Nullable<Text>,
        reporter_id -> Nullable<BigInt>,
        beneficiary_id -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
        assignee_kind -> Nullable<Text>,
        assignee_id -> Nullable<BigInt>,
        lead_id -> Nullable<BigInt>,
        contact_limit_ms -> Nullable<BigInt>,
        resolve_due_at -> Nullable<Instant>,
        suspended_until -> Nullable<Instant>,
        limits -> Doc,
        clocks -> Doc,
        case_file -> Doc,
        resolved_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_text (order_id) {
        order_id -> BigInt,
        title -> Text,
        description -> Text,
        search -> Text,
        filed -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_term (term, created_at, order_id) {
        term -> BigInt,
        created_at -> Instant,
        order_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_contact (order_id) {
        order_id -> BigInt,
        name_sealed -> Nullable<Binary>,
        phone_sealed -> Nullable<Binary>,
        address_sealed -> Nullable<Binary>,
        name_masked -> Nullable<Text>,
        phone_masked -> Nullable<Text>,
        address_masked -> Nullable<Text>,
        phone_hash -> Nullable<Binary>,
        beneficiary_name_sealed -> Nullable<Binary>,
        beneficiary_phone_sealed -> Nullable<Binary>,
        beneficiary_relation_sealed -> Nullable<Binary>,
        beneficiary_name_masked -> Nullable<Text>,
        beneficiary_phone_masked -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_query_code (code_hash) {
        code_hash -> Binary,
        order_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_area (order_id, area_id) {
        order_id -> BigInt,
        area_id -> BigInt,
        bucket -> Text,
        open -> Bool,
        created_at -> Instant,
        due_at -> Nullable<Instant>,
        next_due_at -> Nullable<Instant>,
        asked -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_party (kind, ref_id, part, order_id) {
        kind -> Text,
        ref_id -> BigInt,
        part -> Text,
        order_id -> BigInt,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_past (order_id, kind, ref_id) {
        order_id -> BigInt,
        kind -> Text,
        ref_id -> BigInt,
        until_seq -> Integer,
        until_at -> Instant,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_event (order_id, seq) {
        order_id -> BigInt,
        seq -> Integer,
        kind -> Text,
        actor_id -> Nullable<BigInt>,
        at -> Instant,
        data -> Doc,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_note (order_id, seq) {
        order_id -> BigInt,
        seq -> Integer,
        author_id -> Nullable<BigInt>,
        text -> Text,
        visible_to_resident -> Bool,
        at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_file (file_id) {
        file_id -> BigInt,
        order_id -> BigInt,
        seq -> Integer,
        purpose -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_read (account_id, order_id) {
        account_id -> BigInt,
        order_id -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    contact_read (id) {
        id -> BigInt,
        order_id -> Nullable<BigInt>,
        account_id -> BigInt,
        request_id -> Text,
        at -> Instant,
        phone_masked -> Nullable<Text>,
        searched -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    claim (id) {
        id -> BigInt,
        order_id -> BigInt,
        attempt -> Integer,
        slot -> Integer,
        account_id -> BigInt,
        key -> Nullable<Text>,
        at -> Instant,
        released_at -> Nullable<Instant>,
        released_attempt -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    order_ring (order_id, attempt, scope_id) {
        order_id -> BigInt,
        attempt -> Integer,
        scope_id -> BigInt,
        ring -> Integer,
        live -> Bool,
        told -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    cool_down (order_id, account_id) {
        order_id -> BigInt,
        account_id -> BigInt,
        until_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::engine::sql::*;
    timer (order_id, kind) {
        order_id -> BigInt,
        kind -> Text,
        attempt -> Integer,
        step -> Integer,
        due_at -> Instant,
        leased_until -> Nullable<Instant>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(claim, order_past);
diesel::allow_tables_to_appear_in_same_query!(claim, order_ring);
diesel::allow_tables_to_appear_in_same_query!(claim, orders);
diesel::allow_tables_to_appear_in_same_query!(order_area, order_party);
diesel::allow_tables_to_appear_in_same_query!(order_area, order_past);
diesel::allow_tables_to_appear_in_same_query!(order_area, orders);
diesel::allow_tables_to_appear_in_same_query!(order_contact, orders);
diesel::allow_tables_to_appear_in_same_query!(order_event, orders);
diesel::allow_tables_to_appear_in_same_query!(order_party, order_past);
diesel::allow_tables_to_appear_in_same_query!(order_party, orders);
diesel::allow_tables_to_appear_in_same_query!(order_past, orders);
diesel::allow_tables_to_appear_in_same_query!(order_ring, orders);
diesel::allow_tables_to_appear_in_same_query!(order_text, orders);
diesel::allow_tables_to_appear_in_same_query!(orders, timer);
