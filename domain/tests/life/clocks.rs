//! A second bookkeeping of the clocks: what should be paused when, added up step by step.

use domain::At;
use domain::order::{Clock, Clocks, Event, Order, Recorded, Status};
use proptest::prelude::*;

/// Paused time of each clock: accept, claim, contact, resolve; `asleep` while it stands still.
pub struct Watch {
    at: At,
    books: [Book; 4],
}

#[derive(Default)]
struct Book {
    started_at: Option<At>,
    paused: i64,
    asleep: i64,
}

fn each(clocks: &Clocks) -> [Option<Clock>; 4] {
    [clocks.accept, clocks.claim, clocks.contact, clocks.resolve]
}

const ACCEPT: usize = 0;
const CLAIM: usize = 1;
const CONTACT: usize = 2;
const RESOLVE: usize = 3;

impl Watch {
    pub fn begin(order: &Order, now: At) -> Self {
        let mut watch = Self { at: now, books: std::array::from_fn(|_| Book::default()) };
        watch.open(order);
        // a life that begins after the result has slept since
        let stopped = order.clocks.resolve.and_then(|c| c.stopped_at);
        let rated = matches!(order.status, Status::Resolved | Status::Closed);
        if let Some(stopped) = stopped.filter(|_| rated) {
            watch.books[RESOLVE].asleep = (now - stopped).num_milliseconds();
        }
        watch
    }

    /// Time passed while the order was as it is.
    pub fn pass(&mut self, order: &Order, now: At) {
        let span = (now - self.at).num_milliseconds();
        self.at = now;
        for (index, clock) in each(&order.clocks).iter().enumerate() {
            let Some(clock) = clock else { continue };
            let question = index == ACCEPT && order.status == Status::NeedInfo;
            let resident = (index == ACCEPT || index == RESOLVE) && order.status == Status::Rejected;
            // what passes between the result and a dispute is the resident's time
            let rated = index == RESOLVE && matches!(order.status, Status::Resolved | Status::Closed);
            let pauses = question || resident || rated || order.case.suspension.is_some();
            let book = &mut self.books[index];
            match clock.stopped_at {
                _ if !pauses => {}
                None => book.paused += span,
                Some(_) => book.asleep += span,
            }
        }
    }

    /// An event was applied: clocks that run again take up what they slept through.
    pub fn after(&mut self, from: &Order, order: &Order, by: &Recorded) -> Result<(), TestCaseError> {
        for (index, (was, is)) in each(&from.clocks).iter().zip(each(&order.clocks)).enumerate() {
            let book = &mut self.books[index];
            let stopped = was.is_some_and(|c| c.stopped_at.is_some());
            if stopped && is.is_some_and(|c| c.stopped_at.is_none()) {
                book.paused += std::mem::take(&mut book.asleep);
            }
            // Only the contact clock may start afresh, and by a redo those of the next handler.
            let redo = matches!(by.event, Event::RedoOrdered { .. }) && (index == CLAIM || index == RESOLVE);
            let fresh = was.is_some() && is.map(|c| c.started_at) != was.map(|c| c.started_at);
            prop_assert!(!fresh || index == CONTACT || redo, "clock {index} was reset by {by:?}");
        }
        self.open(order);
        self.check(order, self.at)
    }

    fn open(&mut self, order: &Order) {
        for (book, clock) in self.books.iter_mut().zip(each(&order.clocks)) {
            let started_at = clock.map(|c| c.started_at);
            if book.started_at != started_at {
                let paused = clock.map_or(0, |c| c.total_paused_ms(self.at));
                *book = Book { started_at, paused, asleep: 0 };
            }
        }
    }

    pub fn check(&self, order: &Order, now: At) -> Result<(), TestCaseError> {
        for (index, clock) in each(&order.clocks).iter().enumerate() {
            let Some(clock) = clock else { continue };
            let paused = clock.total_paused_ms(now);
            prop_assert_eq!(paused, self.books[index].paused, "paused time of clock {}", index);
            prop_assert_eq!(clock.elapsed_ms(now) + paused, clock.wall_ms(now), "elapsed + paused = wall");
            prop_assert!(clock.elapsed_ms(now) >= 0, "clock {} ran backwards", index);
        }
        let running = |clock: Option<Clock>| clock.is_some_and(|c| c.stopped_at.is_none());
        let clocks = &order.clocks;
        let waiting = matches!(order.status, Status::Submitted | Status::NeedInfo);
        prop_assert_eq!(running(clocks.accept), waiting, "accept clock in {}", order.status);
        let offered = matches!(order.status, Status::Pooled | Status::Assigned);
        prop_assert!(!offered || running(clocks.claim), "claim clock in {}", order.status);
        prop_assert_eq!(running(clocks.contact), order.status == Status::Claimed);
        let handled = order.status.is_open() && !waiting;
        prop_assert!(!handled || running(clocks.resolve), "resolve clock in {}", order.status);
        prop_assert!(order.status.is_open() || clocks.resolve.is_none_or(|c| c.stopped_at.is_some()));
        Ok(())
    }
}
