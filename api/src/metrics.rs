//! Metrics in Prometheus' words.

use actix_web::HttpRequest;
use actix_web::http::Method;
use std::time::Duration;

/// Counts a request and its time.
pub fn observe_request(_req: &HttpRequest, _method: &Method, _route: &str, _status: u16, _took: Duration) {}

/// The process's metrics.
#[derive(Debug, Default)]
pub struct Metrics {}

impl Metrics {
    /// Counts how a claim ended.
    pub fn claim(&self, _outcome: &persistence::claims::Outcome) {}
}
