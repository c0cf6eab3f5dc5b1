//! The Chinese sentences.

use super::names::{Holder, Names, Offered, Reader};
use super::times::{disputable_until, due, local, minutes_left};
use crate::At;
use crate::order::reason::Reason;
use crate::order::state::Order;
use crate::order::state::request::Suspension;
use crate::order::state::status::Status;
use crate::organisation::scope::Assignee;
use crate::people::role::Role;
use crate::words::labelled::Labelled;

pub(super) fn suspended(suspension: &Suspension, names: &Names<'_>) -> String {
    format!("已挂起（{}），最迟{}恢复办理；{}", suspension.reason.zh(), time(suspension.until), ask(names))
}

pub(super) fn sentence(order: &Order, names: &Names<'_>, now: At) -> String {
    let community = names.community;
    let by = |act: &str| by(due(order), now, act);
    let (ask, you, staff) = (ask(names), you(names), names.reader == Reader::Staff);
    match order.status {
        Status::Submitted => format!("已收到，{community}{}；{ask}", by("受理")),
        Status::NeedInfo => need_info(order, names),
        Status::Accepted => format!("已受理，{community}正在安排人员，{}；{ask}", by("办结")),
        Status::Pooled => pooled(order, names, now),
        Status::Assigned => format!("已指派给{}，{}；{ask}", assignee(order, names), by("签收")),
        Status::Claimed => format!("{}已认领，{}；{ask}", holder(names), by(&format!("与{you}联系"))),
        Status::InProgress => format!("{}正在办理，{}；{ask}", holder(names), by("办结")),
        Status::PendingCheck if staff => {
            format!("{}已反馈办理结果，{community}{}；{ask}", holder(names), by("核查办结"))
        }
        Status::PendingCheck => {
            format!("{}办完了，{community}正在核实，{}；{ask}", holder(names), by("核实完毕"))
        }
        Status::Disputed if staff => format!("居民有异议，由督办人员裁定，{}；{ask}", by("处理完毕")),
        Status::Disputed => format!("还没办好，您的意见已收到，督办人员{}；{ask}", by("处理完毕")),
        Status::Resolved
        | Status::Rejected
        | Status::Closed
        | Status::Archived
        | Status::Withdrawn
        | Status::Merged => over(order, names, now),
    }
}

/// The states in which nobody has to act.
fn over(order: &Order, names: &Names<'_>, now: At) -> String {
    let (ask, you, staff) = (ask(names), you(names), names.reader == Reader::Staff);
    match order.status {
        Status::Resolved => resolved(order, names, now),
        Status::Rejected => rejected(order, names),
        Status::Withdrawn => match names.lapsed {
            Some(_days) if staff => format!("居民逾期未补充材料，已自动撤销；{ask}"),
            Some(days) => format!("{}；{ask}", lapsed(days)),
            None if staff => format!("居民已撤销，不再办理；{ask}"),
            None => format!("已撤销，不再办理，如仍需要您随时可再提；{ask}"),
        },
        Status::Archived => format!("已结案归档{}；{ask}", unsolved(order)),
        Status::Merged => format!("已与同一事项的订单合并办理，进展会同步告知{you}；{ask}"),
        Status::Closed
        | Status::Submitted
        | Status::NeedInfo
        | Status::Accepted
        | Status::Pooled
        | Status::Assigned
        | Status::Claimed
        | Status::InProgress
        | Status::PendingCheck
        | Status::Disputed => {
            format!("已结案{}{}；{ask}", unsolved(order), not_done(order, names, now))
        }
    }
}

fn need_info(order: &Order, names: &Names<'_>) -> String {
    let until = due(order).map_or(String::from("尽快"), |due| format!("于{}前", time(due)));
    let (community, ask) = (names.community, ask(names));
    match names.reader {
        Reader::Staff if order.is_of_a_caller() => {
            format!("请工作人员{until}打电话问清情况并代居民补充，逾期将自动撤销；{ask}")
        }
        Reader::Staff => format!("{community}已请居民{until}补充材料，逾期将自动撤销；{ask}"),
        Reader::Resident | Reader::Caller | Reader::Nameless => {
            format!("{community}需要您补充材料，请{until}补充，到期没收到先收起，您随时可再提；{ask}")
        }
    }
}

fn resolved(order: &Order, names: &Names<'_>, now: At) -> String {
    let (not_done, ask) = (not_done(order, names, now), ask(names));
    let rate = due(order).map_or(String::new(), |due| format!("，{}前未评价将自动结案", time(due)));
    match names.reader {
        Reader::Staff if order.is_of_a_caller() => {
            format!("已办结，请打电话问居民并代为评价{rate}{not_done}；{ask}")
        }
        Reader::Staff => format!("已办结，待居民评价{rate}{not_done}；{ask}"),
        Reader::Resident => format!("办好了，请您评价{rate}{not_done}；{ask}"),
        Reader::Caller => format!("办好了，会打电话问您{not_done}；{ask}"),
        Reader::Nameless => format!("办好了；{ask}"),
    }
}

fn rejected(order: &Order, names: &Names<'_>) -> String {
    let (community, ask) = (names.community, ask(names));
    let (why, appealed) = (order.case.rejected_for, order.case.appealed);
    let official = why.map_or("", Labelled::zh);
    // where to go says whom to ask already
    let ask = if names.reader != Reader::Staff && why == Some(Reason::NotOurs) {
        "。".into()
    } else {
        format!("；{ask}")
    };
    let told = why.map_or_else(|| format!("{community}没有受理"), |reason| elsewhere(reason, names));
    match names.reader {
        Reader::Staff if appealed => format!("{community}复核后仍不予受理：{official}{ask}"),
        Reader::Staff if order.is_of_a_caller() => {
            format!("{community}不予受理：{official}；居民不同意的，可由工作人员代为申请一次复核{ask}")
        }
        Reader::Staff => format!("{community}不予受理：{official}；居民可申请一次复核{ask}"),
        Reader::Resident | Reader::Caller | Reader::Nameless if appealed => {
            format!("{community}复核过了：{told}{ask}")
        }
        Reader::Resident => format!("{told}；如不同意可申请一次复核{ask}"),
        Reader::Caller | Reader::Nameless => format!("{told}{ask}"),
    }
}

