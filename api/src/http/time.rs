//! Times on the wire: RFC 3339 with `+08:00`, and the days of Asia/Shanghai.

use chrono::{FixedOffset, SecondsFormat};
use domain::At;

/// Asia/Shanghai, seconds east of Greenwich. China has one zone and no summer time.
const SHANGHAI: i32 = 8 * 3600;
/// A day, seconds.
const DAY: i64 = 24 * 3600;

/// An instant as people here read it: `2026-11-22T18:04:05.123+08:00` (mini-programs on iOS parse only this).
#[must_use]
pub fn instant(at: At) -> String {
    FixedOffset::east_opt(SHANGHAI).map_or_else(
        || at.to_rfc3339(),
        |zone| at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Millis, false),
    )
}

/// An instant within a sentence: `2026-11-22 18:04`, the clock of Asia/Shanghai.
#[must_use]
pub fn minute(at: At) -> String {
    instant(at).get(..16).map_or_else(String::new, |text| text.replace('T', " "))
}

/// The calendar day in Asia/Shanghai as `YYMMDD`, the middle of an order number.
#[must_use]
pub fn day(at: At) -> String {
    FixedOffset::east_opt(SHANGHAI).map_or_else(
        || at.format("%y%m%d").to_string(),
        |zone| at.with_timezone(&zone).format("%y%m%d").to_string(),
    )
}

/// The first instant of the calendar day in Asia/Shanghai.
#[must_use]
pub fn day_start(at: At) -> At {
    let seconds = (at.timestamp() + i64::from(SHANGHAI)).rem_euclid(DAY);
    at - chrono::TimeDelta::seconds(seconds)
        - chrono::TimeDelta::nanoseconds(at.timestamp_subsec_nanos().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let at = |text: &str| text.parse::<At>().unwrap();
        for (now, begins) in [
            ("2026-11-22T15:59:59.999999999Z", "2026-11-21T16:00:00Z"),
            ("2026-11-22T16:00:00Z", "2026-11-22T16:00:00Z"),
            ("1969-12-31T15:00:00.5Z", "1969-12-30T16:00:00Z"),
        ] {
            assert_eq!(day_start(at(now)), at(begins));
            assert_eq!(day(day_start(at(now))), day(at(now)));
        }
    }
}
