//! The English sentences.

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
    let (why, until) = (suspension.reason.en(), time(suspension.until));
    format!("Suspended ({why}), resumes by {until} at the latest; {}", ask(names))
}

pub(super) fn sentence(order: &Order, names: &Names<'_>, now: At) -> String {
    let community = names.community;
    let by = |act: &str| by(due(order), now, act);
    let (ask, you, staff) = (ask(names), you(names), names.reader == Reader::Staff);
    match order.status {
        Status::Submitted => format!("Received; {community} {}; {ask}", by("review it")),
        Status::NeedInfo => need_info(order, names),
        Status::Accepted => {
            format!("Accepted; {community} is finding somebody and {}; {ask}", by("resolve it"))
        }
        Status::Pooled => pooled(order, names, now),
        Status::Assigned => {
            format!("Assigned to {}, who {}; {ask}", assignee(order, names), by("sign for it"))
        }
        Status::Claimed => {
            format!("{} has claimed it and {}; {ask}", capital(&holder(names)), by(&format!("contact {you}")))
        }
        Status::InProgress => {
            format!("{} is working on it and {}; {ask}", capital(&holder(names)), by("resolve it"))
        }
        Status::PendingCheck if staff => {
            let who = capital(&holder(names));
            format!("{who} reported the result; {community} {}; {ask}", by("check and resolve it"))
        }
        Status::PendingCheck => {
            let who = capital(&holder(names));
            format!("{who} is done; {community} is checking it and {}; {ask}", by("have checked it"))
        }
        Status::Disputed if staff => {
            format!("The resident objected; a supervisor {}; {ask}", by("rule on it"))
        }
        Status::Disputed => {
            format!("Not done yet: your objection arrived; a supervisor {}; {ask}", by("rule on it"))
        }
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
    let (ask, staff) = (ask(names), names.reader == Reader::Staff);
    match order.status {
        Status::Resolved => resolved(order, names, now),
        Status::Rejected => rejected(order, names),
        Status::Withdrawn => match names.lapsed {
            Some(_days) if staff => format!("Withdrawn: the resident did not answer; {ask}"),
            Some(days) => format!("{}; {ask}", lapsed(days)),
            None if staff => format!("Withdrawn by the resident; {ask}"),
            None => format!("Withdrawn; submit it again any time; {ask}"),
        },
        Status::Archived => format!("Closed and archived{}; {ask}", unsolved(order)),
        Status::Merged => format!("Handled together with another order on the same matter; {ask}"),
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
            format!("Closed{}{}; {ask}", unsolved(order), not_done(order, names, now))
        }
    }
}

fn need_info(order: &Order, names: &Names<'_>) -> String {
    let until = due(order).map_or(String::from("soon"), |due| format!("by {}", time(due)));
    let (community, ask) = (names.community, ask(names));
    match names.reader {
        Reader::Staff if order.is_of_a_caller() => {
            format!("Call the resident and answer for them {until}, or it is withdrawn; {ask}")
        }
        Reader::Staff => {
            format!("{community} asked the resident to answer {until}, or it is withdrawn; {ask}")
        }
        Reader::Resident | Reader::Caller | Reader::Nameless => format!(
            "{community} needs more from you: please answer {until}, or it is put aside until you submit it again; {ask}"
        ),
    }
}

fn resolved(order: &Order, names: &Names<'_>, now: At) -> String {
    let (not_done, ask) = (not_done(order, names, now), ask(names));
    let rate = due(order).map_or(String::new(), |due| format!(", or it closes on {}", time(due)));
    match names.reader {
        Reader::Staff if order.is_of_a_caller() => {
            format!("Resolved: call the resident and rate it for them{rate}{not_done}; {ask}")
        }
        Reader::Staff => format!("Resolved: the resident may rate it{rate}{not_done}; {ask}"),
        Reader::Resident => format!("Done: please rate it{rate}{not_done}; {ask}"),
        Reader::Caller => format!("Done: you will be called about it{not_done}; {ask}"),
        Reader::Nameless => format!("Done; {ask}"),
    }
}

fn rejected(order: &Order, names: &Names<'_>) -> String {
    let (community, ask) = (names.community, ask(names));
    let (why, appealed) = (order.case.rejected_for, order.case.appealed);
    let official = why.map_or("", Labelled::en);
    // where to go says whom to ask already
    let ask = if names.reader != Reader::Staff && why == Some(Reason::NotOurs) {
        ".".into()
    } else {
        format!("; {ask}")
    };
    let told =
        why.map_or_else(|| format!("{community} did not take it on"), |reason| elsewhere(reason, names));
    match names.reader {
        Reader::Staff if appealed => {
            format!("{community} reviewed and rejected it again ({official}){ask}")
        }
        Reader::Staff if order.is_of_a_caller() => {
            format!(
                "{community} rejected it ({official}); staff may ask once for a review for the resident{ask}"
            )
        }
        Reader::Staff => {
            format!("{community} rejected it ({official}); the resident may ask once for a review{ask}")
        }
        Reader::Resident | Reader::Caller | Reader::Nameless if appealed => {
            format!("{community} reviewed it: {told}{ask}")
        }
        Reader::Resident => format!("{told}; you may ask once for a review{ask}"),
        Reader::Caller | Reader::Nameless => format!("{told}{ask}"),
    }
}

