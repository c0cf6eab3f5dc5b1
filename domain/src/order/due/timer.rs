//! Timers are a function of the order: which run, and when they are due. The table only mirrors this.

use crate::order::state::Order;
use crate::order::state::status::Status;
use crate::{At, labelled};

labelled! {
    /// What runs out.
    TimerKind {
        NeedInfo = "need_info", "补充到期", "Information not supplied";
        Silence = "silence", "评价到期", "Not rated";
        SuspensionEnd = "suspension_end", "挂起到期", "Suspension ends";
        NoContact = "no_contact", "首次联系到期", "No first contact";
        Acknowledge = "acknowledge", "签收到期", "Not acknowledged";
        Escalation = "escalation", "升级派单", "Escalation";
    }
}

impl Order {
    /// The live timers, at most one of each kind.
    #[must_use]
    pub fn timers(&self) -> Vec<(TimerKind, At)> {
        let case = &self.case;
        let suspended = case.suspension.is_some();
        let contact = self.clocks.contact.filter(|c| c.stopped_at.is_none()).and_then(|c| c.due_at());
        [
            (TimerKind::NeedInfo, case.info_due_at.filter(|_| self.status == Status::NeedInfo)),
            (TimerKind::Silence, case.silence_due_at.filter(|_| self.status == Status::Resolved)),
            (TimerKind::SuspensionEnd, case.suspension.map(|s| s.until).filter(|_| self.status.is_open())),
            (TimerKind::NoContact, contact.filter(|_| self.status == Status::Claimed && !suspended)),
            (
                TimerKind::Acknowledge,
                case.acknowledge_due_at.filter(|_| self.status == Status::Assigned && !suspended),
            ),
            (TimerKind::Escalation, self.escalates_at()),
        ]
        .into_iter()
        .filter_map(|(kind, due)| Some((kind, due?)))
        .collect()
    }

    /// When this timer is due, if it runs.
    #[must_use]
    pub fn timer(&self, kind: TimerKind) -> Option<At> {
        self.timers().into_iter().find(|(k, _)| *k == kind).map(|(_, due)| due)
    }
}
