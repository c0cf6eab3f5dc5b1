//! Metrics in Prometheus' words: what this process counts. What storage is asked for stands in
//! `management/scrape.rs`. Labels are route patterns, methods, statuses and fixed words: nothing personal.

use actix_web::http::Method;
use domain::words::labelled::Labelled;
use persistence::operations::sweep::Kept;
use persistence::order::claims::Outcome;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry,
};
use std::time::Duration;

/// Bounds of request durations, seconds.
const DURATIONS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Bounds of batch sizes, jobs.
const BATCHES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// How a claim can end, as the wire says it (QUEUE.md).
const OUTCOMES: [&str; 5] = ["won", "lost", "gone", "ineligible", "retry"];
/// How a try to push can end.
const PUSHES: [&str; 3] = ["sent", "retry", "dead"];
/// Optional parts of this build.
pub const FEATURES: &[&str] = &[
    #[cfg(feature = "postgres")]
    "postgres",
    #[cfg(feature = "failpoints")]
    "failpoints",
];

/// The metrics of this process.
#[derive(Debug, Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    claims: IntCounterVec,
    statements: IntCounter,
    batches: Histogram,
    panics: IntCounter,
    limited: IntCounter,
    pushes: IntCounterVec,
    left_out: IntCounter,
    sweeps: Sweeps,
}

/// What housekeeping removed, and where it failed.
#[derive(Debug, Clone)]
struct Sweeps {
    rows: IntCounterVec,
    failures: IntCounterVec,
}

impl Sweeps {
    fn new(registry: &Registry) -> prometheus::Result<Self> {
        let counter = |name: &str, help: &str| -> prometheus::Result<IntCounterVec> {
            let counter = IntCounterVec::new(Opts::new(name, help), &["what"])?;
            for kept in Kept::ALL {
                counter.with_label_values(&[kept.as_str()]);
            }
            registry.register(Box::new(counter.clone()))?;
            Ok(counter)
        };
        Ok(Self {
            rows: counter("diandan_swept_rows_total", "Rows removed because their time was over")?,
            failures: counter("diandan_sweep_failures_total", "Sweeps that failed; they are tried again")?,
        })
    }
}

impl Metrics {
    /// The registry of a process whose database is of this kind.
    ///
    /// # Errors
    /// When a name is taken twice: a defect.
    pub fn new(database: &str) -> prometheus::Result<Self> {
        let registry = Registry::new();
        let metrics = Self {
            sweeps: Sweeps::new(&registry)?,
            registry,
            requests: IntCounterVec::new(
                Opts::new("diandan_http_requests_total", "Requests answered"),
                &["route", "method", "status"],
            )?,
            durations: HistogramVec::new(
                HistogramOpts::new("diandan_http_request_duration_seconds", "Time to answer a request")
                    .buckets(DURATIONS.to_vec()),
                &["route", "method"],
            )?,
            claims: IntCounterVec::new(
                Opts::new("diandan_claims_total", "Claims by how they ended"),
                &["outcome"],
            )?,
            statements: IntCounter::new(
                "diandan_claim_statements_total",
                "Claims that reached the database; the others were answered from memory",
            )?,
            batches: Histogram::with_opts(
                HistogramOpts::new("diandan_sqlite_batch_jobs", "Jobs in one commit of the SQLite writer")
                    .buckets(BATCHES.to_vec()),
            )?,
            panics: IntCounter::new("diandan_panics_total", "Requests that ended in a panic")?,
            limited: IntCounter::new("diandan_rate_limited_total", "Log-ins refused for their rate")?,
            pushes: IntCounterVec::new(
                Opts::new("diandan_pushes_total", "Tries to push by how they ended"),
                &["outcome"],
            )?,
            left_out: IntCounter::new(
                "diandan_push_left_out_total",
                "People not pushed to because a dispatch reached push.per_dispatch",
            )?,
        };
        let build = IntGaugeVec::new(
            Opts::new("diandan_build_info", "Always 1"),
            &["version", "database", "features"],
        )?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION"), database, FEATURES.join(",").as_str()]).set(1);
        for outcome in OUTCOMES {
            metrics.claims.with_label_values(&[outcome]);
        }
        for outcome in PUSHES {
            metrics.pushes.with_label_values(&[outcome]);
        }
        let r = &metrics.registry;
        r.register(Box::new(build))?;
        r.register(Box::new(metrics.requests.clone()))?;
        r.register(Box::new(metrics.durations.clone()))?;
        r.register(Box::new(metrics.claims.clone()))?;
        r.register(Box::new(metrics.statements.clone()))?;
        r.register(Box::new(metrics.panics.clone()))?;
        r.register(Box::new(metrics.limited.clone()))?;
        r.register(Box::new(metrics.pushes.clone()))?;
        r.register(Box::new(metrics.left_out.clone()))?;
        if database == "sqlite" {
            r.register(Box::new(metrics.batches.clone()))?;
        }
        Ok(metrics)
    }

    /// Counts rows that were swept.
    pub fn swept(&self, what: &str, rows: usize) {
        self.sweeps.rows.with_label_values(&[what]).inc_by(u64::try_from(rows).unwrap_or(0));
    }

    /// Counts a sweep that failed.
    pub fn not_swept(&self, what: &str) {
        self.sweeps.failures.with_label_values(&[what]).inc();
    }

    /// Counts how a claim ended.
    pub fn claim(&self, outcome: &Outcome) {
        let word = match outcome {
            Outcome::Won(_) => "won",
            Outcome::Lost { .. } => "lost",
            // as the wire says it: the offer does not stand now
            Outcome::Gone { .. } | Outcome::Suspended { .. } => "gone",
            Outcome::NotEligible | Outcome::CoolingDown { .. } => "ineligible",
            Outcome::Retry => "retry",
        };
        self.claims.with_label_values(&[word]).inc();
    }

    /// Counts a claim that reaches the database.
    pub fn claim_statement(&self) {
        self.statements.inc();
    }

    /// Counts a batch that SQLite's writer committed.
    pub fn batch(&self, jobs: usize) {
        self.batches.observe(u32::try_from(jobs).map_or(f64::INFINITY, f64::from));
    }

    /// Counts a request that ended in a panic.
    pub fn panicked(&self) {
        self.panics.inc();
    }

    /// Counts a log-in refused for its rate.
    pub fn limited(&self) {
        self.limited.inc();
    }

    /// Counts how a try to push ended: `sent`, `retry` or `dead`.
    pub fn pushed(&self, outcome: &'static str) {
        self.pushes.with_label_values(&[outcome]).inc();
    }

    /// Counts people who are not pushed to because a dispatch reached its limit.
    pub fn push_left_out(&self, people: i64) {
        self.left_out.inc_by(u64::try_from(people).unwrap_or(0));
    }

    /// Counts a request and its time. The route is a pattern of ours, never what a client sent.
    pub fn request(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let method = word_of(method);
        self.requests.with_label_values(&[route, method, status.to_string().as_str()]).inc();
        self.durations.with_label_values(&[route, method]).observe(took.as_secs_f64());
    }

    /// What was counted so far.
    #[must_use]
    pub fn gather(&self) -> Vec<prometheus::proto::MetricFamily> {
        self.registry.gather()
    }
}

/// A method, or `other`: clients can send any word.
fn word_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
