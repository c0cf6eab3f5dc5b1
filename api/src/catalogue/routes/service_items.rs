//! The catalogue of service items: everybody signed in reads it, administrators of a county or above write it, since
//! it is everyone's.

pub mod ladder;
pub mod list;
pub mod write;

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::locale::Lang;
use crate::http::wire::given;
use crate::identity::principal::Principal;
use crate::state::AppState;
use domain::catalogue::ladder::Ladder;
use domain::catalogue::{Limit, Limits, ServiceGroup, ServiceRules};
use domain::organisation::AreaLevel;
use domain::people::{Role, RoleSet};
use domain::words::labelled::Labelled;
use ladder::LadderView;
use persistence::catalogue::rows::ServiceItemRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A service item.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceItemView {
    /// Its id.
    #[schema(example = "12")]
    pub id: String,
    /// Its code.
    #[schema(example = "roof-leak")]
    pub code: String,
    /// Its name.
    #[schema(example = "房屋漏水")]
    pub name: String,
    /// One of the six groups.
    #[schema(example = "living")]
    pub group: String,
    /// The group for people.
    #[schema(example = "生活服务")]
    pub group_text: String,
    /// Its board.
    #[schema(example = "心声速递")]
    pub board: String,
    /// What it is.
    pub description: String,
    /// What it demands of orders.
    pub rules: RulesView,
    /// About how many minutes an order of it takes to do: offers tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = 45)]
    pub takes_minutes: Option<i32>,
    /// Place in lists.
    #[schema(example = 10)]
    pub sort: i32,
    /// Whether it can be ordered.
    pub active: bool,
}

impl ServiceItemView {
    fn of(row: ServiceItemRow, lang: Lang) -> Self {
        let group = ServiceGroup::parse(&row.service_group);
        Self {
            id: row.id.to_string(),
            code: row.code,
            name: row.name,
            group_text: group.map_or("", |g| lang.label(g)).into(),
            group: row.service_group,
            board: row.board,
            description: row.description,
            rules: RulesView::of(&row.rules.0),
            takes_minutes: row.takes_minutes,
            sort: row.sort,
            active: row.active,
        }
    }
}

/// What a service item demands of its orders. What is left out has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RulesView {
    /// A dispatcher reviews before acceptance.
    pub review_required: bool,
    /// The organisation checks the result before it counts as resolved.
    pub check_required: bool,
    /// Offered to the staff of its area as soon as it is accepted.
    pub auto_dispatch: bool,
    /// How many people may claim one order.
    #[schema(minimum = 1, maximum = 50)]
    pub slots: i32,
    /// A photo from before the work is required.
    pub photo_before: bool,
    /// A photo from after the work is required.
    pub photo_after: bool,
    /// Minutes from submission to acceptance.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(minimum = 1, maximum = 525_600, required = false, nullable = false)]
    pub accept_minutes: Option<u32>,
    /// Minutes from dispatch to claim, or to the acknowledgement of a directed order.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(minimum = 1, maximum = 525_600, required = false, nullable = false)]
    pub claim_minutes: Option<u32>,
    /// Minutes from claim to first contact.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(minimum = 1, maximum = 525_600, required = false, nullable = false)]
    pub contact_minutes: Option<u32>,
    /// Minutes from acceptance to resolution.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(minimum = 1, maximum = 525_600, required = false, nullable = false)]
    pub resolve_minutes: Option<u32>,
    /// Days an unanswered question waits.
    #[schema(minimum = 1, maximum = 365)]
    pub info_days: u32,
    /// Days without a rating after which a resolved order closes.
    #[schema(minimum = 1, maximum = 365)]
    pub silence_days: u32,
    /// Days after resolution during which the resident may dispute.
    #[schema(minimum = 1, maximum = 365)]
    pub reopen_days: u32,
    /// Minutes during which a worker who released may not claim the same order again.
    #[schema(minimum = 0, maximum = 10_080)]
    pub cool_down_minutes: u32,
    /// Whom an order is offered to next while nobody claims it.
    pub ladder: LadderView,
    /// How far around an order people may be offered it, handed it or whistled in who are outside the area of whoever names
    /// them: up to the area of this level; without one of this level, of the next higher.
    #[schema(value_type = String, example = "town", pattern = "^(province|city|county|town|village|general_grid|grid|micro_grid|compound|building|entrance|household)$")]
    pub reach: AreaLevel,
}

impl Default for RulesView {
    fn default() -> Self {
        Self::of(&ServiceRules::default())
    }
}

impl RulesView {
    fn of(rules: &ServiceRules) -> Self {
        let minutes = |limit: Option<Limit>| limit.map(|Limit::Minutes(n)| n);
        Self {
            review_required: rules.review_required,
            check_required: rules.check_required,
            auto_dispatch: rules.auto_dispatch,
            slots: rules.slots,
            photo_before: rules.photo_before,
            photo_after: rules.photo_after,
            accept_minutes: minutes(rules.limits.accept),
            claim_minutes: minutes(rules.limits.claim),
            contact_minutes: minutes(rules.limits.contact),
            resolve_minutes: minutes(rules.limits.resolve),
            info_days: rules.info_days,
            silence_days: rules.silence_days,
            reopen_days: rules.reopen_days,
            cool_down_minutes: rules.cool_down_minutes,
            ladder: LadderView::of(&rules.ladder),
            reach: rules.reach,
        }
    }

    fn rules(&self, ladder: Ladder) -> ServiceRules {
        ServiceRules {
            review_required: self.review_required,
            check_required: self.check_required,
            auto_dispatch: self.auto_dispatch,
            slots: self.slots,
            photo_before: self.photo_before,
            photo_after: self.photo_after,
            limits: Limits {
                accept: self.accept_minutes.map(Limit::Minutes),
                claim: self.claim_minutes.map(Limit::Minutes),
                contact: self.contact_minutes.map(Limit::Minutes),
                resolve: self.resolve_minutes.map(Limit::Minutes),
            },
            info_days: self.info_days,
            silence_days: self.silence_days,
            reopen_days: self.reopen_days,
            cool_down_minutes: self.cool_down_minutes,
            ladder,
            reach: self.reach,
        }
    }
}

/// Refuses everyone but administrators of a county or above.
async fn administers_catalogue(state: &AppState, who: &Principal) -> ApiResult<()> {
    for area in who.roots(RoleSet::of(&[Role::Admin])) {
        let level = AreaLevel::parse(&state.store.area(area).await?.level);
        if level.is_some_and(|level| level <= AreaLevel::County) {
            return Ok(());
        }
    }
    Err(ApiError::new(Kind::FORBIDDEN))
}
