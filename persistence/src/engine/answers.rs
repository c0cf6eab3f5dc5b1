//! What a retried write is answered with (MINIPROGRAM.md, Idempotency-Key): plain values.

use domain::AccountId;

/// Makes the answer kept for a retry from the key of what was written, whatever that is; it is stored in the same transaction.
pub type AnswerOf = Box<dyn FnOnce(i64) -> Option<NewAnswer> + Send>;

/// An idempotency row (MINIPROGRAM.md): inserted in the command's own transaction.
#[derive(Debug, Clone)]
pub struct NewAnswer {
    /// Whose key.
    pub account: AccountId,
    /// The route it was used on.
    pub route: String,
    /// The client's key.
    pub key: String,
    /// SHA-256 of the raw body.
    pub body_hash: Vec<u8>,
    /// HTTP status of the answer.
    pub status: i32,
    /// The answer's data.
    pub response: serde_json::Value,
}

/// An answer that was kept.
#[derive(Debug, Clone)]
pub struct KeptAnswer {
    /// Whose key; 0: nobody's.
    pub account: AccountId,
    /// The key.
    pub key: String,
    /// The hash of the body.
    pub body_hash: Vec<u8>,
    /// The answer's data.
    pub response: serde_json::Value,
}
