//! How often somebody may look people up by phone: it is reading personal data, and whoever tries numbers one after the
//! other finds what a mask hides.

use crate::At;
use chrono::TimeDelta;

/// Look-ups of one person within an hour (ARCHITECTURE.md, "Where pages disagree").
pub const HOURLY: usize = 20;
/// Look-ups of one person within 24 hours.
pub const DAILY: usize = 100;

/// When one more look-up is allowed, if not now. `earlier` holds when the last [`DAILY`] were, the newest first.
#[must_use]
pub fn next_at(earlier: &[At], now: At) -> Option<At> {
    let over = |most: usize, span: TimeDelta| {
        let first = earlier.get(most.checked_sub(1)?)?;
        first.checked_add_signed(span).filter(|end| *end > now)
    };
    over(HOURLY, TimeDelta::hours(1)).max(over(DAILY, TimeDelta::days(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> At {
        At::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    /// Look-ups at these minutes, the newest first.
    fn looked(mut minutes: Vec<i64>) -> Vec<At> {
        minutes.sort_unstable_by(|a, b| b.cmp(a));
        minutes.into_iter().map(at).collect()
    }

    #[test]
    fn twenty_an_hour_and_a_hundred_a_day() {
        let each = |step: i64, n: i64| looked((0..n).map(|i| i * step).collect());
        for (earlier, now, next) in [
            (each(1, 0), 0, None),
            (each(1, 19), 20, None),
            (each(1, 20), 20, Some(60)),
            (each(1, 20), 60, None),
            // the second is the first that counts once the first is an hour old
            (each(1, 21), 60, Some(61)),
            (each(10, 99), 990, None),
            (each(10, 100), 1000, Some(1440)),
            (each(10, 100), 1440, None),
            // both: whichever ends later
            (looked((0..80).chain(1420..1440).collect()), 1430, Some(1480)),
        ] {
            assert_eq!(next_at(&earlier, at(now)), next.map(at), "{} at {now}", earlier.len());
        }
    }
}
