//! Review (受理): what a dispatcher does with a new order.

use super::command::{IntoCommand, command_endpoint};
use crate::apply::Enclosed;
use actix_web::post;
use crate::error::ApiResult;
use crate::wire::id;
use domain::catalogue::Priority;
use domain::order::Command;
use domain::{AreaId, ServiceItemId};
use serde::Deserialize;
use utoipa::ToSchema;

/// Accepts, confirming or correcting what it is, where and how urgent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"priority": "high"}))]
pub struct AcceptOrderRequest {
    /// The right service item, if another.
    pub service_item_id: Option<String>,
    /// The right area, if another.
    pub area_id: Option<String>,
    /// The right priority, if another: `normal`, `high`, `urgent`.
    #[schema(value_type = Option<String>, pattern = "^(normal|high|urgent)$")]
    pub priority: Option<Priority>,
}

impl IntoCommand for AcceptOrderRequest {
    fn into_command(self) -> ApiResult<(Command, Enclosed)> {
        let service_item = self.service_item_id.map(|t| id("serviceItemId", &t)).transpose()?.map(ServiceItemId);
        let area = self.area_id.map(|t| id("areaId", &t)).transpose()?.map(AreaId);
        Ok((Command::Accept { service_item, area, priority: self.priority }, Enclosed::default()))
    }
}

command_endpoint! {
    /// Accept (受理)
    ///
    /// submitted → accepted. The acceptance clock stops, the resolve clock starts; items with automatic dispatch are
    /// offered at once.
    accept_order, "/orders/{id}/accept", AcceptOrderRequest
}
