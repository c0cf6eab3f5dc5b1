//! Nobody is made a party without agreeing: whom staff name is asked, and joins or declines.

use crate::cast::{GRID, OVERSEEN, Story, TOWN, Who, placement, rules, scenes};
use domain::order::rejection::Rejection;
use domain::order::{
    Command, Event, Facts, Invited, NamedAs, Placement, Reason, Sight, Status, decide, place,
};
use domain::organisation::Assignee;
use domain::people::{Role, RoleSet};

/// Taken by the worker, with these named.
fn naming(reporter: Option<Who>, beneficiary: Option<Who>) -> Story {
    let mut story = scenes::submitted();
    let named = Placement {
        reporter: reporter.map(Who::account),
        beneficiary: beneficiary.map(Who::account),
        created_by: Some(Who::Worker.account()),
        ..placement()
    };
    let area_roles = RoleSet::of(&[Role::GridWorker]);
    let facts = Facts { area_roles, rules: rules(), overseen: OVERSEEN.to_vec(), ..Facts::default() };
    let decision = place(&named, Who::Worker.actor(), &facts, story.now).unwrap();
    (story.order, story.history) = (decision.changes, decision.events);
    story
}

fn own(story: &Story, who: Who) -> bool {
    story.order.is_own(who.account())
}

#[test]
fn whom_staff_name_is_asked_and_no_party_yet() {
    for (reporter, beneficiary, invited) in [
        (Some(Who::Reporter), None, vec![(Who::Reporter, NamedAs::Reporter)]),
        (None, Some(Who::Stranger), vec![(Who::Stranger, NamedAs::Beneficiary)]),
        (
            Some(Who::Reporter),
            Some(Who::Stranger),
            vec![(Who::Reporter, NamedAs::Reporter), (Who::Stranger, NamedAs::Beneficiary)],
        ),
        (Some(Who::Reporter), Some(Who::Reporter), vec![(Who::Reporter, NamedAs::Reporter)]),
        // staff who write down what is their own agreed by doing so
        (Some(Who::Worker), None, vec![]),
        (None, None, vec![]),
    ] {
        let story = naming(reporter, beneficiary);
        let expected: Vec<_> =
            invited.iter().map(|(who, named)| Invited { account: who.account(), named: *named }).collect();
        assert_eq!(story.order.case.invited, expected);
        assert!(!own(&story, Who::Reporter) && !own(&story, Who::Stranger));
        for (who, _) in invited {
            let facts = story.facts(who);
            assert_eq!(story.order.sight(who.account(), &facts, story.now), Sight::Brief);
            let withdraw = Command::Withdraw { reason: Reason::Mistake };
            assert_eq!(story.attempt(who, &withdraw), Err(Rejection::Forbidden));
        }
    }
    assert!(own(&naming(Some(Who::Worker), None), Who::Worker));
}

#[test]
fn a_resident_names_no_account() {
    for other in [Who::Stranger, Who::Worker] {
        let named = Placement { beneficiary: Some(other.account()), ..placement() };
        let refusal = place(&named, Who::Reporter.actor(), &Facts::default(), crate::cast::start());
        assert_eq!(refusal, Err(Rejection::Forbidden));
    }
}

#[test]
fn who_joins_is_a_party_from_then_on() {
    for (named, part) in [(NamedAs::Reporter, Who::Reporter), (NamedAs::Beneficiary, Who::Stranger)] {
        let mut story = naming(Some(Who::Reporter), Some(Who::Stranger));
        story.act(part, Command::Join);
        assert!(own(&story, part) && story.order.invited_as(part.account()).is_none(), "{named:?}");
        assert_eq!(story.order.case.invited.len(), 1, "the other one has not answered");
        assert_eq!(story.order.sight(part.account(), &story.facts(part), story.now), Sight::Whole);
        assert_eq!(story.attempt(part, &Command::Join), Err(Rejection::Forbidden), "once");
        assert_eq!(story.attempt(part, &Command::Decline), Err(Rejection::Forbidden));
        story.act(part, Command::Withdraw { reason: Reason::Mistake });
        assert_eq!(story.order.status, Status::Withdrawn);
    }
}

