//! `GET /orders/counts`: the numbers on a dispatcher's tabs.

use super::sources;
use crate::http::answers::ReadErrors;
use crate::http::error::ApiResult;
use crate::http::params::Query;
use crate::http::wire::{Envelope, Reply};
use crate::identity::principal::Principal;
use crate::state::AppState;
use actix_web::get;
use actix_web::web::Data;
use domain::AreaId;
use domain::order::Status;
use domain::words::labelled::Labelled;
use persistence::order::listing::Source;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Counts of a reader's orders.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCounts {
    /// By state, each at most 10,000; `pooled`, `assigned` and `claimed` among the newest 2,000 of them.
    #[schema(value_type = Object, example = json!({"submitted": 3, "pooled": 12}))]
    pub by_status: std::collections::BTreeMap<String, i64>,
    /// Open and past their limit.
    pub overdue: i64,
    /// With a request that waits for a decision, of the newest 2,000 of an area that were made: what `?request=any` lists.
    pub requests: i64,
}

/// Which area to count.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CountsQuery {
    /// Only this area and below; it must lie in the reader's scope.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    area_id: Option<String>,
}

/// Count orders by state
///
/// The open states and `resolved`, of the areas the reader oversees.
#[utoipa::path(
    get,
    path = "/orders/counts",
    tag = "orders",
    params(CountsQuery),
    responses((status = 200, description = "The counts", body = Envelope<OrderCounts>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/orders/counts")]
pub async fn count_orders(
    state: Data<AppState>,
    who: Principal,
    query: Query<CountsQuery>,
) -> ApiResult<Reply<OrderCounts>> {
    let sources = sources(&state, &who, query.0.area_id.as_deref()).await?;
    let areas: Vec<AreaId> =
        sources.iter().filter_map(|s| if let Source::Area(id) = s { Some(*id) } else { None }).collect();
    let counted = Status::ALL.iter().filter(|s| s.is_open() || **s == Status::Resolved);
    let mut buckets: Vec<&'static str> = counted.map(|s| persistence::order::map::bucket(*s)).collect();
    buckets.sort_unstable();
    buckets.dedup();
    let now = (who.account(), state.clock.now());
    let (counts, overdue, requests) = state.store.counts(areas, buckets, now).await?;
    let mut by_status = std::collections::BTreeMap::new();
    for count in counts {
        *by_status.entry(count.status).or_insert(0) += count.count;
    }
    Ok(Reply::ok(OrderCounts { by_status, overdue, requests }))
}
