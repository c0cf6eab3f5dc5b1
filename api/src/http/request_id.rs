//! The id of a request: on every answer, and in the log.

use actix_web::dev::ServiceRequest;
use actix_web::{HttpMessage, HttpRequest};
use rand::Rng;
use std::rc::Rc;

/// The header that carries it.
pub const HEADER: &str = "x-request-id";

/// The id of a request.
#[derive(Debug, Clone)]
pub struct RequestId(Rc<str>);

impl RequestId {
    /// The request's id (empty outside the middleware).
    #[must_use]
    pub fn of(req: &HttpRequest) -> Self {
        req.extensions().get::<Self>().cloned().unwrap_or_else(|| Self(Rc::from("")))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A new one.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Rc::from(format!("{:032x}", rand::rng().random::<u128>())))
    }

    /// The client's, when it is short and plain, else a new one.
    #[must_use]
    pub fn choose(req: &ServiceRequest) -> Self {
        let given = req.headers().get(HEADER).and_then(|v| v.to_str().ok());
        let plain = |t: &&str| {
            (8..=64).contains(&t.len())
                && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        match given.filter(plain) {
            Some(text) => Self(Rc::from(text)),
            None => Self::fresh(),
        }
    }
}