#[test]
fn who_declines_is_nothing_to_it() {
    let mut story = naming(Some(Who::Reporter), None);
    story.act(Who::Reporter, Command::Decline);
    assert!(story.order.case.invited.is_empty() && !own(&story, Who::Reporter));
    assert_eq!(
        story.order.sight(Who::Reporter.account(), &story.facts(Who::Reporter), story.now),
        Sight::Past
    );
    assert_eq!(story.attempt(Who::Reporter, &Command::Join), Err(Rejection::Forbidden));
    for who in [Who::Stranger, Who::Dispatcher, Who::Worker, Who::System] {
        for command in [Command::Join, Command::Decline] {
            assert_eq!(naming(Some(Who::Reporter), None).attempt(who, &command), Err(Rejection::Forbidden));
        }
    }
}

#[test]
fn naming_a_worker_bars_nobody_until_they_agree() {
    let mut story = naming(None, Some(Who::Candidate));
    story.act(Who::Dispatcher, scenes::accept()).act(Who::Dispatcher, scenes::dispatch());
    let claim = Command::Claim { attempt: story.order.attempt };
    assert!(story.attempt(Who::Candidate, &claim).is_ok());
    let mut claimed = story.clone();
    claimed.act(Who::Candidate, claim.clone());
    assert_eq!(claimed.attempt(Who::Candidate, &Command::Join), Err(Rejection::OwnCase));
    claimed.act(Who::Candidate, Command::Decline);
    story.act(Who::Candidate, Command::Join);
    assert_eq!(story.attempt(Who::Candidate, &claim), Err(Rejection::NotEligible));

    let mut directed = naming(None, Some(Who::Candidate));
    directed.act(Who::Dispatcher, scenes::accept());
    let assignee = Assignee::Person(Who::Candidate.account());
    directed.act(Who::Dispatcher, Command::Assign { assignee });
    assert_eq!(directed.attempt(Who::Candidate, &Command::Join), Err(Rejection::OwnCase));
}

#[test]
fn what_is_finished_is_joined_no_more() {
    let mut story = naming(Some(Who::Reporter), None);
    story.act(Who::Dispatcher, Command::Reject { reason: Reason::NotOurs });
    let joined = story.attempt(Who::Reporter, &Command::Join);
    let finished = story.order.status.is_finished();
    assert_eq!(joined.is_err(), finished, "{joined:?}");
    assert!(story.attempt(Who::Reporter, &Command::Decline).is_ok());
}

#[test]
fn orders_of_versions_that_asked_nobody_are_read_as_they_were() {
    let mut story = scenes::submitted();
    let mut old = serde_json::to_value(&story.history[0].event).unwrap();
    assert!(old.get("invited").is_none(), "nothing new is written where nobody is asked");
    old["beneficiary"] = serde_json::json!(2);
    story.history[0].event = serde_json::from_value::<Event>(old).unwrap();
    let order = domain::order::fold(story.order.id, &story.history).unwrap();
    assert!(order.is_own(Who::Stranger.account()) && order.case.invited.is_empty());
}

#[test]
fn the_only_dispatcher_does_not_become_a_party() {
    let story = naming(Some(Who::Dispatcher), Some(Who::Stranger));
    let join = |who: Who, change: fn(&mut Facts)| {
        let mut facts = story.facts(who);
        change(&mut facts);
        decide(&story.order, &Command::Join, who.actor(), &facts, story.now).map(drop)
    };
    let alone: fn(&mut Facts) = |facts| facts.overseen.clear();
    let above: fn(&mut Facts) = |facts| facts.raised.push((GRID, TOWN));
    for left in [alone, above] {
        assert_eq!(join(Who::Dispatcher, left), Err(Rejection::OnlyDispatcher));
        assert_eq!(join(Who::Stranger, left), Ok(()), "who dispatches nothing takes nobody away");
    }
    assert_eq!(join(Who::Dispatcher, |_| {}), Ok(()), "others are there");
}
