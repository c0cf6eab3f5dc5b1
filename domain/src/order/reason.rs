//! Reason codes. Commands carry a code, never free text, so that events stay free of personal words.

use crate::labelled;

labelled! {
    /// What a reason is given for.
    ReasonKind {
        Reject = "reject", "不予受理", "Rejection";
        Withdraw = "withdraw", "撤销", "Withdrawal";
        Recall = "recall", "撤回派单", "Recall";
        Release = "release", "放弃认领", "Release";
        HandBack = "hand_back", "退单", "Hand-back";
        Transfer = "transfer", "改派", "Transfer";
        ReportUp = "report_up", "上报", "Report up";
        Suspend = "suspend", "挂起", "Suspension";
        Extend = "extend", "延期", "Extension";
        SendBack = "send_back", "核查退回", "Sent back";
        Dispute = "dispute", "异议", "Dispute";
        Uphold = "uphold", "维持原办理结果", "Upheld";
        ShutOut = "shut_out", "停用或职责终止", "Shut out";
    }
}

labelled! {
    /// A reason code; [`Reason::kind`] says for what it may be given.
    Reason {
        NotOurs = "not_ours", "不属于本社区职责，请向主管部门反映", "Not a matter of this community";
        Duplicate = "duplicate", "与已有诉求重复", "Duplicate of an existing order";
        Legal = "legal", "应通过诉讼、仲裁等法定途径解决", "A matter for court or arbitration";
        Emergency = "emergency", "请直接拨打110、119、120", "Call 110, 119 or 120 at once";
        Unclear = "unclear", "内容不清且无法联系", "Unclear and nobody to ask";
        SolvedMyself = "solved_myself", "已自行解决", "Solved by myself";
        Mistake = "mistake", "误提交", "Submitted by mistake";
        NoLongerNeeded = "no_longer_needed", "不再需要", "No longer needed";
        WrongDispatch = "wrong_dispatch", "派单有误", "Wrong dispatch";
        MoreInformation = "more_information", "有新情况", "New facts";
        CannotCome = "cannot_come", "临时有事无法前往", "Cannot come";
        NoContact = "no_contact", "无法联系居民", "Resident cannot be reached";
        BeyondSkill = "beyond_skill", "超出能力", "Beyond my skill";
        NotOurDuty = "not_our_duty", "非本单位职责", "Not this unit's duty";
        WrongPlace = "wrong_place", "不在管辖范围", "Outside our area";
        Overloaded = "overloaded", "任务过多", "Overloaded";
        BetterSuited = "better_suited", "他人更合适", "Somebody else suits better";
        NeedsHigherLevel = "needs_higher_level", "需上级协调", "Needs a higher level";
        WaitingForParts = "waiting_for_parts", "等待材料配件", "Waiting for material";
        Weather = "weather", "天气原因", "Weather";
        ResidentAway = "resident_away", "居民暂不在家", "Resident is away";
        WaitingForDepartment = "waiting_for_department", "等待部门审批", "Waiting for a department";
        LargeWorks = "large_works", "工程量大", "Large works";
        NotFinished = "not_finished", "未办理到位", "Not finished";
        EvidenceMissing = "evidence_missing", "佐证材料不足", "Evidence is missing";
        PoorQuality = "poor_quality", "办理质量不合格", "Poor quality";
        NotDone = "not_done", "实际未办理", "Not done in fact";
        CameBack = "came_back", "问题复发", "The problem came back";
        BadAttitude = "bad_attitude", "服务态度不好", "Poor attitude";
        DoneProperly = "done_properly", "经核实已办理到位", "Verified as done";
        OutsideRequest = "outside_request", "超出原诉求范围", "Beyond the original request";
        AccountDisabled = "account_disabled", "承办人账号已停用", "The handler's account was disabled";
        RoleEnded = "role_ended", "承办人职责已变动", "The handler's role ended";
        LiesElsewhere = "lies_elsewhere", "诉求已改到别处", "It lies elsewhere now";
        HelpOver = "help_over", "诉求已转出或了结，不再需要协办", "It was passed on or ended: no help is needed";
    }
}

impl Reason {
    /// The kind this reason belongs to. Each reason has exactly one.
    #[must_use]
    pub const fn kind(self) -> ReasonKind {
        match self {
            Self::NotOurs | Self::Duplicate | Self::Legal | Self::Emergency | Self::Unclear => {
                ReasonKind::Reject
            }
            Self::SolvedMyself | Self::Mistake | Self::NoLongerNeeded => ReasonKind::Withdraw,
            Self::WrongDispatch | Self::MoreInformation => ReasonKind::Recall,
            Self::CannotCome | Self::NoContact | Self::BeyondSkill => ReasonKind::Release,
            Self::NotOurDuty | Self::WrongPlace => ReasonKind::HandBack,
            Self::Overloaded | Self::BetterSuited => ReasonKind::Transfer,
            Self::NeedsHigherLevel => ReasonKind::ReportUp,
            Self::WaitingForParts | Self::Weather | Self::ResidentAway => ReasonKind::Suspend,
            Self::WaitingForDepartment | Self::LargeWorks => ReasonKind::Extend,
            Self::NotFinished | Self::EvidenceMissing | Self::PoorQuality => ReasonKind::SendBack,
            Self::NotDone | Self::CameBack | Self::BadAttitude => ReasonKind::Dispute,
            Self::DoneProperly | Self::OutsideRequest => ReasonKind::Uphold,
            Self::AccountDisabled | Self::RoleEnded | Self::LiesElsewhere | Self::HelpOver => {
                ReasonKind::ShutOut
            }
        }
    }
}
