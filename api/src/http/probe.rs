//! The routes by which machines ask how the server is.

/// Whether a route is asked so often that its requests are not worth a line of the log.
#[must_use]
pub fn is_probe(route: &str) -> bool {
    route.starts_with("/health/") || route == "/metrics"
}
