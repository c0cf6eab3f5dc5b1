//! Endpoints about news: pushes that were given up.

pub mod push_jobs;

use crate::http::paths::Endpoints;

/// Pushes.
pub fn endpoints(v1: &mut impl Endpoints) {
    v1.service(push_jobs::list_push_jobs);
    v1.service(push_jobs::resend_push);
}
