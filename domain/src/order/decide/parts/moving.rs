//! Reclassified to elsewhere (FIELD.md: reading ends when the right ends): what was offered to people or is held by people
//! outside the reach that it has now goes back to the dispatcher of where it lies.
//!
//! It lies elsewhere when the area up to which its item reaches is another one, and no wider around the same place; judged
//! by the one target policy ([`crate::order::target`]). One who falls out returns the whole order: what is left of a
//! pool is for the dispatcher to say. A co-handler who falls out of an order that stays is waived.

use crate::catalogue::item::ServiceRules;
use crate::order::decide::decision::Draft;
use crate::order::decide::scene::Scene;
use crate::order::event::Event;
use crate::order::reason::Reason;
use crate::order::state::Order;
use crate::order::state::case::CoHandler;
use crate::order::state::status::Status;
use crate::order::target::{Part, Unfit, fits};
use crate::organisation::level::AreaLevel;
use crate::organisation::reach::around;
use crate::organisation::scope::{Assignee, Scope};
use crate::words::ids::AreaId;

/// Ends, in `draft`, the parts of those who are outside the reach of these rules around the place where it lies now.
pub fn end_parts(s: &Scene<'_>, draft: &mut Draft, rules: &ServiceRules, to: AreaId) {
    let there = if to == s.order.area { &s.facts.ancestors } else { &s.facts.around_target };
    let reach = around(rules.reach, there);
    if !s.order.is_offered_or_held() || is_as_wide(&s.facts.ancestors, s.facts.reach(), reach) {
        return;
    }
    let within: Vec<AreaId> = reach.into_iter().collect();
    let is_out = |(who, part): &(Scope, Part)| {
        fits(s.facts.standing(*who), *part, &within).is_err_and(|why| why == Unfit::OutOfReach)
    };
    let goes_back = s.order.offered_or_held().iter().any(is_out);
    let reason = Reason::LiesElsewhere;
    for co in s.order.case.co_handlers.iter().filter(|co| co.is_open()) {
        if goes_back || is_out(&(co.who.scope(), Part::Whistled)) {
            draft.record(s.actor, Event::CoHandlerWaived { who: co.who, reason: Some(reason) });
        }
    }
    if goes_back {
        draft.record(s.actor, Event::Recalled { attempt: s.next_attempt(), reason });
    }
}

/// Whether the reach of now holds that of before: then nobody falls out.
fn is_as_wide(before: &[(AreaLevel, AreaId)], old: Option<AreaId>, new: Option<AreaId>) -> bool {
    let depth = |area: Option<AreaId>| before.iter().position(|(_, id)| Some(*id) == area);
    depth(new).zip(depth(old)).is_some_and(|(new, old)| new <= old)
}

impl Order {
    /// Whether people were offered it or hold it.
    const fn is_offered_or_held(&self) -> bool {
        matches!(self.status, Status::Pooled | Status::Assigned | Status::Claimed | Status::InProgress)
    }

    /// Whom it was offered to, is directed to or is held by; of one that is held, those too to whom a slot that is given up
    /// would be offered again.
    fn offered_or_held(&self) -> Vec<(Scope, Part)> {
        let part = if self.assignee.is_some() { Part::Directed } else { Part::Offered };
        let holders = self.claims.iter().map(|claim| (Scope::Person(claim.account), part));
        let assignee = self.assignee.map(Assignee::scope);
        let offered = self.rings.iter().map(|ring| ring.scope).filter(|scope| Some(*scope) != assignee);
        holders
            .chain(assignee.map(|scope| (scope, part)))
            .chain(offered.map(|scope| (scope, Part::Offered)))
            .collect()
    }

    /// Everybody whose part in it depends on where it lies; none where nobody has one.
    #[must_use]
    pub fn placed_by_reach(&self) -> Vec<Scope> {
        if !self.is_offered_or_held() {
            return Vec::new();
        }
        let helping = self.case.co_handlers.iter().filter(|co: &&CoHandler| co.is_open());
        let helping = helping.map(|co| co.who.scope());
        let mut scopes: Vec<Scope> =
            self.offered_or_held().into_iter().map(|(scope, _)| scope).chain(helping).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }
}
