//! Workers, orders and replicas are interchangeable: no rule and no property knows one by its place, and what tells
//! them apart (who is in the ring) is part of the state. So states that differ in places alone lead to states that
//! differ in places alone, and it is enough to look at one of them.

use super::places::Places;
use super::{Answer, Call, Key, OrderRow, Set, State, at, has};
use stateright::Representative;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;

impl Representative for State {
    /// The least of the states that differ from this one in places alone and whose replicas, orders and workers are
    /// sorted by what is known of each without the others' places. If such a sort cannot tell two workers apart that
    /// are not the same, there may be two such states: one too many is looked at, never one too few.
    fn representative(&self) -> Self {
        let orders = sortings(&all(self.orders.len(), |order| of_order(self, order)));
        let replicas = sortings(&all(self.passes.len(), |replica| of_replica(self, replica)));
        let ways = replicas.iter().flat_map(|replicas| orders.iter().map(move |orders| (replicas, orders)));
        ways.map(|(replicas, orders)| placed(self, replicas, orders)).min().unwrap_or_else(|| self.clone())
    }
}

fn placed(s: &State, replicas: &Places, orders: &Places) -> State {
    let mut placed = s.clone();
    placed.place_replicas(replicas);
    placed.place_orders(orders);
    placed.sort();
    let known = all(placed.workers.len(), |worker| of_worker(&placed, worker));
    let mut sorted: Vec<usize> = (0..known.len()).collect();
    sorted.sort_by_key(|old| known[*old]);
    placed.place_workers(&Places::in_order(&sorted));
    placed.sort();
    placed
}

fn all(count: usize, known: impl Fn(Key) -> u64) -> Vec<u64> {
    (0..).take(count).map(known).collect()
}

/// Every way to sort what this is known of: one, unless some are equal.
fn sortings(known: &[u64]) -> Vec<Places> {
    let mut ways: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in known {
        let longer = |way: &Vec<usize>| {
            let left = || (0..known.len()).filter(|old| !way.contains(old));
            let least = left().map(|old| known[old]).min();
            let next = left().filter(|old| Some(known[*old]) == least);
            next.map(|old| way.iter().copied().chain([old]).collect()).collect::<Vec<Vec<usize>>>()
        };
        ways = ways.iter().flat_map(longer).collect();
    }
    ways.iter().map(|way| Places::in_order(way)).collect()
}

fn print(known: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    known.hash(&mut hasher);
    hasher.finish()
}

/// What is known of a replica without the places of workers and orders.
fn of_replica(s: &State, replica: Key) -> u64 {
    let pass = s.passes[at(replica)].as_ref().map(|pass| pass.expanded.is_some());
    let at_it = |call: &Call| { *call }.replica().copied() == Some(replica);
    let calls = s.workers.iter().map(|w| w.call).filter(at_it).map(|call| print(discriminant(&call)));
    let calls = calls.fold(0, u64::wrapping_add);
    print((pass, s.firing[at(replica)].is_some(), calls))
}

/// What is known of an order without the places of workers and replicas.
fn of_order(s: &State, order: Key) -> u64 {
    let count = |set: Set| Set::try_from(set.count_ones()).unwrap_or(Set::MAX);
    let row = s.order(order);
    let row = OrderRow { cool_down: count(row.cool_down), fair: count(row.fair), ..*row };
    let of_workers = s.workers.iter().map(|w| {
        let call =
            { w.call }.ask().filter(|ask| ask.order == order).map(|ask| (ask.attempt, discriminant(&w.call)));
        let orphan =
            w.orphan.filter(|st| st.ask.order == order).map(|st| (st.ask.attempt, st.candidate, st.taken));
        let answered = w.answered.iter().filter(|(ask, _)| ask.order == order);
        let answered: Vec<(u8, Answer)> =
            answered.map(|(ask, answer)| (ask.attempt, nameless(*answer))).collect();
        print((call, orphan, answered))
    });
    print((row, of_workers.fold(0, u64::wrapping_add)))
}

/// What is known of a worker without the places of the others.
fn of_worker(s: &State, worker: Key) -> u64 {
    let w = &s.workers[at(worker)];
    let mut call = w.call;
    call.answer().into_iter().for_each(|answer| *answer = nameless(*answer));
    let mut hasher = DefaultHasher::new();
    (call, w.orphan, &w.unanswered).hash(&mut hasher);
    for (ask, answer) in &w.answered {
        (ask, nameless(*answer)).hash(&mut hasher);
    }
    for k in s.claims.iter().filter(|k| k.account == worker) {
        (k.order, k.attempt, k.slot, k.released_attempt).hash(&mut hasher);
    }
    for row in &s.orders {
        (has(row.cool_down, worker), has(row.fair, worker)).hash(&mut hasher);
    }
    s.members.map(|members| has(members, worker)).hash(&mut hasher);
    hasher.finish()
}

/// The answer without the winner.
const fn nameless(answer: Answer) -> Answer {
    if matches!(answer, Answer::Lost { .. }) { Answer::Lost { by: 0 } } else { answer }
}
