//! What always holds of orders. `prove/` reads them order by order, with all that the database holds on each, and checks what
//! is said here; what one statement finds stands beside its words.

crate::engine::invariant::invariants! {
    READABLE = "readable", "行可读", "every order and event can be read by this binary";
    EVENT_SEQUENCE = "event_sequence", "事件连续", "events are numbered from 1 to the order's version";
    ORDER_FOLD = "order_fold", "订单即事件", "every order is the fold of its events";
    NUMBER_GIVEN = "number_given", "编号相符", "every number given has its order, every order its number";
    ORDER_TEXT = "order_text", "订单有正文", "every order has its words";
    ORDER_LISTED = "order_listed", "订单在册", "every order is listed under each area above it and no other, by its state";
    ORDER_PARTIES = "order_parties", "参与方相符", "whoever handles an order is listed so and nobody else, and who did keeps no more than there was";
    NO_STRAYS = "no_strays", "没有无主的行", "every claim, event, notification and outbox row is of an order that is there";
    SLOT_ONCE = "slot_once", "一席一人", "nobody shares a slot";
    PERSON_ONCE = "person_once", "一人一席", "nobody holds two slots of an order";
    CLAIMED_ONCE = "claimed_once", "一轮一席只认领一次", "a slot is won at most once in an attempt";
    CLAIM_EVENTS = "claim_events", "认领与事件相符", "every claim has its event, every such event its claim";
    CLAIM_END = "claim_end", "认领有始有终", "a claim that ended says when and in which attempt";
    FILLED = "filled", "认领人数相符", "filled is the number of live claims, and the lead the lowest of them";
    POOLED_OPEN = "pooled_open", "待认领即有空席", "a pooled order has a slot free";
    TIMERS = "timers", "计时相符", "the timers are those of the orders";
    ESCALATES = "escalates", "待认领必有人管", "every pooled order climbs its ladder, sleeps suspended, or is with the dispatcher";
    OFFER_LIVE = "offer_live", "派单可见", "an offer that stands is on its scopes' lists";
    OFFER_TOLD = "offer_told", "派单已告知", "once sequenced, a scope knows of an offer exactly while it stands";
    ATTACHED = "attached", "附件有出处", "every note and photo of an order came with one of its events", attached;
}

/// Notes and photos of an event that the order does not have.
fn attached() -> String {
    let loose = |table: &str, what: &str, key: &str| {
        format!(
            "SELECT t.order_id AS id, 'order ' || t.order_id || ': {what} ' || t.{key} || ' of event ' || t.seq AS said \
             FROM {table} t LEFT JOIN order_event e ON e.order_id = t.order_id AND e.seq = t.seq WHERE e.order_id IS NULL"
        )
    };
    format!("{} UNION ALL {}", loose("order_note", "note", "seq"), loose("order_file", "photo", "file_id"))
}