/// Where to go with what was rejected for this reason.
pub(super) fn elsewhere(reason: Reason, names: &Names<'_>) -> String {
    match (reason, names.office.phone) {
        (Reason::NotOurs, Some(phone)) => {
            format!("A matter for another authority: {} (tel. {phone}) knows which", office(names))
        }
        (Reason::NotOurs, None) => {
            format!("A matter for another authority: {} knows which", office(names))
        }
        (Reason::Duplicate, _) => "Somebody has submitted this already".into(),
        (Reason::Unclear, _) => "It was unclear, and you could not be reached".into(),
        (other, _) => other.en().into(),
    }
}

/// Put aside for want of an answer.
pub(super) fn lapsed(days: u32) -> String {
    format!("Put aside: no answer came in {days} days; submit it again any time")
}

fn pooled(order: &Order, names: &Names<'_>, now: At) -> String {
    let community = names.community;
    let (waiting, then) = match order.filled() {
        0 => (String::from("waiting to be claimed"), format!("{community} assigns it")),
        n => {
            let missing = order.slots - n;
            (format!("claimed by {n}, {missing} more wanted"), format!("{community} sees to the rest"))
        }
    };
    let end = if names.office.phone.is_some() { format!("; {}", ask(names)) } else { ".".into() };
    let who = match names.offered {
        Some(Offered { people: ..=0, .. }) => {
            return format!("Dispatched, nobody nearby can take it now, {waiting}; {then}{end}");
        }
        Some(Offered { people: 1, role }) => format!("1 {}", noun(role)),
        Some(Offered { people, role }) => format!("{people} {}s", noun(role)),
        None => format!("the {}s", noun(None)),
    };
    if order.is_with_dispatcher() {
        return format!("Offered to {who} nearby, {waiting}; {then}{end}");
    }
    match due(order).map(|due| minutes_left(due, now)) {
        Some(Some(minutes)) => format!("Offered to {who} nearby, {waiting}; in {minutes} min {then}{end}"),
        Some(None) => format!("Offered to {who} nearby, {waiting}; the time is up and {then}{end}"),
        None => format!("Offered to {who} nearby, {waiting}; otherwise {then}{end}"),
    }
}

fn by(due: Option<At>, now: At, act: &str) -> String {
    match due {
        Some(due) if now <= due => format!("will {act} by {}", time(due)),
        Some(due) => format!("was to {act} by {} and is late", time(due)),
        None => format!("will {act} as soon as possible"),
    }
}

fn unsolved(order: &Order) -> &'static str {
    if order.ended_unsolved() { ", rated as not solved" } else { "" }
}

fn not_done(order: &Order, names: &Names<'_>, now: At) -> String {
    let told = |until: At| match names.reader {
        Reader::Resident => format!("; if it isn't done, object by {}", time(until)),
        Reader::Caller => format!("; if it isn't done, call by {}", time(until)),
        Reader::Staff if order.is_of_a_caller() => {
            format!("; if it isn't done, object for the resident by {}", time(until))
        }
        Reader::Staff => format!("; if it isn't done, the resident may object by {}", time(until)),
        Reader::Nameless => String::new(),
    };
    disputable_until(order, now).map_or(String::new(), told)
}

fn assignee(order: &Order, names: &Names<'_>) -> String {
    let name = names.holder.and_then(|holder| holder.name);
    match order.assignee {
        Some(Assignee::Team(_)) => name.unwrap_or("a volunteer team").into(),
        Some(Assignee::Unit(_)) => name.unwrap_or("a unit").into(),
        Some(Assignee::Person(_)) | None => holder(names),
    }
}

/// Who holds it, by what they are and their name.
fn holder(names: &Names<'_>) -> String {
    match names.holder {
        Some(Holder { name: Some(name), role }) => format!("{} {name}", noun(role)),
        Some(Holder { name: None, role }) => format!("a {}", noun(role)),
        None => format!("a {}", noun(None)),
    }
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}

const fn noun(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::GridWorker) => "grid worker",
        Some(Role::Liaison) => "micro-grid liaison",
        Some(Role::BuildingLead) => "building lead",
        Some(Role::GridLeader) => "grid leader",
        Some(Role::Volunteer) => "volunteer",
        Some(Role::Dispatcher) => "community dispatcher",
        Some(Role::UnitHandler) => "unit worker",
        Some(Role::Supervisor) => "supervisor",
        Some(Role::Resident | Role::Auditor | Role::Admin) | None => "worker",
    }
}

const fn you(names: &Names<'_>) -> &'static str {
    match names.reader {
        Reader::Staff => "the resident",
        Reader::Resident | Reader::Caller | Reader::Nameless => "you",
    }
}

fn office<'a>(names: &Names<'a>) -> &'a str {
    names.office.name.unwrap_or(names.community)
}

fn ask(names: &Names<'_>) -> String {
    match names.office.phone {
        Some(phone) => format!("questions go to {} (tel. {phone}).", office(names)),
        None => format!("questions go to {}.", office(names)),
    }
}

pub(super) fn time(at: At) -> String {
    local(at, "%b %-d, %H:%M")
}
