//! Batches: accept, dispatch or urge up to 100 orders, with a result for each; one that fails does not stop the rest.

use crate::http::answers::{WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, ErrorBody, FieldError};
use crate::http::locale::Lang;
use crate::http::wire::{Envelope, Reply, id, or_default};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::order::apply;
use crate::order::apply::Enclosed;
use crate::people::refs::{ScopeRef, scopes};
use crate::state::AppState;
use actix_web::post;
use actix_web::web::Data;
use domain::OrderId;
use domain::order::Command;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most orders of a batch.
const MOST: usize = 100;

/// Orders of a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"ids": ["41", "42"]}))]
pub struct BatchRequest {
    /// The orders, 1 … 100, none twice.
    #[schema(min_items = 1, max_items = 100)]
    pub ids: Vec<String>,
}

/// Orders of a batch to dispatch alike.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"ids": ["41", "42"], "scopes": []}))]
pub struct BatchDispatchRequest {
    /// The orders, 1 … 100, none twice.
    #[schema(min_items = 1, max_items = 100)]
    pub ids: Vec<String>,
    /// Who is offered them; empty: the staff of each order's area.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 50, nullable)]
    pub scopes: Vec<ScopeRef>,
}

/// How it went for one order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchItem {
    /// The order.
    #[schema(example = "42")]
    pub id: String,
    /// 0, or the error's code.
    #[schema(example = 0)]
    pub code: u32,
    /// `OK`, or the error's name.
    #[schema(example = "OK")]
    pub error: String,
    /// For people.
    pub message: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    /// Its state now, when it went well.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub status: Option<String>,
}

/// How it went.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// One an order, in the order asked.
    pub results: Vec<BatchItem>,
}

async fn run(
    state: &AppState,
    who: &Principal,
    ids: Vec<String>,
    key: &crate::identity::keyed::RequestKey,
    command: Command,
    lang: Lang,
) -> ApiResult<Reply<BatchResult>> {
    if ids.is_empty() || ids.len() > MOST {
        return Err(ApiError::field("ids", "1 to 100"));
    }
    let keys: Vec<OrderId> =
        ids.iter().enumerate().map(|(n, t)| id(&format!("ids[{n}]"), t)).collect::<ApiResult<_>>()?;
    if let Some(n) =
        keys.iter().enumerate().position(|(n, k)| keys.iter().take(n).any(|earlier| earlier == k))
    {
        return Err(ApiError::field(format!("ids[{n}]"), "twice"));
    }
    let mut results = Vec::with_capacity(keys.len());
    for order in keys {
        // a key of its own for each order: a retried batch finds what was done and does the rest
        let own = key.part(&order.to_string());
        let done = apply::command(&state.shell, who, order, own, command.clone(), Enclosed::default()).await;
        results.push(item(order, done, lang));
    }
    Ok(Reply::ok(BatchResult { results }))
}

fn item(order: OrderId, done: ApiResult<apply::CommandResult>, lang: Lang) -> BatchItem {
    let id = order.to_string();
    match done {
        Ok(done) => {
            let (error, message) = ("OK".into(), "ok".into());
            BatchItem { id, code: 0, error, message, errors: Vec::new(), status: Some(done.status) }
        }
        Err(e) => {
            let ErrorBody { code, error, message, errors, .. } = e.body(lang, "");
            BatchItem { id, code, error, message, errors, status: None }
        }
    }
}

/// Declares a batch endpoint.
macro_rules! batch_endpoint {
    ($(#[$doc:meta])* $name:ident, $path:tt, $request:ty, |$body:ident| $command:expr) => {
        $(#[$doc])*
        #[utoipa::path(
            post,
            path = $path,
            tag = "commands",
            params(WriteHeaders),
            request_body = $request,
            responses((status = 200, description = "A result per order", body = Envelope<BatchResult>), WriteErrors),
            security(("bearer" = [])),
        )]
        #[post($path)]
        pub async fn $name(
            state: Data<AppState>,
            who: Principal,
            request: Keyed<$request>,
            lang: Lang,
        ) -> ApiResult<Reply<BatchResult>> {
            let Keyed { body: $body, key } = request;
            let command = $command;
            run(&state, &who, $body.ids, &key, command, lang).await
        }
    };
}

batch_endpoint! {
    /// Accept many
    ///
    /// Each as it is; one that cannot be accepted does not stop the rest.
    accept_orders, "/orders/batch/accept", BatchRequest,
    |body| Command::Accept { service_item: None, area: None, priority: None }
}

batch_endpoint! {
    /// Dispatch many
    ///
    /// Each to the same scopes, or to the staff of its own area.
    dispatch_orders, "/orders/batch/dispatch", BatchDispatchRequest,
    |body| Command::Dispatch { scopes: scopes("scopes", &body.scopes)?, slots: None, rings: Vec::new() }
}

batch_endpoint! {
    /// Urge many
    ///
    /// By their reporter or a dispatcher.
    urge_orders, "/orders/batch/urge", BatchRequest, |body| Command::Urge
}
