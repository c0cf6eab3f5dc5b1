//! The cast: who acts in the tests, with the facts the shell would load for them, and an order to act on.
#![allow(dead_code, reason = "each test binary uses a part of the cast")]

pub mod scenes;

use chrono::{DateTime, TimeDelta};
use domain::catalogue::{Anonymity, Channel, Limit, Limits, Priority, ServiceRules};
use domain::order::rejection::Rejection;
use domain::order::target::Standing;
use domain::order::{Command, Decision, Facts, Order, Placement, Recorded, decide, fold, place};
use domain::organisation::{AreaLevel, Assignee, Place, Scope};
use domain::people::{Actor, Role, RoleSet};
use domain::words::labelled::Labelled;
use domain::{AccountId, AreaId, At, OrderId, ServiceItemId, TeamId, UnitId};

pub const TOWN: AreaId = AreaId(10);
pub const COMMUNITY: AreaId = AreaId(100);
pub const GRID: AreaId = AreaId(1000);
pub const NEXT_GRID: AreaId = AreaId(1001);
/// Another community of the town, another town of the county, and a grid there.
pub const NEXT_COMMUNITY: AreaId = AreaId(101);
pub const NEXT_TOWN: AreaId = AreaId(11);
pub const FAR_GRID: AreaId = AreaId(1100);
pub const COUNTY: AreaId = AreaId(1);
/// Where somebody dispatches, there or above; [`beside`](domain::order::actions) them too, where samples go.
pub const OVERSEEN: [AreaId; 8] =
    [TOWN, COMMUNITY, GRID, NEXT_GRID, NEXT_COMMUNITY, AreaId(1002), FAR_GRID, AreaId(11)];
/// Those that a sample command names.
const SOMEBODY: AccountId = AccountId(-1);
const SOME_TEAM: TeamId = TeamId(-1);
pub const UNIT: UnitId = UnitId(70);
pub const HELPERS: UnitId = UnitId(71);
pub const TEAM: TeamId = TeamId(60);
pub const ITEM: ServiceItemId = ServiceItemId(1);
pub const OTHER_ITEM: ServiceItemId = ServiceItemId(2);

/// Everybody who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Reporter,
    Stranger,
    Worker,
    Candidate,
    CoHandler,
    Dispatcher,
    OtherDispatcher,
    DispatcherElsewhere,
    Leader,
    Supervisor,
    UnitHandler,
    Volunteer,
    Admin,
    Auditor,
    System,
}

pub const EVERYBODY: [Who; 15] = [
    Who::Reporter,
    Who::Stranger,
    Who::Worker,
    Who::Candidate,
    Who::CoHandler,
    Who::Dispatcher,
    Who::OtherDispatcher,
    Who::DispatcherElsewhere,
    Who::Leader,
    Who::Supervisor,
    Who::UnitHandler,
    Who::Volunteer,
    Who::Admin,
    Who::Auditor,
    Who::System,
];

impl Who {
    pub fn actor(self) -> Actor {
        if self == Self::System { Actor::System } else { Actor::Person(self.account()) }
    }

    pub fn account(self) -> AccountId {
        AccountId(EVERYBODY.iter().position(|w| *w == self).map_or(0, |i| i64::try_from(i).unwrap() + 1))
    }

    pub fn person(self) -> Assignee {
        Assignee::Person(self.account())
    }

    /// Roles bound to the community or the grid, so that they cover the order; not those elsewhere.
    fn roles(self) -> RoleSet {
        match self {
            Self::Reporter | Self::Stranger => RoleSet::of(&[Role::Resident]),
            Self::Worker | Self::Candidate => RoleSet::of(&[Role::GridWorker]),
            Self::CoHandler | Self::UnitHandler => RoleSet::of(&[Role::UnitHandler]),
            Self::Dispatcher | Self::OtherDispatcher => RoleSet::of(&[Role::Dispatcher]),
            Self::DispatcherElsewhere | Self::System => RoleSet::NONE,
            Self::Leader => RoleSet::of(&[Role::GridLeader]),
            Self::Supervisor => RoleSet::of(&[Role::Supervisor]),
            Self::Volunteer => RoleSet::of(&[Role::Volunteer]),
            Self::Admin => RoleSet::of(&[Role::Admin]),
            Self::Auditor => RoleSet::of(&[Role::Auditor]),
        }
    }

