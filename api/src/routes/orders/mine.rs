//! A resident's own list: the states in plain words, and staff by name.

use super::list::OrderListItem;
use crate::error::ApiResult;
use crate::locale::Lang;
use crate::state::AppState;
use domain::labelled::Labelled;
use domain::order::Status;
use domain::order::sentence::{Reader, brief};

/// Has these rows say what their orders' own views say to the resident. One statement where somebody leads one of them.
///
/// # Errors
/// 503.
pub async fn plainly(state: &AppState, rows: &mut [OrderListItem], lang: Lang) -> ApiResult<()> {
    let led = rows.iter().filter(|row| row.lead_name.is_some());
    let led: Vec<i64> = led.filter_map(|row| row.id.parse().ok()).collect();
    let names = if led.is_empty() { Default::default() } else { state.store.public_leads(led).await? };
    for row in rows {
        if let Some(status) = Status::parse(&row.status) {
            row.status_text = brief(status, Reader::Resident, lang == Lang::En);
        }
        if let Some(name) = row.id.parse().ok().and_then(|id: i64| names.get(&id)) {
            row.lead_name = Some(name.clone());
        }
    }
    Ok(())
}
