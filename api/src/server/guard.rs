//! What stands around every handler: time limits, panics that cost one request, and HEAD answered as GET.
//!
//! A request dies of silence, not of slowness: while the handler waits for the body, bytes that keep arriving are
//! waited for. The handler's own time counts from the last byte.

use crate::config::WebConfig;
use crate::http::error::{ApiError, Kind};
use crate::http::patience::Patience;
use crate::state::AppState;
use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use futures_util::{FutureExt, Stream};
use std::cell::Cell;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// After this time a body has to have come at [`SLOWEST`] on the whole: who sends a byte now and then to hold a place
/// is not waited for.
const GRACE: Duration = Duration::from_secs(60);
/// Bytes a second; the worst mobile network brings twenty times as many.
const SLOWEST: u64 = 256;

/// How long a request may take.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Between two pieces of the body.
    silence: Duration,
    /// For a body.
    body: Duration,
    /// For the body of an upload.
    upload: Duration,
    /// For the handler, once it has what it waits for.
    handler: Duration,
}

impl Limits {
    fn of(web: &WebConfig) -> Self {
        let [silence, body, upload, handler] =
            [web.body_silence_s, web.body_total_s, web.upload_total_s, web.request_timeout_s]
                .map(Duration::from_secs);
        Self { silence, body, upload, handler }
    }
}

/// The middleware.
///
/// # Errors
/// 408 when the body did not arrive in time, 503 when the handler took too long (what it wrote may stand), 500 after
/// a panic. `server/naming.rs` makes answers of them.
pub async fn guard(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let state = req.app_data::<Data<AppState>>();
    let limits = state.map_or_else(|| Limits::of(&WebConfig::default()), |s| Limits::of(&s.config.web));
    guarded(limits, req, next).await
}

async fn guarded<B: MessageBody + 'static>(
    limits: Limits,
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let state = req.app_data::<Data<AppState>>().cloned();
    if req.method() == Method::HEAD {
        // the connection remembers what was asked and sends no body
        req.head_mut().method = Method::GET;
    }
    let watch = watch_body(&mut req, limits);
    let handled = AssertUnwindSafe(next.call(req)).catch_unwind();
    match within(&watch, handled).await {
        Some(Ok(answer)) => answer,
        Some(Err(_)) => {
            if let Some(state) = state {
                state.metrics.panicked();
            }
            Err(ApiError::internal("the handler panicked").into())
        }
        None if watch.waiting.get() => Err(ApiError::new(Kind::TIMEOUT).into()),
        None => Err(ApiError {
            cause: Some("request_timeout_s is over".into()),
            ..ApiError::new(Kind::UNAVAILABLE)
        }
        .into()),
    }
}

/// What is seen of a request's body.
struct Watch {
    limits: Limits,
    started: Instant,
    /// When the last piece came.
    moved: Cell<Instant>,
    bytes: Cell<u64>,
    /// Whether the handler waits for more.
    waiting: Cell<bool>,
    /// For the whole body.
    whole: Patience,
}

impl Watch {
    /// When the request is over, as things stand.
    fn until(&self) -> Instant {
        let (moved, limits) = (self.moved.get(), self.limits);
        if !self.waiting.get() {
            return moved + limits.handler;
        }
        let earned = GRACE + Duration::from_secs(self.bytes.get() / SLOWEST);
        (moved + limits.silence).min(self.started + self.whole.get().min(earned))
    }
}

/// What the handler makes of it, unless the watch is over first.
async fn within<F: Future>(watch: &Watch, handled: F) -> Option<F::Output> {
    let (mut handled, mut alarm) = (pin!(handled), pin!(sleep_until(watch.until())));
    poll_fn(|cx| {
        if let Poll::Ready(done) = handled.as_mut().poll(cx) {
            return Poll::Ready(Some(done));
        }
        // what the handler was polled for may have come or gone; an alarm that is too early looks again
        if watch.until() < alarm.deadline() {
            alarm.as_mut().reset(watch.until());
        }
        while alarm.as_mut().poll(cx).is_ready() {
            if watch.until() <= Instant::now() {
                return Poll::Ready(None);
            }
            alarm.as_mut().reset(watch.until());
        }
        Poll::Pending
    })
    .await
}

