//! Damages to what was told, and to whom.

use super::Damage;
use persistence::news::invariants::{EVENT_TOLD, LOG_TRUE, LOG_WHOLE, MEMBERS, NONE_STUCK, PUSHES, RECEIPTS};

/// In the words of `super::Damage`.
pub const DAMAGES: &[Damage] = &[
    (
        "INSERT INTO push_job (account_id,scope_id,seq,kind,order_id,version,order_attempt,created_at,state,due_at,attempts) \
         SELECT 3,id,seq + 1,'offer',@p,1,1,seq_at,'waiting',seq_at,0 FROM scope WHERE id = @grid",
        &[PUSHES],
        "of scope @grid",
    ),
    (
        "DELETE FROM notification WHERE order_id = @p AND version = 2",
        &[LOG_WHOLE, EVENT_TOLD],
        " is followed by ",
    ),
    ("UPDATE scope SET seq = seq + 1 WHERE id = @grid", &[LOG_WHOLE], "scope @grid: the head is "),
    ("UPDATE scope SET seq = seq - 1 WHERE id = @grid", &[LOG_WHOLE, RECEIPTS], "scope @grid: the head is "),
    ("DELETE FROM notification WHERE scope_id = @grid", &[LOG_WHOLE], ", and none is kept"),
    (
        "UPDATE notification SET kind = 'closed' WHERE order_id = @p AND kind = 'offer'",
        &[LOG_TRUE],
        "scope @grid: the last word on order @p is closed",
    ),
    (
        "UPDATE notification SET kind = 'offer' WHERE order_id = @c AND kind = 'closed'",
        &[LOG_TRUE],
        "scope @grid: the last word on order @c is offer",
    ),
    (
        "UPDATE notification SET version = 1 WHERE order_id = @p AND version = 2",
        &[EVENT_TOLD],
        "order @p, event 2",
    ),
    (
        "INSERT INTO outbox_stuck (id,order_id,version,attempt,kind,at,tries,error,stuck_at) \
         SELECT 999999,order_id,seq,1,kind,at,3,'unreadable',at FROM order_event WHERE order_id = @p AND seq = 2",
        &[NONE_STUCK],
        "order @p, event 2: unreadable",
    ),
    ("UPDATE receipt SET acked = acked + 1", &[RECEIPTS], " of scope @grid"),
    ("UPDATE receipt SET scope_id = 999999", &[RECEIPTS], " of scope 999999"),
    (
        "DELETE FROM scope_member WHERE account_id = 3 AND scope_id = @grid",
        &[MEMBERS],
        "account 3 is no member of area 6",
    ),
    ("DELETE FROM role_binding WHERE account_id = 7", &[MEMBERS], "account 7 is a member of area 9"),
    ("DELETE FROM role_binding WHERE account_id = 10", &[MEMBERS], "account 10 is a member of inbox 5"),
    (
        "UPDATE account SET disabled_at = created_at WHERE id = 7",
        &[MEMBERS],
        "account 7 is a member of area 3",
    ),
    (
        "INSERT INTO role_binding (account_id,role,unit_id,employment,created_at) \
         SELECT 7,'unit_handler',1,'full_time',created_at FROM account WHERE id = 7",
        &[MEMBERS],
        "account 7 is no member of unit 1",
    ),
    (
        "INSERT INTO scope_member (scope_id,account_id) VALUES (@grid,1)",
        &[MEMBERS],
        "account 1 is a member of area 6",
    ),
    ("DELETE FROM scope_member WHERE account_id = 1", &[MEMBERS], " of account 1 holds nobody"),
    (
        "INSERT INTO scope_member (scope_id,account_id) SELECT id,2 FROM scope WHERE kind = 'person' AND ref_id = 1",
        &[MEMBERS],
        " of account 1 holds account 2",
    ),
];
