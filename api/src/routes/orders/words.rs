//! How much of the words of orders somebody reads where many are listed: what they read of each in its own view.

use crate::auth::Principal;
use crate::error::ApiResult;
use crate::state::AppState;
use domain::mask::contains_personal;
use domain::order::Words;
use persistence::values::ListedOrder;

/// Redacts the titles of those orders whose words this person does not read whole. Only of orders whose title holds what may
/// be hidden is anything read; most pages have none.
///
/// # Errors
/// 503.
pub async fn redact_titles(state: &AppState, who: &Principal, list: &mut [ListedOrder]) -> ApiResult<()> {
    let holding: Vec<i64> =
        list.iter().filter(|order| contains_personal(&order.title)).map(|order| order.row.id).collect();
    if holding.is_empty() {
        return Ok(());
    }
    let read = state.store.situated(holding.clone()).await?;
    let whole = read.iter().filter(|at| {
        at.order.words(who.account(), &who.facts(&at.area_path, &at.inbox_path)) == Words::Whole
    });
    let whole: Vec<i64> = whole.map(|at| at.order.id.0).collect();
    for order in list.iter_mut().filter(|order| holding.contains(&order.row.id)) {
        if !whole.contains(&order.row.id) {
            order.title = Words::Redacted.of(&order.title);
        }
    }
    Ok(())
}
