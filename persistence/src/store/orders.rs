//! Orders: load for a decision, commit it, claim, sequence, fire timers.

#[cfg(feature = "postgres")]
use super::Backend;
use super::{Store, on};
use crate::claims::{ClaimAsk, Outcome, Win};
use crate::error::{Constraint, StoreError, StoreResult};
use crate::past::{Former, FormerFilter, FormerOf, Past};
use crate::queue::{Passed, Stuck};
use crate::reach::NamedRead;
use crate::sweep::{Kept, Swept};
use crate::types::Ts;
use crate::values::{Attachments, CaseRead, DueTimer, NewAnswer, NewOrder, Placed};
use domain::catalogue::Channel;
use domain::order::{Decision, Order, Recorded, Status};
use domain::organisation::{AreaLevel, Scope};
use domain::{AccountId, AreaId, At, OrderId};

/// Times a claim is tried again when it turns out to be still open to the candidate.
const CLAIM_TRIES: usize = 3;

impl Store {
    /// Now, by the clock that decides.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn now(&self) -> StoreResult<At> {
        let clock = self.clock.clone();
        on!(self, read, |c| db::now(c, &clock))
    }

    /// An order and what surrounds it, for a decision by `account`.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn read_case(&self, id: OrderId, account: Option<AccountId>) -> StoreResult<CaseRead> {
        let clock = self.clock.clone();
        on!(self, read, |c| q::cases::read(c, &clock, id, account))
    }

    /// Up to which event one of these took part in the order; none if nobody did.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn past(&self, id: OrderId, of: FormerOf) -> StoreResult<Option<Past>> {
        on!(self, read, |c| q::past::of(c, id, &of))
    }

    /// The order as it was after its event `seq`.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn order_at(&self, id: OrderId, seq: i32) -> StoreResult<Order> {
        on!(self, read, |c| q::past::order_at(c, id, seq))
    }

    /// A page of the orders that these took part in and do no more, each as it was then; and whether there are more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn former(&self, filter: FormerFilter) -> StoreResult<(Vec<Former>, bool)> {
        on!(self, read, |c| q::past::page(c, &filter))
    }

    /// Of these orders those in which these took part and do no more, each as it was then.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn former_of(&self, ids: Vec<i64>, of: FormerOf) -> StoreResult<Vec<Former>> {
        on!(self, read, |c| q::past::of_orders(c, &ids, &of))
    }

    /// How these stand, and what lies around the order, if there is one.
    ///
    /// # Errors
    /// `NotFound` for an unknown order.
    pub async fn named(&self, order: Option<OrderId>, scopes: Vec<Scope>) -> StoreResult<NamedRead> {
        on!(self, read, |c| q::targets::read(c, order, &scopes))
    }

    /// The same, and what lies around the area with this path, into which the order is to be moved.
    ///
    /// # Errors
    /// `NotFound` for an unknown order.
    pub async fn named_and_above(
        &self,
        order: OrderId,
        scopes: Vec<Scope>,
        path: String,
    ) -> StoreResult<(NamedRead, Vec<(AreaLevel, AreaId)>)> {
        on!(self, read, |c| Ok((q::targets::read(c, Some(order), &scopes)?, q::targets::above(c, &path)?)))
    }

    /// The history, oldest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn history(&self, id: OrderId) -> StoreResult<Vec<Recorded>> {
        on!(self, read, |c| q::orders::history(c, id))
    }

    /// Places an order; `answer` makes the answer kept for retries from the number it got.
    ///
    /// # Errors
    /// `Taken` on an external number, a key or a photo that was used; `Conflict` when a photo is gone.
    pub async fn place(
        &self,
        new: NewOrder,
        attach: Attachments,
        answer: impl FnOnce(&Placed) -> Option<NewAnswer> + Send + 'static,
    ) -> StoreResult<Placed> {
        let keyring = self.keyring.clone();
        on!(self, write, |c| q::commit::place(c, &keyring, new, attach, answer))
    }

    /// The order that has this external number in this channel, if any.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn external(&self, channel: Channel, number: String) -> StoreResult<Option<OrderId>> {
        on!(self, read, |c| q::commit::external_taken(c, channel, &number))
    }

    /// Commits a decision on an order loaded as `before`.
    ///
    /// # Errors
    /// `Conflict` when the order changed meanwhile or a photo is gone; `Taken` when the key or a photo was used.
    pub async fn commit(&self, before: Order, decision: Decision, attach: Attachments) -> StoreResult<()> {
        on!(self, write, |c| q::commit::commit(c, &before, &decision, attach))
    }

    /// Claims or acknowledges: the hot path. One statement when it wins; a loser reads why. Before a directed order is
    /// acknowledged, it is read whether that person may still do the work.
    ///
    /// # Errors
    /// `NotFound` for an unknown order, `Unavailable` when the outcome cannot be known now.
    pub async fn claim(&self, ask: ClaimAsk) -> StoreResult<Outcome> {
        if ask.from == Status::Assigned {
            let asked = ask.clone();
            if !on!(self, read, |c| q::targets::may_acknowledge(c, &asked))? {
                return Ok(Outcome::NotEligible);
            }
        }
        for _ in 0..CLAIM_TRIES {
            let tried = self.try_claim(ask.clone()).await;
            let unknown = match tried {
                Ok(Some(win)) => return Ok(Outcome::Won(win)),
                Ok(None)
                | Err(
                    StoreError::Taken(Constraint::ClaimPerson | Constraint::ClaimSlot)
                    | StoreError::Conflict(_),
                ) => false,
                Err(StoreError::Unavailable(_)) => true,
                Err(other) => return Err(other),
            };
            let outcome = self.claim_standing(ask.clone()).await?;
            if outcome != Outcome::Retry || unknown {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Retry)
    }

    async fn try_claim(&self, ask: ClaimAsk) -> StoreResult<Option<Win>> {
        #[cfg(feature = "postgres")]
        if let Backend::Postgres { together, .. } = &self.backend {
            use crate::pg::together::Tried;
            if let Tried::Decided(win) = together.claim(&self.clock, ask.clone()).await? {
                return Ok(win);
            }
        }
        let clock = self.clock.clone();
        on!(self, statement, |c| db::claim::claim(c, &clock, &ask))
    }

    /// What this (order, attempt, account) would be answered now.
    ///
    /// # Errors
    /// `NotFound` for an unknown order.
    pub async fn claim_standing(&self, ask: ClaimAsk) -> StoreResult<Outcome> {
        on!(self, read, |c, now| q::claims::standing(c, &ask, now))
    }

    /// Runs one sequencer pass; what it told is committed when this returns. When something stands in its way, it is run
    /// again order by order.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sequence(&self) -> StoreResult<Passed> {
        let clock = self.clock.clone();
        let whole = on!(self, sequence, |c| q::sequencer::pass(c, &clock));
        if whole.is_ok() {
            return whole;
        }
        let clock = self.clock.clone();
        on!(self, sequence, |c| q::sequencer::apart::pass(c, &clock))
    }

    /// Events that were set aside because they could not be told.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn stuck(&self) -> StoreResult<Stuck> {
        on!(self, read, |c| q::sequencer::stuck::standing(c))
    }

    /// Whether outbox rows wait for a pass.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn outbox_waits(&self) -> StoreResult<bool> {
        on!(self, read, |c| q::sequencer::waits(c))
    }

    /// Outbox rows waiting, and the oldest's instant.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn outbox_backlog(&self) -> StoreResult<(i64, Option<At>)> {
        let (count, oldest): (i64, Option<Ts>) = on!(self, read, |c| q::sequencer::backlog(c))?;
        Ok((count, oldest.map(|t| t.0)))
    }

    /// Takes timers that are due, the most overdue first; other replicas leave them alone for a second.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn take_due_timers(&self, limit: i64) -> StoreResult<Vec<DueTimer>> {
        on!(self, if |c, now| q::timers::any_due(c, now) => q::timers::take_due(c, now, limit))
    }

    /// How long until the first timer that nobody has taken is due; zero when it is.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn next_timer_in(&self) -> StoreResult<Option<std::time::Duration>> {
        on!(self, read, |c, now| {
            let due = q::timers::next_due(c, now)?;
            Ok(due.map(|due| (due - now).to_std().unwrap_or_default()))
        })
    }

    /// Removes a timer that did not fire because its order does not have it; returns whether it was there.
    ///
    /// # Errors
    /// `NotFound` for an unknown order.
    pub async fn drop_stale_timer(&self, taken: DueTimer) -> StoreResult<bool> {
        on!(self, write, |c| q::timers::drop_stale(c, taken))
    }

    /// Leaves a timer alone until an instant: its order cannot be read, and will not be in a second either.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn put_off_timer(&self, taken: DueTimer, span: chrono::TimeDelta) -> StoreResult<()> {
        on!(self, write, |c, now| q::timers::put_off(c, taken, now + span))
    }

    /// Removes a batch of what is kept no longer than to this instant.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn sweep(&self, what: Kept, before: At) -> StoreResult<Swept> {
        on!(self, write, |c| q::sweep::batch(c, what, before))
    }
}
