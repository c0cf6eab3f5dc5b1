//! The fifteen states (FIELD.md, workflow). State is only this; everything else is a field.

use crate::labelled;

labelled! {
    /// State of an order.
    Status {
        Submitted = "submitted", "待受理", "Submitted";
        NeedInfo = "need_info", "待补充", "Information needed";
        Rejected = "rejected", "不予受理", "Rejected";
        Accepted = "accepted", "待派单", "Accepted";
        Pooled = "pooled", "待认领", "Waiting to be claimed";
        Assigned = "assigned", "待签收", "Assigned";
        Claimed = "claimed", "已认领", "Claimed";
        InProgress = "in_progress", "办理中", "In progress";
        PendingCheck = "pending_check", "待核查", "Waiting for the check";
        Resolved = "resolved", "已办结(待评价)", "Resolved";
        Disputed = "disputed", "有异议", "Disputed";
        Closed = "closed", "已结案", "Closed";
        Archived = "archived", "已归档", "Archived";
        Withdrawn = "withdrawn", "已撤销", "Withdrawn";
        Merged = "merged", "已并单", "Merged";
    }
}

impl Status {
    /// Whether somebody still has to act (the column "open?" of FIELD.md).
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Submitted
            | Self::NeedInfo
            | Self::Accepted
            | Self::Pooled
            | Self::Assigned
            | Self::Claimed
            | Self::InProgress
            | Self::PendingCheck
            | Self::Disputed => true,
            Self::Rejected
            | Self::Resolved
            | Self::Closed
            | Self::Archived
            | Self::Withdrawn
            | Self::Merged => false,
        }
    }

    /// Over, with nothing more expected: a resolved order still waits for the resident's word.
    #[must_use]
    pub const fn is_finished(self) -> bool {
        match self {
            Self::Rejected | Self::Closed | Self::Archived | Self::Withdrawn | Self::Merged => true,
            Self::Submitted
            | Self::NeedInfo
            | Self::Accepted
            | Self::Pooled
            | Self::Assigned
            | Self::Claimed
            | Self::InProgress
            | Self::PendingCheck
            | Self::Resolved
            | Self::Disputed => false,
        }
    }

    /// Open and before the check: what reclassification may still change.
    #[must_use]
    pub const fn is_before_check(self) -> bool {
        self.is_open() && !matches!(self, Self::PendingCheck | Self::Disputed)
    }
}
