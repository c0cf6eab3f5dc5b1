//! Which commands an actor may issue now: derived from `decide` itself, so that it can't say anything else.

use super::command::{Command, CommandKind};
use super::decide::decide;
use super::facts::Facts;
use super::reason::Reason;
use super::rejection::Rejection;
use super::state::Order;
use crate::At;
use crate::organisation::scope::{Assignee, Scope};
use crate::people::actor::Actor;
use crate::words::ids::{AccountId, AreaId, TeamId};
use crate::words::labelled::Labelled;
use chrono::TimeDelta;

/// An account nobody has: the worker a sample command names.
const SOMEBODY: Assignee = Assignee::Person(AccountId(-1));

/// The commands this actor may issue on this order now, in declaration order.
///
/// A refusal that is only about a field ([`Rejection::Invalid`], [`Rejection::Target`]) counts as allowed: the client can
/// mend it. So do [`Rejection::NobodyOversees`] and its like: where an order would go, and who is there, is looked up for the
/// command itself.
/// `Expire` and `ShutOut` are never listed: they are the system's.
#[must_use]
pub fn allowed(order: &Order, actor: Actor, facts: &Facts, now: At) -> Vec<CommandKind> {
    let passes = |command: Command| match decide(order, &command, actor, facts, now) {
        Ok(_) => true,
        Err(rejection) => is_mendable(&rejection),
    };
    CommandKind::ALL
        .iter()
        .copied()
        .filter(|kind| sample(*kind, order, facts, now).is_some_and(passes))
        .collect()
}

const fn is_mendable(rejection: &Rejection) -> bool {
    matches!(
        rejection,
        Rejection::Invalid { .. }
            | Rejection::Target { .. }
            | Rejection::NobodyOversees
            | Rejection::CommonNotOverseen
            | Rejection::OnlyDispatcher
    )
}

/// A command of this kind with fields made to be valid for this order; none for what is the system's.
#[must_use]
pub fn sample(kind: CommandKind, order: &Order, facts: &Facts, now: At) -> Option<Command> {
    use CommandKind as K;
    let attempt = order.attempt;
    Some(match kind {
        K::SupplyInfo => Command::SupplyInfo,
        K::Supplement => Command::Supplement,
        K::Withdraw => Command::Withdraw { reason: Reason::NoLongerNeeded },
        K::Urge => Command::Urge,
        K::Appeal => Command::Appeal,
        K::Rate => Command::Rate { score: 5, solved: true },
        K::Dispute => Command::Dispute { reason: Reason::NotDone },
        K::Accept => Command::Accept { service_item: None, area: None, priority: None },
        K::AskInfo => Command::AskInfo,
        K::Reject => Command::Reject { reason: Reason::NotOurs },
        K::AnswerDirectly => Command::AnswerDirectly,
        K::SelfResolve => Command::SelfResolve { photos: 1 },
        K::Forward => Command::Forward { area: beside(order.inbox) },
        K::TakeBack => Command::TakeBack,
        K::Reclassify => reclassify(order, facts),
        K::Dispatch => Command::Dispatch { scopes: Vec::new(), slots: None, rings: Vec::new() },
        K::Redispatch => Command::Redispatch { scopes: Vec::new(), rings: Vec::new() },
        K::Widen => Command::Widen { scopes: vec![Scope::Team(TeamId(-1))] },
        K::Assign => Command::Assign { assignee: SOMEBODY },
        K::Recall => Command::Recall { reason: Reason::WrongDispatch },
        K::Reassign => Command::Reassign { assignee: SOMEBODY },
        K::Transfer => Command::Transfer { assignee: SOMEBODY, reason: Reason::BetterSuited },
        K::CloseRemainder => Command::CloseRemainder,
        K::Claim => Command::Claim { attempt },
        K::Acknowledge => Command::Acknowledge { attempt },
        K::Release => Command::Release { reason: Reason::CannotCome },
        K::Contact => Command::Contact { occurred_at: None },
        K::Progress => Command::Progress { visible_to_resident: true },
        K::Survey => Command::Survey,
        K::ReportUp => Command::ReportUp { reason: Reason::NeedsHigherLevel },
        K::Whistle => Command::Whistle { who: SOMEBODY },
        K::ReportIn => Command::ReportIn,
        K::FinishCoHandling => Command::FinishCoHandling,
        K::WaiveCoHandler => {
            let open = order.case.co_handlers.iter().find(|c| c.is_open());
            Command::WaiveCoHandler { who: open.map_or(SOMEBODY, |c| c.who) }
        }
        K::Resolve => Command::Resolve { photos_before: 1, photos_after: 1, occurred_at: None },
        K::RequestSuspend => {
            Command::RequestSuspend { reason: Reason::Weather, until: now + TimeDelta::days(1) }
        }
        K::RequestExtend => Command::RequestExtend { reason: Reason::LargeWorks, minutes: 60 },
        K::RequestHandBack => Command::RequestHandBack { reason: Reason::NotOurDuty },
        K::GrantRequest => Command::GrantRequest,
        K::RefuseRequest => Command::RefuseRequest,
        K::WithdrawRequest => Command::WithdrawRequest,
        K::Resume => Command::Resume,
        K::PassCheck => Command::PassCheck,
        K::SendBack => Command::SendBack { reason: Reason::NotFinished },
        K::Revisit => Command::Revisit { satisfied: Some(true) },
        K::RedoSame => Command::RedoSame,
        K::RedoOther => Command::RedoOther { assignee: SOMEBODY },
        K::Uphold => Command::Uphold { reason: Reason::DoneProperly },
        K::Supervise => Command::Supervise,
        K::Join => Command::Join,
        K::Decline => Command::Decline,
        K::ShutOut | K::Expire => return None,
    })
}

