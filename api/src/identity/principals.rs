//! Who is signed in, read anew every few seconds.

use super::token::Access;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::principal::Principal;
use domain::{AccountId, SessionId};
use persistence::identity::values::PrincipalRead;
use persistence::{Clock, Store};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a principal is believed without asking the database: a revoked session or a lost role takes effect
/// within it (QUEUE.md: 5 s); changes made on this replica take effect at once.
const FRESH: Duration = Duration::from_secs(3);

/// Principals by session, believed for a short time, and no longer than roles stay as they are (`news/jobs/listen.rs` watches
/// that they do).
pub struct Principals {
    store: Store,
    clock: Clock,
    cache: quick_cache::sync::Cache<SessionId, (Instant, Arc<PrincipalRead>)>,
    /// Rises whenever everything is forgotten: who was read before that is not believed after it.
    forgotten: AtomicU64,
    /// When somebody was read last.
    read_at: Mutex<Option<Instant>>,
}

impl Principals {
    /// Nobody yet.
    #[must_use]
    pub fn new(store: Store, clock: Clock) -> Self {
        let cache = quick_cache::sync::Cache::new(50_000);
        Self { store, clock, cache, forgotten: AtomicU64::new(0), read_at: Mutex::new(None) }
    }

    /// The person of a verified token.
    ///
    /// # Errors
    /// 401 when the session is over.
    pub async fn by_access(&self, access: Access) -> ApiResult<Principal> {
        self.of_session(access.session, access.account).await
    }

    async fn of_session(&self, session: SessionId, account: AccountId) -> ApiResult<Principal> {
        if let Some((read_at, read)) = self.cache.get(&session)
            && read_at.elapsed() < FRESH
        {
            return Ok(Principal::new(read, session));
        }
        let before = self.forgotten.load(Ordering::Acquire);
        let read = self.store.principal(session, account, self.clock.now()).await?;
        let read = Arc::new(read.ok_or_else(|| ApiError::new(Kind::SESSION_REVOKED))?);
        let now = Instant::now();
        *self.read_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        if self.forgotten.load(Ordering::Acquire) == before {
            self.cache.insert(session, (now, read.clone()));
        }
        Ok(Principal::new(read, session))
    }

    /// Forgets everything: a role, an account or a session changed.
    pub fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.cache.clear();
    }

    /// Whether somebody is believed without being read again.
    #[must_use]
    pub fn are_believed(&self) -> bool {
        let read_at = *self.read_at.lock().unwrap_or_else(PoisonError::into_inner);
        read_at.is_some_and(|at| at.elapsed() < FRESH)
    }
}