/// Where to go with what was rejected for this reason.
pub(super) fn elsewhere(reason: Reason, names: &Names<'_>) -> String {
    match (reason, names.office.phone) {
        (Reason::NotOurs, Some(phone)) => {
            format!("这事归主管部门管，找哪个部门请问{}，电话{phone}", office(names))
        }
        (Reason::NotOurs, None) => format!("这事归主管部门管，找哪个部门请问{}", office(names)),
        (Reason::Legal, _) => "这事归法院、仲裁机构管".into(),
        (Reason::Duplicate, _) => "这事已经有人提过了".into(),
        (Reason::Unclear, _) => "内容没说清楚，也没能联系上您".into(),
        (other, _) => other.zh().into(),
    }
}

/// Put aside for want of an answer.
pub(super) fn lapsed(days: u32) -> String {
    format!("{days}天没收到先收起，您随时可再提")
}

fn pooled(order: &Order, names: &Names<'_>, now: At) -> String {
    let community = names.community;
    let (waiting, otherwise, then) = match order.filled() {
        0 => (String::from("待认领"), "无人认领", format!("将由{community}直接指派")),
        n => {
            let missing = order.slots - n;
            (format!("已有{n}人认领，还需{missing}人"), "仍未认领满", format!("将由{community}安排"))
        }
    };
    // the pool's own sentence says who acts next: an office is named where there is one
    let end = if names.office.phone.is_some() { format!("；{}", ask(names)) } else { "。".into() };
    let who = match names.offered {
        Some(Offered { people: ..=0, .. }) => {
            return format!("已派单，附近暂时没有能接单的人，{waiting}；{then}{end}");
        }
        Some(Offered { people, role }) => format!("附近{people}位{}", noun(role)),
        None => format!("附近的{}", noun(None)),
    };
    if order.is_with_dispatcher() {
        return format!("已派给{who}，{waiting}；{otherwise}，{then}{end}");
    }
    match due(order).map(|due| minutes_left(due, now)) {
        Some(Some(minutes)) => format!("已派给{who}，{waiting}；{minutes}分钟{otherwise}{then}{end}"),
        Some(None) => format!("已派给{who}，{waiting}；已超过认领时限，{then}{end}"),
        None => format!("已派给{who}，{waiting}；{otherwise}{then}{end}"),
    }
}

fn by(due: Option<At>, now: At, act: &str) -> String {
    match due {
        Some(due) if now <= due => format!("将于{}前{act}", time(due)),
        Some(due) => format!("应于{}前{act}，现已超时", time(due)),
        None => format!("将尽快{act}"),
    }
}

fn unsolved(order: &Order) -> &'static str {
    if order.ended_unsolved() { "，评价为没有解决" } else { "" }
}

fn not_done(order: &Order, names: &Names<'_>, now: At) -> String {
    let told = |until: At| match names.reader {
        Reader::Resident => format!("；如没办好，可在{}前提出异议", time(until)),
        Reader::Caller => format!("；如没办好，请在{}前来电说明", time(until)),
        Reader::Staff if order.is_of_a_caller() => {
            format!("；如没办好，可在{}前代居民提出异议", time(until))
        }
        Reader::Staff => format!("；如没办好，居民可在{}前提出异议", time(until)),
        Reader::Nameless => String::new(),
    };
    disputable_until(order, now).map_or(String::new(), told)
}

fn assignee(order: &Order, names: &Names<'_>) -> String {
    let name = names.holder.and_then(|holder| holder.name);
    match order.assignee {
        Some(Assignee::Team(_)) => name.unwrap_or("志愿服务队").into(),
        Some(Assignee::Unit(_)) => format!("承办单位{}", name.unwrap_or_default()),
        Some(Assignee::Person(_)) | None => holder(names),
    }
}

/// Who holds it, by what they are and their name.
fn holder(names: &Names<'_>) -> String {
    match names.holder {
        Some(Holder { name, role }) => format!("{}{}", noun(role), name.unwrap_or_default()),
        None => noun(None).into(),
    }
}

/// What people of this role are called; of several roles, or of none that they still hold: 工作人员.
const fn noun(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::GridWorker) => "网格员",
        Some(Role::Liaison) => "微网格联络员",
        Some(Role::BuildingLead) => "楼栋长",
        Some(Role::GridLeader) => "网格长",
        Some(Role::Volunteer) => "党员志愿者",
        Some(Role::Dispatcher) => "社区管理员",
        Some(Role::UnitHandler) => "单位工作人员",
        Some(Role::Supervisor) => "督办人员",
        Some(Role::Resident | Role::Auditor | Role::Admin) | None => "工作人员",
    }
}

const fn you(names: &Names<'_>) -> &'static str {
    match names.reader {
        Reader::Staff => "居民",
        Reader::Resident | Reader::Caller | Reader::Nameless => "您",
    }
}

fn office<'a>(names: &Names<'a>) -> &'a str {
    names.office.name.unwrap_or(names.community)
}

fn ask(names: &Names<'_>) -> String {
    match names.office.phone {
        Some(phone) => format!("如有疑问请联系{}，电话{phone}。", office(names)),
        None => format!("如有疑问请联系{}。", office(names)),
    }
}

pub(super) fn time(at: At) -> String {
    local(at, "%m月%d日 %H:%M")
}
