//! The model of the claim protocol holds in every state, and each planted bug is found. Larger worlds are checked by
//! `tests/check-model --long`.

use model::{Bug, Protocol, check};

#[test]
fn every_property_holds_in_every_state() {
    for world in Protocol::SMALL {
        let checked = check::every_state(world, 2);
        println!("{world}: {} states, {:.1?}", checked.states, checked.took);
        for (name, path) in &checked.failed {
            println!("not so: {name}\n{path}");
        }
        assert!(checked.failed.is_empty(), "{world}: {:?}", checked.failed);
    }
}

#[test]
fn every_planted_bug_is_found() {
    for bug in Bug::ALL {
        let (world, property) = bug.breaks();
        let found = check::counterexample(world, property);
        let (steps, path) = found.unwrap_or_else(|| panic!("{bug:?} is not found"));
        assert!(steps > 2, "{path}");
        println!("{bug:?} breaks \"{property}\":\n{path}");
    }
}
