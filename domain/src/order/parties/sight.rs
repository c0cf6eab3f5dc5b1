//! How much of an order somebody reads, by what they are to it now. Reading ends when the right ends (FIELD.md, edge
//! rules): whoever took part keeps what was there up to then, and nothing 30 days after it was finished.

use super::hands::helps;
use crate::At;
use crate::catalogue::item::Anonymity;
use crate::order::facts::Facts;
use crate::order::state::Order;
use crate::order::state::case::CoHandler;
use crate::order::state::status::Status;
use crate::order::target::{Part, works};
use crate::organisation::scope::Assignee;
use crate::people::role::{Role, RoleSet};
use crate::words::ids::AccountId;
use crate::words::mask;
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// For how long an order is read by those who took part in it, once it is finished, days (ARCHITECTURE.md, "Where pages
/// disagree").
pub const READABLE_DAYS: i64 = 30;

/// What somebody reads of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Everything, as it is now.
    Whole,
    /// What an offer says: no text, no people.
    Brief,
    /// Nothing that is new. If they took part once: what was there up to the event that ended it.
    Past,
    /// Nothing, whatever they were to it.
    Nothing,
}

/// How much somebody reads of the words that go with an order (title, description, notes, supplements), and whether they
/// read in which building or household it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words {
    /// As they were written.
    Whole,
    /// Without telephone, identity and card numbers and doors ([`mask::redact`]), and no area below the compound.
    Redacted,
}

impl Words {
    /// The text as it is read.
    #[must_use]
    pub fn of(self, text: &str) -> String {
        match self {
            Self::Whole => text.into(),
            Self::Redacted => mask::redact(text),
        }
    }
}

impl Order {
    /// How much of the words this person reads, if they read them at all: whole are they for its reporter and beneficiary,
    /// for whoever took it at the telephone and still takes orders there, for its dispatchers, and for those in whose
    /// hands it is until it is finished. Who handles or handled an order that hides its reporter from them reads them
    /// redacted: there they may tell who it is.
    #[must_use]
    pub fn words(&self, who: AccountId, facts: &Facts) -> Words {
        let covered = |roles: RoleSet| facts.area_roles.meets(roles) || facts.inbox_roles.meets(roles);
        let hides = self.anonymity == Anonymity::HiddenFromWorker;
        let took_it = self.created_by == Some(who) && covered(RoleSet::TAKERS);
        let dispatches = covered(RoleSet::of(&[Role::Dispatcher])) && !(hides && self.has_handled(who));
        let handles = !hides && !self.status.is_finished() && self.is_handled(who, facts);
        if self.is_own(who) || took_it || dispatches || handles { Words::Whole } else { Words::Redacted }
    }

    /// What this person reads. Reporter and beneficiary always do, and so do those whose role reads every order where
    /// it is or in whose inbox it lies; whoever handles it and may still do so, until 30 days after it was finished;
    /// candidates what is offered, while the offer stands; whoever is asked to be a party, the same until they answer.
    #[must_use]
    pub fn sight(&self, who: AccountId, facts: &Facts, now: At) -> Sight {
        let covered = |roles: RoleSet| facts.area_roles.meets(roles) || facts.inbox_roles.meets(roles);
        if self.is_own(who) || covered(RoleSet::READERS) {
            return Sight::Whole;
        }
        if self.finished_at().is_some_and(|at| at < read_since(now)) {
            return Sight::Nothing;
        }
        let took_it = self.created_by == Some(who) && covered(RoleSet::TAKERS);
        // who reported it up keeps following it: the hop changes who is accountable and erases nobody
        let followed =
            self.case.hops.iter().any(|hop| hop.by == who) && works(&facts.held, Part::Offered, None);
        if took_it || followed || self.is_handled(who, facts) {
            return Sight::Whole;
        }
        let stands = matches!(self.status, Status::Pooled | Status::Assigned);
        let offered = facts.candidate && stands && self.case.suspension.is_none();
        // whose role or area changed since can still give it up, and reads no more for it
        let held = self.parties().iter().any(|party| is_of(who, *party, facts));
        let asked = self.invited_as(who).is_some();
        if offered || held || asked { Sight::Brief } else { Sight::Past }
    }

    /// Whether it is in this person's hands, as claimant, as the one it is directed to or as co-handler who is not done,
    /// and they may still do that work.
    fn is_handled(&self, who: AccountId, facts: &Facts) -> bool {
        let helped = |co: &CoHandler| co.is_open() && is_of(who, co.who, facts) && helps(facts, co);
        self.is_handled_by(who, facts)
            || (self.assignee.is_some_and(|party| is_of(who, party, facts)) && self.is_kept_by(facts))
            || self.case.co_handlers.iter().any(helped)
    }

    /// Who takes part in handling it: claimants, those it is directed to, co-handlers until they are done or waived.
    #[must_use]
    pub fn parties(&self) -> BTreeSet<Assignee> {
        let claimants = self.claims.iter().map(|claim| Assignee::Person(claim.account));
        claimants.chain(self.directed()).collect()
    }

    /// Those it is directed to, and co-handlers until they are done or waived.
    #[must_use]
    pub fn directed(&self) -> BTreeSet<Assignee> {
        let helping = self.case.co_handlers.iter().filter(|co| co.is_open()).map(|co| co.who);
        self.assignee.into_iter().chain(helping).collect()
    }

    /// Since when nothing more is expected to happen to it; none while something is. Its last event, if there was one
    /// after its end.
    #[must_use]
    pub fn finished_at(&self) -> Option<At> {
        self.status.is_finished().then_some(self.updated_at)
    }
}

/// What was finished before this is not read any more by whoever only took part.
#[must_use]
pub fn read_since(now: At) -> At {
    now.checked_sub_signed(TimeDelta::days(READABLE_DAYS)).unwrap_or(At::MIN_UTC)
}

fn is_of(who: AccountId, party: Assignee, facts: &Facts) -> bool {
    match party {
        Assignee::Person(id) => id == who,
        Assignee::Team(id) => facts.teams.contains(&id),
        Assignee::Unit(id) => facts.units.contains(&id),
    }
}
