//! Damages to orders and what hangs on them.

use super::Damage;
use persistence::news::invariants::{EVENT_TOLD, LOG_TRUE, NONE_STUCK};
use persistence::order::invariants::{
    ATTACHED, CLAIM_END, CLAIM_EVENTS, CLAIMED_ONCE, ESCALATES, EVENT_SEQUENCE, FILLED, NO_STRAYS,
    NUMBER_GIVEN, OFFER_LIVE, OFFER_TOLD, ORDER_FOLD, ORDER_LISTED, ORDER_PARTIES, ORDER_TEXT, PERSON_ONCE,
    POOLED_OPEN, READABLE, SLOT_ONCE, TIMERS,
};

/// In the words of `super::Damage`.
pub const DAMAGES: &[Damage] = &[
    ("UPDATE orders SET status = 'lost' WHERE id = @p", &[READABLE, OFFER_TOLD], "order @p: "),
    ("UPDATE orders SET limits = '7' WHERE id = @p", &[READABLE], "order @p: "),
    ("UPDATE order_event SET kind = 'vanished' WHERE order_id = @p AND seq = 2", &[READABLE], "order @p: "),
    (
        "DELETE FROM order_event WHERE order_id = @p AND seq = 2",
        &[EVENT_SEQUENCE, ORDER_FOLD],
        "order @p: version 3, 2 events, the last is number 3",
    ),
    (
        "UPDATE orders SET attempt = attempt + 1 WHERE id = @e",
        &[ORDER_FOLD],
        "order @e: attempt is 3, by its events 2; rings differ",
    ),
    ("UPDATE orders SET priority = 'urgent' WHERE id = @p", &[ORDER_FOLD], "order @p: another field differs"),
    ("UPDATE number_sequence SET last = last + 1", &[NUMBER_GIVEN], "-00007 was given and has no order"),
    ("UPDATE number_sequence SET last = last - 1", &[NUMBER_GIVEN], "-00006 was not given"),
    ("DELETE FROM number_sequence", &[NUMBER_GIVEN], "6 of DL-"),
    ("UPDATE orders SET number = 'X' WHERE id = @p", &[NUMBER_GIVEN], "order @p has the number \"X\""),
    ("DELETE FROM order_text WHERE order_id = @p", &[ORDER_TEXT], "order @p"),
    (
        "DELETE FROM order_area WHERE order_id = @p AND area_id = 3",
        &[ORDER_LISTED],
        "order @p is not listed in area 3",
    ),
    (
        "UPDATE order_area SET open = FALSE WHERE order_id = @p AND area_id = 4",
        &[ORDER_LISTED],
        "in area 4 as",
    ),
    (
        "UPDATE order_area SET bucket = 'closed' WHERE order_id = @c AND area_id = 4",
        &[ORDER_LISTED],
        "as closed",
    ),
    (
        "UPDATE order_area SET next_due_at = created_at WHERE order_id = @p AND area_id = 4",
        &[ORDER_LISTED],
        "in area 4 as",
    ),
    (
        "UPDATE order_area SET asked = 'extend' WHERE order_id = @p AND area_id = 4",
        &[ORDER_LISTED],
        "asked: Some(\"extend\")",
    ),
    (
        "INSERT INTO order_area (order_id, area_id, bucket, open, created_at) \
         SELECT order_id, 9, bucket, open, created_at FROM order_area WHERE order_id = @p AND area_id = 3",
        &[ORDER_LISTED],
        "order @p is listed in area 9, where it is not",
    ),
    (
        "INSERT INTO order_party (kind, ref_id, part, order_id, created_at) \
         SELECT 'unit', 1, 'handler', order_id, created_at FROM order_area WHERE order_id = @p AND area_id = 3",
        &[ORDER_PARTIES],
        "order @p: unit 1 is listed as handling it",
    ),
    (
        "INSERT INTO order_past (order_id, kind, ref_id, until_seq, until_at, created_at) \
         SELECT order_id, 'unit', 1, 99, created_at, created_at FROM order_area WHERE order_id = @p AND area_id = 3",
        &[ORDER_PARTIES],
        "order @p: unit 1 took part up to event 99 of 3",
    ),
    (
        "INSERT INTO claim (order_id,attempt,slot,account_id,at) SELECT 999999,1,1,3,at FROM claim WHERE order_id = @c",
        &[NO_STRAYS],
        "claims of order 999999",
    ),
    (
        "INSERT INTO order_event (order_id,seq,kind,at,data) SELECT 999999,1,kind,at,data FROM order_event \
         WHERE order_id = @c AND seq = 1",
        &[NO_STRAYS],
        "events of order 999999",
    ),
    (
        "UPDATE notification SET order_id = 999999 WHERE scope_id = @grid AND order_id = @p",
        &[NO_STRAYS, LOG_TRUE],
        "of scope @grid, on order 999999",
    ),
    (
        "UPDATE notification SET version = 99 WHERE scope_id = @grid AND order_id = @p",
        &[NO_STRAYS],
        "of scope @grid, on order @p",
    ),
    (
        "INSERT INTO outbox (order_id,version,attempt,kind,at) SELECT id,99,1,'claimed',updated_at FROM orders WHERE id = @p",
        &[NO_STRAYS],
        "of event 99 of order @p",
    ),
    (
        "DROP INDEX claim_slot; INSERT INTO claim (order_id,attempt,slot,account_id,at) \
         SELECT order_id,attempt,slot,5,at FROM claim WHERE order_id = @t",
        &[SLOT_ONCE, CLAIM_EVENTS, FILLED, ORDER_FOLD],
        "order @t: slot 1 is held 2 times",
    ),
    (
        "DROP INDEX claim_person; INSERT INTO claim (order_id,attempt,slot,account_id,at) \
         SELECT order_id,attempt,2,account_id,at FROM claim WHERE order_id = @t",
        &[PERSON_ONCE, CLAIM_EVENTS, FILLED, ORDER_FOLD],
        "order @t: account 3 holds 2 slots",
    ),
    (
        "INSERT INTO order_event (order_id,seq,kind,actor_id,at,data) SELECT order_id,seq + 1,kind,actor_id,at,data \
         FROM order_event WHERE order_id = @c AND kind = 'claimed'; UPDATE orders SET version = version + 1 WHERE id = @c",
        &[CLAIMED_ONCE, CLAIM_EVENTS, ORDER_FOLD, EVENT_TOLD],
        "order @c: slot 1 of attempt 1 was won 2 times",
    ),
    (
        "DELETE FROM claim WHERE order_id = @e AND released_at IS NOT NULL",
        &[CLAIM_EVENTS],
        "order @e: attempt 1, slot 1, account 3: 0 claims, 1 events",
    ),
    (
        "UPDATE claim SET account_id = 5 WHERE order_id = @e AND released_at IS NOT NULL",
        &[CLAIM_EVENTS],
        "account 3: 0 claims, 1 events",
    ),
    ("UPDATE claim SET released_attempt = 1 WHERE order_id = @c", &[CLAIM_END], "order @c: claim "),
    ("UPDATE orders SET filled = 0 WHERE id = @t", &[FILLED], "order @t: filled 0, live claims 1"),
    ("UPDATE orders SET lead_id = 5 WHERE id = @c", &[FILLED], "order @c: lead Some(5)"),
    (
        "@unchecked UPDATE orders SET filled = slots WHERE id = @p",
        &[POOLED_OPEN, FILLED],
        "order @p: pooled with 1 of 1",
    ),
    ("DELETE FROM timer WHERE order_id = @p", &[ESCALATES, TIMERS], "order @p: 0 of the three"),
    ("DELETE FROM timer WHERE order_id = @c", &[TIMERS], "order @c: runs [], should run [no_contact "),
    (
        "INSERT INTO timer (order_id,kind,attempt,step,due_at) SELECT id,'silence',1,0,updated_at FROM orders WHERE id = @p",
        &[TIMERS],
        "silence ",
    ),
    (
        "UPDATE order_ring SET live = FALSE WHERE order_id = @p",
        &[OFFER_LIVE, LOG_TRUE],
        "order @p, attempt 1, scope @grid",
    ),
    (
        "UPDATE order_ring SET told = FALSE WHERE order_id = @p",
        &[OFFER_TOLD, LOG_TRUE],
        "order @p, attempt 1, scope @grid",
    ),
    (
        "UPDATE order_ring SET told = TRUE WHERE order_id = @c",
        &[OFFER_TOLD],
        "order @c, attempt 1, scope @grid",
    ),
    (
        "INSERT INTO outbox_stuck (id,order_id,version,attempt,kind,at,tries,error,stuck_at) \
         SELECT 999999,id,99,1,'claimed',updated_at,3,'unreadable',updated_at FROM orders WHERE id = @p",
        &[NO_STRAYS, NONE_STUCK],
        "of event 99 of order @p",
    ),
    (
        "INSERT INTO order_note (order_id,seq,text,visible_to_resident,at) SELECT order_id,99,'x',FALSE,at \
         FROM order_event WHERE order_id = @p AND seq = 1",
        &[ATTACHED],
        "order @p: note 99 of event 99",
    ),
    (
        "@upload; \
         INSERT INTO order_file (file_id,order_id,seq,purpose) VALUES (900,@p,99,'report')",
        &[ATTACHED],
        "order @p: photo 900 of event 99",
    ),
];
