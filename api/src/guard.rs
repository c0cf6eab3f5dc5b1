//! What stands around every handler: a time limit, panics that cost one request, and HEAD answered as GET.

use crate::error::{ApiError, Kind};
use crate::state::AppState;
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
use std::time::Duration;

/// The middleware.
///
/// # Errors
/// 408 when the body did not arrive in time, 503 when the handler took too long (what it wrote may stand), 500 after
/// a panic. `request_id.rs` makes answers of them.
pub async fn guard(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let state = req.app_data::<Data<AppState>>();
    let limit = state.map_or(Duration::MAX, |s| Duration::from_secs(s.config.web.request_timeout_s));
    guarded(limit, req, next).await
}

async fn guarded<B: MessageBody + 'static>(
    limit: Duration,
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let state = req.app_data::<Data<AppState>>().cloned();
    if req.method() == Method::HEAD {
        // the connection remembers what was asked and sends no body
        req.head_mut().method = Method::GET;
    }
    let stuck = watch_body(&mut req);
    let handled = AssertUnwindSafe(next.call(req)).catch_unwind();
    match tokio::time::timeout(limit, handled).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => {
            if let Some(state) = state {
                state.metrics.panicked();
            }
            Err(ApiError::internal("the handler panicked").into())
        }
        Err(_) if stuck.get() => Err(ApiError::new(Kind::Timeout).into()),
        Err(_) => Err(ApiError {
            cause: Some("request_timeout_s is over".into()),
            ..ApiError::new(Kind::Unavailable)
        }
        .into()),
    }
}

/// True while the handler waits for more of the body.
fn watch_body(req: &mut ServiceRequest) -> Rc<Cell<bool>> {
    let stuck = Rc::new(Cell::new(false));
    let mut payload = req.take_payload();
    if !matches!(payload, Payload::None) {
        let flag = stuck.clone();
        let watched = futures_util::stream::poll_fn(move |cx| {
            let polled = Pin::new(&mut payload).poll_next(cx);
            flag.set(polled.is_pending());
            polled
        });
        req.set_payload(Payload::Stream { payload: Box::pin(watched) });
    }
    stuck
}

#[cfg(test)]
mod tests {
    //! A handler that panics, one that never answers, a body that never comes.

    use super::*;
    use crate::request_id::name_requests;
    use actix_web::error::PayloadError;
    use actix_web::middleware::from_fn;
    use actix_web::web::Bytes;
    use actix_web::{App, HttpResponse, test, web};
    use serde_json::Value;

    /// Status and body of the answer to a request.
    async fn answer(request: test::TestRequest, body: Option<Payload>) -> (u16, Value) {
        let app = App::new()
            .wrap(from_fn(|req, next| guarded(Duration::from_millis(50), req, next)))
            .wrap(from_fn(name_requests))
            .route("/panic", web::get().to(on_purpose))
            .route("/never", web::get().to(std::future::pending::<HttpResponse>))
            .route("/body", web::post().to(|_: Bytes| async { HttpResponse::Ok().json("read") }))
            .route("/fine", web::get().to(|| async { HttpResponse::Ok().json("fine") }));
        let app = test::init_service(app).await;
        let mut request = request.insert_header(("x-request-id", "abcdefgh")).to_request();
        if let Some(body) = body {
            request = request.replace_payload(body).0;
        }
        let response = match test::try_call_service(&app, request).await {
            Ok(response) => response.map_into_boxed_body().into_parts().1,
            Err(error) => error.error_response(),
        };
        let status = response.status().as_u16();
        let bytes = actix_web::body::to_bytes(response.into_body()).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    fn get(path: &str) -> test::TestRequest {
        test::TestRequest::get().uri(path)
    }

    #[actix_web::test]
    async fn a_panic_is_one_500_with_the_envelope() {
        let (status, body) = answer(get("/panic"), None).await;
        assert_eq!((status, body["error"].as_str()), (500, Some("INTERNAL")));
        assert_eq!(body["requestId"], "abcdefgh");
        assert_eq!(answer(get("/fine"), None).await.0, 200);
    }

    #[actix_web::test]
    async fn a_slow_handler_is_503_in_the_readers_language() {
        let (status, body) = answer(get("/never").insert_header(("accept-language", "en")), None).await;
        assert_eq!((status, body["error"].as_str()), (503, Some("UNAVAILABLE")));
        assert_eq!(body["message"], "Busy: try again");
    }

    #[actix_web::test]
    async fn a_body_that_never_comes_is_408() {
        let stuck = futures_util::stream::pending::<Result<Bytes, PayloadError>>();
        let post = test::TestRequest::post().uri("/body");
        let (status, body) = answer(post, Some(Payload::Stream { payload: Box::pin(stuck) })).await;
        assert_eq!((status, body["error"].as_str()), (408, Some("TIMEOUT")));
        assert_eq!(answer(test::TestRequest::post().uri("/body").set_payload("x"), None).await.0, 200);
    }

    #[actix_web::test]
    async fn head_is_answered_as_get() {
        assert_eq!(answer(test::TestRequest::default().method(Method::HEAD).uri("/fine"), None).await.0, 200);
    }

    async fn on_purpose() -> HttpResponse {
        std::future::ready(()).await;
        panic!("on purpose")
    }
}
