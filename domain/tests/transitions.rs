//! Every state × every command × every actor, as one table: what succeeds, and how often what is refused.
//!
//! Each command is the sample with valid fields; timers are fired when they are due.
//! `merged` and `archived` are missing: no command leads there yet.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test that can't go on fails"
)]

mod cast;

use cast::{EVERYBODY, Story, Who, scenes};
use domain::order::actions::{allowed, sample};
use domain::order::{Command, CommandKind, TimerKind};
use domain::words::labelled::Labelled;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Whose accounts are disabled in the table.
const LEAVING: [Who; 2] = [Who::Worker, Who::CoHandler];

#[test]
fn every_state_command_and_actor() {
    let mut table = String::new();
    let mut refusals: BTreeMap<String, usize> = BTreeMap::new();
    let (mut cells, mut granted) = (0, 0);
    for (name, story) in scenes::all().into_iter().chain(scenes::callers()) {
        for (command, story) in CommandKind::ALL.iter().flat_map(|kind| commands(*kind, &story)) {
            let mut next: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for who in EVERYBODY {
                cells += 1;
                match story.attempt(who, &command) {
                    Ok(decision) => {
                        granted += 1;
                        let to = decision.changes.status.to_string();
                        next.entry(to).or_default().push(format!("{who:?}"));
                    }
                    Err(refusal) => *refusals.entry(refusal.code().into()).or_default() += 1,
                }
            }
            for (to, who) in next {
                writeln!(table, "{name:21} | {:21} | {} → {to}", label(&command), who.join(", ")).unwrap();
            }
        }
    }
    let mut summary = format!("{cells} cells, {granted} granted, refused:\n");
    for (code, count) in refusals {
        writeln!(summary, "  {code}: {count}").unwrap();
    }
    insta::assert_snapshot!("transitions", format!("{table}\n{summary}"));
}

/// What a client is told it may do is what `decide` grants, for everybody in every state.
#[test]
fn allowed_actions_are_those_that_succeed() {
    for (name, story) in scenes::all().into_iter().chain(scenes::callers()) {
        for who in EVERYBODY {
            let facts = story.facts(who);
            let listed = allowed(&story.order, who.actor(), &facts, story.now);
            for kind in CommandKind::ALL {
                let succeeds = sample(*kind, &story.order, &facts, story.now)
                    .is_some_and(|command| story.attempt(who, &command).is_ok());
                assert_eq!(listed.contains(kind), succeeds, "{name}: {who:?} {kind}");
            }
        }
    }
}

/// The commands of a kind, each with the story at the time it is issued: a timer when it is due.
fn commands(kind: CommandKind, story: &Story) -> Vec<(Command, Story)> {
    let facts = story.facts(Who::Dispatcher);
    if let Some(command) = sample(kind, &story.order, &facts, story.now) {
        let unsolved = (Command::Rate { score: 1, solved: false }, story.clone());
        let further = (kind == CommandKind::Rate).then_some(unsolved);
        return std::iter::once((command, story.clone())).chain(further).collect();
    }
    let expire = |timer: &TimerKind| {
        let due = story.order.timer(*timer).unwrap_or(story.now);
        (Command::Expire { timer: *timer }, Story { now: due, ..story.clone() })
    };
    if kind == CommandKind::ShutOut {
        let leave = |who: &Who| {
            let shut_out = vec![who.account()];
            (Command::ShutOut { account: who.account() }, Story { shut_out, ..story.clone() })
        };
        return LEAVING.iter().map(leave).collect();
    }
    TimerKind::ALL.iter().map(expire).collect()
}

fn label(command: &Command) -> String {
    match command {
        Command::Expire { timer } => format!("expire {timer}"),
        Command::ShutOut { account } => {
            let who = EVERYBODY.iter().find(|who| who.account() == *account);
            format!("shut_out {:?}", who.unwrap())
        }
        Command::Rate { solved: false, .. } => "rate, not solved".into(),
        other => other.kind().to_string(),
    }
}
