//! How much of the orders of a page somebody is told: of each no more than in its own view.

use super::row::{OrderListItem, Reads};
use crate::http::error::ApiResult;
use crate::http::locale::Lang;
use crate::identity::principal::Principal;
use crate::order::apply::of_person;
use crate::order::apply::sight::former_of;
use crate::state::AppState;
use domain::OrderId;
use domain::order::{Sight, Words};
use domain::people::RoleSet;
use domain::words::mask::contains_personal;
use persistence::order::listing::{Line, Reader};
use persistence::order::past::{Former, FormerOf};
use std::collections::BTreeMap;

/// The rows of a page. Where somebody reads everything by what they oversee, or as the one it is about, nothing is read for
/// it; of the others those in which their part ended are shown as they were then.
///
/// # Errors
/// 503.
pub async fn rows(
    state: &AppState,
    who: &Principal,
    lines: Vec<Line>,
    lang: Lang,
) -> ApiResult<Vec<OrderListItem>> {
    let (me, now) = (who.account(), state.clock.now());
    let reader = reader(who);
    let seen: Vec<(Line, Sight, Words)> = lines
        .into_iter()
        .map(|line| {
            let plain = !contains_personal(&line.title);
            if plain && line.is_read_whole(&reader) {
                return (line, Sight::Whole, Words::Whole);
            }
            let facts = of_person(who, &line.area_path, &line.inbox_path);
            let (sight, words) = (line.order.sight(me, &facts, line.now), line.order.words(me, &facts));
            (line, sight, words)
        })
        .collect();
    let ended: Vec<&Line> = seen.iter().filter(|one| one.1 != Sight::Whole).map(|one| &one.0).collect();
    let mut former = former(state, who, &ended).await?;
    let row = |(line, sight, words): (Line, Sight, Words)| match (sight, former.remove(&line.order.id)) {
        (Sight::Whole, _) => Some(OrderListItem::of(line, me, Reads::Whole(words), now, lang)),
        (Sight::Brief | Sight::Past, Some(then)) => Some(OrderListItem::frozen(then, me, lang)),
        (Sight::Brief, None) => Some(OrderListItem::of(line, me, Reads::Brief, now, lang)),
        (Sight::Past, None) | (Sight::Nothing, _) => None,
    };
    Ok(seen.into_iter().filter_map(row).collect())
}

/// Of these orders those in which this person's part ended, as they were then; see [`crate::order::apply::sight`].
async fn former(state: &AppState, who: &Principal, lines: &[&Line]) -> ApiResult<BTreeMap<OrderId, Former>> {
    let (taken, others): (Vec<&Line>, Vec<&Line>) =
        lines.iter().partition(|line| line.order.created_by == Some(who.account()));
    let mut of = former_of(who);
    let mut found = Vec::new();
    for lines in [others, taken] {
        let ids: Vec<OrderId> = lines.iter().map(|line| line.order.id).collect();
        if !ids.is_empty() && of != FormerOf::default() {
            found.extend(state.store.former_of(ids, of.clone()).await?);
        }
        // who took an order keeps what was there where they take orders, too
        of.areas.extend(who.roots(RoleSet::TAKERS));
    }
    Ok(found.into_iter().map(|then| (then.order.id, then)).collect())
}

/// Who reads a page: what they oversee says what has to be read for them.
pub fn reader(who: &Principal) -> Reader {
    Reader { account: who.account(), overseen: who.root_paths(RoleSet::READERS) }
}
