//! What somebody took part in: orders they took for others, and those they handled once, as they were then.

use super::list::{self, OrderListItem};
use crate::apply::sight::former_of;
use crate::auth::Principal;
use crate::error::ApiResult;
use crate::locale::Lang;
use crate::state::AppState;
use crate::wire::{Page, instant};
use domain::actor::RoleSet;
use domain::labelled::Labelled;
use domain::order::Words;
use domain::order::sight::read_since;
use persistence::listing::Source;
use persistence::past::{Former, FormerFilter};

impl OrderListItem {
    /// A row of an order that the reader took part in, as it was then.
    #[must_use]
    pub fn frozen(former: Former, lang: Lang) -> Self {
        let order = former.order;
        let due = order.clocks.resolve.and_then(|clock| clock.due_at());
        Self {
            id: order.id.to_string(),
            number: former.number,
            status: order.status.as_str().into(),
            status_text: lang.label(order.status),
            title: Words::Redacted.of(&former.title),
            service_item_name: former.item_name,
            area_name: former.area_name,
            priority: order.priority.as_str().into(),
            priority_text: lang.label(order.priority),
            lead_name: None,
            created_at: instant(order.created_at),
            updated_at: instant(order.updated_at),
            resolve_due_at: due.map(instant),
            overdue: order.is_overdue(former.at),
            version: order.version,
            attempt: order.attempt,
            frozen: true,
            frozen_at: Some(instant(former.at)),
        }
    }
}

/// What a person took for somebody, where they still take orders.
pub fn created(who: &Principal) -> Source {
    let areas = who.roots(RoleSet::TAKERS).into_iter().map(|area| area.0).collect();
    Source::Creator { account: who.account().0, areas }
}

/// The orders somebody took part in once.
///
/// # Errors
/// 400 naming the parameter.
pub async fn page(
    state: &AppState,
    who: &Principal,
    (cursor, limit): (Option<&str>, Option<u32>),
    lang: Lang,
) -> ApiResult<Page<OrderListItem>> {
    let filter = FormerFilter {
        of: former_of(who),
        finished_since: read_since(state.clock.now()),
        after: cursor.map(list::parse_cursor).transpose()?,
        limit: list::limit(limit)?,
    };
    let (rows, has_more) = state.store.former(filter).await?;
    let next_cursor =
        rows.last().filter(|_| has_more).map(|row| list::cursor(row.order.created_at, row.order.id.0));
    let list = rows.into_iter().map(|row| OrderListItem::frozen(row, lang)).collect();
    Ok(Page { list, next_cursor, has_more, total: None })
}
