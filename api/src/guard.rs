//! What stands around every handler: a time limit, panics that cost one request, and HEAD answered as GET.

use crate::error::{ApiError, Kind};
use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use futures_util::{FutureExt, Stream};
use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

/// The middleware.
///
/// # Errors
/// 408 when the body did not arrive in time, 503 when the handler took too long (what it wrote may stand), 500 after
/// a panic. `request_id.rs` makes answers of them.
pub async fn guard(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let state = req.app_data::<Data<crate::AppState>>().cloned();
    let limit = state
        .as_ref()
        .map_or(Duration::from_secs(30), |s| Duration::from_secs(s.config.web.request_timeout_s));
    if req.method() == Method::HEAD {
        // the connection remembers what was asked and sends no body
        req.head_mut().method = Method::GET;
    }
    let arrived = watch_body(&mut req);
    let handled = AssertUnwindSafe(next.call(req)).catch_unwind();
    match tokio::time::timeout(limit, handled).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => {
            if let Some(state) = state {
                state.metrics.panicked();
            }
            Err(ApiError::internal("the handler panicked").into())
        }
        Err(_) if arrived.get() => Err(ApiError {
            cause: Some("request_timeout_s is over".into()),
            ..ApiError::new(Kind::Unavailable)
        }
        .into()),
        Err(_) => Err(ApiError::new(Kind::Timeout).into()),
    }
}

/// Turns true when the whole body has arrived (at once, when there is none).
fn watch_body(req: &mut ServiceRequest) -> Rc<Cell<bool>> {
    let mut payload = req.take_payload();
    if matches!(payload, Payload::None) {
        return Rc::new(Cell::new(true));
    }
    let arrived = Rc::new(Cell::new(false));
    let flag = arrived.clone();
    let watched = futures_util::stream::poll_fn(move |cx| {
        let polled = Pin::new(&mut payload).poll_next(cx);
        if matches!(polled, Poll::Ready(None)) {
            flag.set(true);
        }
        polled
    });
    req.set_payload(Payload::Stream { payload: Box::pin(watched) });
    arrived
}
