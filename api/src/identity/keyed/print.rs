//! What tells a request's body from another, for a retry. A body holds telephone numbers and names, and whoever has the
//! database could try them against a bare digest: what is kept is made of it with the secret that signs tokens.

use crate::http::error::ApiResult;
use crate::identity::token::Tokens;
use sha2::{Digest, Sha256};

/// The print of a body.
#[derive(Debug, Clone)]
pub struct Print {
    /// The digest, which is never kept.
    digest: Vec<u8>,
    /// What is kept of it: under the secret in force first, and under the one before.
    kept: Vec<Vec<u8>>,
}

impl Print {
    /// Of this body.
    ///
    /// # Errors
    /// 500.
    pub fn of(body: &[u8], tokens: &Tokens) -> ApiResult<Self> {
        let digest = Sha256::digest(body).to_vec();
        let kept = tokens.macs(&format!("body:{}", hex::encode(&digest)))?;
        Ok(Self { digest, kept })
    }

    /// The digest in hex, to be made something of.
    #[must_use]
    pub fn hex(&self) -> String {
        hex::encode(&self.digest)
    }

    /// What is kept.
    #[must_use]
    pub fn kept(&self) -> Vec<u8> {
        self.kept.first().cloned().unwrap_or_default()
    }

    /// Whether this was kept of the same body: by versions before this one the bare digest, for 7 days after the upgrade.
    #[must_use]
    pub fn is_of(&self, kept: &[u8]) -> bool {
        self.kept.iter().any(|mac| mac == kept) || self.digest == kept
    }
}
