//! Every state, reached by real commands.

use super::{COMMUNITY, HELPERS, Story, UNIT, Who, placement, rules};
use chrono::TimeDelta;
use domain::catalogue::ServiceRules;
use domain::order::{Command, Event, Facts, Placement, Reason, TimerKind, place};
use domain::organisation::Assignee;

pub fn accept() -> Command {
    Command::Accept { service_item: None, area: None, priority: None }
}

pub fn dispatch() -> Command {
    Command::Dispatch { scopes: Vec::new(), slots: None, rings: Vec::new() }
}

pub fn resolve() -> Command {
    Command::Resolve { photos_before: 0, photos_after: 0, occurred_at: None }
}

pub fn contact() -> Command {
    Command::Contact { occurred_at: None }
}

pub fn submitted() -> Story {
    Story::begin(rules())
}

/// The same, taken at the telephone from somebody without an account.
#[allow(dead_code, reason = "not every test binary needs it")]
pub fn by_phone(mut story: Story) -> Story {
    story.order.reporter = None;
    if let Event::Submitted { reporter, .. } = &mut story.history[0].event {
        *reporter = None;
    }
    story
}

/// Taken by staff for the reporter, who is asked first.
#[allow(dead_code, reason = "not every test binary needs it")]
pub fn taken() -> Story {
    let mut story = submitted();
    let placement = Placement { created_by: Some(Who::Dispatcher.account()), ..placement() };
    let facts = Facts { inbox_roles: Who::Dispatcher.roles(), ..story.facts(Who::Dispatcher) };
    let decision = place(&placement, Who::Dispatcher.actor(), &facts, story.now).unwrap();
    (story.order, story.history) = (decision.changes, decision.events);
    story
}

pub fn need_info() -> Story {
    submitted().act(Who::Dispatcher, Command::AskInfo).clone()
}

pub fn rejected() -> Story {
    submitted().act(Who::Dispatcher, Command::Reject { reason: Reason::NotOurs }).clone()
}

pub fn appealed() -> Story {
    rejected().act(Who::Reporter, Command::Appeal).clone()
}

pub fn rejected_again() -> Story {
    appealed().act(Who::OtherDispatcher, Command::Reject { reason: Reason::Legal }).clone()
}

/// Forwarded by the dispatcher to the community's inbox, and not looked at there.
pub fn forwarded() -> Story {
    submitted().act(Who::Dispatcher, Command::Forward { area: COMMUNITY }).clone()
}

pub fn accepted() -> Story {
    submitted().act(Who::Dispatcher, accept()).clone()
}

pub fn pooled() -> Story {
    accepted().act(Who::Dispatcher, dispatch()).clone()
}

/// A pool of two slots, one of them taken by the worker.
pub fn half_pooled() -> Story {
    let mut story = Story::begin(ServiceRules { slots: 2, ..rules() });
    story.act(Who::Dispatcher, accept()).act(Who::Dispatcher, dispatch()).claim_by(Who::Worker).clone()
}

/// The same, and the worker has made contact.
pub fn half_pooled_contacted() -> Story {
    half_pooled().act(Who::Worker, contact()).clone()
}

/// Pooled, and the ladder is at its end.
pub fn left_unclaimed() -> Story {
    let mut story = pooled();
    while let Some(due) = story.order.timer(TimerKind::Escalation) {
        story.now = due;
        story.act(Who::System, Command::Expire { timer: TimerKind::Escalation });
    }
    story
}

pub fn assigned() -> Story {
    accepted().act(Who::Dispatcher, Command::Assign { assignee: Who::Worker.person() }).clone()
}

pub fn assigned_to_unit() -> Story {
    accepted().act(Who::Dispatcher, Command::Assign { assignee: Assignee::Unit(UNIT) }).clone()
}

pub fn hand_back_requested() -> Story {
    assigned_to_unit().act(Who::UnitHandler, Command::RequestHandBack { reason: Reason::NotOurDuty }).clone()
}

pub fn claimed() -> Story {
    pooled().claim_by(Who::Worker).clone()
}

pub fn suspend_requested(mut story: Story) -> Story {
    let until = story.now + TimeDelta::days(3);
    story.act(Who::Dispatcher, Command::RequestSuspend { reason: Reason::Weather, until }).clone()
}

pub fn suspended(story: Story) -> Story {
    suspend_requested(story).act(Who::OtherDispatcher, Command::GrantRequest).clone()
}

pub fn in_progress() -> Story {
    claimed().act(Who::Worker, contact()).clone()
}

pub fn whistled() -> Story {
    in_progress().act(Who::Worker, Command::Whistle { who: Assignee::Unit(HELPERS) }).clone()
}

pub fn reported_in() -> Story {
    whistled().act(Who::CoHandler, Command::ReportIn).clone()
}

pub fn pending_check() -> Story {
    reported_in().act(Who::CoHandler, Command::FinishCoHandling).act(Who::Worker, resolve()).clone()
}

pub fn resolved() -> Story {
    pending_check().act(Who::Dispatcher, Command::PassCheck).clone()
}

pub fn disputed() -> Story {
    resolved().act(Who::Reporter, Command::Dispute { reason: Reason::NotDone }).clone()
}

pub fn rated() -> Story {
    resolved().act(Who::Reporter, Command::Rate { score: 5, solved: true }).clone()
}

pub fn closed_by_silence() -> Story {
    let mut story = resolved();
    story.wait(8 * 1440).act(Who::System, Command::Expire { timer: TimerKind::Silence }).clone()
}

pub fn withdrawn() -> Story {
    pooled().act(Who::Reporter, Command::Withdraw { reason: Reason::Mistake }).clone()
}

/// Name and story of every state, and of what makes a difference within it.
pub fn all() -> Vec<(&'static str, Story)> {
    vec![
        ("submitted", submitted()),
        ("submitted, appealed", appealed()),
        ("submitted, forwarded", forwarded()),
        ("need_info", need_info()),
        ("rejected", rejected()),
        ("rejected, again", rejected_again()),
        ("accepted", accepted()),
        ("pooled", pooled()),
        ("pooled, 1 of 2", half_pooled()),
        ("pooled, contacted", half_pooled_contacted()),
        ("pooled, suspended", suspended(pooled())),
        ("pooled, unclaimed", left_unclaimed()),
        ("assigned to worker", assigned()),
        ("assigned to unit", assigned_to_unit()),
        ("assigned, hand-back", hand_back_requested()),
        ("claimed", claimed()),
        ("claimed, request", suspend_requested(claimed())),
        ("claimed, suspended", suspended(claimed())),
        ("in_progress", in_progress()),
        ("in_progress, whistled", whistled()),
        ("in_progress, reported", reported_in()),
        ("pending_check", pending_check()),
        ("resolved", resolved()),
        ("disputed", disputed()),
        ("closed, rated", rated()),
        ("closed, silence", closed_by_silence()),
        ("withdrawn", withdrawn()),
    ]
}

/// The same of callers without an account, where what they may do is done for them.
#[allow(dead_code, reason = "not every test binary needs it")]
pub fn callers() -> Vec<(&'static str, Story)> {
    vec![
        ("need_info, caller", by_phone(need_info())),
        ("rejected, caller", by_phone(rejected())),
        ("claimed, caller", by_phone(claimed())),
        ("resolved, caller", by_phone(resolved())),
    ]
}
