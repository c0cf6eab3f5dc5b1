//! What always holds of log-ins.

crate::engine::invariant::invariants! {
    SIGNED_IN = "signed_in", "停用即下线", "nobody is signed in whose account is disabled", || DISABLED.into();
}

/// Sessions that nobody ended when their account was disabled. (An account is held while a session opens.)
const DISABLED: &str = "SELECT s.id AS id, 'session ' || s.id || ' of account ' || s.account_id AS said \
    FROM session s JOIN account a ON a.id = s.account_id WHERE s.revoked_at IS NULL AND a.disabled_at IS NOT NULL";
