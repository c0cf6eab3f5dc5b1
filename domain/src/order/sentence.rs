//! One sentence in every state: what happens now, by whom, by when, whom to ask; and the state itself, in the words of
//! whoever reads it (FIELD.md: staff read the official words, residents plain ones).
//!
//! It holds no personal data but the holder's name, as the caller lets the reader see it.

mod en;
mod names;
mod plain;
mod times;
mod zh;

pub use names::{Holder, Names, Offered, Office, Reader};
pub use plain::{brief, status};
pub use times::due;

use super::event::{Event, Recorded};
use super::state::Order;
use crate::At;

/// The sentence, in Chinese or English; times in +08:00.
#[must_use]
pub fn sentence(order: &Order, names: &Names<'_>, now: At, english: bool) -> String {
    let suspension = order.case.suspension.filter(|_| order.status.is_open());
    match (suspension, english) {
        (Some(suspension), true) => en::suspended(&suspension, names),
        (Some(suspension), false) => zh::suspended(&suspension, names),
        (None, true) => en::sentence(order, names, now),
        (None, false) => zh::sentence(order, names, now),
    }
}

/// The sentence for whoever took part until `at` and reads what was there then.
#[must_use]
pub fn ended(at: At, english: bool) -> String {
    match english {
        true => format!("Your part ended on {}; this is how it stood then.", en::time(at)),
        false => format!("您已于{}结束参与，以下为当时的情况。", zh::time(at)),
    }
}

/// Whether this history ended because a question was not answered.
#[must_use]
pub fn has_lapsed(history: &[Recorded]) -> bool {
    history.last().is_some_and(|last| matches!(last.event, Event::Withdrawn { reason: None }))
}
