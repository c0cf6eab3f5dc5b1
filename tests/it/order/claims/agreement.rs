//! The claim statement and `decide` agree: whoever is granted a claim by the rules wins it in the database and nobody
//! else does, and what the statement writes is what the rules say. Seeded random walks through the life of orders.

use super::stage::accepted;
use domain::order::rejection::Rejection;
use domain::order::target::Standing;
use domain::order::{Command, Facts, Order, Reason, Status, decide};
use domain::organisation::{Assignee, Scope};
use domain::people::{Actor, Role, RoleSet};
use domain::words::labelled::Labelled;
use domain::{AccountId, AreaId, OrderId, TeamId, UnitId};
use harness::app::App;
use harness::both;
use harness::fixture::{FIXTURE, GRID, OTHER_GRID, ROOF, TWO_SLOTS, VILLAGE};
use harness::wait::eventually;
use persistence::order::claims::{ClaimAsk, Outcome, Win};
use persistence::order::values::{Attachments, CaseRead};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::time::Duration;

const WALKS: u64 = 16;
const STEPS: usize = 24;

/// Who tries: of the grid, of another one, of the team, of the unit, a leader, the resident, somebody without a role.
const PEOPLE: [i64; 9] = [
    FIXTURE.worker,
    FIXTURE.second_worker,
    FIXTURE.third_worker,
    FIXTURE.other_worker,
    FIXTURE.volunteer,
    FIXTURE.unit_handler,
    FIXTURE.leader,
    FIXTURE.resident,
    FIXTURE.neighbour,
];

struct Walk<'a> {
    app: &'a App,
    order: OrderId,
    random: StdRng,
    /// What happened, for whoever reads a failure; and how often each kind of answer came.
    log: Vec<String>,
    seen: &'a mut BTreeMap<&'static str, u32>,
}

/// Of this person, on this order, with how those stand whom the walks name.
async fn facts(app: &App, case: &CaseRead, account: i64) -> Facts {
    let me = Scope::Person(AccountId(account));
    let named = SCOPES.into_iter().chain([me, Scope::Person(AccountId(FIXTURE.worker))]).collect();
    let read = app.state.store.named(Some(case.loaded.order.id), named).await.unwrap();
    let held = read.standings.iter().find_map(|(scope, standing)| match standing {
        Standing::Person(held) if *scope == me => Some(held.clone()),
        _ => None,
    });
    Facts {
        inbox_roles: RoleSet::of(&[Role::Dispatcher, Role::Supervisor]),
        candidate: case.candidate,
        rules: case.rules.clone(),
        held: held.unwrap_or_default(),
        ancestors: read.ancestors,
        targets: read.standings,
        ..Facts::default()
    }
}

/// Where it may be offered, the resident whose case it is among them.
const SCOPES: [Scope; 6] = [
    Scope::Area(AreaId(GRID)),
    Scope::Area(AreaId(OTHER_GRID)),
    Scope::Area(AreaId(VILLAGE)),
    Scope::Team(TeamId(1)),
    Scope::Unit(UnitId(1)),
    Scope::Person(AccountId(FIXTURE.resident)),
];

