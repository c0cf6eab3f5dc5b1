//! What somebody took part in: orders they took for others, and those they handled once, as they were then.

use super::list::row::OrderListItem;
use crate::http::error::ApiResult;
use crate::http::locale::Lang;
use crate::http::page;
use crate::http::wire::Page;
use crate::identity::principal::Principal;
use crate::order::apply::sight::former_of;
use crate::state::AppState;
use domain::order::read_since;
use domain::people::RoleSet;
use persistence::order::listing::Source;
use persistence::order::past::FormerFilter;

/// What a person took for somebody, where they still take orders.
pub fn created(who: &Principal) -> Source {
    let areas = who.roots(RoleSet::TAKERS);
    Source::Creator { account: who.account(), areas }
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
        after: cursor.map(page::parse_cursor).transpose()?,
        limit: page::limit(limit)?,
    };
    let (rows, has_more) = state.store.former(filter).await?;
    let next_cursor =
        rows.last().filter(|_| has_more).map(|row| page::cursor(row.order.created_at, row.order.id));
    let list = rows.into_iter().map(|row| OrderListItem::frozen(row, who.account(), lang)).collect();
    Ok(Page { list, next_cursor, has_more, total: None })
}