    /// The same roles, each with where it is bound; those elsewhere too.
    pub fn held(self) -> Vec<(Role, Place)> {
        let area = match self {
            Self::Worker | Self::Candidate | Self::Leader => GRID,
            Self::DispatcherElsewhere => return vec![(Role::Dispatcher, lies_at(NEXT_TOWN))],
            Self::Supervisor | Self::Admin | Self::Auditor => TOWN,
            _ => COMMUNITY,
        };
        let held = Role::ALL.iter().filter(|role| self.roles().has(**role));
        held.map(|role| (*role, lies_at(area))).collect()
    }

    fn units(self) -> Vec<UnitId> {
        match self {
            Self::UnitHandler => vec![UNIT],
            Self::CoHandler => vec![HELPERS],
            _ => Vec::new(),
        }
    }

    fn teams(self) -> Vec<TeamId> {
        if self == Self::Volunteer { vec![TEAM] } else { Vec::new() }
    }

    fn in_scope(self, scope: Scope) -> bool {
        match scope {
            Scope::Area(_) => matches!(self, Self::Worker | Self::Candidate | Self::Leader),
            Scope::Team(id) => self.teams().contains(&id),
            Scope::Unit(id) => self.units().contains(&id),
            Scope::Person(id) => self != Self::System && self.account() == id,
        }
    }
}

/// Of this area: the town, its community, the area itself.
pub fn ancestors(area: AreaId) -> Vec<(AreaLevel, AreaId)> {
    let mut around = vec![(AreaLevel::Town, TOWN), (AreaLevel::Village, COMMUNITY), (AreaLevel::Grid, area)];
    around.dedup_by_key(|(_, id)| *id);
    around
}

/// The area and those above it, from the county down.
pub fn around(area: AreaId) -> Vec<(AreaLevel, AreaId)> {
    let levels = [AreaLevel::County, AreaLevel::Town, AreaLevel::Village, AreaLevel::Grid];
    levels.into_iter().zip(lies_at(area).areas()).collect()
}

/// Where these areas are.
pub fn lies_at(area: AreaId) -> Place {
    Place::of_path(match area {
        COUNTY => "/1/",
        TOWN => "/1/10/",
        COMMUNITY => "/1/10/100/",
        GRID => "/1/10/100/1000/",
        NEXT_GRID => "/1/10/100/1001/",
        NEXT_COMMUNITY => "/1/10/101/",
        NEXT_TOWN => "/1/11/",
        FAR_GRID => "/1/11/110/1100/",
        other => panic!("where is {other}?"),
    })
}

/// How everybody and everything stands.
pub fn standings() -> Vec<(Scope, Standing)> {
    let areas = [COUNTY, TOWN, COMMUNITY, GRID, NEXT_GRID, NEXT_COMMUNITY, NEXT_TOWN, FAR_GRID];
    let areas = areas.map(|area| (Scope::Area(area), lies_at(area)));
    let groups = [UNIT, HELPERS].map(Scope::Unit).into_iter().chain([TEAM, SOME_TEAM].map(Scope::Team));
    let groups = areas.into_iter().chain(groups.map(|group| (group, lies_at(COMMUNITY))));
    let people = EVERYBODY.iter().map(|who| (who.account(), who.held()));
    let people = people.chain([(SOMEBODY, vec![(Role::GridWorker, lies_at(GRID))])]);
    groups
        .map(|(group, place)| (group, Standing::Group(place)))
        .chain(people.map(|(id, held)| (Scope::Person(id), Standing::Person(held))))
        .collect()
}

pub fn minutes(n: u32) -> Option<Limit> {
    Some(Limit::Minutes(n))
}

/// Rules with every limit set: a day to accept, 10 minutes to claim, an hour to contact, 5 days to resolve.
pub fn rules() -> ServiceRules {
    ServiceRules {
        limits: Limits {
            accept: minutes(1440),
            claim: minutes(10),
            contact: minutes(60),
            resolve: minutes(7200),
        },
        ..ServiceRules::default()
    }
}