impl Walk<'_> {
    async fn read(&self, account: i64) -> CaseRead {
        self.app.state.store.read_case(self.order, Some(AccountId(account))).await.unwrap()
    }

    /// Does something to the order if the rules allow it.
    async fn act(&mut self, command: Command, actor: Actor) {
        let case = self.read(FIXTURE.dispatcher).await;
        let before = &case.loaded.order;
        let facts = facts(self.app, &case, actor.account().map_or(0, |id| id.0)).await;
        if let Ok(decision) = decide(before, &command, actor, &facts, case.now) {
            self.log.push(format!("{command:?}"));
            let (before, attach) = (before.clone(), Attachments::default());
            self.app.state.store.commit(before, decision, attach).await.unwrap();
        }
    }

    fn scopes(&mut self) -> Vec<Scope> {
        let count = self.random.random_range(1..=3);
        SCOPES.choose_multiple(&mut self.random, count).copied().collect()
    }

    async fn change(&mut self) {
        let dispatcher = Actor::Person(AccountId(FIXTURE.dispatcher));
        match self.random.random_range(0..8) {
            0 | 1 => {
                let (scopes, slots) = (self.scopes(), Some(self.random.random_range(1..=3)));
                self.act(Command::Dispatch { scopes, slots, rings: Vec::new() }, dispatcher).await;
            }
            2 => {
                let scopes = self.scopes();
                self.act(Command::Redispatch { scopes, rings: Vec::new() }, dispatcher).await;
            }
            3 => {
                let scopes = self.scopes();
                self.act(Command::Widen { scopes }, dispatcher).await;
            }
            4 => {
                let to = [
                    Assignee::Person(AccountId(FIXTURE.worker)),
                    Assignee::Team(TeamId(1)),
                    Assignee::Unit(UnitId(1)),
                ];
                let assignee = *to.choose(&mut self.random).unwrap();
                self.act(Command::Assign { assignee }, dispatcher).await;
            }
            5 => {
                let holder = self.read(FIXTURE.worker).await.loaded.order.lead();
                if let Some(holder) = holder {
                    self.act(Command::Release { reason: Reason::CannotCome }, Actor::Person(holder)).await;
                    self.probe(holder.0).await;
                } else {
                    self.act(Command::Recall { reason: Reason::WrongDispatch }, dispatcher).await;
                }
            }
            6 => {
                let until = self.read(FIXTURE.worker).await.now + chrono::TimeDelta::minutes(20);
                self.act(Command::RequestSuspend { reason: Reason::Weather, until }, dispatcher).await;
                let supervisor = Actor::Person(AccountId(FIXTURE.supervisor));
                self.act(Command::GrantRequest, supervisor).await;
            }
            _ => self.wait().await,
        }
    }

    /// Half an hour goes by; what runs out in it fires.
    async fn wait(&mut self) {
        self.log.push("half an hour".into());
        self.app.state.clock.advance(chrono::TimeDelta::minutes(31));
        eventually(Duration::from_secs(10), "the timers to fire", async || {
            api::order::jobs::timers::fire(&self.app.state).await;
            let case = self.read(FIXTURE.worker).await;
            let late = case.loaded.order.timers().into_iter().find(|(_, due)| *due <= case.now);
            late.map_or(Ok(()), |(kind, _)| Err(kind.as_str()))
        })
        .await
        .unwrap();
    }

    /// Somebody tries to claim or acknowledge; rules and statement must agree.
    async fn probe(&mut self, account: i64) {
        let case = self.read(account).await;
        let before = case.loaded.order.clone();
        let from = match before.status {
            Status::Assigned => [Status::Assigned, Status::Assigned, Status::Pooled],
            _ => [Status::Pooled, Status::Pooled, Status::Assigned],
        };
        let from = *from.choose(&mut self.random).unwrap();
        let attempt = before.attempt + *[0, 0, 0, 0, -1, 1].choose(&mut self.random).unwrap();
        let command = match from {
            Status::Assigned => Command::Acknowledge { attempt },
            _ => Command::Claim { attempt },
        };
        self.log.push(format!("{account}: {command:?}"));
        let actor = Actor::Person(AccountId(account));
        let facts = facts(self.app, &case, account).await;
        let verdict = |now| decide(&before, &command, actor, &facts, now);
        let key = Some(format!("key {}", self.log.len()));
        let ask = ClaimAsk { order: self.order, attempt, account: AccountId(account), from, key };
        let outcome = self.app.state.store.claim(ask).await.unwrap();
        let after = self.read(account).await.loaded.order;
        let trace = || format!("{outcome:?}, {:#?}\n{:?}", self.log, before);
        let kind = match (verdict(case.now), outcome) {
            (Ok(_), Outcome::Won(win)) => {
                let granted = verdict(win.at).unwrap();
                assert_eq!(after, granted.changes, "{}", trace());
                let history = self.app.state.store.history(self.order).await.unwrap();
                assert_eq!(history.last(), granted.events.last(), "{}", trace());
                let claim = after.claim_of(AccountId(account)).unwrap();
                let full = after.status == Status::Claimed;
                assert_eq!(
                    win,
                    Win { version: after.version, slot: claim.slot, at: claim.at, full, held: true }
                );
                if full { "won the last slot" } else { "won a slot" }
            }
            (Err(why), outcome) => {
                assert_eq!(after, before, "nothing changes without a grant: {}", trace());
                assert!(alike(&why, &outcome, &before, attempt, account), "{why:?} but {}", trace());
                why.code()
            }
            (Ok(_), _) => panic!("granted by the rules and refused by the statement: {}", trace()),
        };
        *self.seen.entry(kind).or_default() += 1;
    }
}

