//! The tables, with portable SQL types: both databases hold the same, written in their own words by the migrations.

/// `Instant` is timestamptz on PostgreSQL and INTEGER microseconds on SQLite; `Doc` is jsonb and TEXT.
pub mod sql {
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
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
    team (id) {
        id -> BigInt,
        name -> Text,
        area_id -> BigInt,
        active -> Bool,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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
    use super::sql::*;
    identity (provider, subject) {
        provider -> Text,
        subject -> Text,
        account_id -> BigInt,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
    session (id) {
        id -> BigInt,
        account_id -> BigInt,
        counter -> Integer,
        created_at -> Instant,
        expires_at -> Instant,
        revoked_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
    number_sequence (prefix, day) {
        prefix -> Text,
        day -> Text,
        last -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
    order_term (term, created_at, order_id) {
        term -> BigInt,
        created_at -> Instant,
        order_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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
    use super::sql::*;
    order_query_code (code_hash) {
        code_hash -> Binary,
        order_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
    file_loose (sha256) {
        sha256 -> Text,
        since -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
    upload_day (account_id, day) {
        account_id -> BigInt,
        day -> Instant,
        mib -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
    order_file (file_id) {
        file_id -> BigInt,
        order_id -> BigInt,
        seq -> Integer,
        purpose -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
    order_read (account_id, order_id) {
        account_id -> BigInt,
        order_id -> BigInt,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
    scope_member (scope_id, account_id) {
        scope_id -> BigInt,
        account_id -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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
    use super::sql::*;
    cool_down (order_id, account_id) {
        order_id -> BigInt,
        account_id -> BigInt,
        until_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
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
    use super::sql::*;
    receipt (account_id, scope_id) {
        account_id -> BigInt,
        scope_id -> BigInt,
        acked -> BigInt,
        at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
    presence (account_id) {
        account_id -> BigInt,
        on_duty -> Bool,
        duty_at -> Nullable<Instant>,
        seen_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
    timer (order_id, kind) {
        order_id -> BigInt,
        kind -> Text,
        attempt -> Integer,
        step -> Integer,
        due_at -> Instant,
        leased_until -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql::*;
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

diesel::allow_tables_to_appear_in_same_query!(
    meta,
    area,
    unit,
    team,
    account,
    identity,
    session,
    role_binding,
    service_item,
    number_sequence,
    orders,
    order_text,
    order_term,
    order_contact,
    order_query_code,
    order_area,
    order_party,
    order_past,
    order_event,
    order_note,
    file,
    file_loose,
    upload_day,
    order_file,
    order_read,
    contact_read,
    claim,
    scope,
    scope_member,
    order_ring,
    cool_down,
    outbox,
    outbox_stuck,
    notification,
    receipt,
    presence,
    push_job,
    timer,
    idempotency,
);
