//! Random lives: which command comes next, the table it must obey, the clocks it is measured with.

pub mod clocks;
pub mod table;

use crate::cast::{COMMUNITY, EVERYBODY, GRID, HELPERS, ITEM, NEXT_GRID, OTHER_ITEM, Story, TEAM, UNIT, Who};
use chrono::TimeDelta;
use domain::catalogue::ladder::{Step, WidenTo};
use domain::order::actions::{allowed, sample};
use domain::order::{Command, CommandKind, Reason, TimerKind};
use domain::organisation::{Assignee, Scope};
use domain::words::labelled::Labelled;

/// What brings an order to its end, and what only a moment allows; without a preference for it, hardly one life in a
/// hundred gets there.
const ONWARD: [CommandKind; 17] = [
    CommandKind::TakeBack,
    CommandKind::Accept,
    CommandKind::Dispatch,
    CommandKind::Claim,
    CommandKind::Acknowledge,
    CommandKind::Contact,
    CommandKind::ReportIn,
    CommandKind::FinishCoHandling,
    CommandKind::Resolve,
    CommandKind::GrantRequest,
    CommandKind::PassCheck,
    CommandKind::SendBack,
    CommandKind::Rate,
    CommandKind::Dispute,
    CommandKind::RedoSame,
    CommandKind::RedoOther,
    CommandKind::Uphold,
];

/// The next command: mostly one that the actor may issue, now and then anything, now and then a timer.
pub fn choose(story: &Story, who: usize, pick: usize, mode: u8, seed: u64) -> (Who, Command) {
    let mut who = EVERYBODY[who % EVERYBODY.len()];
    if mode == 1 && seed.is_multiple_of(3) {
        let holders = story.order.claims.iter().map(|c| c.account);
        let directed =
            story.order.assignee.into_iter().chain(story.order.case.co_handlers.iter().map(|c| c.who));
        let people = directed.filter_map(|who| if let Assignee::Person(id) = who { Some(id) } else { None });
        let concerned: Vec<_> = holders.chain(people).collect();
        if !concerned.is_empty() {
            return (Who::System, Command::ShutOut { account: one(&concerned, seed >> 5) });
        }
    }
    if mode == 0 {
        let timer = story.order.timers().first().map_or(TimerKind::NeedInfo, |t| t.0);
        return (Who::System, Command::Expire { timer });
    }
    let mut kinds = CommandKind::ALL.to_vec();
    if mode > 2 {
        // Somebody who may do something; withdrawing ends most lives too early.
        for offset in 0..EVERYBODY.len() {
            let next = EVERYBODY[(pick + offset) % EVERYBODY.len()];
            let mut listed = allowed(&story.order, next.actor(), &story.facts(next), story.now);
            listed.retain(|k| {
                if mode > 6 {
                    ONWARD.contains(k)
                } else {
                    *k != CommandKind::Withdraw || seed.is_multiple_of(3)
                }
            });
            if !listed.is_empty() {
                (who, kinds) = (next, listed);
                break;
            }
        }
    }
    let kind = kinds[usize::try_from(seed >> 8).unwrap() % kinds.len()];
    let given = sample(kind, &story.order, &story.facts(who), story.now);
    (who, given.map_or(Command::AskInfo, |command| vary(command, story, seed)))
}

fn one<T: Copy>(of: &[T], seed: u64) -> T {
    of[usize::try_from(seed).unwrap() % of.len()]
}

fn assignee(seed: u64) -> Assignee {
    let person = Assignee::Person(one(&EVERYBODY[..14], seed >> 16).account());
    one(&[person, person, Assignee::Unit(UNIT), Assignee::Unit(HELPERS), Assignee::Team(TEAM)], seed)
}

fn scopes(seed: u64) -> Vec<Scope> {
    let all = [
        Scope::Area(GRID),
        Scope::Area(NEXT_GRID),
        Scope::Team(TEAM),
        Scope::Unit(UNIT),
        Scope::Person(Who::Reporter.account()),
        Scope::Person(Who::Stranger.account()),
    ];
    all.iter().enumerate().filter(|(i, _)| seed >> i & 1 == 1).map(|(_, scope)| *scope).collect()
}

/// Mostly none; now and then too many, or with a wait or scopes that can't be.
fn rings(seed: u64) -> Vec<Step> {
    let count = one(&[0, 0, 0, 1, 2, 5, 6], seed >> 11);
    let after_s = |n: u64| one(&[1, 60, 600, 86_400, 60, 60, 0, 86_401], (seed >> 13) + n);
    (0..count).map(|n| Step { after_s: after_s(n), to: WidenTo::Scopes(scopes((seed >> 15) + n)) }).collect()
}

/// Other values in the fields, good and bad.
fn vary(command: Command, story: &Story, seed: u64) -> Command {
    let area = one(&[GRID, NEXT_GRID, COMMUNITY], seed >> 3);
    let item = one(&[None, Some(ITEM), Some(OTHER_ITEM)], seed >> 5);
    let ago = story.now - TimeDelta::minutes(one(&[0, 1, 600, -5], seed >> 7));
    let slots = one(&[None, Some(1), Some(2), Some(3), Some(0), Some(51)], seed >> 4);
    let reason = |good: Reason| if seed.is_multiple_of(9) { one(Reason::ALL, seed >> 9) } else { good };
    let until = story.now + TimeDelta::days(one(&[1, 5, 90, 91, 0, -1], seed >> 7));
    match command {
        Command::Accept { .. } => Command::Accept { service_item: item, area: Some(area), priority: None },
        Command::Forward { .. } => Command::Forward { area },
        Command::Reclassify { .. } => Command::Reclassify { service_item: item, area: Some(area) },
        Command::Dispatch { .. } => Command::Dispatch { scopes: scopes(seed), slots, rings: rings(seed) },
        Command::Redispatch { .. } => Command::Redispatch { scopes: scopes(seed), rings: rings(seed) },
        Command::Widen { .. } => Command::Widen { scopes: scopes(seed) },
        Command::Assign { .. } => Command::Assign { assignee: assignee(seed) },
        Command::Reassign { .. } => Command::Reassign { assignee: assignee(seed) },
        Command::RedoOther { .. } => Command::RedoOther { assignee: assignee(seed) },
        Command::Transfer { reason: r, .. } => {
            Command::Transfer { assignee: assignee(seed), reason: reason(r) }
        }
        Command::Whistle { .. } => Command::Whistle { who: assignee(seed) },
        Command::Claim { attempt } if seed.is_multiple_of(7) => Command::Claim { attempt: attempt - 1 },
        Command::Contact { .. } => Command::Contact { occurred_at: Some(ago) },
        Command::Resolve { photos_before, .. } => Command::Resolve {
            photos_before,
            photos_after: u32::try_from(seed % 3).unwrap(),
            occurred_at: None,
        },
        Command::RequestSuspend { reason: r, .. } => Command::RequestSuspend { reason: reason(r), until },
        Command::RequestExtend { reason: r, .. } => {
            Command::RequestExtend { reason: reason(r), minutes: one(&[0, 1, 600, 129_600, 129_601], seed) }
        }
        Command::Release { reason: r } => Command::Release { reason: reason(r) },
        Command::Dispute { reason: r } => Command::Dispute { reason: reason(r) },
        Command::Rate { solved, .. } => {
            Command::Rate { score: one(&[0, 1, 5, 6], seed), solved: solved && seed.is_multiple_of(2) }
        }
        Command::Revisit { .. } => Command::Revisit { satisfied: one(&[None, Some(true)], seed) },
        other => other,
    }
}
