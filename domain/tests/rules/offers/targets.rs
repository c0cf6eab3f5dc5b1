//! Targets (FIELD.md): whoever is dispatched to, directed to, whistled in or offered holds an active role that may do the
//! work and lies within the actor's own area or the reach of the service item; and is asked again when they act.

use crate::cast::scenes::{accept, accepted, assigned, claimed, disputed, in_progress, pooled};
use crate::cast::{
    COMMUNITY, COUNTY, FAR_GRID, GRID, NEXT_COMMUNITY, NEXT_GRID, NEXT_TOWN, Story, TEAM, TOWN, UNIT, Who,
    lies_at, rules, standings,
};
use domain::catalogue::ServiceRules;
use domain::catalogue::ladder::{Ladder, Step, WidenTo};
use domain::order::rejection::{Named, Rejection};
use domain::order::target::{Standing, Unfit};
use domain::order::{Command, Facts, Reason, Rung, Status, TimerKind, decide};
use domain::organisation::{AreaLevel, Assignee, Scope};
use domain::people::Role;
use domain::words::labelled::Labelled;
use domain::{AccountId, AreaId, TeamId, UnitId};

/// Somebody whose role the test chooses.
const SOMEONE: AccountId = AccountId(900);
const GROUP: UnitId = UnitId(900);
const SQUAD: TeamId = TeamId(900);

const AREAS: [AreaId; 8] = [GRID, NEXT_GRID, COMMUNITY, NEXT_COMMUNITY, TOWN, NEXT_TOWN, FAR_GRID, COUNTY];

