//! The claim: `order/claim/pg.rs` (the statement), `order/queries/claims.rs` (`standing`), `order/store/claims.rs` (which answer).

use super::state::{
    Answer, Ask, CONTRADICTED, Call, ClaimRow, Key, State, Statement, Status, UNFAIR, Win, at, has, only,
};
use super::{Bug, Protocol};

/// The statement begins: its sub-selects see the database as it is now.
#[must_use]
pub fn begin(world: &Protocol, s: &State, worker: Key, ask: Ask) -> Statement {
    let cooling = has(s.order(ask.order).cool_down, worker);
    Statement {
        ask,
        candidate: has(s.candidates(ask.order, ask.attempt), worker) && !cooling,
        taken: s.live(ask.order).fold(0, |set, k| set | only(k.slot)),
        scopes: if world.has(Bug::EarlyExpansion) { s.scopes(ask.order, ask.attempt) } else { 0 },
    }
}

/// The statement commits, once it has the row: the row as it is now, everything else as it began. `None`: it changed
/// nothing (no row met the condition, or a unique index failed it).
pub fn claim(world: &Protocol, s: &mut State, worker: Key, statement: &Statement) -> Option<Answer> {
    let Statement { ask, candidate, taken, scopes } = *statement;
    let row = *s.order(ask.order);
    let same_attempt = row.attempt == ask.attempt || world.has(Bug::NoAttemptCheck);
    if row.status != Status::Pooled || !same_attempt || row.filled >= world.slots || !candidate {
        return None;
    }
    let slot = free_slot(world, taken, row.filled)?;
    let violated = s.live(ask.order).any(|k| k.slot == slot || k.account == worker);
    if violated && !world.has(Bug::ConflictDoNothing) {
        return None;
    }
    let full = row.filled + 1 >= world.slots;
    let order = &mut s.orders[at(ask.order)];
    order.filled += 1;
    if full {
        order.status = Status::Claimed;
        order.timer = None;
        order.with_dispatcher = false;
    }
    if !has(row.fair, worker) {
        s.seen |= UNFAIR;
    }
    if violated {
        return Some(Answer::Won { slot });
    }
    let (order, attempt) = (ask.order, ask.attempt);
    s.claims.push(ClaimRow { order, attempt, slot, account: worker, released_attempt: None });
    s.wins.push(Win { order, attempt, slot, account: worker });
    s.record(order, scopes);
    Some(Answer::Won { slot })
}

/// Of the slots that were free in the snapshot, the first `filled` less those taken in it are taken since.
fn free_slot(world: &Protocol, taken: u8, filled: u8) -> Option<u8> {
    let since = u32::from(filled).checked_sub(taken.count_ones())?;
    (1..=world.slots).filter(|slot| !has(taken, *slot)).nth(usize::try_from(since).ok()?)
}

/// Why it did not win, read in a new statement.
#[must_use]
pub fn standing(world: &Protocol, s: &State, worker: Key, ask: Ask) -> Answer {
    let row = s.order(ask.order);
    if ask.attempt > row.attempt {
        return Answer::NotEligible;
    }
    let held = |k: &&ClaimRow| {
        k.account == worker
            && (k.order == ask.order || world.has(Bug::OwnClaimOfAnyOrder))
            && k.attempt <= ask.attempt
            && k.released_attempt.is_none_or(|released| released >= ask.attempt)
    };
    if let Some(own) = s.claims.iter().find(held)
        && !world.has(Bug::ForgetsOwnClaim)
    {
        return Answer::Won { slot: own.slot };
    }
    if !has(s.candidates(ask.order, ask.attempt), worker) {
        return Answer::NotEligible;
    }
    if row.attempt == ask.attempt && row.status == Status::Pooled {
        return if has(row.cool_down, worker) { Answer::NotEligible } else { Answer::Retry };
    }
    let of_attempt = s.claims.iter().filter(|k| (k.order, k.attempt) == (ask.order, ask.attempt));
    of_attempt.min_by_key(|k| k.slot).map_or(Answer::Gone, |winner| Answer::Lost { by: winner.account })
}

/// The answer sets out; while replicas may still be killed, it may be lost on the way.
pub fn reply(s: &mut State, worker: Key, replica: Key, ask: Ask, answer: Answer) {
    if s.crashes > 0 {
        s.workers[at(worker)].call = Call::Replying { replica, ask, answer };
    } else {
        hear(s, worker, ask, answer);
    }
}

/// The worker hears the answer. Won, lost and gone are for good; after the others one may ask again, after `Retry` one
/// will.
pub fn hear(s: &mut State, worker: Key, ask: Ask, answer: Answer) {
    let w = &mut s.workers[at(worker)];
    w.call = Call::Idle;
    let known = w.answered.iter().find(|(asked, _)| *asked == ask).map(|(_, answer)| *answer);
    match (answer, known) {
        (Answer::Retry, _) => return,
        (Answer::NotEligible, _) => {}
        (_, Some(known)) if known == answer => {}
        (_, Some(_)) => s.seen |= CONTRADICTED,
        (_, None) => w.answered.push((ask, answer)),
    }
    w.unanswered.retain(|asked| *asked != ask);
}
