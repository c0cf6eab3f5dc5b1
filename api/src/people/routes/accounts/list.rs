//! `GET /accounts` and `GET /accounts/{id}`.

use super::AccountView;
use crate::http::answers::{ById, ReadErrors};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::locale::Lang;
use crate::http::page;
use crate::http::page::limit;
use crate::http::params::{PathId, Query, check_search};
use crate::http::wire::{Envelope, Page, Reply, id};
use crate::identity::principal::Principal;
use crate::people::rights::{ADMIN, see};
use crate::state::AppState;
use actix_web::{get, web::Data};
use domain::AccountId;
use domain::people::Role;
use domain::words::labelled::Labelled;
use persistence::people::values::PeopleFilter;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListAccountsQuery {
    /// Only people with a role in this area or below; all areas administered when left out.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    area_id: Option<String>,
    /// Only holders of this role there.
    #[param(value_type = Option<String>, pattern = "^[a-z_]+$")]
    role: Option<Role>,
    /// Text of the name or log-in name. Phones are not looked for.
    #[param(max_length = 60)]
    q: Option<String>,
    /// Disabled ones too.
    all: Option<bool>,
    /// From `nextCursor` of the page before.
    #[param(max_length = 64)]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// List accounts
///
/// People with a role in the areas administered, by id.
#[utoipa::path(
    get, path = "/accounts", tag = "admin",
    params(ListAccountsQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<AccountView>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/accounts")]
pub async fn list_accounts(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListAccountsQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<AccountView>>> {
    who.require(ADMIN)?;
    let filter = filter(&state, &who, query.0).await?;
    let limit = filter.limit - 1;
    let rows = state.store.people(filter).await?;
    let key = |person: &persistence::people::values::PersonRead| person.account.id.to_string();
    Ok(Reply::ok(page::page(rows, limit, key, |person| AccountView::of(person, lang))))
}

async fn filter(state: &AppState, who: &Principal, query: ListAccountsQuery) -> ApiResult<PeopleFilter> {
    let paths = match query.area_id {
        Some(text) => {
            let path = state.store.area(id("areaId", &text)?).await?.path;
            // who administers elsewhere sees nobody here
            if who.covers(ADMIN, &path) { vec![path] } else { return Err(ApiError::new(Kind::NOT_FOUND)) }
        }
        None => who.root_paths(ADMIN),
    };
    check_search(query.q.as_deref())?;
    let text = query.q.map(|q| domain::words::text::plain(&q)).filter(|q| !q.is_empty());
    Ok(PeopleFilter {
        paths,
        role: query.role.map(Labelled::as_str),
        text,
        disabled_too: query.all == Some(true),
        after: page::after_id(query.cursor.as_deref())?,
        limit: limit(query.limit)? + 1,
    })
}

/// Read an account
///
/// Of somebody with a role in the areas administered.
#[utoipa::path(
    get, path = "/accounts/{id}", tag = "admin",
    params(ById),
    responses((status = 200, description = "The account", body = Envelope<AccountView>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/accounts/{id}")]
pub async fn get_account(
    state: Data<AppState>,
    who: Principal,
    account: PathId<AccountId>,
    lang: Lang,
) -> ApiResult<Reply<AccountView>> {
    let person = see(&state.store, &who, account.0).await?;
    Ok(Reply::ok(AccountView::of(person, lang)))
}