/// Whether a refusal by the rules and the answer of the database say the same. The database knows more: what became
/// of earlier attempts, and who is a stranger to them.
fn alike(why: &Rejection, outcome: &Outcome, before: &Order, attempt: i32, account: i64) -> bool {
    let own = before.claim_of(AccountId(account));
    let held = |win: &Win| own.is_some_and(|c| (c.slot, c.at) == (win.slot, win.at));
    // asked about an attempt before the one it was won in, or about one to come
    let elsewhen = own.is_some_and(|c| attempt < c.attempt) || attempt > before.attempt;
    match (why, outcome) {
        // whoever holds it is told so; whoever held it in an earlier attempt, of that one
        (Rejection::WrongState { .. }, Outcome::Won(win)) if held(win) => !elsewhen,
        (Rejection::WrongState { .. }, Outcome::Won(_)) => attempt < before.attempt && elsewhen,
        (Rejection::WrongState { .. }, Outcome::Gone { .. } | Outcome::Lost { .. }) => elsewhen,
        (Rejection::WrongState { .. }, Outcome::NotEligible) => elsewhen,
        (Rejection::Gone, Outcome::Won(_) | Outcome::Lost { .. }) => attempt < before.attempt,
        (Rejection::Gone, Outcome::Gone { .. } | Outcome::NotEligible) => true,
        (Rejection::Lost { by, at }, Outcome::Lost { by: named, at: when, .. }) => (by, at) == (named, when),
        (Rejection::NotEligible, Outcome::NotEligible) => true,
        (Rejection::CoolingDown { until }, Outcome::CoolingDown { until: told }) => until == told,
        (Rejection::Suspended { until }, Outcome::Suspended { until: told }) => until == told,
        _ => false,
    }
}

both!(the_statement_grants_what_the_rules_grant, async |app| {
    let (resident, dispatcher) = (app.client(FIXTURE.resident), app.client(FIXTURE.dispatcher));
    let helps = serde_json::json!({"role": "volunteer", "areaId": VILLAGE.to_string()});
    app.client(FIXTURE.admin).post(&format!("/accounts/{}/roles", FIXTURE.resident), helps).await.ok();
    let mut orders = Vec::new();
    for n in 0..WALKS {
        orders.push(accepted(&resident, &dispatcher, if n % 2 == 0 { ROOF } else { TWO_SLOTS }).await);
    }
    let mut seen = BTreeMap::new();
    for (seed, id) in (0..).zip(orders) {
        let order = OrderId(id.parse().unwrap());
        let log = vec![format!("seed {seed}")];
        let mut walk = Walk { app, order, random: StdRng::seed_from_u64(seed), log, seen: &mut seen };
        for _ in 0..STEPS {
            walk.change().await;
            for _ in 0..3 {
                let account = *PEOPLE.choose(&mut walk.random).unwrap();
                walk.probe(account).await;
            }
        }
    }
    let kinds = [
        "won the last slot",
        "won a slot",
        "lost",
        "gone",
        "not_eligible",
        "cooling_down",
        "suspended",
        "wrong_state",
    ];
    for kind in kinds {
        assert!(seen.get(kind).is_some_and(|times| *times >= 3), "{kind} hardly came up: {seen:?}");
    }
});