/// The wire fields (camelCase) the client must supply with a command of this kind. `version` and files that
/// only some service items demand are not listed.
#[must_use]
pub const fn needs(kind: CommandKind) -> &'static [&'static str] {
    use CommandKind as K;
    match kind {
        K::Urge
        | K::TakeBack
        | K::Accept
        | K::Dispatch
        | K::Redispatch
        | K::CloseRemainder
        | K::Contact
        | K::ReportIn
        | K::FinishCoHandling
        | K::GrantRequest
        | K::RefuseRequest
        | K::WithdrawRequest
        | K::Resume
        | K::PassCheck
        | K::RedoSame
        | K::Join
        | K::Decline
        | K::ShutOut
        | K::Expire => &[],
        K::SupplyInfo
        | K::Supplement
        | K::Appeal
        | K::AskInfo
        | K::AnswerDirectly
        | K::SelfResolve
        | K::Survey
        | K::Supervise => &["text"],
        K::Withdraw | K::Recall | K::Release | K::RequestHandBack | K::SendBack => &["reason"],
        K::Dispute | K::Reject | K::ReportUp | K::Uphold => &["reason", "text"],
        K::Rate => &["score", "solved"],
        K::Forward => &["areaId"],
        K::Reclassify => &["serviceItemId", "areaId"],
        K::Widen => &["scopes"],
        K::Assign | K::Reassign | K::RedoOther => &["assignee"],
        K::Transfer => &["assignee", "reason"],
        K::Claim | K::Acknowledge => &["attempt"],
        K::Progress => &["text", "visibleToResident"],
        K::Whistle | K::WaiveCoHandler => &["who"],
        K::Resolve => &["text", "beforeFileIds", "afterFileIds"],
        K::RequestSuspend => &["reason", "until"],
        K::RequestExtend => &["reason", "minutes"],
        K::Revisit => &["satisfied"],
    }
}

fn reclassify(order: &Order, facts: &Facts) -> Command {
    match &facts.new_item {
        Some((item, _)) if *item != order.service_item => {
            Command::Reclassify { service_item: Some(*item), area: None }
        }
        Some(_) | None => Command::Reclassify { service_item: None, area: Some(beside(order.area)) },
    }
}

const fn beside(area: AreaId) -> AreaId {
    AreaId(area.0.wrapping_add(1))
}