/// What is tried: the order, who acts, the command that names somebody, and where it names them.
type Trial = (&'static str, Story, Who, Naming, Named);
/// The command that names this one, if it can.
type Naming = fn(Scope) -> Option<Command>;

fn assignee(scope: Scope) -> Option<Assignee> {
    Assignee::from_parts(scope.parts().0, scope.parts().1)
}

fn rings(scope: Scope) -> Vec<Step> {
    let step = |scopes| Step { after_s: 60, to: WidenTo::Scopes(scopes) };
    vec![step(vec![Scope::Team(TEAM)]), step(vec![Scope::Unit(UNIT), scope])]
}

/// Every command that names somebody.
fn trials() -> Vec<Trial> {
    let d = Who::Dispatcher;
    let offers: [(&'static str, Story, Naming, Named); 5] = [
        (
            "dispatch",
            accepted(),
            |s| {
                Some(Command::Dispatch { scopes: vec![Scope::Area(GRID), s], slots: None, rings: Vec::new() })
            },
            Named::Scope(1),
        ),
        (
            "dispatch, ring",
            accepted(),
            |s| Some(Command::Dispatch { scopes: Vec::new(), slots: None, rings: rings(s) }),
            Named::Ring(1, 1),
        ),
        (
            "redispatch",
            pooled(),
            |s| Some(Command::Redispatch { scopes: vec![s], rings: Vec::new() }),
            Named::Scope(0),
        ),
        (
            "redispatch, ring",
            pooled(),
            |s| Some(Command::Redispatch { scopes: Vec::new(), rings: rings(s) }),
            Named::Ring(1, 1),
        ),
        (
            "widen",
            pooled(),
            // ring 0 is no new ring
            |s| (s != Scope::Area(GRID)).then(|| Command::Widen { scopes: vec![Scope::Team(TEAM), s] }),
            Named::Scope(1),
        ),
    ];
    let directed: [Trial; 6] = [
        ("assign", accepted(), d, |s| Some(Command::Assign { assignee: assignee(s)? }), Named::Assignee),
        ("reassign", assigned(), d, |s| Some(Command::Reassign { assignee: assignee(s)? }), Named::Assignee),
        ("transfer", claimed(), d, transfer, Named::Assignee),
        ("redo_other", disputed(), Who::Supervisor, redo, Named::Assignee),
        ("whistle", in_progress(), d, whistle, Named::Who),
        ("whistle by the lead", in_progress(), Who::Worker, whistle, Named::Who),
    ];
    let offers = offers.into_iter().map(|(name, story, command, at)| (name, story, d, command, at));
    offers.chain(directed).collect()
}

fn transfer(s: Scope) -> Option<Command> {
    Some(Command::Transfer { assignee: assignee(s)?, reason: Reason::Overloaded })
}

fn redo(s: Scope) -> Option<Command> {
    Some(Command::RedoOther { assignee: assignee(s)? })
}

fn whistle(s: Scope) -> Option<Command> {
    Some(Command::Whistle { who: assignee(s)? })
}

/// What the policy says when this one stands so, besides everybody else.
fn tried(
    trial: &Trial,
    scope: Scope,
    standing: Option<Standing>,
    change: fn(&mut Facts),
) -> Option<Result<(), Rejection>> {
    let (_, story, who, command, _) = trial;
    let mut facts = story.facts(*who);
    facts.targets = standings().into_iter().chain(standing.map(|standing| (scope, standing))).collect();
    change(&mut facts);
    let command = command(scope)?;
    Some(decide(&story.order, &command, who.actor(), &facts, story.now).map(drop))
}

fn unfit(trial: &Trial, why: Unfit) -> Result<(), Rejection> {
    Err(Rejection::Target { at: trial.4, why })
}

#[test]
fn every_command_and_role() {
    for trial in &trials() {
        let directs = matches!(trial.4, Named::Assignee);
        for role in Role::ALL {
            let person = Some(Standing::Person(vec![(*role, lies_at(GRID))]));
            let works = role.claims() || (directs && *role == Role::Dispatcher);
            let offered = !matches!(trial.4, Named::Assignee | Named::Who);
            let wanted = match (works, role) {
                (true, Role::Volunteer) if !offered => unfit(trial, Unfit::OfferedOnly),
                (true, _) => Ok(()),
                (false, _) => unfit(trial, Unfit::NoRole),
            };
            let said = tried(trial, Scope::Person(SOMEONE), person, |_| {});
            assert_eq!(said, Some(wanted), "{} to a {role}", trial.0);
        }
        let nobody = tried(trial, Scope::Person(SOMEONE), Some(Standing::Person(Vec::new())), |_| {});
        assert_eq!(nobody, Some(unfit(trial, Unfit::NoRole)), "{} to somebody without a role", trial.0);
        for gone in [Scope::Person(SOMEONE), Scope::Unit(GROUP), Scope::Team(SQUAD)] {
            let said = tried(trial, gone, None, |_| {});
            assert_eq!(
                said,
                Some(unfit(trial, Unfit::NotThere)),
                "{} to {gone:?}, which is not in use",
                trial.0
            );
        }
    }
}

#[test]
fn every_command_and_place() {
    for trial in &trials() {
        for area in AREAS {
            let inside = !matches!(area, NEXT_TOWN | FAR_GRID | COUNTY);
            let wanted = if inside { Ok(()) } else { unfit(trial, Unfit::OutOfReach) };
            let worker = Standing::Person(vec![(Role::GridWorker, lies_at(area))]);
            for (scope, standing) in [
                (Scope::Person(SOMEONE), Some(worker)),
                (Scope::Unit(GROUP), Some(Standing::Group(lies_at(area)))),
                (Scope::Team(SQUAD), Some(Standing::Group(lies_at(area)))),
                (Scope::Area(area), None),
            ] {
                let said = tried(trial, scope, standing, |_| {});
                assert!(said.is_none_or(|said| said == wanted), "{} to {scope:?} in {area}", trial.0);
            }
        }
    }
}

#[test]
fn one_role_out_of_reach_does_not_make_up_for_one_that_does_not_work() {
    for trial in &trials() {
        let both = vec![(Role::GridWorker, lies_at(FAR_GRID)), (Role::Auditor, lies_at(GRID))];
        let said = tried(trial, Scope::Person(SOMEONE), Some(Standing::Person(both)), |_| {});
        assert_eq!(said, Some(unfit(trial, Unfit::OutOfReach)), "{}", trial.0);
    }
}

#[test]
fn the_item_grants_more_or_less() {
    let far = Some(Standing::Person(vec![(Role::GridWorker, lies_at(FAR_GRID))]));
    let near = Some(Standing::Person(vec![(Role::GridWorker, lies_at(NEXT_COMMUNITY))]));
    let someone = Scope::Person(SOMEONE);
    for trial in &trials() {
        let county: fn(&mut Facts) = |facts| {
            facts.ancestors.insert(0, (AreaLevel::County, COUNTY));
            facts.rules.reach = AreaLevel::County;
        };
        assert_eq!(tried(trial, someone, far.clone(), county), Some(Ok(())), "{}", trial.0);
        let village: fn(&mut Facts) = |facts| facts.rules.reach = AreaLevel::Village;
        // the supervisor's own area is the town
        let wanted = if trial.2 == Who::Supervisor { Ok(()) } else { unfit(trial, Unfit::OutOfReach) };
        assert_eq!(tried(trial, someone, near.clone(), village), Some(wanted), "{}", trial.0);
    }
}

#[test]
fn ones_own_area_counts_wherever_it_is_but_only_by_the_role_that_names() {
    let far = Some(Standing::Person(vec![(Role::GridWorker, lies_at(FAR_GRID))]));
    let someone = Scope::Person(SOMEONE);
    for trial in &trials() {
        let own: fn(&mut Facts) = |facts| {
            let role = facts.held[0].0;
            facts.held.push((role, lies_at(NEXT_TOWN)));
        };
        // a lead names nobody by their own area
        let wanted = if trial.2 == Who::Worker { unfit(trial, Unfit::OutOfReach) } else { Ok(()) };
        assert_eq!(tried(trial, someone, far.clone(), own), Some(wanted), "{}", trial.0);
        let other: fn(&mut Facts) = |facts| facts.held.push((Role::Auditor, lies_at(NEXT_TOWN)));
        let said = tried(trial, someone, far.clone(), other);
        assert_eq!(said, Some(unfit(trial, Unfit::OutOfReach)), "{}", trial.0);
    }
}

#[test]
fn a_leader_transfers_within_the_grid() {
    let trial: Trial = ("transfer", claimed(), Who::Leader, transfer, Named::Assignee);
    for (area, inside) in [(GRID, true), (NEXT_GRID, false), (COMMUNITY, false)] {
        let worker = Some(Standing::Person(vec![(Role::GridWorker, lies_at(area))]));
        let wanted = if inside { Ok(()) } else { unfit(&trial, Unfit::OutOfReach) };
        assert_eq!(tried(&trial, Scope::Person(SOMEONE), worker, |_| {}), Some(wanted), "{area}");
    }
}

#[test]
fn a_volunteer_is_offered_it_and_never_handed_it() {
    let in_reach = (Role::Volunteer, lies_at(GRID));
    let far = (Role::GridWorker, lies_at(FAR_GRID));
    let near = (Role::GridWorker, lies_at(NEXT_GRID));
    for trial in &trials() {
        let handed = matches!(trial.4, Named::Assignee | Named::Who);
        let said = |held: Vec<_>| tried(trial, Scope::Person(SOMEONE), Some(Standing::Person(held)), |_| {});
        let only = if handed { unfit(trial, Unfit::OfferedOnly) } else { Ok(()) };
        assert_eq!(said(vec![in_reach.clone(), far.clone()]), Some(only), "{}", trial.0);
        assert_eq!(said(vec![in_reach.clone(), near.clone()]), Some(Ok(())), "{}: works there too", trial.0);
        let beyond = vec![(Role::Volunteer, lies_at(FAR_GRID)), far.clone()];
        assert_eq!(said(beyond), Some(unfit(trial, Unfit::OutOfReach)), "{}", trial.0);
        let team = Some(Standing::Group(lies_at(GRID)));
        assert_eq!(tried(trial, Scope::Team(SQUAD), team, |_| {}), Some(Ok(())), "{} to a team", trial.0);
    }
    // what a team of volunteers was handed, any of them acknowledges
    let mut story = accepted();
    story.act(Who::Dispatcher, Command::Assign { assignee: Assignee::Team(TEAM) });
    story.acknowledge_by(Who::Volunteer);
    assert_eq!(story.order.status, Status::Claimed);
}

/// Dispatched by the item's ladder, with this step and this end.
fn laddered(step: Vec<Scope>, last_to: Option<Assignee>) -> Story {
    let steps = vec![Step { after_s: 60, to: WidenTo::Scopes(step) }];
    let ladder = Ladder { steps, last_to, ..Ladder::default() };
    let mut story = Story::begin(ServiceRules { ladder, ..rules() });
    let dispatch = Command::Dispatch { scopes: Vec::new(), slots: None, rings: Vec::new() };
    story.act(Who::Dispatcher, accept()).act(Who::Dispatcher, dispatch).clone()
}

#[test]
fn the_ladder_passes_over_whoever_does_not_fit_when_it_fires() {
    let step = vec![
        Scope::Person(Who::Stranger.account()),
        Scope::Area(NEXT_TOWN),
        Scope::Unit(GROUP),
        Scope::Team(TEAM),
    ];
    let story = laddered(step, None);
    let rung = story.order.next_rung(&story.facts(Who::System));
    assert_eq!(rung, Rung::Widen { steps: 1, scopes: vec![Scope::Team(TEAM)] });
    let high = WidenTo::Level(AreaLevel::County);
    let ladder = Ladder { steps: vec![Step { after_s: 60, to: high }], ..Ladder::default() };
    let mut story = story;
    story.order.case.climb.as_mut().unwrap().ladder = ladder;
    let mut facts = story.facts(Who::System);
    facts.ancestors.insert(0, (AreaLevel::County, COUNTY));
    let town = Rung::Widen { steps: 1, scopes: vec![Scope::Area(TOWN)] };
    assert_eq!(story.order.next_rung(&facts), town, "no higher than the item reaches");
    facts.rules.reach = AreaLevel::County;
    assert_eq!(story.order.next_rung(&facts), Rung::Widen { steps: 1, scopes: vec![Scope::Area(COUNTY)] });
}

#[test]
fn the_last_step_to_whoever_does_not_fit_any_more_leaves_it_to_the_dispatcher() {
    let end = |last_to| {
        let mut story = laddered(vec![Scope::Team(TEAM)], Some(last_to));
        for _ in 0..2 {
            story.now = story.order.timer(TimerKind::Escalation).unwrap();
            story.act(Who::System, Command::Expire { timer: TimerKind::Escalation });
        }
        (story.order.status, story.order.is_with_dispatcher(), story.order.case.assigned_within)
    };
    for fit in [Who::Worker.person(), Who::Dispatcher.person(), Assignee::Unit(UNIT), Assignee::Team(TEAM)] {
        assert_eq!(end(fit), (Status::Assigned, false, Some(TOWN)), "{fit:?}");
    }
    for unfit in [
        Who::Stranger.person(),
        Who::Volunteer.person(),
        Who::Auditor.person(),
        Who::DispatcherElsewhere.person(),
        Assignee::Person(SOMEONE),
        Assignee::Unit(GROUP),
    ] {
        assert_eq!(end(unfit), (Status::Pooled, true, None), "{unfit:?}");
    }
}

#[test]
fn rings_of_a_dispatcher_were_judged_by_the_dispatchers_area() {
    let mut story = accepted();
    let mut facts = story.facts(Who::Dispatcher);
    facts.held.push((Role::Dispatcher, lies_at(NEXT_TOWN)));
    let there = vec![Scope::Area(NEXT_TOWN)];
    let rings = vec![Step { after_s: 60, to: WidenTo::Scopes(there.clone()) }];
    let dispatch = Command::Dispatch { scopes: Vec::new(), slots: None, rings };
    let decision = decide(&story.order, &dispatch, Who::Dispatcher.actor(), &facts, story.now).unwrap();
    story.commit(decision);
    let fires = story.order.next_rung(&story.facts(Who::System));
    assert_eq!(fires, Rung::Widen { steps: 1, scopes: there });
    let gone = Facts { targets: Vec::new(), ..story.facts(Who::System) };
    assert_eq!(story.order.next_rung(&gone), Rung::Dispatcher, "not in use any more");
}

#[test]
fn offered_again_by_the_system_whoever_lost_the_role_is_left_out() {
    let mut story = accepted();
    let scopes = vec![Scope::Person(Who::Worker.account()), Scope::Team(TEAM)];
    story.act(Who::Dispatcher, Command::Dispatch { scopes: scopes.clone(), slots: None, rings: Vec::new() });
    let mut facts = story.facts(Who::System);
    facts.targets.retain(|(scope, _)| *scope != scopes[0]);
    facts.targets.push((scopes[0], Standing::Person(vec![(Role::Resident, lies_at(GRID))])));
    let again = Command::Redispatch { scopes, rings: Vec::new() };
    let decision = decide(&story.order, &again, Who::System.actor(), &facts, story.now).unwrap();
    let left: Vec<_> = decision.changes.rings.iter().map(|ring| ring.scope).collect();
    assert_eq!(left, [Scope::Team(TEAM)]);
}

#[test]
fn a_refused_field_is_named_as_it_is_on_the_wire() {
    for (at, field) in [
        (Named::Scope(2), "scopes[2]"),
        (Named::Ring(1, 0), "rings[1].scopes[0]"),
        (Named::Assignee, "assignee.id"),
        (Named::Who, "who.id"),
    ] {
        assert_eq!(at.to_string(), field);
    }
}
