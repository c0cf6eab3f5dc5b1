//! What is sent to place an order.

use super::done::DoneInput;
use crate::http::wire::or_default;
use chrono::{DateTime, Utc};
use domain::catalogue::{Anonymity, Channel, Priority};
use serde::Deserialize;
use utoipa::ToSchema;

/// A new order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"serviceItemId": "1", "areaId": "42", "title": "屋顶漏水", "description": "三楼顶层雨天漏水",
    "contact": {"name": "王小明", "phone": "13812345678", "address": "同州花园3号楼2单元301"}, "fileIds": []}))]
pub struct PlaceOrderRequest {
    /// The service item.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub service_item_id: String,
    /// Where it is: the smallest area known.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub area_id: String,
    /// In a few words.
    #[schema(min_length = 1, max_length = 60, pattern = r"\S")]
    pub title: String,
    /// What it is about.
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// `normal` (default) or `high`; staff may say `urgent`.
    #[schema(value_type = Option<String>, pattern = "^(normal|high|urgent)$")]
    pub priority: Option<Priority>,
    /// `real_name` (default), `hidden_from_worker`, or `anonymous`: then no contact is kept and a query code is given.
    #[schema(value_type = Option<String>, pattern = "^(real_name|hidden_from_worker|anonymous)$")]
    pub anonymity: Option<Anonymity>,
    /// Whom to reach; encrypted at rest, masked everywhere.
    pub contact: Option<ContactInput>,
    /// Photos, at most 9.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub file_ids: Vec<String>,
    /// When it is wanted to be done: later than now, at most 90 days ahead. Told to whom it is offered.
    #[schema(format = DateTime, value_type = Option<String>)]
    pub wanted_at: Option<DateTime<Utc>>,
    /// How it came in; anything but `mini_program` (default) is staff taking it for somebody.
    #[schema(value_type = Option<String>, pattern = "^(mini_program|phone|hotline_12345|visit|window|collection_point|open_api)$")]
    pub channel: Option<Channel>,
    /// Its number elsewhere (staff): unique per channel.
    #[schema(max_length = 64)]
    pub external_number: Option<String>,
    /// For whom it is, when that is somebody else: in words, encrypted and masked like the contact.
    pub beneficiary: Option<BeneficiaryInput>,
    /// The reporter's account (staff). Whoever has something to do with the area is asked, and is the reporter once they
    /// `join`; of anybody else nothing comes, and the answer is the same.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub reporter_id: Option<String>,
    /// The account of the one it is for (staff); asked like the reporter.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub beneficiary_id: Option<String>,
    /// The work was done already: it is recorded as resolved in one step and offered to nobody. Grid staff in their own
    /// grid (self_resolve) and dispatchers (answer_directly) only.
    pub done: Option<DoneInput>,
}

/// For whom an order is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BeneficiaryInput {
    /// Name.
    #[schema(max_length = 50, example = "李大爷")]
    pub name: Option<String>,
    /// One telephone number, however it is written.
    #[schema(max_length = 40, example = "13812345678")]
    pub phone: Option<String>,
    /// What they are to the reporter.
    #[schema(max_length = 20, example = "父亲")]
    pub relation: Option<String>,
}

/// Whom to reach.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactInput {
    /// Name.
    #[schema(max_length = 50)]
    pub name: Option<String>,
    /// One telephone number, however it is written: mobile, landline with or without area code, with an extension
    /// (`0913-3212345转801`), of another country with its code. Kept in one form.
    #[schema(max_length = 40, example = "0913-3212345转801")]
    pub phone: Option<String>,
    /// Address down to the door.
    #[schema(max_length = 200)]
    pub address: Option<String>,
}
