//! What opens the way to the server beside its URL.

use redis::{ErrorKind, RedisError, RedisResult, TlsCertificates};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// What a URL has no place for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// The authorities (PEM) that vouch for servers and sentinels behind TLS, when the system's do not.
    pub ca: Option<&'a [u8]>,
    /// What the sentinels themselves ask for; the URL's is the servers'.
    pub sentinel_password: Option<&'a str>,
}

impl Credentials<'_> {
    /// The authorities, checked to be some.
    ///
    /// # Errors
    /// When there is no certificate in the file.
    pub fn certificates(&self) -> RedisResult<Option<TlsCertificates>> {
        let Some(ca) = self.ca else { return Ok(None) };
        let none = || RedisError::from((ErrorKind::InvalidClientConfig, "no certificate (PEM) in redis_ca"));
        // of a file without one, an empty list would be made, which trusts nobody and does not say so
        CertificateDer::pem_slice_iter(ca).next().and_then(Result::ok).ok_or_else(none)?;
        Ok(Some(TlsCertificates { client_tls: None, root_cert: Some(ca.to_vec()) }))
    }
}
