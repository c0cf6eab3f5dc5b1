//! The claim ladder of a service item on the wire.

use crate::catalogue::check::wait;
use crate::http::error::{ApiError, ApiResult};
use crate::http::wire::given;
use crate::people::refs::{AssigneeRef, ScopeRef, scopes};
use domain::calendar::{DayTime, QuietHours};
use domain::catalogue::ladder::{Ladder, MAX_STEPS, Step, WidenTo};
use domain::organisation::AreaLevel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whom an order is offered to next while nobody claims it. What is left out has its default: the community after 120
/// seconds, the town after 180 more, the dispatcher after 300 more, no quiet hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LadderView {
    /// Widenings, in order.
    #[schema(max_items = 5)]
    pub steps: Vec<StepView>,
    /// Seconds after the last widening until the last step.
    #[schema(minimum = 1, maximum = 86_400)]
    pub last_after_s: u32,
    /// To whom the last step directs the order. Left out, or when they may not do the work then or are out of the item's
    /// `reach`: it is left to the dispatcher, pooled and still to be claimed.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(required = false, nullable = false)]
    pub last_to: Option<AssigneeRef>,
    /// When nobody is told.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(required = false, nullable = false)]
    pub quiet: Option<QuietView>,
}

/// A widening, either to the area of a level around the order or to scopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepView {
    /// Seconds since the dispatch or the widening before.
    #[schema(minimum = 1, maximum = 86_400)]
    pub after_s: u32,
    /// Everybody of the area of this level around the order; without one of this level, of the next higher. No higher than
    /// the item's `reach`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(value_type = String, required = false, nullable = false, example = "village")]
    pub level: Option<AreaLevel>,
    /// These.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub scopes: Vec<ScopeRef>,
}

/// Hours in which nobody is told, unless the order is urgent: a step due then waits until they end. Local time
/// (Asia/Shanghai); from later than to: over midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietView {
    /// Their first minute.
    #[schema(example = "22:00", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub from: String,
    /// The minute they end with.
    #[schema(example = "06:30", pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub to: String,
}

impl Default for LadderView {
    fn default() -> Self {
        Self::of(&Ladder::default())
    }
}

impl LadderView {
    /// Of a ladder.
    #[must_use]
    pub fn of(ladder: &Ladder) -> Self {
        Self {
            steps: ladder.steps.iter().map(StepView::of).collect(),
            last_after_s: ladder.last_after_s,
            last_to: ladder.last_to.map(AssigneeRef::of),
            quiet: ladder.quiet.map(|q| QuietView { from: q.from.to_string(), to: q.to.to_string() }),
        }
    }

    /// The ladder; `field` is where it stands.
    ///
    /// # Errors
    /// 400 or 422 naming the field.
    pub fn read(&self, field: &str) -> ApiResult<Ladder> {
        if self.steps.len() > MAX_STEPS {
            return Err(ApiError::field(format!("{field}.steps"), format!("at most {MAX_STEPS}")));
        }
        let step = |(n, step): (usize, &StepView)| step.read(&format!("{field}.steps[{n}]"));
        Ok(Ladder {
            steps: self.steps.iter().enumerate().map(step).collect::<ApiResult<_>>()?,
            last_after_s: wait(&format!("{field}.lastAfterS"), self.last_after_s)?,
            last_to: self.last_to.as_ref().map(|who| who.parse(&format!("{field}.lastTo"))).transpose()?,
            quiet: self.quiet.as_ref().map(|quiet| quiet.read(&format!("{field}.quiet"))).transpose()?,
            vetted: false,
        })
    }
}

impl StepView {
    fn of(step: &Step) -> Self {
        let (level, scopes) = match &step.to {
            WidenTo::Level(level) => (Some(*level), Vec::new()),
            WidenTo::Scopes(scopes) => (None, scopes.iter().map(|scope| ScopeRef::of(*scope)).collect()),
        };
        Self { after_s: step.after_s, level, scopes }
    }

    fn read(&self, field: &str) -> ApiResult<Step> {
        let after_s = wait(&format!("{field}.afterS"), self.after_s)?;
        let to = match (self.level, self.scopes.as_slice()) {
            (Some(level), []) => WidenTo::Level(level),
            (None, [_, ..]) => WidenTo::Scopes(scopes(&format!("{field}.scopes"), &self.scopes)?),
            (Some(_), [_, ..]) => return Err(ApiError::field(format!("{field}.scopes"), "not with a level")),
            (None, []) => return Err(ApiError::field(format!("{field}.level"), "a level or scopes")),
        };
        Ok(Step { after_s, to })
    }
}

impl QuietView {
    fn read(&self, field: &str) -> ApiResult<QuietHours> {
        let time = |name: &str, text: &str| {
            DayTime::parse(text).ok_or_else(|| ApiError::field(format!("{field}.{name}"), "00:00 to 23:59"))
        };
        let hours = QuietHours { from: time("from", &self.from)?, to: time("to", &self.to)? };
        if hours.from == hours.to {
            return Err(ApiError::field(format!("{field}.to"), "not the same as from"));
        }
        Ok(hours)
    }
}