/// Watches the request's body, if it has one.
fn watch_body(req: &mut ServiceRequest, limits: Limits) -> Rc<Watch> {
    let now = Instant::now();
    let watch = Rc::new(Watch {
        limits,
        started: now,
        moved: Cell::new(now),
        bytes: Cell::new(0),
        waiting: Cell::new(false),
        whole: Patience::new(limits.body, limits.upload),
    });
    let mut payload = req.take_payload();
    if !matches!(payload, Payload::None) {
        let seen = watch.clone();
        let watched = futures_util::stream::poll_fn(move |cx| {
            let polled = Pin::new(&mut payload).poll_next(cx);
            seen.waiting.set(polled.is_pending());
            if let Poll::Ready(piece) = &polled {
                let bytes =
                    piece.as_ref().and_then(|piece| piece.as_ref().ok()).map_or(0, |bytes| bytes.len());
                seen.bytes.set(seen.bytes.get() + u64::try_from(bytes).unwrap_or(0));
                seen.moved.set(Instant::now());
            }
            polled
        });
        req.set_payload(Payload::Stream { payload: Box::pin(watched) });
        req.extensions_mut().insert(watch.whole.clone());
    }
    watch
}

#[cfg(test)]
mod tests {
    //! A handler that panics, one that never answers, a body that never comes.

    use super::*;
    use crate::http::patience::wait_for_upload;
    use crate::server::naming::name_requests;
    use actix_web::HttpRequest;
    use actix_web::error::PayloadError;
    use actix_web::middleware::from_fn;
    use actix_web::web::Bytes;
    use actix_web::{App, HttpResponse, test, web};
    use serde_json::Value;

    fn limits() -> Limits {
        let [silence, body, upload, handler] = [100, 400, 2_000, 50].map(Duration::from_millis);
        Limits { silence, body, upload, handler }
    }

    /// Status and body of the answer to a request.
    async fn answer(request: test::TestRequest, body: Option<Payload>) -> (u16, Value) {
        let app = App::new()
            .wrap(from_fn(|req, next| guarded(limits(), req, next)))
            .wrap(from_fn(name_requests))
            .route("/panic", web::get().to(on_purpose))
            .route("/never", web::get().to(std::future::pending::<HttpResponse>))
            .route("/body", web::post().to(|_: Bytes| async { HttpResponse::Ok().json("read") }))
            .route("/upload", web::post().to(take_upload))
            .route("/then-never", web::post().to(|_: Bytes| std::future::pending::<HttpResponse>()))
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

    /// A body of so many bytes, one each 60 ms: less than the silence, more than the handler's time.
    fn slow(bytes: usize) -> Payload {
        let pieces = futures_util::stream::unfold(bytes, |left| async move {
            tokio::time::sleep(Duration::from_millis(60)).await;
            (left > 0).then(|| (Ok(Bytes::from_static(b"x")), left - 1))
        });
        Payload::Stream { payload: Box::pin(pieces) }
    }

    #[actix_web::test]
    async fn slowness_is_waited_for_and_for_an_upload_longer() {
        let post = |path| test::TestRequest::post().uri(path);
        assert_eq!(answer(post("/body"), Some(slow(3))).await.0, 200);
        assert_eq!(answer(post("/body"), Some(slow(20))).await.0, 408, "a body has an end");
        assert_eq!(answer(post("/upload"), Some(slow(20))).await.0, 200);
        assert_eq!(
            answer(post("/then-never"), Some(slow(3))).await.0,
            503,
            "its own time counts from the last byte"
        );
    }

    #[actix_web::test]
    async fn a_byte_now_and_then_holds_no_place() {
        let req = test::TestRequest::post().set_payload("x").to_srv_request();
        let watch = watch_body(&mut { req }, Limits { silence: GRACE * 9, body: GRACE * 9, ..limits() });
        watch.waiting.set(true);
        assert_eq!(watch.until(), watch.started + GRACE);
        watch.bytes.set(100 * SLOWEST);
        assert_eq!(watch.until(), watch.started + GRACE + Duration::from_secs(100));
    }

    async fn take_upload(req: HttpRequest, mut body: web::Payload) -> HttpResponse {
        wait_for_upload(&req);
        while let Some(Ok(_)) = futures_util::StreamExt::next(&mut body).await {}
        HttpResponse::Ok().json("read")
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
