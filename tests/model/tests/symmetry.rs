//! Looking at one of the states that differ in places alone, and forgetting what does not matter, leaves nothing out.

use model::state::{State, forget};
use model::{Action, Bug, Protocol, actions, check};
use stateright::{Model, Representative};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A replica that is killed, with the ladder; two orders; a dispatcher's move with the ladder.
const WORLDS: [Protocol; 3] =
    [Protocol { again: 0, ..Protocol::CRASH }, Protocol::PAIRS, Protocol { workers: 1, ..Protocol::MOVE }];

#[test]
fn every_place_and_one_of_them_come_to_the_same() {
    let world = Protocol { crashes: 1, ..Protocol::PAIRS };
    let one = check::every_state(world, 2);
    let every = check::every_place(world, 2);
    println!("{} states, in every place {}", one.states, every.states);
    assert!(one.failed.is_empty() && every.failed.is_empty(), "{:?} {:?}", one.failed, every.failed);
    assert!(
        one.states * 4 < every.states,
        "two workers, two orders, two replicas: up to eight places a state"
    );
}

/// Every state that the steps alone lead to, with nothing forgotten, each in every place: made the one that stands for
/// it, they are those that the checker looks at.
#[test]
fn no_state_is_left_out() {
    for world in WORLDS {
        let mut expected = HashSet::new();
        let all = reached(world, taken, print, |s| {
            let mut s = s.clone();
            forget(&world, &mut s);
            expected.insert(print(&s.representative()));
        });
        let standing = |s: &State| print(&s.representative());
        let looked_at =
            reached(world, |world, s, action| world.next_state(s, action).unwrap(), standing, |_| ());
        println!("{world}: {} states stand for {}", looked_at.len(), all.len());
        assert!(looked_at.len() < all.len());
        assert!(looked_at == expected, "{} are looked at, {} expected", looked_at.len(), expected.len());
    }
}

fn taken(world: &Protocol, s: &State, action: Action) -> State {
    let mut next = s.clone();
    actions::take(world, &mut next, action);
    next
}

fn print(s: &State) -> u64 {
    let mut hasher = DefaultHasher::new();
    s.hash(&mut hasher);
    hasher.finish()
}

/// What these steps lead to, by what each state is known by.
fn reached(
    world: Protocol,
    step: impl Fn(&Protocol, &State, Action) -> State,
    known_by: impl Fn(&State) -> u64,
    mut look: impl FnMut(&State),
) -> HashSet<u64> {
    let mut open = world.init_states();
    let mut known: HashSet<u64> = open.iter().map(&known_by).collect();
    let mut possible = Vec::new();
    while let Some(s) = open.pop() {
        look(&s);
        actions::possible(&world, &s, &mut possible);
        for action in possible.drain(..) {
            let next = step(&world, &s, action);
            if known.insert(known_by(&next)) {
                open.push(next);
            }
        }
    }
    known
}

#[test]
fn every_planted_bug_is_found_in_one_of_the_places() {
    for bug in Bug::ALL {
        let (world, property) = bug.breaks();
        assert!(check::breaks(world, property), "{bug:?} is not found");
    }
}

/// If places were confused, workers and orders told apart would look alike: this takes two of each.
#[test]
fn what_takes_another_worker_and_another_order_is_found() {
    let (world, property) = Bug::OwnClaimOfAnyOrder.breaks();
    assert_eq!((world.workers, world.orders), (2, 2));
    assert!(check::breaks(world, property));
    for alone in [Protocol { workers: 1, ..world }, Protocol { orders: 1, ..world }] {
        assert!(!check::breaks(alone, property), "{alone}");
    }
}
