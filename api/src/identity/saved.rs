//! Keyed writes of the directory: what was written is answered by its id, and a retry gets the same answer.

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::wire;
use crate::identity::keyed::RequestKey;
use crate::identity::principal::Principal;
use persistence::engine::answers::AnswerOf;
use persistence::{Constraint, Store, StoreError, StoreResult};
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::future::Future;
use utoipa::ToSchema;

/// What was written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Saved {
    /// Its id.
    #[schema(example = "42")]
    pub id: String,
}

impl Saved {
    /// The thing with this key.
    #[must_use]
    pub fn of(id: impl Display) -> Self {
        Self { id: id.to_string() }
    }
}

/// Makes the answer that is stored with a write.
#[must_use]
pub fn answer_of(key: &RequestKey, who: &Principal, status: i32) -> AnswerOf {
    let (key, who) = (key.clone(), who.clone());
    Box::new(move |id| key.answer(&who, status, &Saved::of(id)).ok())
}

/// An answer for writes that nobody retries with a key.
#[must_use]
pub fn unkeyed() -> AnswerOf {
    Box::new(|_id| None)
}

/// Writes once for each key: a retry is answered with what the first wrote.
///
/// # Errors
/// 409 `NAME_TAKEN` when a name or code is taken; 422 when the key was used for another body.
pub async fn once<K: From<i64>, F: Future<Output = StoreResult<K>>>(
    store: &Store,
    who: &Principal,
    key: &RequestKey,
    status: i32,
    work: impl FnOnce(AnswerOf) -> F,
) -> ApiResult<K> {
    if let Some(id) = earlier(store, who, key).await? {
        return Ok(id);
    }
    let done = work(answer_of(key, who, status)).await;
    let Err(StoreError::Taken(constraint)) = done else { return Ok(done?) };
    // first of all by a retry that ran beside this one, which wrote the same
    match (earlier(store, who, key).await?, constraint) {
        (Some(id), _) => Ok(id),
        (
            None,
            Constraint::AreaCode
            | Constraint::UnitName
            | Constraint::TeamName
            | Constraint::AccountLogin
            | Constraint::ServiceItemCode,
        ) => Err(ApiError { cause: Some(constraint.to_string()), ..ApiError::new(Kind::NAME_TAKEN) }),
        (None, _) => Err(StoreError::Taken(constraint).into()),
    }
}

/// What an earlier request with this key wrote.
///
/// # Errors
/// 422 when the key was used for another body.
pub async fn earlier<K: From<i64>>(store: &Store, who: &Principal, key: &RequestKey) -> ApiResult<Option<K>> {
    let saved: Option<Saved> = key.replay(store, who).await?;
    saved.map(|saved| wire::id("id", &saved.id)).transpose()
}
