//! Whom staff named in an order: what they are asked, and their answers.

use crate::http::answers::ReadErrors;
use crate::http::error::ApiResult;
use crate::http::locale::Lang;
use crate::http::page::{cursor, limit, parse_cursor};
use crate::http::params::Query;
use crate::http::time::instant;
use crate::http::wire::{Envelope, Page, Reply};
use crate::identity::principal::Principal;
use crate::order::apply::Enclosed;
use crate::order::routes::commands::{IntoCommand, command_endpoint};
use crate::state::AppState;
use actix_web::web::Data;
use actix_web::{get, post};
use domain::order::{Command, Status};
use domain::organisation::Assignee;
use domain::words::labelled::Labelled;
use persistence::order::listing::{ListFilter, Source};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Nothing more: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct JoinOrderRequest {}

impl IntoCommand for JoinOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Join, Enclosed::default()))
    }
}

command_endpoint! {
    /// Agree to be a party (同意成为当事人)
    ///
    /// For whom staff named as reporter or beneficiary: from then on the order is theirs. Not while they handle it.
    join_order, "/orders/{id}/join", JoinOrderRequest
}

/// Nothing more: `{}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct DeclineOrderRequest {}

impl IntoCommand for DeclineOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        Ok((Command::Decline, Enclosed::default()))
    }
}

command_endpoint! {
    /// Decline to be a party (不同意成为当事人)
    ///
    /// For whom staff named: they are asked no more, and nobody is told.
    decline_order, "/orders/{id}/decline", DeclineOrderRequest
}

/// An order in which staff named the reader, who has not answered: no text, and nobody's name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// The order: `join` or `decline` it.
    #[schema(example = "42")]
    pub order_id: String,
    /// The number a person reads aloud.
    #[schema(example = "DL-261122-00123")]
    pub number: String,
    /// The service item's name.
    pub service_item_name: String,
    /// The area's name.
    pub area_name: String,
    /// Its state.
    #[schema(example = "submitted")]
    pub status: String,
    /// Its state for people.
    #[schema(example = "待受理")]
    pub status_text: String,
    /// When it was placed.
    #[schema(example = "2026-11-22T18:04:05.123+08:00")]
    pub created_at: String,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListInvitationsQuery {
    /// From `nextCursor` of the page before.
    #[param(max_length = 64, pattern = "^[1-9a-f][0-9a-f]{0,12}[.][1-9a-f][0-9a-f]{0,14}$")]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// List what I am asked
///
/// The orders in which staff named me as reporter or beneficiary and that I have neither joined nor declined, newest first.
#[utoipa::path(
    get,
    path = "/me/invitations",
    tag = "me",
    params(ListInvitationsQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<Invitation>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/me/invitations")]
pub async fn list_my_invitations(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListInvitationsQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<Invitation>>> {
    let found = state
        .store
        .list(ListFilter {
            sources: vec![Source::Party { who: Assignee::Person(who.account()), part: "invited" }],
            after: query.0.cursor.as_deref().map(parse_cursor).transpose()?,
            limit: limit(query.0.limit)?,
            ..ListFilter::default()
        })
        .await?;
    let next_cursor = found.next.map(|(at, id)| cursor(at.0, id));
    let invitation = |listed: persistence::order::values::ListedOrder| Invitation {
        order_id: listed.row.id.to_string(),
        number: listed.row.number,
        service_item_name: listed.item_name,
        area_name: listed.area_name,
        status_text: Status::parse(&listed.row.status).map_or("", |status| lang.label(status)).into(),
        status: listed.row.status,
        created_at: instant(listed.row.created_at.0),
    };
    let list = found.list.into_iter().map(invitation).collect();
    Ok(Reply::ok(Page { list, has_more: next_cursor.is_some(), next_cursor, total: None }))
}
