//! Orders: load for a decision, place, commit; and as they were.

use crate::engine::answers::NewAnswer;
use crate::engine::error::StoreResult;
use crate::order::past::{Former, FormerFilter, FormerOf, Past};
use crate::order::reach::NamedRead;
use crate::order::values::{Attachments, CaseRead, NewOrder, Placed};
use crate::store::{Store, on};
use domain::catalogue::Channel;
use domain::order::{Decision, Order, Recorded};
use domain::organisation::{AreaLevel, Scope};
use domain::{AccountId, AreaId, OrderId};

impl Store {
    /// An order and what surrounds it, for a decision by `account`.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn read_case(&self, id: OrderId, account: Option<AccountId>) -> StoreResult<CaseRead> {
        let clock = self.clock.clone();
        on!(self, read, |c| q::order::cases::read(c, &clock, id, account))
    }

    /// Up to which event one of these took part in the order; none if nobody did.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn past(&self, id: OrderId, of: FormerOf) -> StoreResult<Option<Past>> {
        on!(self, read, |c| q::order::past::of(c, id, &of))
    }

    /// The order as it was after its event `seq`.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn order_at(&self, id: OrderId, seq: i32) -> StoreResult<Order> {
        on!(self, read, |c| q::order::past::order_at(c, id, seq))
    }

    /// A page of the orders that these took part in and do no more, each as it was then; and whether there are more.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn former(&self, filter: FormerFilter) -> StoreResult<(Vec<Former>, bool)> {
        on!(self, read, |c| q::order::past::page(c, &filter))
    }

    /// Of these orders those in which these took part and do no more, each as it was then.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn former_of(&self, ids: Vec<OrderId>, of: FormerOf) -> StoreResult<Vec<Former>> {
        on!(self, read, |c| q::order::past::of_orders(c, &ids, &of))
    }

    /// How these stand, and what lies around the order, if there is one.
    ///
    /// # Errors
    /// `NotFound` for an unknown order.
    pub async fn named(&self, order: Option<OrderId>, scopes: Vec<Scope>) -> StoreResult<NamedRead> {
        on!(self, read, |c| q::order::targets::read(c, order, &scopes))
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
        on!(self, read, |c| Ok((
            q::order::targets::read(c, Some(order), &scopes)?,
            q::order::targets::above(c, &path)?
        )))
    }

    /// The history, oldest first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn history(&self, id: OrderId) -> StoreResult<Vec<Recorded>> {
        on!(self, read, |c| q::order::orders::history(c, id))
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
        on!(self, write, |c| q::order::commit::place(c, &keyring, new, attach, answer))
    }

    /// The order that has this external number in this channel, if any.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn external(&self, channel: Channel, number: String) -> StoreResult<Option<OrderId>> {
        on!(self, read, |c| q::order::orders::external_taken(c, channel, &number))
    }

    /// Commits a decision on an order loaded as `before`.
    ///
    /// # Errors
    /// `Conflict` when the order changed meanwhile or a photo is gone; `Taken` when the key or a photo was used.
    pub async fn commit(&self, before: Order, decision: Decision, attach: Attachments) -> StoreResult<()> {
        on!(self, write, |c| q::order::commit::commit(c, &before, &decision, attach))
    }
}
