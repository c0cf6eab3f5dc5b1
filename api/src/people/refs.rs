//! Whom a request names: a person, a team, a unit, an area.

use crate::http::error::{ApiError, ApiResult};
use crate::http::wire::id;
use domain::organisation::{Assignee, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who is meant: one worker, a team or a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssigneeRef {
    /// `person`, `team` or `unit`.
    #[schema(example = "person", pattern = "^(person|team|unit)$")]
    pub kind: String,
    /// Its id.
    #[schema(example = "7")]
    pub id: String,
}

impl AssigneeRef {
    /// Of an assignee.
    #[must_use]
    pub fn of(who: Assignee) -> Self {
        let (kind, id) = who.parts();
        Self { kind: kind.into(), id: id.to_string() }
    }

    /// The domain's assignee.
    ///
    /// # Errors
    /// 400 or 422 naming the field.
    pub fn parse(&self, field: &str) -> ApiResult<Assignee> {
        let key = id(&format!("{field}.id"), &self.id)?;
        Assignee::from_parts(&self.kind, key)
            .ok_or_else(|| ApiError::field(format!("{field}.kind"), "person, team or unit"))
    }
}

/// A scope of a dispatch: everyone of an area, a team, a unit, or one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeRef {
    /// `area`, `team`, `unit` or `person`.
    #[schema(example = "area", pattern = "^(area|team|unit|person)$")]
    pub kind: String,
    /// Its id.
    #[schema(example = "501")]
    pub id: String,
}

impl ScopeRef {
    /// Of a scope.
    #[must_use]
    pub fn of(scope: Scope) -> Self {
        let (kind, id) = scope.parts();
        Self { kind: kind.into(), id: id.to_string() }
    }
}

/// Scopes of a dispatch.
///
/// # Errors
/// 400 or 422 naming the field.
pub fn scopes(field: &str, refs: &[ScopeRef]) -> ApiResult<Vec<Scope>> {
    if refs.len() > 50 {
        return Err(ApiError::field(field, "at most 50"));
    }
    let one = |(n, r): (usize, &ScopeRef)| {
        let key = id(&format!("{field}[{n}].id"), &r.id)?;
        Scope::from_parts(&r.kind, key)
            .ok_or_else(|| ApiError::field(format!("{field}[{n}].kind"), "area, team, unit or person"))
    };
    refs.iter().enumerate().map(one).collect()
}
