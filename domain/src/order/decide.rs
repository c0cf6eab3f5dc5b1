//! `decide`: who may do what to an order, when, and what then happens. One exhaustive match over the commands.
//!
//! Order of the checks, which the HTTP status depends on: permission, then state, then suspension and the
//! other conditions, then the fields. Claims are the exception: see [`claiming`].

mod checking;
pub(super) mod claiming;
pub(super) mod decision;
mod dispatching;
mod handling;
mod parts;
pub(super) mod placement;
pub(super) mod placing;
mod reporter;
mod requests;
mod review;
mod scene;
mod targets;
mod time;

use super::command::Command;
use super::facts::Facts;
use super::rejection::Rejection;
use super::state::Order;
use crate::At;
use crate::people::actor::Actor;
use decision::Decision;
use parts::{helping, joining, leaving};
use scene::Scene;

/// Decides one command on an order, from the facts and the time the shell supplies.
///
/// # Errors
/// The [`Rejection`] that says why the command is refused; nothing has happened then.
pub fn decide(
    order: &Order,
    command: &Command,
    actor: Actor,
    facts: &Facts,
    now: At,
) -> Result<Decision, Rejection> {
    use Command as C;
    let s = &Scene { order, actor, facts, now };
    match command {
        C::SupplyInfo => reporter::supply_info(s),
        C::Supplement => reporter::supplement(s),
        C::Withdraw { reason } => reporter::withdraw(s, *reason),
        C::Urge => reporter::urge(s),
        C::Appeal => reporter::appeal(s),
        C::Rate { score, solved } => reporter::rate(s, *score, *solved),
        C::Dispute { reason } => reporter::dispute(s, *reason),
        C::Accept { service_item, area, priority } => review::accept(s, *service_item, *area, *priority),
        C::AskInfo => review::ask_info(s),
        C::Reject { reason } => review::reject(s, *reason),
        C::AnswerDirectly => review::answer_directly(s),
        C::SelfResolve { photos } => review::self_resolve(s, *photos),
        C::Forward { area } => review::forward(s, *area),
        C::TakeBack => review::take_back(s),
        C::Reclassify { service_item, area } => review::reclassify(s, *service_item, *area),
        C::Dispatch { scopes, slots, rings } => dispatching::dispatch(s, scopes, *slots, rings),
        C::Redispatch { scopes, rings } => dispatching::redispatch(s, scopes, rings),
        C::Widen { scopes } => dispatching::widen(s, scopes),
        C::Assign { assignee } => dispatching::assign(s, *assignee),
        C::Recall { reason } => dispatching::recall(s, *reason),
        C::Reassign { assignee } => dispatching::reassign(s, *assignee),
        C::Transfer { assignee, reason } => dispatching::transfer(s, *assignee, *reason),
        C::CloseRemainder => dispatching::close_remainder(s),
        C::Claim { attempt } => claiming::claim(s, *attempt),
        C::Acknowledge { attempt } => claiming::acknowledge(s, *attempt),
        C::Release { reason } => claiming::release(s, *reason),
        C::Contact { occurred_at } => handling::contact(s, *occurred_at),
        C::Progress { visible_to_resident } => handling::progress(s, *visible_to_resident),
        C::Survey => handling::survey(s),
        C::ReportUp { reason } => handling::report_up(s, *reason),
        C::Whistle { who } => helping::whistle(s, *who),
        C::ReportIn => helping::report_in(s),
        C::FinishCoHandling => helping::finish(s),
        C::WaiveCoHandler { who } => helping::waive(s, *who),
        C::Resolve { photos_before, photos_after, occurred_at } => {
            handling::resolve(s, (*photos_before, *photos_after), *occurred_at)
        }
        C::RequestSuspend { reason, until } => requests::suspend(s, *reason, *until),
        C::RequestExtend { reason, minutes } => requests::extend(s, *reason, *minutes),
        C::RequestHandBack { reason } => requests::hand_back(s, *reason),
        C::GrantRequest => requests::grant(s),
        C::RefuseRequest => requests::refuse(s),
        C::WithdrawRequest => requests::withdraw(s),
        C::Resume => requests::resume(s),
        C::PassCheck => checking::pass(s),
        C::SendBack { reason } => checking::send_back(s, *reason),
        C::Revisit { satisfied } => checking::revisit(s, *satisfied),
        C::RedoSame => checking::redo_same(s),
        C::RedoOther { assignee } => checking::redo_other(s, *assignee),
        C::Uphold { reason } => checking::uphold(s, *reason),
        C::Supervise => checking::supervise(s),
        C::Join => joining::join(s),
        C::Decline => joining::decline(s),
        C::ShutOut { account } => leaving::shut_out(s, *account),
        C::Expire { timer } => time::expire(s, *timer),
    }
}
