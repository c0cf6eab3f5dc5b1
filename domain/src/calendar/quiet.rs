//! Hours in which nobody is told.

use crate::At;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Asia/Shanghai, seconds east of Greenwich; no summer time.
const SHANGHAI_S: i64 = 8 * 3600;
const DAY_S: i64 = 86_400;

/// Hours in which nobody is told (Asia/Shanghai). From later than to: over midnight. Both the same: none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// Their first minute.
    pub from: DayTime,
    /// The minute they end with.
    pub to: DayTime,
}

impl QuietHours {
    /// `at`, or the end of the quiet hours it falls into.
    #[must_use]
    pub fn hold(self, at: At) -> At {
        let (from, to) = (self.from.seconds(), self.to.seconds());
        let of_day = (at.timestamp() + SHANGHAI_S).rem_euclid(DAY_S);
        let into = (of_day - from).rem_euclid(DAY_S);
        let long = (to - from).rem_euclid(DAY_S);
        if into >= long {
            return at;
        }
        let since_second = TimeDelta::nanoseconds(i64::from(at.timestamp_subsec_nanos()));
        at.checked_add_signed(TimeDelta::seconds(long - into) - since_second).unwrap_or(At::MAX_UTC)
    }
}

/// A minute of the day, written `07:30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayTime(u16);

impl DayTime {
    /// Reads `HH:MM`; none for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let two = |part: &str, below: u16| {
            let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            part.parse::<u16>().ok().filter(|n| digits && *n < below)
        };
        Some(Self(two(hours, 24)? * 60 + two(minutes, 60)?))
    }

    fn seconds(self) -> i64 {
        i64::from(self.0) * 60
    }
}

impl TryFrom<String> for DayTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("no time of day: {text:?}"))
    }
}

impl From<DayTime> for String {
    fn from(time: DayTime) -> Self {
        time.to_string()
    }
}

impl std::fmt::Display for DayTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}
