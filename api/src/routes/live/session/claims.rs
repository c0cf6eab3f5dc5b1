//! The claims of one socket: each runs beside whatever else the socket does, and is answered as soon as it is known. One
//! that is lost already is answered at once.

use super::said::Wanted;
use super::{Ended, Session};
use crate::claiming::Answered;
use crate::live::Reader;
use crate::live::frame::Frame;
use crate::live::message::Message;
use crate::wire;
use actix_web::rt::spawn;
use domain::OrderId;
use domain::order::Status;
use futures_util::future::{FutureExt, LocalBoxFuture};
use futures_util::stream::{FuturesUnordered, StreamExt};
use persistence::claims::{ClaimAsk, Outcome, Win};
use std::task::{Context, Poll};

/// Claims of one client that wait at once.
const MOST: usize = 8;

/// The claims that are on their way, and answers that were not sent yet.
#[derive(Default)]
pub struct Claims {
    going: FuturesUnordered<LocalBoxFuture<'static, Frame>>,
    answered: Vec<Frame>,
}

impl Claims {
    /// Ready when one is answered.
    pub fn poll_answered(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.going.is_empty() {
            return Poll::Pending;
        }
        match self.going.poll_next_unpin(cx) {
            Poll::Ready(Some(answer)) => {
                self.answered.push(answer);
                Poll::Ready(())
            }
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }

    /// The answers there are.
    pub fn take_answered(&mut self) -> Vec<Frame> {
        while !self.going.is_empty()
            && let Some(Some(answer)) = self.going.next().now_or_never()
        {
            self.answered.push(answer);
        }
        std::mem::take(&mut self.answered)
    }

    /// Lets those that are on their way end, though nobody waits for them: others do, in the same races.
    pub fn finish(self) {
        if !self.going.is_empty() {
            spawn(self.going.for_each(|_nobody_listens| std::future::ready(())));
        }
    }
}

impl Session {
    /// Begins a claim.
    pub(super) fn claim(&mut self, wanted: Wanted, from: Status, reader: &Reader) -> Result<(), Ended> {
        let Ok(order) = wire::id("order", &wanted.order).map(OrderId) else {
            return self.complain("order: an id is a positive whole number in a string".into());
        };
        let (attempt, key) = (wanted.attempt, wanted.key.filter(|key| key.len() <= 128));
        if self.claims.going.len() >= MOST {
            self.socket.say(&result(order, attempt, Outcome::Retry.into()));
            return Ok(());
        }
        let ask = ClaimAsk { order, attempt, account: self.who.account(), from, key };
        let scopes = reader.client.scopes();
        let encode = |answered| result(order, attempt, answered);
        if let Some(answer) = self.state.claims.over_already(&self.state, &ask, &scopes, encode) {
            self.socket.say(&answer);
            return Ok(());
        }
        let state = self.state.clone();
        self.claims.going.push(Box::pin(async move {
            let answered = state.claims.claim(&state, ask, Some(scopes)).await;
            let answered = answered.unwrap_or_else(|e| {
                tracing::warn!(error = ?e, "a claim over a socket failed");
                Outcome::Retry.into()
            });
            result(order, attempt, answered)
        }));
        Ok(())
    }
}

/// How a claim ended, as the client is told.
fn result(order: OrderId, attempt: i32, answered: Answered) -> Frame {
    let mut given_up = false;
    let (r, version, slot) = match answered.outcome {
        Outcome::Won(Win { version, slot, held, .. }) => {
            given_up = !held;
            ("won", Some(version), Some(slot))
        }
        Outcome::Lost { version, .. } => ("lost", Some(version), None),
        Outcome::Gone { version } => ("gone", Some(version), None),
        Outcome::Suspended { .. } => ("suspended", None, None),
        Outcome::NotEligible => ("ineligible", None, None),
        Outcome::CoolingDown { .. } => ("cooling_down", None, None),
        Outcome::Retry => ("retry", None, None),
    };
    let (order, by) = (order.to_string(), answered.by);
    Frame::of(&Message::Result {
        order,
        attempt,
        version,
        r: r.into(),
        by,
        held: given_up.then_some(false),
        slot,
    })
}
