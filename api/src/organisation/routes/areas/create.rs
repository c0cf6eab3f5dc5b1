//! `POST /areas`: a node below another, such as a community that the statistics don't list.

use super::{Checks, Position};
use crate::http::answers::{WriteErrors, WriteHeaders};
use crate::http::error::ApiResult;
use crate::http::fields::missing;
use crate::http::wire::{Envelope, Reply, id, or_default};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::identity::saved::{Saved, once};
use crate::organisation::searched::searched;
use crate::organisation::tree::may_hold;
use crate::state::AppState;
use actix_web::{post, web::Data};
use domain::AreaId;
use domain::organisation::{AreaLevel, GridClass};
use domain::words::labelled::Labelled;
use persistence::organisation::rows::AreaRow;
use persistence::organisation::values::{Above, AreaEdit, NewArea};
use serde::Deserialize;
use utoipa::ToSchema;

/// A new area.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({
    "parentId": "42", "level": "grid", "code": "610523001001-03", "name": "东城三网格", "gridClass": "level1",
}))]
pub struct CreateAreaRequest {
    /// The area above.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub parent_id: String,
    /// Its level, below the parent's.
    #[schema(value_type = String)]
    pub level: AreaLevel,
    /// Its code, unique: 1 to 32 of `0-9 A-Z a-z _ . -`.
    #[schema(pattern = "^[0-9A-Za-z_.-]{1,32}$")]
    pub code: String,
    /// Official name.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Name that people are shown, if another.
    #[schema(min_length = 1, max_length = 100)]
    pub display_name: Option<String>,
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
}

impl CreateAreaRequest {
    fn check(self, parent: &AreaRow) -> ApiResult<NewArea> {
        let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        let above =
            (AreaLevel::parse(&parent.level), parent.grid_class.as_deref().and_then(GridClass::parse));
        let below = above.0.is_some_and(|level| may_hold((level, above.1), (self.level, self.grid_class)));
        let mut checks = Checks::default();
        checks.expect(below, "level", "the parent must be of a higher level");
        let coded = (1..=32).contains(&self.code.len()) && self.code.chars().all(sign);
        checks.expect(coded, "code", "1 to 32 letters, digits or _.-");
        let name = checks.name("name", &self.name);
        let display_name = self.display_name.map(|shown| checks.name("displayName", &shown));
        let display_name = display_name.unwrap_or_else(|| name.clone());
        let aliases = checks.aliases(&self.aliases);
        checks.grid_class(self.grid_class, self.level);
        checks.prefix(self.number_prefix.as_deref());
        checks.position(self.position);
        let (office_name, office_phone) =
            checks.office(self.office_name.as_deref(), self.office_phone.as_deref());
        checks.done()?;
        let edit = AreaEdit {
            search: searched(&name, &display_name, &aliases, &self.code),
            official_name: name,
            display_name,
            aliases,
            grid_class: self.grid_class,
            number_prefix: self.number_prefix,
            position: self.position.map(|p| (p.lng, p.lat)),
            office_name,
            office_phone,
            active: true,
        };
        let above = Above::Area { id: AreaId(parent.id), path: parent.path.clone() };
        Ok(NewArea { above, level: self.level, code: self.code, edit })
    }
}

/// Add an area
///
/// Below one that the administrator administers. Codes are unique.
#[utoipa::path(
    post, path = "/areas", tag = "admin",
    params(WriteHeaders),
    request_body = CreateAreaRequest,
    responses((status = 201, description = "Added", body = Envelope<Saved>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/areas")]
pub async fn create_area(
    state: Data<AppState>,
    who: Principal,
    request: Keyed<CreateAreaRequest>,
) -> ApiResult<Reply<Saved>> {
    let parent = id("parentId", &request.body.parent_id)?;
    let parent = state.store.area(parent).await.map_err(|e| missing(e, "parentId"))?;
    who.administers(&parent.path)?;
    let new = request.body.check(&parent)?;
    let id = once(&state.store, &who, &request.key, 201, |answer| add(&state, new, answer)).await?;
    Ok(Reply::created(Saved::of(id), format!("/api/v1/areas/{id}")))
}

async fn add(
    state: &AppState,
    new: NewArea,
    answer: persistence::engine::answers::AnswerOf,
) -> persistence::StoreResult<AreaId> {
    let keys = state.store.write_areas(vec![new], Vec::new(), state.clock.now(), answer).await?;
    keys.first().copied().ok_or(persistence::StoreError::NotFound)
}
