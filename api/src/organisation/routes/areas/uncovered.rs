//! `GET /uncovered-areas`: where nobody would have to act.

use super::AreaView;
use crate::http::answers::ReadErrors;
use crate::http::error::ApiResult;
use crate::http::locale::Lang;
use crate::http::page;
use crate::http::page::limit;
use crate::http::params::Query;
use crate::http::wire::{Envelope, Page, Reply};
use crate::identity::principal::Principal;
use crate::state::AppState;
use actix_web::{get, web::Data};
use domain::people::{Role, RoleSet};
use persistence::order::reach::Uncovered;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListUncoveredAreasQuery {
    /// From `nextCursor` of the page before.
    #[param(max_length = 64)]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// An area that nobody oversees.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UncoveredArea {
    /// The area.
    #[serde(flatten)]
    pub area: AreaView,
    /// Nobody oversees anything below it either: it stands for its whole branch.
    pub whole: bool,
    /// Open orders that lie in its inbox (of a whole branch: in any of its inboxes); 10,001 means more than 10,000.
    #[schema(example = 2)]
    pub open_orders: i64,
}

impl UncoveredArea {
    fn of(read: Uncovered, lang: Lang) -> Self {
        Self { area: AreaView::of(read.area, lang), whole: read.whole, open_orders: read.open_orders }
    }
}

/// List areas that nobody oversees
///
/// For administrators, of the areas they administer, by id: areas in use without a dispatcher who is not disabled, there
/// or above. Nothing can be placed, forwarded or reported up there; what lies there since before is counted. A branch
/// without any dispatcher is one row.
#[utoipa::path(
    get, path = "/uncovered-areas", tag = "admin",
    params(ListUncoveredAreasQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<UncoveredArea>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/uncovered-areas")]
pub async fn list_uncovered_areas(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListUncoveredAreasQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<UncoveredArea>>> {
    let admin = RoleSet::of(&[Role::Admin]);
    who.require(admin)?;
    let (after, limit) = (page::after_id(query.0.cursor.as_deref())?, limit(query.0.limit)?);
    let rows = state.store.uncovered(who.root_paths(admin), after, limit + 1).await?;
    let key = |row: &Uncovered| row.area.id.to_string();
    Ok(Reply::ok(page::page(rows, limit, key, |row| UncoveredArea::of(row, lang))))
}
