//! `GET /metrics`: what the process counted, and what storage says when it is asked now.

use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::web::Data;
use domain::At;
use domain::words::labelled::Labelled;
use persistence::news::push::PushBacklog;
use prometheus::core::Collector;
use prometheus::proto::MetricFamily;
use prometheus::{Gauge, GaugeVec, IntCounter, IntGauge, Opts, TextEncoder};
use std::time::Duration;

/// How long storage may take; what it did not say by then is left out of the answer.
const LIMIT: Duration = Duration::from_secs(1);

/// The text.
pub async fn metrics(state: Data<AppState>) -> HttpResponse {
    let mut families = state.metrics.gather();
    match storage(&state).await {
        Ok(more) => families.extend(more),
        Err(e) => tracing::error!(error = %e, "a metric is defective"),
    }
    match TextEncoder::new().encode_to_string(&families) {
        Ok(text) => HttpResponse::Ok().content_type(prometheus::TEXT_FORMAT).body(text),
        Err(e) => {
            tracing::error!(error = %e, "the metrics could not be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}

async fn storage(state: &AppState) -> prometheus::Result<Vec<MetricFamily>> {
    let depth = IntGauge::new("diandan_executor_depth", "Jobs that wait for a database connection")?;
    depth.set(i64::try_from(state.store.depth()).unwrap_or(i64::MAX));
    let up = IntGauge::new("diandan_database_up", "Whether the database answered this scrape")?;
    let mut families = depth.collect();
    let open = IntGauge::new("diandan_database_connections", "Database connections that are open")?;
    open.set(i64::try_from(state.store.connections()).unwrap_or(i64::MAX));
    families.extend(open.collect());
    let left_out =
        IntCounter::new("diandan_unreadable_rows_total", "Rows left out because they cannot be read")?;
    left_out.inc_by(persistence::engine::unreadable::count());
    families.extend(left_out.collect());
    let asked = tokio::time::timeout(LIMIT, async {
        Ok::<_, persistence::StoreError>((
            state.store.outbox_backlog().await?,
            state.store.oldest_waiting().await?,
            state.store.push_backlog().await?,
            state.store.stuck().await?,
            state.store.reseal_waiting().await?,
        ))
    });
    if let Ok(Ok(((rows, oldest), waiting, pushes, stuck, unsealed))) = asked.await {
        up.set(1);
        let now = state.clock.now();
        let outbox = IntGauge::new("diandan_outbox_rows", "Events that the sequencer has not taken yet")?;
        outbox.set(rows);
        families.extend(outbox.collect());
        let age =
            Gauge::new("diandan_outbox_age_seconds", "Age of the oldest of them; 0 when there is none")?;
        age.set(age_s(now, oldest));
        families.extend(age.collect());
        let aside =
            IntGauge::new("diandan_outbox_stuck", "Events that were set aside because they cannot be told")?;
        aside.set(stuck.events);
        families.extend(aside.collect());
        let ages = GaugeVec::new(
            Opts::new(
                "diandan_oldest_order_age_seconds",
                "Since the oldest order of a state was placed; 0: none",
            ),
            &["status"],
        )?;
        for one in waiting {
            ages.with_label_values(&[one.status.as_str()]).set(age_s(now, one.since));
        }
        families.extend(ages.collect());
        families.extend(pushed(now, &pushes)?);
        let reseal =
            IntGauge::new("diandan_reseal_rows", "Rows that wait for diandan reseal, at most; up to 10,000")?;
        reseal.set(unsealed);
        families.extend(reseal.collect());
    }
    families.extend(up.collect());
    if let Ok(Ok((areas, orders))) = tokio::time::timeout(LIMIT, state.store.uncovered_totals()).await {
        let uncovered = IntGauge::new(
            "diandan_areas_uncovered",
            "Areas that no dispatcher oversees, a branch without any counting as one",
        )?;
        uncovered.set(areas);
        let lying = IntGauge::new("diandan_uncovered_orders", "Open orders that lie in their inboxes")?;
        lying.set(orders);
        families.extend(uncovered.collect());
        families.extend(lying.collect());
    }
    Ok(families)
}

/// How pushes stand.
fn pushed(now: At, backlog: &PushBacklog) -> prometheus::Result<Vec<MetricFamily>> {
    let waiting = IntGauge::new("diandan_push_waiting", "Pushes that wait to be sent")?;
    waiting.set(backlog.waiting);
    let age =
        Gauge::new("diandan_push_age_seconds", "Since the oldest of them was made; 0 when there is none")?;
    age.set(age_s(now, backlog.oldest));
    let dead = IntGauge::new("diandan_push_dead", "Pushes that were given up and are kept")?;
    dead.set(backlog.dead);
    Ok([waiting.collect(), age.collect(), dead.collect()].into_iter().flatten().collect())
}

fn age_s(now: At, since: Option<At>) -> f64 {
    since.and_then(|since| (now - since).to_std().ok()).map_or(0.0, |age| age.as_secs_f64())
}
