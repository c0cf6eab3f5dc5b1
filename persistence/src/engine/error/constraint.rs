//! Which value is taken already: every unique constraint of the schema by its name here, on PostgreSQL and as SQLite says
//! it. The one table that knows these names; above storage a constraint is a member of this enum and never a text.

/// What SQLite says before the columns, or the index where its columns are expressions.
const SQLITE_SAYS: &str = "UNIQUE constraint failed: ";

macro_rules! constraints {
    ($($name:ident = $postgres:literal, $sqlite:literal;)+) => {
        /// A unique constraint of the schema: primary keys, UNIQUE, unique indexes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Constraint { $(#[doc = concat!("`", $sqlite, "`")] $name),+ }

        impl Constraint {
            /// Every constraint, table by table.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name on PostgreSQL: a stable word for the log.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $postgres),+ }
            }

            const fn on_sqlite(self) -> &'static str {
                match self { $(Self::$name => $sqlite),+ }
            }
        }
    };
}

constraints! {
    Meta = "meta_pkey", "meta.key";

    Area = "area_pkey", "area.id";
    AreaCode = "area_code_key", "area.code";
    AreaPath = "area_path", "area.path";
    Unit = "unit_pkey", "unit.id";
    UnitName = "unit_area_id_name_key", "unit.area_id, unit.name";
    Team = "team_pkey", "team.id";
    TeamName = "team_area_id_name_key", "team.area_id, team.name";

    Account = "account_pkey", "account.id";
    AccountLogin = "account_login_key", "account.login";
    Identity = "identity_pkey", "identity.provider, identity.subject";
    Session = "session_pkey", "session.id";
    RoleBinding = "role_binding_pkey", "role_binding.id";
    RoleBindingOnce = "role_binding_once", "index 'role_binding_once'";
    Presence = "presence_pkey", "presence.account_id";

    ServiceItem = "service_item_pkey", "service_item.id";
    ServiceItemCode = "service_item_code_key", "service_item.code";

    NumberSequence = "number_sequence_pkey", "number_sequence.prefix, number_sequence.day";
    Order = "orders_pkey", "orders.id";
    OrderNumber = "orders_number_key", "orders.number";
    OrderExternal = "orders_external", "orders.channel, orders.external_number";
    OrderText = "order_text_pkey", "order_text.order_id";
    OrderContact = "order_contact_pkey", "order_contact.order_id";
    OrderQueryCode = "order_query_code_pkey", "order_query_code.code_hash";
    OrderArea = "order_area_pkey", "order_area.order_id, order_area.area_id";
    OrderParty = "order_party_pkey", "order_party.kind, order_party.ref_id, order_party.part, order_party.order_id";
    OrderPast = "order_past_pkey", "order_past.order_id, order_past.kind, order_past.ref_id";
    OrderEvent = "order_event_pkey", "order_event.order_id, order_event.seq";
    OrderNote = "order_note_pkey", "order_note.order_id, order_note.seq";
    OrderTerm = "order_term_pkey", "order_term.term, order_term.created_at, order_term.order_id";
    OrderRead = "order_read_pkey", "order_read.account_id, order_read.order_id";
    ContactRead = "contact_read_pkey", "contact_read.id";
    OrderRing = "order_ring_pkey", "order_ring.order_id, order_ring.attempt, order_ring.scope_id";
    CoolDown = "cool_down_pkey", "cool_down.order_id, cool_down.account_id";
    Claim = "claim_pkey", "claim.id";
    ClaimPerson = "claim_person", "claim.order_id, claim.account_id";
    ClaimSlot = "claim_slot", "claim.order_id, claim.slot";
    Timer = "timer_pkey", "timer.order_id, timer.kind";

    File = "file_pkey", "file.id";
    OrderFile = "order_file_pkey", "order_file.file_id";
    FileLoose = "file_loose_pkey", "file_loose.sha256";
    UploadDay = "upload_day_pkey", "upload_day.account_id, upload_day.day";

    Scope = "scope_pkey", "scope.id";
    ScopeOf = "scope_kind_ref_id_key", "scope.kind, scope.ref_id";
    ScopeMember = "scope_member_pkey", "scope_member.scope_id, scope_member.account_id";
    Outbox = "outbox_pkey", "outbox.id";
    OutboxStuck = "outbox_stuck_pkey", "outbox_stuck.id";
    Notification = "notification_pkey", "notification.scope_id, notification.seq";
    Receipt = "receipt_pkey", "receipt.account_id, receipt.scope_id";
    PushJob = "push_job_pkey", "push_job.id";
    PushJobOnce = "push_job_account_id_scope_id_seq_key", "push_job.account_id, push_job.scope_id, push_job.seq";

    Idempotency = "idempotency_pkey", "idempotency.account_id, idempotency.route, idempotency.key";
}

impl Constraint {
    /// The one that a database names: PostgreSQL by its name, SQLite (which gives none) in its message. None for one that
    /// this binary does not know, of a newer schema.
    pub(super) fn named(name: Option<&str>, message: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        match name {
            Some(name) => all.find(|one| one.name() == name),
            None => {
                let what = message.strip_prefix(SQLITE_SAYS)?;
                all.find(|one| one.on_sqlite() == what)
            }
        }
    }
}

impl std::fmt::Display for Constraint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
