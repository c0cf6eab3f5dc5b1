//! Uploads under way. Each is held in memory until it is whole, for minutes on a slow network: so there is a bound for
//! all, and one for each person, so that nobody takes every place.

use crate::http::error::{ApiError, ApiResult, Kind};
use domain::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Uploads of one person at once: the photos of an order.
const OF_ONE: u32 = 9;
/// Photos that are looked through at once: each keeps a processor busy.
const LOOKED_AT: usize = 2;
/// More places than any machine has the memory for.
const MOST: u32 = 100_000;
/// When a place is likely to be free again, seconds.
const SOON: u32 = 2;

/// The uploads of this process.
#[derive(Debug, Clone)]
pub struct Uploads {
    most: u32,
    places: Arc<Semaphore>,
    looked_at: Arc<Semaphore>,
    by_account: Arc<Mutex<HashMap<AccountId, u32>>>,
}

/// An upload under way, until it is dropped.
#[derive(Debug)]
pub struct Upload {
    all: Uploads,
    who: AccountId,
    _places: OwnedSemaphorePermit,
}

impl Uploads {
    /// At most so many at once.
    #[must_use]
    pub fn at_once(places: usize) -> Self {
        let most = u32::try_from(places).unwrap_or(u32::MAX).clamp(1, MOST);
        Self {
            most,
            places: Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1))),
            looked_at: Arc::new(Semaphore::new(LOOKED_AT)),
            by_account: Arc::default(),
        }
    }

    /// Begins one that takes so many places, before its body is read.
    ///
    /// # Errors
    /// 429 when this person has too many under way, 503 when all together have.
    pub fn begin(&self, who: AccountId, places: u32) -> ApiResult<Upload> {
        let soon = |kind| ApiError::new(kind).retry_after(SOON);
        let free = self.places.clone().try_acquire_many_owned(places.min(self.most));
        let _places = free.map_err(|_none| soon(Kind::UNAVAILABLE))?;
        let mut by_account = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = by_account.entry(who).or_insert(0);
        if *mine >= OF_ONE {
            return Err(soon(Kind::TOO_MANY_REQUESTS));
        }
        *mine += 1;
        Ok(Upload { all: self.clone(), who, _places })
    }

    /// Waits for a turn to look through a photo.
    ///
    /// # Errors
    /// Never: nobody closes it.
    pub async fn turn(&self) -> ApiResult<OwnedSemaphorePermit> {
        let turn = self.looked_at.clone().acquire_owned().await;
        turn.map_err(|closed| ApiError::internal(closed.to_string()))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let mut by_account = self.all.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mine) = by_account.get_mut(&self.who) {
            *mine -= 1;
            if *mine == 0 {
                by_account.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_and_all_together_are_bounded() {
        let uploads = Uploads::at_once(11);
        let begin = |who, places| uploads.begin(AccountId(who), places);
        let mut mine: Vec<Upload> = (0..9).map(|_| begin(1, 1).unwrap()).collect();
        assert_eq!(begin(1, 1).unwrap_err().kind, Kind::TOO_MANY_REQUESTS);
        let import = begin(2, 2).unwrap();
        assert_eq!(begin(3, 1).unwrap_err().kind, Kind::UNAVAILABLE);
        mine.pop();
        drop(begin(1, 1).unwrap());
        drop((mine, import));
        assert!(begin(1, 11).is_ok());
        assert!(Uploads::at_once(2).begin(AccountId(1), 4).is_ok(), "alone, where there are few places");
        assert!(uploads.by_account.lock().unwrap().is_empty());
    }
}
