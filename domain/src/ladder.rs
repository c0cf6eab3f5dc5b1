//! The claim ladder: whom a pooled order is offered to next while nobody claims it, after how long, and when not.
//!
//! A service item has one; a dispatch may name rings of its own instead. What is left of it stands in the order
//! ([`Climb`](crate::order::Climb)).

use crate::At;
use crate::catalogue::AreaLevel;
use crate::dispatch::{Assignee, Scope};
use crate::ids::AreaId;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Most steps of a ladder, and most later rings of a dispatch.
pub const MAX_STEPS: usize = 5;
/// The longest wait, seconds: a day.
pub const MAX_WAIT_S: u32 = 86_400;
/// Most scopes of a step.
pub const MAX_SCOPES: usize = 50;

/// Asia/Shanghai, seconds east of Greenwich; no summer time.
const SHANGHAI_S: i64 = 8 * 3600;
const DAY_S: i64 = 86_400;

/// A ladder: steps in order, then the last step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ladder {
    /// Widenings, at most [`MAX_STEPS`].
    pub steps: Vec<Step>,
    /// Seconds after the last widening (or the dispatch) until the last step.
    pub last_after_s: u32,
    /// To whom the last step directs the order. None, or somebody it can't be directed to then: it is left to the
    /// dispatcher.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_to: Option<Assignee>,
    /// When nobody is told: a step due then waits until they end, unless the order is urgent.
    pub quiet: Option<QuietHours>,
    /// Whether a dispatcher named the steps, and was judged then: they may lie outside the item's reach.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub vetted: bool,
}

impl Default for Ladder {
    /// The community after two minutes, the town after five, the dispatcher after ten.
    fn default() -> Self {
        let step = |after_s, level| Step { after_s, to: WidenTo::Level(level) };
        Self {
            steps: vec![step(120, AreaLevel::Village), step(180, AreaLevel::Town)],
            last_after_s: 300,
            last_to: None,
            quiet: None,
            vetted: false,
        }
    }
}

/// A widening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Seconds since the dispatch or the widening before.
    pub after_s: u32,
    /// To whom.
    pub to: WidenTo,
}

/// To whom a step widens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WidenTo {
    /// Everybody of the area of this level around the order; without one of this level, of the next higher.
    Level(AreaLevel),
    /// These.
    Scopes(Vec<Scope>),
}

impl WidenTo {
    /// The scopes meant, for an order whose area has these ancestors, top first, itself included.
    #[must_use]
    pub fn scopes(&self, ancestors: &[(AreaLevel, AreaId)]) -> Vec<Scope> {
        match self {
            Self::Scopes(scopes) => scopes.clone(),
            Self::Level(level) => around(*level, ancestors).map(Scope::Area).into_iter().collect(),
        }
    }
}

/// The area of this level among these, top first, or of the next higher one; of several (grids within grids) the widest.
#[must_use]
pub fn around(level: AreaLevel, ancestors: &[(AreaLevel, AreaId)]) -> Option<AreaId> {
    ancestors.iter().rev().filter(|(of, _)| *of <= level).max_by_key(|(of, _)| *of).map(|(_, id)| *id)
}

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
