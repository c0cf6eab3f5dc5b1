//! Everything that goes through the one shell (`apply.rs`, `order/queries/commit.rs`): the order's version decides, so a
//! command is one commit. Firing a timer is the exception: what it loads and what it writes are apart.

use super::state::{
    CANDIDATES, ESCALATED_CLAIMED, GRID, Key, Loaded, OrderRow, RING, Ring, Set, State, Status, at, has, only,
};
use super::{Bug, Protocol};

/// Offers an order to these scopes in a new attempt: dispatch, re-dispatch.
pub fn offer(s: &mut State, order: Key, scopes: Set) {
    again(s, order, scopes);
    s.record(order, scopes);
}

/// The next attempt, offered to these scopes; to none: accepted, waiting for a dispatch.
fn again(s: &mut State, order: Key, scopes: Set) {
    let offered = scopes != 0;
    let row = &mut s.orders[at(order)];
    row.attempt += 1;
    row.status = if offered { Status::Pooled } else { Status::Accepted };
    row.timer = offered.then_some(0);
    row.with_dispatcher = false;
    let attempt = row.attempt;
    let scopes = CANDIDATES.into_iter().filter(|scope| has(scopes, *scope));
    s.rings.extend(scopes.map(|scope| Ring { order, attempt, scope, told: false }));
    let candidates = s.candidates(order, attempt);
    let row = &mut s.orders[at(order)];
    row.fair = candidates & !row.cool_down;
}

/// Takes a pooled order back.
pub fn recall(s: &mut State, order: Key) {
    let held: Vec<Key> = s.live(order).map(|k| k.account).collect();
    let attempt = s.order(order).attempt;
    for account in held {
        release_row(s, order, account, attempt);
    }
    s.orders[at(order)].filled = 0;
    again(s, order, 0);
    s.record(order, 0);
}

/// A holder gives up: offered anew where it was, and the cool-down begins.
pub fn release(s: &mut State, worker: Key, order: Key) {
    let attempt = s.order(order).attempt;
    let scopes = s.scopes(order, attempt);
    release_row(s, order, worker, attempt);
    let row = &mut s.orders[at(order)];
    row.filled -= 1;
    row.cool_down |= only(worker);
    again(s, order, scopes);
    s.record(order, scopes);
}

fn release_row(s: &mut State, order: Key, account: Key, attempt: u8) {
    let live = |k: &&mut super::state::ClaimRow| {
        (k.order, k.account) == (order, account) && k.released_attempt.is_none()
    };
    if let Some(k) = s.claims.iter_mut().find(live) {
        k.released_attempt = Some(attempt);
    }
}

/// Takes whoever belongs to the ring as well out of the grid; the attempt of what was offered there rises in commits of
/// their own.
pub fn remove_member(world: &Protocol, s: &mut State) {
    s.members[at(GRID)] &= !s.members[at(RING)];
    for order in 0..world.orders {
        let row = s.order(order);
        if row.status == Status::Pooled && has(s.scopes(order, row.attempt), GRID) {
            s.to_raise |= only(order);
        }
    }
}

/// The attempt rises after a membership was taken, if the order is still to be had.
pub fn raise(s: &mut State, order: Key) {
    s.to_raise &= !only(order);
    let row = s.order(order);
    if row.status == Status::Pooled {
        let scopes = s.scopes(order, row.attempt);
        offer(s, order, scopes);
    }
}

/// A due timer's order is loaded.
pub fn take_due(s: &mut State, replica: Key, order: Key) {
    s.firing[at(replica)] = Some(Loaded { order, row: *s.order(order) });
}

/// What the timer decided is written, if the order is as it was: the next ring first, then to the dispatcher on duty.
pub fn expire(world: &Protocol, s: &mut State, replica: Key) {
    let Some(Loaded { order, row }) = s.firing[at(replica)].take() else { return };
    let unchecked = world.has(Bug::ExpireWithoutVersion);
    if s.order(order).version != row.version && !unchecked {
        return;
    }
    let Some(step) = row.timer else { return };
    if s.order(order).status != Status::Pooled {
        s.seen |= ESCALATED_CLAIMED;
    }
    let wider = step == 0 && !has(s.scopes(order, row.attempt), RING);
    let (timer, with_dispatcher) = if wider { (Some(1), false) } else { (None, true) };
    // the full next value of what may change; versions and what was fair are not of the row
    let OrderRow { version, heard, fair, cool_down, .. } = *s.order(order);
    s.orders[at(order)] = OrderRow { timer, with_dispatcher, version, heard, fair, cool_down, ..row };
    if wider {
        s.rings.push(Ring { order, attempt: row.attempt, scope: RING, told: false });
        let candidates = s.candidates(order, row.attempt);
        let written = &mut s.orders[at(order)];
        written.fair |= candidates & !written.cool_down;
    }
    let scopes = s.scopes(order, row.attempt);
    s.record(order, scopes);
}
