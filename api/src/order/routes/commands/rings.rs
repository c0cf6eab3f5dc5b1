//! The later rings of a dispatch, and scopes and people as the dispatcher reads them.

use crate::catalogue::check::wait;
use crate::http::error::{ApiError, ApiResult};
use crate::identity::principal::Principal;
use crate::people::refs::{ScopeRef, scopes};
use crate::people::shown::name_for;
use domain::catalogue::ladder::{MAX_STEPS, Step, WidenTo};
use domain::organisation::Scope;
use persistence::order::reach::ScopeNames;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A ring that is offered an order later.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RingRef {
    /// Who is in it.
    #[schema(min_items = 1, max_items = 50)]
    pub scopes: Vec<ScopeRef>,
    /// Seconds after the ring before.
    #[schema(minimum = 1, maximum = 86_400, example = 120)]
    pub after_s: u32,
}

/// Later rings of a dispatch.
///
/// # Errors
/// 400 or 422 naming the field.
pub fn rings(field: &str, refs: &[RingRef]) -> ApiResult<Vec<Step>> {
    if refs.len() > MAX_STEPS {
        return Err(ApiError::field(field, format!("at most {MAX_STEPS}")));
    }
    let ring = |(n, ring): (usize, &RingRef)| {
        let here = format!("{field}[{n}].scopes");
        if ring.scopes.is_empty() {
            return Err(ApiError::field(here, "required"));
        }
        let after_s = wait(&format!("{field}[{n}].afterS"), ring.after_s)?;
        Ok(Step { after_s, to: WidenTo::Scopes(scopes(&here, &ring.scopes)?) })
    };
    refs.iter().enumerate().map(ring).collect()
}

/// A scope with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedScope {
    /// `area`, `team`, `unit` or `person`.
    #[schema(example = "area", pattern = "^(area|team|unit|person)$")]
    pub kind: String,
    /// Its id.
    #[schema(example = "501")]
    pub id: String,
    /// Its name; a person's masked unless the reader manages them.
    #[schema(example = "东城一网格")]
    pub name: String,
}

impl NamedScope {
    /// As this person may read it.
    #[must_use]
    pub fn of(scope: Scope, names: &ScopeNames, who: &Principal) -> Self {
        let name = match scope {
            Scope::Person(id) => names.people.get(&id).map(|person| name_for(who, person)),
            Scope::Area(_) | Scope::Team(_) | Scope::Unit(_) => names.places.get(&scope).cloned(),
        };
        let ScopeRef { kind, id } = ScopeRef::of(scope);
        Self { kind, id, name: name.unwrap_or_default() }
    }
}
