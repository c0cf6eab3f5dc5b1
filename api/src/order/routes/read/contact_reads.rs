//! `GET /contact-reads`: who read whose contact, and who looked for a phone.

use crate::http::answers::ReadErrors;
use crate::http::error::{ApiError, ApiResult};
use crate::http::locale::Lang;
use crate::http::page::{cursor, limit, parse_cursor};
use crate::http::params::Query;
use crate::http::time::instant;
use crate::http::wire::{Envelope, Page, Reply, id};
use crate::identity::principal::Principal;
use crate::state::AppState;
use actix_web::{get, web::Data};
use chrono::{DateTime, Datelike, Utc};
use domain::At;
use domain::people::{Role, RoleSet};
use domain::words::mask::mask_phone;
use persistence::order::readings::{Reading, ReadingFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Who sees what was read.
const AUDITORS: RoleSet = RoleSet::of(&[Role::Auditor, Role::Admin]);

/// Which readings.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListContactReadsQuery {
    /// Only those by this person.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    account_id: Option<String>,
    /// Only those of this order's contact.
    #[param(pattern = "^[1-9][0-9]{0,17}$")]
    order_id: Option<String>,
    /// Only those since.
    #[param(format = DateTime, value_type = Option<String>)]
    from: Option<DateTime<Utc>>,
    /// Only those before.
    #[param(format = DateTime, value_type = Option<String>)]
    to: Option<DateTime<Utc>>,
    /// From `nextCursor` of the page before.
    #[param(max_length = 64, pattern = "^[1-9a-f][0-9a-f]{0,12}[.][1-9a-f][0-9a-f]{0,14}$")]
    cursor: Option<String>,
    /// Rows of a page, 1 … 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A contact that was read in the clear, or a phone that was looked for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContactReadView {
    /// Its id.
    #[schema(example = "42")]
    pub id: String,
    /// `contact`: the contact of an order was read; `search`: a phone was looked for.
    #[schema(pattern = "^(contact|search)$", example = "contact")]
    pub kind: &'static str,
    /// For people.
    #[schema(example = "查看联系方式")]
    pub kind_text: &'static str,
    /// When.
    #[schema(example = "2026-11-22T18:04:05.123+08:00")]
    pub at: String,
    /// By whom.
    #[schema(example = "7")]
    pub account_id: String,
    /// Their name; masked once they hold no role any more.
    #[schema(example = "张建国")]
    pub account_name: String,
    /// The order whose contact was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "31")]
    pub order_id: Option<String>,
    /// Its number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "DL-261122-00123")]
    pub order_number: Option<String>,
    /// The phone, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "138****5678")]
    pub phone: Option<String>,
    /// The topmost areas in which it was looked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub area_ids: Vec<String>,
    /// The request, as the log names it.
    pub request_id: String,
}

impl ContactReadView {
    fn of(reading: Reading, lang: Lang) -> Self {
        let (kind, kind_text) = match reading.order {
            Some(_) => ("contact", lang.pick("查看联系方式", "Contact read")),
            None => ("search", lang.pick("按电话查询", "Looked for a phone")),
        };
        let (order_id, order_number) = reading.order.map(|(id, number)| (id.to_string(), number)).unzip();
        Self {
            id: reading.id.to_string(),
            kind,
            kind_text,
            at: instant(reading.at.0),
            account_id: reading.account.to_string(),
            account_name: reading.name,
            order_id,
            order_number,
            // masked once more: a row may have been masked when masks hid less
            phone: reading.phone.as_deref().map(mask_phone),
            area_ids: reading.searched.iter().map(ToString::to_string).collect(),
            request_id: reading.request_id,
        }
    }
}

/// List who read contacts
///
/// For auditors and administrators: the contacts of orders in their areas that were read in the clear, and the phones that
/// were looked for there, the latest first. A page looks at a bounded number of them: it may be short, or empty, and still
/// have a `nextCursor` to go on from.
#[utoipa::path(
    get, path = "/contact-reads", tag = "admin",
    params(ListContactReadsQuery),
    responses((status = 200, description = "A page", body = Envelope<Page<ContactReadView>>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/contact-reads")]
pub async fn list_contact_reads(
    state: Data<AppState>,
    who: Principal,
    query: Query<ListContactReadsQuery>,
    lang: Lang,
) -> ApiResult<Reply<Page<ContactReadView>>> {
    who.require(AUDITORS)?;
    let found = state.store.readings(filter(&who, query.0)?).await?;
    let next_cursor = found.next.map(|(at, id)| cursor(at.0, id));
    let list = found.list.into_iter().map(|reading| ContactReadView::of(reading, lang)).collect();
    Ok(Reply::ok(Page { list, has_more: next_cursor.is_some(), next_cursor, total: None }))
}

fn filter(who: &Principal, query: ListContactReadsQuery) -> ApiResult<ReadingFilter> {
    let at = |field: &str, at: Option<At>| match at {
        // nothing is older, and both databases can hold it
        Some(at) if (0..=9999).contains(&at.year()) => Ok(Some(at.max(DateTime::UNIX_EPOCH))),
        Some(_) => Err(ApiError::syntax(field, "years 0 to 9999")),
        None => Ok(None),
    };
    Ok(ReadingFilter {
        areas: who.rooted(AUDITORS),
        account: query.account_id.map(|text| id("accountId", &text)).transpose()?,
        order: query.order_id.map(|text| id("orderId", &text)).transpose()?,
        from: at("from", query.from)?,
        to: at("to", query.to)?,
        after: query.cursor.as_deref().map(parse_cursor).transpose()?,
        limit: usize::try_from(limit(query.limit)?).unwrap_or(0),
    })
}
