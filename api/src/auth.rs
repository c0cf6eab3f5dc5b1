//! Who is asking: the access token, the principal behind it, and what its roles cover.

pub mod asks;
pub mod failures;
pub mod login;
pub mod password;
pub mod provider;
pub mod token;

use crate::error::{ApiError, ApiResult, Kind};
use crate::state::AppState;
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use domain::actor::{Actor, Role, RoleSet};
use domain::dispatch::target::Place;
use domain::order::Facts;
use domain::{AccountId, AreaId, TeamId, UnitId};
use persistence::values::{PrincipalRead, RoleHeld};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a principal is believed without asking the database: a revoked session or a lost role takes effect
/// within it (QUEUE.md: 5 s); changes made on this replica take effect at once.
const FRESH: Duration = Duration::from_secs(3);

/// The signed-in person with roles. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Principal {
    read: Arc<PrincipalRead>,
    /// The log-in it came by.
    pub session: i64,
}

impl Principal {
    /// Who.
    #[must_use]
    pub fn account(&self) -> AccountId {
        AccountId(self.read.account)
    }

    /// The actor of this person's commands.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Person(self.account())
    }

    /// Whether a one-time password is still in force.
    #[must_use]
    pub fn must_change_password(&self) -> bool {
        self.read.must_change_password
    }

    /// The roles held.
    #[must_use]
    pub fn roles(&self) -> &[RoleHeld] {
        &self.read.roles
    }

    /// Whether a role is held anywhere.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles().iter().any(|r| r.role == role)
    }

    /// The roles whose area covers the area with this path.
    #[must_use]
    pub fn roles_over(&self, path: &str) -> RoleSet {
        let covering = self
            .roles()
            .iter()
            .filter(|r| r.area_path.as_ref().is_some_and(|p| path.starts_with(p.as_str())));
        covering.fold(RoleSet::NONE, |set, r| set.with(r.role))
    }

    /// Whether one of these roles covers the area with this path.
    #[must_use]
    pub fn covers(&self, roles: RoleSet, path: &str) -> bool {
        self.roles_over(path).meets(roles)
    }

    /// The topmost areas in which these roles are held: the roots of what may be listed.
    #[must_use]
    pub fn roots(&self, roles: RoleSet) -> Vec<AreaId> {
        let mut held: Vec<(&str, i64)> = self
            .roles()
            .iter()
            .filter(|r| roles.has(r.role))
            .filter_map(|r| Some((r.area_path.as_deref()?, r.area?)))
            .collect();
        held.sort_unstable();
        held.dedup();
        let mut roots: Vec<(&str, i64)> = Vec::new();
        for (path, id) in held {
            if !roots.iter().any(|(above, _)| path.starts_with(above)) {
                roots.push((path, id));
            }
        }
        roots.into_iter().map(|(_, id)| AreaId(id)).collect()
    }

    /// [`Principal::roots`] with their paths.
    #[must_use]
    pub fn rooted(&self, roles: RoleSet) -> Vec<(i64, String)> {
        let path = |root: AreaId| self.roles().iter().find(|r| r.area == Some(root.0))?.area_path.clone();
        self.roots(roles).into_iter().filter_map(|root| Some((root.0, path(root)?))).collect()
    }

    /// The units handled for.
    #[must_use]
    pub fn units(&self) -> Vec<UnitId> {
        self.roles().iter().filter_map(|r| r.unit.map(UnitId)).collect()
    }

    /// The teams belonged to.
    #[must_use]
    pub fn teams(&self) -> Vec<TeamId> {
        self.roles().iter().filter_map(|r| r.team.map(TeamId)).collect()
    }

    /// The roles held, each with where it is bound.
    fn held(&self) -> Vec<(Role, Place)> {
        let at = |r: &RoleHeld| Some((r.role, Place::of_path(r.place.as_deref()?)));
        self.roles().iter().filter_map(at).collect()
    }

    /// What `decide` needs of this person, for an order with these paths.
    #[must_use]
    pub fn facts(&self, area_path: &str, inbox_path: &str) -> Facts {
        Facts {
            inbox_roles: self.roles_over(inbox_path),
            area_roles: self.roles_over(area_path),
            units: self.units(),
            teams: self.teams(),
            held: self.held(),
            ..Facts::default()
        }
    }

    /// Refuses everyone but administrators of the area with this path.
    ///
    /// # Errors
    /// 403.
    pub fn administers(&self, path: &str) -> ApiResult<()> {
        if self.covers(RoleSet::of(&[Role::Admin]), path) {
            Ok(())
        } else {
            Err(ApiError::new(Kind::Forbidden))
        }
    }

    /// The paths of the topmost areas in which these roles are held.
    #[must_use]
    pub fn root_paths(&self, roles: RoleSet) -> Vec<String> {
        let roots = self.roots(roles);
        let held = self.roles().iter().filter(|r| r.area.is_some_and(|id| roots.contains(&AreaId(id))));
        let mut paths: Vec<String> = held.filter_map(|r| r.area_path.clone()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// Refuses everyone without one of these roles anywhere.
    ///
    /// # Errors
    /// 403.
    pub fn require(&self, roles: RoleSet) -> ApiResult<()> {
        let held = self.roles().iter().fold(RoleSet::NONE, |set, r| set.with(r.role));
        if held.meets(roles) { Ok(()) } else { Err(ApiError::new(Kind::Forbidden)) }
    }
}

/// A person who may use the log-in routes only: a one-time password is not changed yet.
#[derive(Debug, Clone)]
pub struct AnyPrincipal(pub Principal);

impl FromRequest for Principal {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let principal = identify(&req).await?;
            if principal.must_change_password() {
                return Err(ApiError::new(Kind::PasswordChangeRequired));
            }
            Ok(principal)
        })
    }
}

