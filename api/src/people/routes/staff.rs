//! `GET /staff`: who works where, for directing orders. Names are whole for those who manage people there, masked for
//! others with a role there.

use crate::http::answers::ReadErrors;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::locale::Lang;
use crate::http::page;
use crate::http::page::limit;
use crate::http::params::{Query, check_search};
use crate::http::wire::{Envelope, Page, Reply, id};
use crate::identity::principal::Principal;
use crate::people::shown::{MANAGERS, RoleView, name_for};
use crate::state::AppState;
use actix_web::{get, web::Data};
use domain::people::{Role, RoleSet};
use domain::words::labelled::Labelled;
use persistence::people::values::{PeopleFilter, PersonRead};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Whom to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListStaffQuery {
    /// People with a role in this area or below; every area one has a role in when left out.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    area_id: Option<String>,
    /// Only holders of this role.
    #[param(value_type = Option<String>, pattern = "^[a-z_]+$")]
    role: Option<Role>,
    /// Text of the name; only for those who read names.
    #[param(max_length = 60)]
    q: Option<String>,
    /// From `nextCursor` of the page before.
    #[param(max_length = 64)]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A member of staff.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffView {
    /// Account id, for an `assignee`.
    #[schema(example = "7")]
    pub id: String,
    /// Name, masked unless the reader manages people there.
    #[schema(example = "王**")]
    pub name: String,
    /// The roles held.
    pub roles: Vec<RoleView>,
}

/// List staff
///
/// Of an area and everything below, by id. An area in which the reader has no role answers 404.
#[utoipa::path(
    get, path = "/staff", tag = "catalogue",
    params(ListStaffQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<StaffView>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/staff")]
pub async fn list_staff(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListStaffQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<StaffView>>> {
    let filter = filter(&state, &who, query.0).await?;
    let limit = filter.limit - 1;
    let rows = state.store.people(filter).await?;
    let key = |person: &PersonRead| person.account.id.to_string();
    Ok(Reply::ok(page::page(rows, limit, key, |person| view(&who, person, lang))))
}

fn view(who: &Principal, person: PersonRead, lang: Lang) -> StaffView {
    // roles elsewhere are not told
    let roles =
        person.roles.iter().filter(|r| r.path.as_deref().is_some_and(|p| who.covers(RoleSet::READERS, p)));
    StaffView {
        id: person.account.id.to_string(),
        name: name_for(who, &person),
        roles: roles.map(|role| RoleView::of(role, lang)).collect(),
    }
}

async fn filter(state: &AppState, who: &Principal, query: ListStaffQuery) -> ApiResult<PeopleFilter> {
    check_search(query.q.as_deref())?;
    let text = query.q.map(|q| domain::words::text::plain(&q)).filter(|q| !q.is_empty());
    // a search by name would tell what the mask hides
    let readers = if text.is_some() { MANAGERS } else { RoleSet::READERS };
    let paths = match query.area_id {
        Some(text) => {
            let path = state.store.area(id("areaId", &text)?).await?.path;
            if !who.covers(RoleSet::READERS, &path) {
                return Err(ApiError::new(Kind::NOT_FOUND));
            }
            if !who.covers(readers, &path) {
                return Err(ApiError::new(Kind::FORBIDDEN));
            }
            vec![path]
        }
        None => who.root_paths(readers),
    };
    Ok(PeopleFilter {
        paths,
        role: query.role.map(Labelled::as_str),
        text,
        disabled_too: false,
        after: page::after_id(query.cursor.as_deref())?,
        limit: limit(query.limit)? + 1,
    })
}
