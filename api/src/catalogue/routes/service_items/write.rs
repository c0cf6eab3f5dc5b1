//! `POST /service-items` and `PUT /service-items/{id}`.

use super::{RulesView, administers_catalogue};
use crate::catalogue::check::check_ladder;
use crate::http::answers::{ById, WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, FieldError};
use crate::http::params::PathId;
use crate::http::wire::{Envelope, Reply, or_default};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::identity::saved::{Saved, once};
use crate::state::AppState;
use actix_web::{post, put, web::Data};
use domain::ServiceItemId;
use domain::catalogue::ServiceGroup;
use domain::words::text::{line, lines};
use persistence::catalogue::values::ItemEdit;
use serde::Deserialize;
use utoipa::ToSchema;

/// Most minutes of a limit: a year.
const MINUTES_MAX: u32 = 525_600;
/// Most minutes of work: a week.
const TAKES_MAX: i32 = 10_080;

/// A service item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "code": "roof-leak", "name": "房屋漏水", "group": "living", "board": "心声速递", "description": "屋顶、墙面渗漏",
    "rules": {"acceptMinutes": 60, "claimMinutes": 10, "photoAfter": true, "ladder": {
        "steps": [{"afterS": 120, "level": "village"}, {"afterS": 180, "scopes": [{"kind": "team", "id": "3"}]}],
        "lastAfterS": 300, "quiet": {"from": "22:00", "to": "06:30"},
    }}, "sort": 10, "active": true,
}))]
pub struct ServiceItemRequest {
    /// Its code, unique: 1 to 32 of `0-9 A-Z a-z _ . -`.
    #[schema(pattern = "^[0-9A-Za-z_.-]{1,32}$")]
    pub code: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 50)]
    pub name: String,
    /// One of the six groups.
    #[schema(value_type = String, pattern = "^(administrative|grid|volunteer|public|living|appeal)$")]
    pub group: ServiceGroup,
    /// Its board.
    #[schema(min_length = 1, max_length = 50)]
    pub board: String,
    /// What it is.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_length = 1000, nullable)]
    pub description: String,
    /// What it demands of orders.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(nullable)]
    pub rules: RulesView,
    /// About how many minutes an order of it takes to do: told beforehand to whom it is offered.
    #[schema(minimum = 1, maximum = 10_080, example = 45)]
    pub takes_minutes: Option<i32>,
    /// Place in lists.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(nullable)]
    pub sort: i32,
    /// Whether it can be ordered; false keeps its history.
    pub active: Option<bool>,
}

impl ServiceItemRequest {
    fn check(self) -> ApiResult<ItemEdit> {
        let mut bad = Vec::new();
        let mut expect = |holds: bool, field: &str, reason: &str| {
            if !holds {
                bad.push(FieldError::new(field, reason));
            }
        };
        let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        let coded = (1..=32).contains(&self.code.len()) && self.code.chars().all(sign);
        expect(coded, "code", "1 to 32 letters, digits or _.-");
        let (name, board, description) = (line(&self.name), line(&self.board), lines(&self.description));
        for (field, text) in [("name", &name), ("board", &board)] {
            expect((1..=50).contains(&text.chars().count()), field, "1 to 50 characters");
        }
        expect(description.chars().count() <= 1000, "description", "at most 1000 characters");
        let rules = &self.rules;
        expect((1..=50).contains(&rules.slots), "rules.slots", "1 to 50");
        for (field, minutes) in [
            ("rules.acceptMinutes", rules.accept_minutes),
            ("rules.claimMinutes", rules.claim_minutes),
            ("rules.contactMinutes", rules.contact_minutes),
            ("rules.resolveMinutes", rules.resolve_minutes),
        ] {
            expect(minutes.is_none_or(|n| (1..=MINUTES_MAX).contains(&n)), field, "1 to 525600");
        }
        for (field, days) in [
            ("rules.infoDays", rules.info_days),
            ("rules.silenceDays", rules.silence_days),
            ("rules.reopenDays", rules.reopen_days),
        ] {
            expect((1..=365).contains(&days), field, "1 to 365");
        }
        expect(rules.cool_down_minutes <= 10_080, "rules.coolDownMinutes", "0 to 10080");
        let takes = self.takes_minutes;
        expect(takes.is_none_or(|n| (1..=TAKES_MAX).contains(&n)), "takesMinutes", "1 to 10080");
        if !bad.is_empty() {
            return Err(ApiError::fields(bad));
        }
        let ladder = rules.ladder.read("rules.ladder")?;
        Ok(ItemEdit {
            rules: self.rules.rules(ladder),
            takes_minutes: self.takes_minutes,
            code: self.code,
            name,
            group: self.group,
            board,
            description,
            sort: self.sort,
            active: self.active.unwrap_or(true),
        })
    }
}

/// Add a service item
///
/// For administrators of a county or above: the catalogue is everyone's.
#[utoipa::path(
    post, path = "/service-items", tag = "admin",
    params(WriteHeaders),
    request_body = ServiceItemRequest,
    responses((status = 201, description = "Added", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/service-items")]
pub async fn create_service_item(
    state: Data<AppState>,
    who: Principal,
    request: Keyed<ServiceItemRequest>,
) -> ApiResult<Reply<Saved>> {
    administers_catalogue(&state, &who).await?;
    let (new, now) = (request.body.check()?, state.clock.now());
    check_ladder(&state.store, "rules.ladder", &new.rules.ladder).await?;
    let id =
        once(&state.store, &who, &request.key, 201, |answer| state.store.add_service_item(new, now, answer))
            .await?;
    Ok(Reply::created(Saved::of(id), format!("/api/v1/service-items/{id}")))
}

/// Change a service item
///
/// Everything is replaced. Orders that run keep the limits they were given; `active: false` keeps its history.
#[utoipa::path(
    put, path = "/service-items/{id}", tag = "admin",
    params(ById, WriteHeaders),
    request_body = ServiceItemRequest,
    responses((status = 200, description = "Changed", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[put("/service-items/{id}")]
pub async fn update_service_item(
    state: Data<AppState>,
    who: Principal,
    item: PathId<ServiceItemId>,
    request: Keyed<ServiceItemRequest>,
) -> ApiResult<Reply<Saved>> {
    administers_catalogue(&state, &who).await?;
    let item = item.0;
    state.store.service_item(item).await?;
    let (edit, now) = (request.body.check()?, state.clock.now());
    check_ladder(&state.store, "rules.ladder", &edit.rules.ladder).await?;
    let write = |answer| state.store.edit_service_item(item, edit, now, answer);
    once(&state.store, &who, &request.key, 200, write).await.map(|id| Reply::ok(Saved::of(id)))
}
