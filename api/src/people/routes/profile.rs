//! `GET /me`: who is signed in.

use crate::http::answers::ReadErrors;
use crate::http::error::ApiResult;
use crate::http::locale::Lang;
use crate::http::wire::{Envelope, Reply};
use crate::identity::extract::AnyPrincipal;
use crate::people::shown::RoleView;
use crate::state::AppState;
use actix_web::{get, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

/// The signed-in person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MeView {
    /// Account id.
    #[schema(example = "7")]
    pub id: String,
    /// The person's own name.
    #[schema(example = "王小明")]
    pub name: String,
    /// The log-in name; residents have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "wang.xm")]
    pub login: Option<String>,
    /// Whether a one-time password is still in force.
    pub must_change_password: bool,
    /// The roles held; a resident has none.
    pub roles: Vec<RoleView>,
    /// Where offers reach this person.
    pub scopes: Vec<ScopeView>,
}

/// A scope: people who are told together.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScopeView {
    /// `area`, `team`, `unit` or `person`.
    #[schema(example = "area")]
    pub kind: String,
    /// Id of the area, team, unit or person.
    #[schema(example = "501")]
    pub id: String,
    /// Its name.
    #[schema(example = "东城一网格")]
    pub name: String,
}

/// Who am I
///
/// The signed-in person with roles and scopes. Answers also before a one-time password is changed.
#[utoipa::path(
    get, path = "/me", tag = "me",
    responses((status = 200, description = "The signed-in person", body = Envelope<MeView>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/me")]
pub async fn get_me(state: Data<AppState>, who: AnyPrincipal, lang: Lang) -> ApiResult<Reply<MeView>> {
    let me = who.0.account();
    let person = state.store.person_themself(me).await?;
    let named = |name: Option<String>| name.unwrap_or_else(|| person.account.name.clone());
    let scopes = state.store.scopes_of(me).await?;
    Ok(Reply::ok(MeView {
        id: me.to_string(),
        login: person.account.login.clone(),
        must_change_password: person.account.must_change_password,
        roles: person.roles.iter().map(|role| RoleView::of(role, lang)).collect(),
        scopes: scopes
            .into_iter()
            .map(|(kind, id, name)| ScopeView { kind, id: id.to_string(), name: named(name) })
            .collect(),
        name: person.account.name,
    }))
}
