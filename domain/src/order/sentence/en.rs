//! The English sentences.

use super::super::{Order, Status, Suspension};
use super::{Names, disputable_until, due, local, minutes_left};
use crate::At;
use crate::dispatch::Assignee;
use crate::labelled::Labelled;

pub(super) fn suspended(suspension: &Suspension, names: &Names<'_>) -> String {
    let (why, until) = (suspension.reason.en(), time(suspension.until));
    format!("Suspended ({why}), resumes by {until} at the latest; {}", ask(names))
}

pub(super) fn sentence(order: &Order, names: &Names<'_>, now: At) -> String {
    let inbox = names.inbox;
    let due = due(order);
    let by = |act: &str| by(due, now, act);
    let holder = names.holder.unwrap_or("A worker");
    let ask = ask(names);
    match order.status {
        Status::Submitted => format!("Received; {inbox} {}; {ask}", by("review it")),
        Status::NeedInfo => {
            let until = due.map_or(String::from("soon"), |d| format!("by {}", time(d)));
            format!("{inbox} needs more from you: please answer {until}, or it is withdrawn; {ask}")
        }
        Status::Rejected => {
            let why = order.case.rejected_for.map_or("", Labelled::en);
            match order.case.appealed {
                true => format!("{inbox} reviewed and rejected it again ({why}); {ask}"),
                false => format!("{inbox} rejected it ({why}); you may ask once for a review; {ask}"),
            }
        }
        Status::Accepted => format!("Accepted; {inbox} is finding somebody and {}; {ask}", by("resolve it")),
        Status::Pooled => pooled(order, names, now),
        Status::Assigned => {
            let who = names.holder.unwrap_or_else(|| assignee(order));
            format!("Assigned to {who}, who {}; {ask}", by("sign for it"))
        }
        Status::Claimed => format!("{holder} has claimed it and {}; {ask}", by("contact you")),
        Status::InProgress => format!("{holder} is working on it and {}; {ask}", by("resolve it")),
        Status::PendingCheck => {
            format!("{holder} reported the result; {inbox} {}; {ask}", by("check and resolve it"))
        }
        Status::Resolved => {
            let rate = due.map_or(String::new(), |d| format!(", or it closes on {}", time(d)));
            format!("Resolved: please rate it{rate}{}; {ask}", not_done(order, now))
        }
        Status::Disputed => format!("Your objection arrived; a supervisor {}; {ask}", by("rule on it")),
        Status::Closed => format!("Closed{}{}; {ask}", unsolved(order), not_done(order, now)),
        Status::Archived => format!("Closed and archived{}; {ask}", unsolved(order)),
        Status::Withdrawn => format!("Withdrawn; submit it anew if you still need it; {ask}"),
        Status::Merged => format!("Handled together with another order on the same matter; {ask}"),
    }
}

fn pooled(order: &Order, names: &Names<'_>, now: At) -> String {
    let who = names.candidates.map_or(String::from("the workers"), |n| format!("{n} workers"));
    let inbox = names.inbox;
    let (waiting, then) = match order.filled() {
        0 => (String::from("waiting to be claimed"), format!("{inbox} assigns it")),
        n => {
            let missing = order.slots - n;
            (format!("claimed by {n}, {missing} more wanted"), format!("{inbox} sees to the rest"))
        }
    };
    if order.is_with_dispatcher() {
        return format!("Offered to {who} nearby, {waiting}; {then}.");
    }
    match due(order).map(|due| minutes_left(due, now)) {
        Some(Some(minutes)) => {
            format!("Offered to {who} nearby, {waiting}; in {minutes} min {then}.")
        }
        Some(None) => format!("Offered to {who} nearby, {waiting}; the time is up and {then}."),
        None => format!("Offered to {who} nearby, {waiting}; otherwise {then}."),
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

fn not_done(order: &Order, now: At) -> String {
    disputable_until(order, now)
        .map_or(String::new(), |until| format!("; if it isn't done, object by {}", time(until)))
}

const fn assignee(order: &Order) -> &'static str {
    match order.assignee {
        Some(Assignee::Team(_)) => "a volunteer team",
        Some(Assignee::Unit(_)) => "a unit",
        Some(Assignee::Person(_)) | None => "a worker",
    }
}

fn ask(names: &Names<'_>) -> String {
    format!("questions go to {}.", names.inbox)
}

pub(super) fn time(at: At) -> String {
    local(at, "%b %-d, %H:%M")
}
