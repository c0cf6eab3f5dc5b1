//! The claim ladder: whom a pooled order is offered to next while nobody claims it, after how long, and when not.
//!
//! A service item has one; a dispatch may name rings of its own instead. What is left of it stands in the order.

use crate::calendar::quiet::QuietHours;
use crate::organisation::level::AreaLevel;
use crate::organisation::reach::around;
use crate::organisation::scope::{Assignee, Scope};
use crate::words::ids::AreaId;
use serde::{Deserialize, Serialize};

/// Most steps of a ladder, and most later rings of a dispatch.
pub const MAX_STEPS: usize = 5;
/// The longest wait, seconds: a day.
pub const MAX_WAIT_S: u32 = 86_400;
/// Most scopes of a step.
pub const MAX_SCOPES: usize = 50;

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
