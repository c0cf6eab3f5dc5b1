//! The end of a right (FIELD.md: shutting out is unconditional): an account is disabled or a role taken away at once,
//! whatever is held; then what they hold and may not do any more is returned, each order by a System command through the
//! one shell. The account's row says that this is not known to be done, so whichever replica lives goes on with it
//! (`jobs/leaving.rs`).

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::principals::Principals;
use crate::news::live::hub::Hub;
use crate::order::apply;
use crate::order::apply::Shell;
use domain::order::target::{Part, fits};
use domain::order::{Command, Facts};
use domain::organisation::Scope;
use domain::{AccountId, AreaId, OrderId, ScopeId};
use futures_util::{StreamExt, stream};
use persistence::Store;
use persistence::engine::fault;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long a request waits for what is to be returned and offered anew. The rest is done after its answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Orders returned at the same time: they wait for the database rather than for each other.
const AT_ONCE: usize = 4;
/// Times an order is tried that changes under it, times the tries of the shell.
const TRIES: usize = 5;
/// Times an offer is made again when it changes under that.
const OUTDATE_TRIES: usize = 20;

/// What the end of a right reaches: storage, orders, whoever is signed in, whoever is connected.
#[derive(Clone)]
pub struct Leaver {
    /// Storage.
    pub store: Store,
    /// Changes orders.
    pub shell: Shell,
    /// Who is signed in.
    pub principals: Arc<Principals>,
    /// Who is connected.
    pub hub: Arc<Hub>,
}

impl Leaver {
    /// After a right of this person ended, and with it their part in these scopes: ends their clients if they may not be here
    /// at all, returns what they hold, and makes every claim that is on its way come too late. Whatever fails or takes too
    /// long is done by the job.
    pub async fn leave(&self, who: AccountId, lost: Vec<ScopeId>, shut_out: bool) {
        self.principals.forget();
        if shut_out {
            self.hub.end(who);
        }
        fault::point(fault::SHUT_OUT);
        let until = Instant::now() + PATIENCE;
        // read before anything is returned: what comes back into the pool now is offered without them
        let live = live_offers(self, who, lost).await;
        let (offers, held) = tokio::join!(
            timeout(PATIENCE, async {
                for order in live? {
                    outdate(self, order, None).await?;
                }
                outdate_named(self, who).await
            }),
            return_held(self, who, Some(until))
        );
        match offers {
            Ok(Ok(())) => {}
            Ok(Err(e)) => tracing::warn!(account = who.0, error = ?e, "offers were not made again"),
            Err(_) => tracing::warn!(account = who.0, "not all offers were made again"),
        }
        // what was claimed while the offers were made again
        let again = return_held(self, who, Some(until)).await;
        if let Err(e) = held.and(again) {
            tracing::warn!(account = who.0, error = ?e, "what somebody holds is returned later");
        }
    }
}

/// Returns what somebody holds and may not do any more, until then at the latest; whether nothing of it is left.
///
/// # Errors
/// 503.
pub async fn return_held(by: &Leaver, who: AccountId, until: Option<Instant>) -> ApiResult<bool> {
    let (mut after, mut all) = (OrderId(0), true);
    loop {
        let held = by.store.may_hold(who, after).await?;
        let mut returned =
            stream::iter(held.orders).map(|order| return_one(by, who, order)).buffered(AT_ONCE);
        while let Some(done) = returned.next().await {
            all &= done;
            if until.is_some_and(|until| until <= Instant::now()) {
                return Ok(false);
            }
        }
        match held.next {
            Some(next) => after = next,
            None => return Ok(all),
        }
    }
}

/// Returns what somebody holds of one order; whether nothing is left.
async fn return_one(by: &Leaver, who: AccountId, order: OrderId) -> bool {
    let mut said = None;
    for _ in 0..TRIES {
        match apply::system(&by.shell, order, &Command::ShutOut { account: who }).await {
            Ok(_) => return true,
            // they hold nothing of it, may go on with it, or it has come to its end meanwhile
            Err(e) if matches!(e.kind, Kind::NOT_DUE | Kind::WRONG_STATE) => return true,
            Err(e) if e.kind == Kind::CONFLICT => said = Some(e),
            Err(e) => {
                said = Some(e);
                break;
            }
        }
    }
    tracing::warn!(order = order.0, error = ?said, "an order was not returned; it will be tried again");
    false
}

/// What a claim may be on its way for from somebody who lost these scopes: pooled orders offered there, through which they
/// are no candidate any more. They are offered again to the same scopes under a new attempt, so that it comes too late. (A
/// claim that waits on the order's row still sees the membership that is gone; only the attempt stops it.)
async fn live_offers(by: &Leaver, who: AccountId, lost: Vec<ScopeId>) -> ApiResult<Vec<OrderId>> {
    if lost.is_empty() {
        return Ok(Vec::new());
    }
    Ok(by.store.live_offers_in(lost, who).await?)
}

/// Ends the offers that were made to this person by name and would not be made now: pooled orders whose item does not
/// reach any role of theirs are offered again to the others under a new attempt. They stay in their own scope, where they
/// hear of what they reported, so that nothing else ends such an offer.
///
/// # Errors
/// 503.
pub async fn outdate_named(by: &Leaver, who: AccountId) -> ApiResult<()> {
    let scope = Scope::Person(who);
    for order in by.store.live_offers_to(who).await? {
        let rules = by.store.read_case(order, None).await?.rules;
        let facts =
            apply::with_named(&by.shell, order, vec![scope], Facts { rules, ..Facts::default() }).await?;
        let within: Vec<AreaId> = facts.reach().into_iter().collect();
        if fits(facts.standing(scope), Part::Offered, &within).is_err() {
            outdate(by, order, Some(scope)).await?;
        }
    }
    Ok(())
}

/// Offers an order again to the same scopes, or to all but one. While people race for it, it changes under this more often than under any
/// other command: each time somebody else got on with it.
async fn outdate(by: &Leaver, order: OrderId, without: Option<Scope>) -> ApiResult<()> {
    for _ in 0..OUTDATE_TRIES {
        let rings = by.store.read_case(order, None).await?.loaded.order.rings;
        let scopes = rings.into_iter().map(|ring| ring.scope).filter(|scope| Some(*scope) != without);
        let scopes = scopes.collect();
        match apply::system(&by.shell, order, &Command::Redispatch { scopes, rings: Vec::new() }).await {
            Ok(_) => return Ok(()),
            // it left the pool meanwhile, or nobody can claim it now anyway
            Err(e) if matches!(e.kind, Kind::WRONG_STATE | Kind::SUSPENDED) => return Ok(()),
            Err(e) if e.kind == Kind::CONFLICT => {}
            Err(e) => return Err(e),
        }
    }
    Err(ApiError::new(Kind::CONFLICT))
}
