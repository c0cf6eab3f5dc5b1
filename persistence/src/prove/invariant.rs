//! What always holds.

use domain::labelled;

labelled! {
    /// Something that always holds. The English label says it as a sentence.
    Invariant {
        Readable = "readable", "行可读", "every order and event can be read by this binary";
        EventSequence = "event_sequence", "事件连续", "events are numbered from 1 to the order's version";
        OrderFold = "order_fold", "订单即事件", "every order is the fold of its events";
        NumberGiven = "number_given", "编号相符", "every number given has its order, every order its number";
        OrderText = "order_text", "订单有正文", "every order has its words";
        OrderListed = "order_listed", "订单在册", "every order is listed under each area above it and no other, by its state";
        OrderParties = "order_parties", "参与方相符", "whoever handles an order is listed so and nobody else, and who did keeps no more than there was";
        NoStrays = "no_strays", "没有无主的行", "every claim, event, notification and outbox row is of an order that is there";
        SlotOnce = "slot_once", "一席一人", "nobody shares a slot";
        PersonOnce = "person_once", "一人一席", "nobody holds two slots of an order";
        ClaimedOnce = "claimed_once", "一轮一席只认领一次", "a slot is won at most once in an attempt";
        ClaimEvents = "claim_events", "认领与事件相符", "every claim has its event, every such event its claim";
        ClaimEnd = "claim_end", "认领有始有终", "a claim that ended says when and in which attempt";
        Filled = "filled", "认领人数相符", "filled is the number of live claims, and the lead the lowest of them";
        PooledOpen = "pooled_open", "待认领即有空席", "a pooled order has a slot free";
        Timers = "timers", "计时相符", "the timers are those of the orders";
        Escalates = "escalates", "待认领必有人管", "every pooled order climbs its ladder, sleeps suspended, or is with the dispatcher";
        OfferLive = "offer_live", "派单可见", "an offer that stands is on its scopes' lists";
        OfferTold = "offer_told", "派单已告知", "once sequenced, a scope knows of an offer exactly while it stands";
        LogWhole = "log_whole", "通知不断号", "a scope's notifications have no gap up to its head";
        LogTrue = "log_true", "通知不失实", "the last word a scope was sent on an offer is true";
        EventTold = "event_told", "事件已告知", "every event of the last days was told to the resident, waits in the outbox, or was set aside";
        NoneStuck = "none_stuck", "无搁置事件", "no event was set aside because it could not be told";
        Receipts = "receipts", "回执不超发", "nobody acknowledged more than was sent";
        Pushes = "pushes", "推送有据", "a push stands for a notification that was looked through, once a person and offer";
    }
}