pub fn start() -> At {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// An order, its history, its rules and the time.
#[derive(Debug, Clone)]
pub struct Story {
    pub order: Order,
    pub history: Vec<Recorded>,
    pub rules: ServiceRules,
    /// The rules of [`OTHER_ITEM`].
    pub new_rules: ServiceRules,
    pub now: At,
    /// What the shell found out about the area a command names.
    pub target_in_scope: bool,
    /// Where that is.
    pub target: AreaId,
    /// Whether somebody there has read what was forwarded.
    pub looked_at: bool,
    /// Whose accounts were disabled.
    pub shut_out: Vec<AccountId>,
}

pub fn placement() -> Placement {
    Placement {
        service_item: ITEM,
        area: GRID,
        priority: Priority::Normal,
        channel: Channel::MiniProgram,
        anonymity: Anonymity::RealName,
        reporter: Some(Who::Reporter.account()),
        beneficiary: None,
        created_by: None,
        done: None,
        wanted_at: None,
    }
}

impl Story {
    /// Placed by the reporter.
    pub fn begin(rules: ServiceRules) -> Self {
        let facts = Facts { rules: rules.clone(), overseen: OVERSEEN.to_vec(), ..Facts::default() };
        let decision = place(&placement(), Who::Reporter.actor(), &facts, start()).unwrap();
        Self {
            order: decision.changes,
            history: decision.events,
            new_rules: rules.clone(),
            rules,
            now: start(),
            target_in_scope: true,
            target: NEXT_GRID,
            looked_at: false,
            shut_out: Vec::new(),
        }
    }

    pub fn facts(&self, who: Who) -> Facts {
        Facts {
            inbox_roles: who.roles(),
            area_roles: who.roles(),
            units: who.units(),
            teams: who.teams(),
            candidate: self.order.rings.iter().any(|r| who.in_scope(r.scope)),
            rules: self.rules.clone(),
            new_item: Some((OTHER_ITEM, self.new_rules.clone())),
            target_in_scope: self.target_in_scope,
            common_ancestor: Some(TOWN),
            parent_area: (self.order.inbox != TOWN).then_some(COMMUNITY),
            overseen: OVERSEEN.to_vec(),
            raised: Vec::new(),
            sender_roles: who.roles(),
            looked_at: self.looked_at,
            ancestors: ancestors(self.order.area),
            around_target: around(self.target),
            held: who.held(),
            targets: self.standings(),
        }
    }

    /// How everybody stands; whoever was shut out does not.
    fn standings(&self) -> Vec<(Scope, Standing)> {
        let gone = |scope: &Scope| self.shut_out.iter().any(|who| *scope == Scope::Person(*who));
        standings().into_iter().filter(|(scope, _)| !gone(scope)).collect()
    }

    pub fn attempt(&self, who: Who, command: &Command) -> Result<Decision, Rejection> {
        decide(&self.order, command, who.actor(), &self.facts(who), self.now)
    }

    /// Commits the command; the history must fold to the same order.
    #[track_caller]
    pub fn act(&mut self, who: Who, command: Command) -> &mut Self {
        match self.attempt(who, &command) {
            Ok(decision) => self.commit(decision),
            Err(r) => panic!("{who:?} {command:?} in {}: {r:?}", self.order.status),
        }
        self
    }

    pub fn commit(&mut self, decision: Decision) {
        self.history.extend(decision.events);
        self.order = decision.changes;
        assert_eq!(fold(OrderId(0), &self.history).as_ref(), Some(&self.order), "fold = decision");
    }

    #[track_caller]
    pub fn refused(&self, who: Who, command: Command) -> Rejection {
        match self.attempt(who, &command) {
            Ok(_) => panic!("{who:?} {command:?} in {} was not refused", self.order.status),
            Err(rejection) => rejection,
        }
    }

    pub fn wait(&mut self, minutes: i64) -> &mut Self {
        self.now += TimeDelta::minutes(minutes);
        self
    }

    pub fn claim_by(&mut self, who: Who) -> &mut Self {
        let attempt = self.order.attempt;
        self.act(who, Command::Claim { attempt })
    }

    pub fn acknowledge_by(&mut self, who: Who) -> &mut Self {
        let attempt = self.order.attempt;
        self.act(who, Command::Acknowledge { attempt })
    }
}

/// A pooled order this person has claimed.
pub fn pool_claimed_by(who: Who) -> Story {
    scenes::pooled().claim_by(who).clone()
}
