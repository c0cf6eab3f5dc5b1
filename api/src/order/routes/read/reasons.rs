//! `GET /reasons`: what may be given as a reason, for a picker.

use crate::http::answers::ReadErrors;
use crate::http::error::ApiResult;
use crate::http::locale::Lang;
use crate::http::params::Query;
use crate::http::wire::{Envelope, Page, Reply};
use crate::identity::principal::Principal;
use actix_web::get;
use domain::order::{Reason, ReasonKind};
use domain::words::labelled::Labelled;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which reasons.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListReasonsQuery {
    /// What a reason is given for; all when left out.
    #[param(value_type = Option<String>, example = "reject", pattern = "^(reject|withdraw|recall|release|hand_back|transfer|report_up|suspend|extend|send_back|dispute|uphold)$")]
    kind: Option<ReasonKind>,
}

/// A reason.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReasonView {
    /// Its code, as commands take it.
    #[schema(value_type = String, example = "not_ours")]
    pub code: Reason,
    /// For people.
    #[schema(example = "不属于本社区职责，请向主管部门反映")]
    pub text: String,
    /// What it is given for.
    #[schema(value_type = String, example = "reject")]
    pub kind: ReasonKind,
    /// The same for people.
    #[schema(example = "不予受理")]
    pub kind_text: String,
}

/// List reasons
///
/// Commands carry a reason's code, never free text.
#[utoipa::path(
    get, path = "/reasons", tag = "catalogue",
    params(ListReasonsQuery),
    responses((status = 200, description = "The reasons", body = Envelope<Page<ReasonView>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/reasons")]
pub async fn list_reasons(
    _who: Principal,
    query: Query<ListReasonsQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<ReasonView>>> {
    let given = Reason::ALL.iter().copied().filter(|r| r.kind() != ReasonKind::ShutOut);
    let asked = given.filter(|r| query.0.kind.is_none_or(|kind| r.kind() == kind));
    let view = |code: Reason| ReasonView {
        code,
        text: lang.label(code).into(),
        kind: code.kind(),
        kind_text: lang.label(code.kind()).into(),
    };
    Ok(Reply::ok(Page { list: asked.map(view).collect(), next_cursor: None, has_more: false, total: None }))
}
