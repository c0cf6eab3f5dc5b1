//! Which areas nobody oversees (FIELD.md: somebody must act). A dispatcher's role is inherited by everything below, so
//! an area is overseen when somebody dispatches there or above; what nobody oversees is therefore the top of the tree
//! down to the first desks, and every branch without one.

use super::place::Place;
use crate::words::ids::{AccountId, AreaId};
use std::collections::BTreeSet;

/// What lies above every desk in the tree below `root`, itself included, when nobody dispatches above it: areas that nobody
/// oversees, with desks further down. Their children are overseen, lie above desks themselves, or begin a branch that has
/// none. Empty when there is no desk at all: then `root` is such a branch.
#[must_use]
pub fn above_desks(root: AreaId, desks: &[Place]) -> BTreeSet<AreaId> {
    let at: BTreeSet<AreaId> = desks.iter().filter_map(Place::area).collect();
    let mut above = BTreeSet::new();
    for desk in desks {
        let below_root = desk.areas().skip_while(|area| *area != root);
        // a desk below another adds nothing: its way down is overseen from the first one on
        above.extend(below_root.take_while(|area| !at.contains(area)));
    }
    above
}

/// Into whose inbox comes what is for this place, when desks are these (an area and who dispatches there) and it is about
/// these people: the place itself; where the nearest desks are only theirs, the nearest above where somebody else is. None
/// where nobody else dispatches, there or above: nobody rules on their own case, so nobody would have to act.
#[must_use]
pub fn inbox_of(place: &Place, desks: &[(AreaId, AccountId)], about: &[AccountId]) -> Option<AreaId> {
    let nearest = |acts: &dyn Fn(AccountId) -> bool| {
        place.areas().filter(|area| desks.iter().any(|(at, who)| at == area && acts(*who))).last()
    };
    let other = nearest(&|who| !about.contains(&who))?;
    if nearest(&|_| true) == Some(other) { place.area() } else { Some(other) }
}

#[cfg(test)]
mod tests {
    //! A tree and its desks.

    use super::*;

    fn above(desks: &[&str]) -> Vec<i64> {
        let desks: Vec<Place> = desks.iter().map(|path| Place::of_path(path)).collect();
        above_desks(AreaId(2), &desks).into_iter().map(|area| area.0).collect()
    }

    #[test]
    fn what_lies_above_the_first_desks() {
        for (desks, wanted) in [
            (vec![], vec![]),
            (vec!["/1/2/"], vec![]),
            (vec!["/1/2/3/"], vec![2]),
            (vec!["/1/2/3/4/", "/1/2/3/5/"], vec![2, 3]),
            (vec!["/1/2/3/4/", "/1/2/3/4/6/7/"], vec![2, 3]),
            (vec!["/1/2/3/4/6/7/", "/1/2/3/4/"], vec![2, 3]),
            (vec!["/1/2/3/4/", "/1/2/8/9/"], vec![2, 3, 8]),
            (vec!["/1/2/3/4/", "/1/2/"], vec![]),
        ] {
            assert_eq!(above(&desks), wanted, "{desks:?}");
        }
    }

    #[test]
    fn an_inbox_is_where_somebody_else_acts() {
        let place = Place::of_path("/1/2/3/");
        let (me, you) = (AccountId(7), AccountId(8));
        for (desks, wanted) in [
            (vec![], None),
            (vec![(3, me)], None),
            (vec![(3, me), (1, me)], None),
            (vec![(3, you)], Some(3)),
            (vec![(3, me), (3, you)], Some(3)),
            (vec![(1, you)], Some(3)),
            (vec![(2, you), (1, me)], Some(3)),
            (vec![(3, me), (1, you)], Some(1)),
            (vec![(3, me), (2, you), (1, you)], Some(2)),
            (vec![(2, me), (1, you)], Some(1)),
            (vec![(9, you)], None),
        ] {
            let at: Vec<_> = desks.iter().map(|(area, who)| (AreaId(*area), *who)).collect();
            assert_eq!(inbox_of(&place, &at, &[me]), wanted.map(AreaId), "{desks:?}");
        }
    }
}
