//! The offers that everybody knows of: what a worker sees on the phone, perhaps late.

use std::sync::{Mutex, PoisonError};

use rand::Rng;
use rand::rngs::StdRng;

/// An offer as it was last heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub order: i64,
    pub attempt: i64,
    asked: usize,
}

/// Times an order is asked for before it is taken down.
const ENOUGH: usize = 12;

#[derive(Debug, Default)]
pub struct Board {
    offers: Mutex<Vec<Offer>>,
}

impl Board {
    fn with<R>(&self, look: impl FnOnce(&mut Vec<Offer>) -> R) -> R {
        look(&mut self.offers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn len(&self) -> usize {
        self.with(|offers| offers.len())
    }

    /// An offer was made, or made again.
    pub fn put(&self, order: i64, attempt: i64) {
        self.with(|offers| match offers.iter_mut().find(|o| o.order == order) {
            Some(known) => known.attempt = known.attempt.max(attempt),
            None => offers.push(Offer { order, attempt, asked: 0 }),
        });
    }

    /// One that somebody will ask for; one that was asked for often enough goes.
    pub fn pick(&self, random: &mut StdRng) -> Option<Offer> {
        self.with(|offers| {
            let place = (!offers.is_empty()).then(|| random.random_range(0..offers.len()))?;
            let offer = offers.get_mut(place)?;
            offer.asked += 1;
            let picked = offer.clone();
            if picked.asked >= ENOUGH {
                offers.swap_remove(place);
            }
            Some(picked)
        })
    }

    /// One to look at.
    pub fn look(&self, random: &mut StdRng) -> Option<Offer> {
        self.with(|offers| {
            let place = (!offers.is_empty()).then(|| random.random_range(0..offers.len()))?;
            offers.get(place).cloned()
        })
    }

    /// Nobody will ask for it any more.
    pub fn take_down(&self, order: i64) {
        self.with(|offers| offers.retain(|o| o.order != order));
    }
}
