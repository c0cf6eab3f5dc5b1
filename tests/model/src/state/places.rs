//! Gives workers, orders and replicas other places in every table that names them.

use super::{Answer, Key, Set, State, at, has, only};

/// The new place of each old one.
#[derive(Debug)]
pub struct Places(Vec<Key>);

impl Places {
    /// The old places in their new order.
    pub fn in_order(old: &[usize]) -> Self {
        let new = |place: usize| (0..).zip(old).find(|(_, old)| **old == place).map_or(0, |(new, _)| new);
        Self((0..old.len()).map(new).collect())
    }

    fn put(&self, place: &mut Key) {
        *place = self.0[at(*place)];
    }

    fn put_set(&self, set: &mut Set) {
        *set =
            (0..).zip(&self.0).filter(|(old, _)| has(*set, *old)).fold(0, |all, (_, new)| all | only(*new));
    }

    fn put_rows<T>(&self, rows: &mut [T]) {
        // as many steps as there are places not yet as they should be
        let mut left = self.0.clone();
        for place in 0..left.len() {
            while at(left[place]) != place {
                let to = at(left[place]);
                rows.swap(place, to);
                left.swap(place, to);
            }
        }
    }
}

impl State {
    pub fn place_replicas(&mut self, places: &Places) {
        places.put_rows(&mut self.passes);
        places.put_rows(&mut self.firing);
        self.workers.iter_mut().filter_map(|w| w.call.replica()).for_each(|replica| places.put(replica));
    }

    pub fn place_orders(&mut self, places: &Places) {
        places.put_rows(&mut self.orders);
        self.logs.iter_mut().for_each(|log| places.put_rows(&mut log.last));
        places.put_set(&mut self.to_raise);
        self.wins.iter_mut().for_each(|win| places.put(&mut win.order));
        self.claims.iter_mut().for_each(|k| places.put(&mut k.order));
        self.rings.iter_mut().for_each(|r| places.put(&mut r.order));
        self.outbox.iter_mut().for_each(|row| places.put(&mut row.order));
        self.firing.iter_mut().flatten().for_each(|loaded| places.put(&mut loaded.order));
        for pass in self.passes.iter_mut().flatten() {
            pass.rows.iter_mut().for_each(|row| places.put(&mut row.order));
            if let Some(expanded) = &mut pass.expanded {
                expanded.notes.iter_mut().for_each(|(_, note, _)| places.put(&mut note.order));
                expanded.marks.iter_mut().for_each(|r| places.put(&mut r.order));
            }
        }
        for w in &mut self.workers {
            let asked = w.unanswered.iter_mut().chain(w.answered.iter_mut().map(|(ask, _)| ask));
            let orphan = w.orphan.iter_mut().map(|st| &mut st.ask);
            asked.chain(orphan).chain(w.call.ask()).for_each(|ask| places.put(&mut ask.order));
        }
    }

    pub fn place_workers(&mut self, places: &Places) {
        places.put_rows(&mut self.workers);
        self.members.iter_mut().for_each(|set| places.put_set(set));
        self.wins.iter_mut().for_each(|win| places.put(&mut win.account));
        self.claims.iter_mut().for_each(|k| places.put(&mut k.account));
        let loaded = self.firing.iter_mut().flatten().map(|loaded| &mut loaded.row);
        for row in self.orders.iter_mut().chain(loaded) {
            places.put_set(&mut row.cool_down);
            places.put_set(&mut row.fair);
        }
        for w in &mut self.workers {
            let answers = w.answered.iter_mut().map(|(_, answer)| answer).chain(w.call.answer());
            for answer in answers {
                if let Answer::Lost { by } = answer {
                    places.put(by);
                }
            }
        }
    }

    /// Puts into one order what has none, or whose order says nothing: rows of a table, and what a pass tells of
    /// different orders, which it numbers as it comes and commits together.
    pub fn sort(&mut self) {
        self.claims.sort_unstable();
        self.wins.sort_unstable();
        self.rings.sort_unstable();
        self.outbox.sort_unstable();
        for pass in self.passes.iter_mut().flatten() {
            pass.rows.sort_unstable();
            if let Some(expanded) = &mut pass.expanded {
                expanded.notes.sort_unstable();
                expanded.marks.sort_unstable();
            }
        }
        for w in &mut self.workers {
            w.answered.sort_unstable();
            w.unanswered.sort_unstable();
        }
    }
}
