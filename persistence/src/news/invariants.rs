//! What always holds of what is told, and to whom.

use super::granted::granted;
use domain::people::Role;
use domain::words::labelled::Labelled;

crate::engine::invariant::invariants! {
    LOG_WHOLE = "log_whole", "通知不断号", "a scope's notifications have no gap up to its head";
    LOG_TRUE = "log_true", "通知不失实", "the last word a scope was sent on an offer is true";
    EVENT_TOLD = "event_told", "事件已告知", "every event of the last days was told to the resident, waits in the outbox, or was set aside";
    NONE_STUCK = "none_stuck", "无搁置事件", "no event was set aside because it could not be told";
    RECEIPTS = "receipts", "回执不超发", "nobody acknowledged more than was sent", || ACKED.into();
    PUSHES = "pushes", "推送有据", "a push stands for a notification that was looked through, once a person and offer",
        || UNFOUNDED.into(), || TWICE.into();
    MEMBERS = "members", "成员即角色", "a scope holds whoever belongs there by their roles and nobody else, a person's them alone",
        missing, kept_on, || ALONE.into();
}

/// Acknowledgements past what was sent.
const ACKED: &str = "SELECT r.account_id AS id, \
    'account ' || r.account_id || ' acknowledged ' || r.acked || ' of scope ' || r.scope_id AS said \
    FROM receipt r LEFT JOIN scope s ON s.id = r.scope_id WHERE s.id IS NULL OR r.acked > s.seq OR r.acked < 0";
/// Pushes for what was not looked through, or with an end and no time of it.
const UNFOUNDED: &str = "SELECT j.id AS id, \
    'push ' || j.id || ', of notification ' || j.seq || ' of scope ' || j.scope_id AS said \
    FROM push_job j LEFT JOIN scope s ON s.id = j.scope_id WHERE s.id IS NULL OR j.seq > s.pushed_seq \
    OR s.pushed_seq > s.seq OR (j.state = 'waiting') <> (j.done_at IS NULL)";
/// People pushed to twice about one offer.
const TWICE: &str = "SELECT account_id AS id, \
    'account ' || account_id || ' twice, about attempt ' || order_attempt || ' of order ' || order_id AS said \
    FROM push_job WHERE kind = 'offer' GROUP BY account_id, order_id, order_attempt HAVING count(*) > 1";
/// Scopes of a person without them, or with somebody else.
const ALONE: &str = "SELECT s.id AS id, 'scope ' || s.id || ' of account ' || s.ref_id || ' holds ' \
    || COALESCE('account ' || m.account_id, 'nobody') AS said \
    FROM scope s LEFT JOIN scope_member m ON m.scope_id = s.id WHERE s.kind = 'person' \
    AND (m.account_id IS NULL OR m.account_id <> s.ref_id)";

/// Memberships that roles give and nobody has.
fn missing() -> String {
    format!(
        "{} SELECT account_id AS id, 'account ' || account_id || ' is no member of ' || kind || ' ' || ref_id AS said FROM \
         (SELECT kind, ref_id, account_id FROM want WHERE kind <> 'person' \
          EXCEPT SELECT s.kind, s.ref_id, m.account_id FROM scope_member m JOIN scope s ON s.id = m.scope_id) lost",
        granted(0)
    )
}

/// Memberships that no role gives. Of whoever holds a role that only a later version knows, that one says.
fn kept_on() -> String {
    let known: Vec<String> = Role::ALL.iter().map(|role| format!("'{role}'")).collect();
    format!(
        "{} SELECT account_id AS id, 'account ' || account_id || ' is a member of ' || kind || ' ' || ref_id AS said FROM \
         (SELECT s.kind AS kind, s.ref_id AS ref_id, m.account_id AS account_id \
            FROM scope_member m JOIN scope s ON s.id = m.scope_id WHERE s.kind <> 'person' \
          EXCEPT SELECT kind, ref_id, account_id FROM want) more \
         WHERE account_id NOT IN (SELECT account_id FROM role_binding WHERE role NOT IN ({}))",
        granted(0),
        known.join(", ")
    )
}
