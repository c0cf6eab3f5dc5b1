//! `PUT /areas/{id}`: what people call it, its class, place and whether it is in use.

use super::{Checks, Position};
use crate::http::answers::{ById, WriteErrors, WriteHeaders};
use crate::http::error::ApiResult;
use crate::http::params::PathId;
use crate::http::wire::{Envelope, Reply, or_default};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::identity::saved::{Saved, once};
use crate::organisation::searched::searched;
use crate::state::AppState;
use actix_web::{put, web::Data};
use domain::AreaId;
use domain::organisation::{AreaLevel, GridClass};
use domain::words::labelled::Labelled;
use persistence::organisation::rows::AreaRow;
use persistence::organisation::values::AreaEdit;
use serde::Deserialize;
use utoipa::ToSchema;

/// What may change. Everything is replaced: what is left out is empty afterwards.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"displayName": "东城社区", "aliases": ["东关"], "numberPrefix": "DC", "active": true}))]
pub struct UpdateAreaRequest {
    /// Name that people are shown.
    #[schema(min_length = 1, max_length = 100)]
    pub display_name: String,
    /// Other names.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 20, nullable)]
    pub aliases: Vec<String>,
    /// Class of a grid.
    #[schema(value_type = Option<String>, pattern = "^(level1|level2|level3|dedicated)$")]
    pub grid_class: Option<GridClass>,
    /// Prefix of order numbers here and below.
    #[schema(pattern = "^[A-Z][A-Z0-9]{0,5}$")]
    pub number_prefix: Option<String>,
    /// Where it is.
    pub position: Option<Position>,
    /// The office that people ask; without it and its telephone that of the nearest area above which has one.
    #[schema(max_length = 100, example = "东城社区便民服务站")]
    pub office_name: Option<String>,
    /// Its telephone, a public number: it is shown to everybody.
    #[schema(max_length = 40, example = "0913-3212345")]
    pub office_phone: Option<String>,
    /// Whether it is in use. One that is not keeps its history and takes no new orders.
    pub active: bool,
}

impl UpdateAreaRequest {
    fn check(self, row: &AreaRow) -> ApiResult<AreaEdit> {
        let mut checks = Checks::default();
        let display_name = checks.name("displayName", &self.display_name);
        let aliases = checks.aliases(&self.aliases);
        if let Some(level) = AreaLevel::parse(&row.level) {
            checks.grid_class(self.grid_class, level);
        }
        checks.prefix(self.number_prefix.as_deref());
        checks.position(self.position);
        let (office_name, office_phone) =
            checks.office(self.office_name.as_deref(), self.office_phone.as_deref());
        checks.done()?;
        Ok(AreaEdit {
            official_name: row.official_name.clone(),
            search: searched(&row.official_name, &display_name, &aliases, &row.code),
            display_name,
            aliases,
            grid_class: self.grid_class,
            number_prefix: self.number_prefix,
            position: self.position.map(|p| (p.lng, p.lat)),
            office_name,
            office_phone,
            active: self.active,
        })
    }
}

/// Change an area
///
/// Its official name, code, level and place in the tree stay.
#[utoipa::path(
    put, path = "/areas/{id}", tag = "admin",
    params(ById, WriteHeaders),
    request_body = UpdateAreaRequest,
    responses((status = 200, description = "Changed", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[put("/areas/{id}")]
pub async fn update_area(
    state: Data<AppState>,
    who: Principal,
    area: PathId<AreaId>,
    request: Keyed<UpdateAreaRequest>,
) -> ApiResult<Reply<Saved>> {
    let row = state.store.area(area.0).await?;
    who.administers(&row.path)?;
    let changed = vec![(area.0, request.body.check(&row)?)];
    let write =
        |answer| async { state.store.write_areas(Vec::new(), changed, state.clock.now(), answer).await };
    once(&state.store, &who, &request.key, 200, |answer| async { write(answer).await.map(|_| area.0) })
        .await?;
    Ok(Reply::ok(Saved::of(row.id)))
}
