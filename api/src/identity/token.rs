//! Tokens: access tokens are JWTs (HS256 with `kid`, current and previous secret); refresh tokens are a counter
//! under a MAC, so that a retry of one gives the same successor until the successor has been used.

mod hs256;

use crate::config::AuthConfig;
use crate::config::secret::SigningSecret;
use crate::http::error::{ApiError, ApiResult, Kind};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{AccountId, At, SessionId};
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What an access token says.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Claims {
    sub: i64,
    sid: i64,
    iat: i64,
    exp: i64,
}

/// A verified access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Whose.
    pub account: AccountId,
    /// The session it belongs to.
    pub session: SessionId,
}

/// A verified refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refresh {
    /// The session it belongs to.
    pub session: SessionId,
    /// Its place in the session's chain.
    pub counter: i32,
}

struct Key {
    kid: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    secret: SigningSecret,
}

impl Key {
    fn new(secret: SigningSecret) -> Self {
        let bytes = secret.bytes();
        let kid = hex::encode(Sha256::digest([b"kid:", bytes].concat())).chars().take(8).collect();
        Self {
            kid,
            encoding: EncodingKey::from_secret(bytes),
            decoding: DecodingKey::from_secret(bytes),
            secret,
        }
    }

    fn mac(&self, text: &str) -> ApiResult<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.bytes())
            .map_err(|e| ApiError::internal(e.to_string()))?;
        mac.update(text.as_bytes());
        Ok(mac)
    }
}

/// Signs and verifies.
pub struct Tokens {
    current: Key,
    previous: Option<Key>,
    /// Life of an access token, seconds.
    pub access_s: i64,
}

impl Tokens {
    /// From the configured secrets.
    ///
    /// # Errors
    /// Names the one that is too short.
    pub fn new(config: &AuthConfig) -> anyhow::Result<Self> {
        hs256::install();
        Ok(Self {
            current: Key::new(config.signs()?),
            previous: config.signed()?.map(Key::new),
            access_s: i64::from(config.access_minutes) * 60,
        })
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(self.previous.as_ref())
    }

    /// Bytes that only this server can make from a text: one-time passwords, which are given again to a retry and
    /// stored nowhere.
    ///
    /// # Errors
    /// 500.
    pub fn derive(&self, text: &str) -> ApiResult<Vec<u8>> {
        Ok(self.current.mac(&format!("derive:{text}"))?.finalize().into_bytes().to_vec())
    }

    /// What only this server can make of a text, under the secret in force first and under the one before: keys of what is
    /// kept and found again, and leads nobody back to the text.
    ///
    /// # Errors
    /// 500.
    pub fn macs(&self, text: &str) -> ApiResult<Vec<Vec<u8>>> {
        self.keys()
            .map(|key| Ok(key.mac(&format!("kept:{text}"))?.finalize().into_bytes().to_vec()))
            .collect()
    }

    /// A new access token.
    ///
    /// # Errors
    /// 500 when it cannot be signed.
    pub fn access(&self, access: Access, now: At) -> ApiResult<String> {
        let iat = now.timestamp();
        let claims = Claims { sub: access.account.0, sid: access.session.0, iat, exp: iat + self.access_s };
        let header = Header { kid: Some(self.current.kid.clone()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &claims, &self.current.encoding)
            .map_err(|e| ApiError::internal(e.to_string()))
    }

    /// Verifies an access token at `now`.
    ///
    /// # Errors
    /// 401: expired (refresh it) or not ours (log in).
    pub fn verify_access(&self, token: &str, now: At) -> ApiResult<Access> {
        let unknown = || ApiError::new(Kind::UNAUTHENTICATED);
        let header = jsonwebtoken::decode_header(token).map_err(|_bad| unknown())?;
        let key = self.keys().find(|k| header.kid.as_deref() == Some(&k.kid)).ok_or_else(unknown)?;
        let mut rules = Validation::new(Algorithm::HS256);
        rules.validate_exp = false; // by our own clock, below
        let claims: Claims =
            jsonwebtoken::decode(token, &key.decoding, &rules).map_err(|_bad| unknown())?.claims;
        if now.timestamp() >= claims.exp {
            return Err(ApiError::new(Kind::TOKEN_EXPIRED));
        }
        Ok(Access { account: AccountId(claims.sub), session: SessionId(claims.sid) })
    }

    /// The refresh token at a place of a session's chain.
    ///
    /// # Errors
    /// 500 when it cannot be signed.
    pub fn refresh(&self, refresh: Refresh) -> ApiResult<String> {
        let text = format!("{}.{}", refresh.session, refresh.counter);
        let mac = self.current.mac(&format!("refresh:{text}"))?.finalize().into_bytes();
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac)))
    }

    /// A ticket for a socket: whose it is, until when, and a number that makes it one of its kind.
    ///
    /// # Errors
    /// 500 when it cannot be signed.
    pub fn ticket(&self, access: Access, until: At, nonce: u64) -> ApiResult<String> {
        let text = format!("{}.{}.{}.{nonce:x}", access.account, access.session, until.timestamp_millis());
        let mac = self.current.mac(&format!("ticket:{text}"))?.finalize().into_bytes();
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac)))
    }

    /// Verifies a ticket at `now`; whether it was used is the queue's to say.
    ///
    /// # Errors
    /// 401.
    pub fn verify_ticket(&self, ticket: &str, now: At) -> ApiResult<Access> {
        let unknown = || ApiError::new(Kind::UNAUTHENTICATED);
        let (text, mac) = ticket.rsplit_once('.').ok_or_else(unknown)?;
        let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_bad| unknown())?;
        let mut ours = false;
        for key in self.keys() {
            ours |= key.mac(&format!("ticket:{text}"))?.verify_slice(&mac).is_ok();
        }
        let parts: Vec<i64> = text.split('.').take(3).filter_map(|part| part.parse().ok()).collect();
        match parts.as_slice() {
            [account, session, until] if ours && now.timestamp_millis() < *until => {
                Ok(Access { account: AccountId(*account), session: SessionId(*session) })
            }
            _ => Err(unknown()),
        }
    }

    /// The query code of a fully anonymous order: a function of who asked and under which key, so that a retry gets
    /// the same code and nobody keeps it. 14 characters of base64url, 84 bits. The first is what a new order gets; the
    /// other is what it would have got before the secret was changed.
    ///
    /// # Errors
    /// 500 when it cannot be made.
    pub fn query_codes(&self, account: AccountId, key: &str) -> ApiResult<Vec<String>> {
        let code = |secret: &Key| {
            let mac = secret.mac(&format!("query-code:{account}:{key}"))?.finalize().into_bytes();
            Ok(URL_SAFE_NO_PAD.encode(mac).chars().take(14).collect())
        };
        self.keys().map(code).collect()
    }

    /// Verifies that a refresh token is ours; whether it is still in force is the session's to say.
    ///
    /// # Errors
    /// 401.
    pub fn verify_refresh(&self, token: &str) -> ApiResult<Refresh> {
        let unknown = || ApiError::new(Kind::SESSION_REVOKED);
        let (text, mac) = token.rsplit_once('.').ok_or_else(unknown)?;
        let (session, counter) = text.split_once('.').ok_or_else(unknown)?;
        let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_bad| unknown())?;
        let mut ours = false;
        for key in self.keys() {
            ours |= key.mac(&format!("refresh:{text}"))?.verify_slice(&mac).is_ok();
        }
        let session = SessionId(session.parse().map_err(|_bad| unknown())?);
        let counter = counter.parse().map_err(|_bad| unknown())?;
        if ours { Ok(Refresh { session, counter }) } else { Err(unknown()) }
    }
}
