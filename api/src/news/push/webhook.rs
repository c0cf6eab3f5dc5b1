//! The signed webhook: a push as a POST with JSON, to the one address that the configuration names.
//!
//! `X-Diandan-Signature: v1=<hex>` is HMAC-SHA256 over `<X-Diandan-Timestamp>.<body>` with `push.secret`; the timestamp
//! (seconds since 1970) is of this try, so a receiver refuses old ones. `X-Diandan-Delivery` is the message's id, the
//! same at each try: a receiver that knows it answers 200 and does nothing. Redirects are not followed, no proxy is
//! used, and what the receiver says beyond its status is not looked at.

use super::message::{Push, PushError, PushMessage};
use crate::config::address::{Guard, InnerAddress};
use crate::config::push::Target;
use crate::config::secret::SigningSecret;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hmac::{Hmac, Mac};
use persistence::Clock;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, Url, redirect};
use sha2::Sha256;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// How long one try may take, from the name to the answer.
pub const TIMEOUT: Duration = Duration::from_secs(5);
/// How much of an answer is read, to keep the connection for the next push.
const ANSWER_MAX: usize = 1024;

/// Posts to one address.
pub struct Webhook {
    http: Client,
    url: Url,
    secret: SigningSecret,
    clock: Clock,
}

impl Webhook {
    /// A sender to this target.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(target: Target, secret: SigningSecret, clock: Clock) -> anyhow::Result<Self> {
        let http = Client::builder()
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .https_only(target.url.scheme() == "https")
            .dns_resolver(Arc::new(Guard { inner_too: target.listed }))
            .user_agent(concat!("diandan/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, url: target.url, secret, clock })
    }

    async fn post(&self, message: &PushMessage) -> Result<(), PushError> {
        let body = serde_json::to_vec(message).map_err(|_defect| PushError::Refused("unwritable".into()))?;
        let timestamp = self.clock.now().timestamp().to_string();
        let request = self
            .http
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("X-Diandan-Signature", format!("v1={}", sign(&self.secret, &timestamp, &body)))
            .header("X-Diandan-Timestamp", timestamp)
            .header("X-Diandan-Delivery", &message.id)
            .body(body);
        let answer = request.send().await.map_err(|e| unsent(&e))?;
        let status = answer.status().as_u16();
        read_a_little(answer).await;
        judge(status)
    }
}

impl Push for Webhook {
    fn send<'a>(&'a self, message: &'a PushMessage) -> BoxFuture<'a, Result<(), PushError>> {
        self.post(message).boxed()
    }
}

/// The signature of a body at a time, hex.
#[must_use]
pub fn sign(secret: &SigningSecret, timestamp: &str, body: &[u8]) -> String {
    // a key of any length is taken
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.bytes()) else {
        return String::new();
    };
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// An answer read to its end, if that is near, leaves a connection that can be used again.
async fn read_a_little(mut answer: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = answer.chunk().await {
        read += chunk.len();
        if read > ANSWER_MAX {
            return;
        }
    }
}

fn judge(status: u16) -> Result<(), PushError> {
    let word = format!("status_{status}");
    match status {
        200..=299 => Ok(()),
        300..=399 => Err(PushError::Refused("redirect".into())),
        408 | 429 | 500.. => Err(PushError::Retry(word)),
        _ => Err(PushError::Refused(word)),
    }
}

fn unsent(e: &reqwest::Error) -> PushError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(e);
    while let Some(error) = cause {
        if error.is::<InnerAddress>() {
            return PushError::Refused("inner_address".into());
        }
        cause = error.source();
    }
    PushError::Retry(if e.is_timeout() { "timeout" } else { "unreachable" }.into())
}

#[cfg(test)]
mod tests {
    //! Signatures and verdicts.

    use super::*;

    #[test]
    fn the_signature_is_hmac_sha256_of_time_and_body() {
        let secret = secret();
        // printf '%s' '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        let expected = "f05f2539e3ae1c49aec5f8cfdad75ef6b06480b133973ffbb7ec9e18827af177";
        assert_eq!(sign(&secret, "1700000000", br#"{"a":1}"#), expected);
        assert_ne!(sign(&secret, "1700000001", br#"{"a":1}"#), expected);
    }

    fn secret() -> SigningSecret {
        SigningSecret::new(&"0123456789abcdef0123456789abcdef".into()).unwrap()
    }

    #[test]
    fn verdicts() {
        for status in [200, 201, 204] {
            assert_eq!(judge(status), Ok(()));
        }
        for status in [408, 429, 500, 502, 503] {
            assert_eq!(judge(status), Err(PushError::Retry(format!("status_{status}"))));
        }
        for status in [400, 401, 404, 410] {
            assert_eq!(judge(status), Err(PushError::Refused(format!("status_{status}"))));
        }
        assert_eq!(judge(302), Err(PushError::Refused("redirect".into())));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_connected_to() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
        let target = Target { url: Url::parse(&url).unwrap(), listed: false };
        let webhook = Webhook::new(target, secret(), Clock::default()).unwrap();
        let message = PushMessage {
            id: "e0-1".into(),
            kind: domain::news::push::PushKind::Offer,
            account_id: "1".into(),
            order_id: "1".into(),
            version: 1,
            attempt: 1,
            seq: 1,
            at: "2026-11-22T18:04:05.123+08:00".into(),
        };
        let refused = webhook.send(&message).await;
        assert_eq!(refused, Err(PushError::Refused("inner_address".into())));
        let nobody = listener.accept().map_err(|e| e.kind());
        assert!(matches!(nobody, Err(std::io::ErrorKind::WouldBlock)), "a connection was made: {nobody:?}");
    }
}
