//! The Chinese sentences.

use super::super::{Order, Status, Suspension};
use super::{Names, disputable_until, due, local, minutes_left};
use crate::At;
use crate::dispatch::Assignee;
use crate::labelled::Labelled;

pub(super) fn suspended(suspension: &Suspension, names: &Names<'_>) -> String {
    format!("已挂起（{}），最迟{}恢复办理；{}", suspension.reason.zh(), time(suspension.until), ask(names))
}

pub(super) fn sentence(order: &Order, names: &Names<'_>, now: At) -> String {
    let inbox = names.inbox;
    let due = due(order);
    let by = |act: &str| by(due, now, act);
    let ask = ask(names);
    match order.status {
        Status::Submitted => format!("已收到，{inbox}{}；{ask}", by("受理")),
        Status::NeedInfo => {
            let until = due.map_or(String::from("尽快"), |d| format!("于{}前", time(d)));
            format!("{inbox}需要您补充材料，请{until}补充，逾期将自动撤销；{ask}")
        }
        Status::Rejected => {
            let why = order.case.rejected_for.map_or("", Labelled::zh);
            match order.case.appealed {
                true => format!("{inbox}复核后仍不予受理：{why}；{ask}"),
                false => format!("{inbox}不予受理：{why}；如不同意可申请一次复核；{ask}"),
            }
        }
        Status::Accepted => format!("{inbox}已受理，正在安排人员，{}；{ask}", by("办结")),
        Status::Pooled => pooled(order, names, now),
        Status::Assigned => format!("已指派给{}，{}；{ask}", assignee(order, names), by("签收")),
        Status::Claimed => format!("{}已认领，{}；{ask}", holder(names), by("与您联系")),
        Status::InProgress => format!("{}正在办理，{}；{ask}", holder(names), by("办结")),
        Status::PendingCheck => format!("{}已反馈办理结果，{inbox}{}；{ask}", holder(names), by("核查办结")),
        Status::Resolved => {
            let rate = due.map_or(String::new(), |d| format!("，{}前未评价将自动结案", time(d)));
            format!("已办结，请您评价{rate}{}；{ask}", not_done(order, now))
        }
        Status::Disputed => format!("您的异议已收到，由督办人员裁定，{}；{ask}", by("处理完毕")),
        Status::Closed => format!("已结案{}{}；{ask}", unsolved(order), not_done(order, now)),
        Status::Archived => format!("已结案归档{}；{ask}", unsolved(order)),
        Status::Withdrawn => format!("已撤销，不再办理，如仍需要请重新提交；{ask}"),
        Status::Merged => format!("已与同一事项的订单合并办理，进展会同步告知您；{ask}"),
    }
}

fn pooled(order: &Order, names: &Names<'_>, now: At) -> String {
    let who = names.candidates.map_or(String::from("附近的网格员"), |n| format!("附近{n}位网格员"));
    let inbox = names.inbox;
    let (waiting, otherwise, then) = match order.filled() {
        0 => (String::from("待认领"), "无人认领", format!("将由{inbox}直接指派")),
        n => {
            let missing = order.slots - n;
            (format!("已有{n}人认领，还需{missing}人"), "仍未认领满", format!("将由{inbox}安排"))
        }
    };
    if order.is_with_dispatcher() {
        return format!("已派给{who}，{waiting}；{otherwise}，{then}。");
    }
    match due(order).map(|due| minutes_left(due, now)) {
        Some(Some(minutes)) => format!("已派给{who}，{waiting}；{minutes}分钟{otherwise}{then}。"),
        Some(None) => format!("已派给{who}，{waiting}；已超过认领时限，{then}。"),
        None => format!("已派给{who}，{waiting}；{otherwise}{then}。"),
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

fn not_done(order: &Order, now: At) -> String {
    disputable_until(order, now)
        .map_or(String::new(), |until| format!("；如未解决，可在{}前提出异议", time(until)))
}

fn assignee(order: &Order, names: &Names<'_>) -> String {
    let kind = match order.assignee {
        Some(Assignee::Team(_)) => "志愿服务队",
        Some(Assignee::Unit(_)) => "承办单位",
        Some(Assignee::Person(_)) | None => "工作人员",
    };
    names.holder.map_or(String::from(kind), |name| format!("{kind}{name}"))
}

fn holder(names: &Names<'_>) -> String {
    names.holder.map_or(String::from("工作人员"), |name| format!("工作人员{name}"))
}

fn ask(names: &Names<'_>) -> String {
    format!("如有疑问请联系{}。", names.inbox)
}

pub(super) fn time(at: At) -> String {
    local(at, "%m月%d日 %H:%M")
}
