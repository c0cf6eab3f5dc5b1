//! The claims of one socket: each runs beside whatever else the socket does, and is answered as soon as it is known. One
//! that is lost already is answered at once.

use super::open::{Ended, Session};
use super::said::Wanted;
use crate::http::wire;
use crate::news::live::frame::Frame;
use crate::news::live::reader::Reader;
use crate::order::claiming::Answered;
use crate::order::told::message::Message;
use domain::OrderId;
use domain::order::Status;
use persistence::order::claims::{ClaimAsk, Outcome, Win};

/// Claims of one client that wait at once.
const MOST: usize = 8;

impl Session {
    /// Begins a claim.
    pub(super) fn claim(&mut self, wanted: Wanted, from: Status, reader: &Reader) -> Result<(), Ended> {
        let Ok(order) = wire::id::<OrderId>("order", &wanted.order) else {
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
        if let Some(answer) = self.state.claims.over_already(&ask, &scopes, encode) {
            self.socket.say(&answer);
            return Ok(());
        }
        let state = self.state.clone();
        self.claims.going.push(Box::pin(async move {
            let answered = state.claims.claim(ask, Some(scopes)).await;
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