impl FromRequest for AnyPrincipal {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = ApiResult<Self>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { identify(&req).await.map(Self) })
    }
}

async fn identify(req: &HttpRequest) -> ApiResult<Principal> {
    let state = req.app_data::<Data<AppState>>().ok_or_else(|| ApiError::internal("no state"))?;
    let header = req.headers().get("authorization").and_then(|v| v.to_str().ok()).unwrap_or("");
    let token = header.strip_prefix("Bearer ").ok_or_else(|| ApiError::new(Kind::Unauthenticated))?;
    let access = state.tokens.verify_access(token, state.clock.now())?;
    state.principals.by_access(state, access).await
}

/// Principals by session, believed for a short time, and no longer than roles stay as they are (`jobs/relay.rs` watches
/// that they do).
pub struct Principals {
    cache: quick_cache::sync::Cache<i64, (Instant, Arc<PrincipalRead>)>,
    /// Rises whenever everything is forgotten: who was read before that is not believed after it.
    forgotten: AtomicU64,
    /// When somebody was read last.
    read_at: Mutex<Option<Instant>>,
}

impl Default for Principals {
    fn default() -> Self {
        let cache = quick_cache::sync::Cache::new(50_000);
        Self { cache, forgotten: AtomicU64::new(0), read_at: Mutex::new(None) }
    }
}

impl Principals {
    /// The person of a verified token.
    ///
    /// # Errors
    /// 401 when the session is over.
    pub async fn by_access(&self, state: &AppState, access: token::Access) -> ApiResult<Principal> {
        self.of_session(state, access.session, AccountId(access.account)).await
    }

    async fn of_session(&self, state: &AppState, session: i64, account: AccountId) -> ApiResult<Principal> {
        if let Some((read_at, read)) = self.cache.get(&session)
            && read_at.elapsed() < FRESH
        {
            return Ok(Principal { read, session });
        }
        let before = self.forgotten.load(Ordering::Acquire);
        let read = state.store.principal(session, account, state.clock.now()).await?;
        let read = Arc::new(read.ok_or_else(|| ApiError::new(Kind::SessionRevoked))?);
        let now = Instant::now();
        *self.read_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        if self.forgotten.load(Ordering::Acquire) == before {
            self.cache.insert(session, (now, read.clone()));
        }
        Ok(Principal { read, session })
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
