//! Pushes: telling somebody whose app is closed. What is pushed, how a push stands, and when a failed one is tried again.

use crate::labelled;
use chrono::TimeDelta;

labelled! {
    /// What a push is about.
    PushKind {
        Offer = "offer", "派单通知", "An offer";
        Changed = "changed", "诉求进展", "News of an order";
    }
}

labelled! {
    /// How a push stands.
    PushState {
        Waiting = "waiting", "待发送", "Waiting";
        Sent = "sent", "已发送", "Sent";
        Moot = "moot", "已无需发送", "No longer needed";
        Dead = "dead", "发送失败", "Given up";
    }
}

/// Between one try and the next, seconds: quick at first, as an order waits to be claimed, then with patience for a
/// receiver that is down.
const PAUSES_S: [i64; 5] = [5, 30, 120, 600, 3600];
/// How far a pause is spread either way, permille: receivers that come back are not met by everybody at once.
const SPREAD: i64 = 200;

/// Tries before a push is given up.
pub const TRIES: usize = PAUSES_S.len() + 1;

/// How long to wait after so many tries; `None`: it is given up. `dice` is any number, by which the pause is spread by
/// up to a fifth either way.
#[must_use]
pub fn pause(tries: i32, dice: u32) -> Option<TimeDelta> {
    let nth = usize::try_from(tries).ok()?.checked_sub(1)?;
    let pause_s = PAUSES_S.get(nth)?;
    let permille = 1000 - SPREAD + i64::from(dice) % (2 * SPREAD + 1);
    Some(TimeDelta::milliseconds(pause_s * permille))
}

#[cfg(test)]
mod tests {
    //! The ladder of pauses.

    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let middle = 200;
        let pauses: Vec<Option<i64>> =
            (1..=6).map(|tries| pause(tries, middle).map(|d| d.num_seconds())).collect();
        assert_eq!(pauses, [Some(5), Some(30), Some(120), Some(600), Some(3600), None]);
        assert_eq!(pause(i32::try_from(TRIES).unwrap(), 0), None);
        assert_eq!(pause(0, 0), None, "nothing was tried");
    }

    #[test]
    fn a_pause_is_spread_by_a_fifth_at_most() {
        for dice in [0, 1, 200, 400, 401, 77_777, u32::MAX] {
            let ms = pause(1, dice).unwrap().num_milliseconds();
            assert!((4_000..=6_000).contains(&ms), "{dice}: {ms}");
        }
        assert_ne!(pause(1, 0), pause(1, 400));
    }
}
