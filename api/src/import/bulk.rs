//! Bulk import into the database: the checked records of `import` against what is there. Every bad row is reported,
//! and either all rows are written, in one transaction, or none.

pub mod areas;
pub mod staff;

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::locale::Lang;
use crate::identity::password::Hashing;
use crate::identity::principal::Principal;
use crate::identity::principals::Principals;
use crate::import::{BadRow, ImportError, Table};
use domain::people::{Role, RoleSet};
use persistence::{Clock, Store};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// What an import writes to.
pub struct Importer {
    /// Storage.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// Who is signed in: what they may do changes.
    pub principals: Arc<Principals>,
    /// First passwords are hashed.
    pub hashing: Hashing,
}

/// On whose authority an import runs.
#[derive(Debug, Clone, Copy)]
pub enum Authority<'a> {
    /// Whoever runs the command line: everything may be written.
    Operator,
    /// An administrator: what lies in the areas administered.
    Admin(&'a Principal),
}

impl Authority<'_> {
    /// Whether what lies at this path may be written.
    #[must_use]
    pub fn covers(self, path: &str) -> bool {
        match self {
            Self::Operator => true,
            Self::Admin(who) => who.covers(RoleSet::of(&[Role::Admin]), path),
        }
    }
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Imported {
    /// Added.
    #[schema(example = 12406)]
    pub created: usize,
    /// Changed.
    #[schema(example = 3)]
    pub updated: usize,
    /// Left as they were.
    #[schema(example = 0)]
    pub unchanged: usize,
}

/// Why nothing was imported.
#[derive(Debug)]
pub enum Refused {
    /// The file is no table.
    File(ImportError),
    /// These rows are bad.
    Rows(Vec<BadRow>),
    /// Something else.
    Error(ApiError),
}

impl<E: Into<ApiError>> From<E> for Refused {
    fn from(e: E) -> Self {
        Self::Error(e.into())
    }
}

/// A bad row, as answers name it.
#[derive(Debug, Serialize)]
struct BadRowView {
    line: usize,
    field: String,
    reason: String,
    value: String,
}

impl Refused {
    /// The bad rows in a language: line, field, reason, value.
    #[must_use]
    pub fn rows(&self, lang: Lang) -> Vec<(usize, String, String, String)> {
        let said = |bad: &BadRow| lang.pick(&bad.reason, &bad.reason_en).to_owned();
        match self {
            Self::Rows(rows) => {
                rows.iter().map(|bad| (bad.line, bad.field.clone(), said(bad), bad.value.clone())).collect()
            }
            Self::File(e) => {
                vec![(0, "*".into(), lang.pick(&e.zh(), &e.to_string()).to_owned(), String::new())]
            }
            Self::Error(_) => Vec::new(),
        }
    }

    /// The answer: 422 with every bad row.
    #[must_use]
    pub fn into_error(self, lang: Lang) -> ApiError {
        if let Self::Error(e) = self {
            return e;
        }
        let view = |(line, field, reason, value)| BadRowView { line, field, reason, value };
        let rows: Vec<BadRowView> = self.rows(lang).into_iter().map(view).collect();
        let detail = serde_json::json!({ "total": rows.len(), "rows": rows });
        ApiError::new(Kind::IMPORT_REJECTED).with_detail(detail)
    }
}

/// Reads and checks a file off the async threads.
async fn parsed<T: Send + 'static>(
    bytes: Vec<u8>,
    parse: impl FnOnce(&Table) -> (Vec<T>, Vec<BadRow>) + Send + 'static,
) -> Result<Vec<T>, Refused> {
    let read = move || Table::read(&bytes).map(|table| parse(&table));
    let read = tokio::task::spawn_blocking(read).await.map_err(|e| ApiError::internal(e.to_string()))?;
    let (records, bad) = read.map_err(Refused::File)?;
    if bad.is_empty() { Ok(records) } else { Err(Refused::Rows(bad)) }
}

/// Rows found bad against the database.
#[derive(Default)]
struct Found(Vec<BadRow>);

impl Found {
    fn add(&mut self, line: usize, field: &str, value: &str, zh: &str, en: &str) {
        let (field, value) = (field.to_owned(), value.to_owned());
        self.0.push(BadRow { line, field, reason: zh.into(), reason_en: en.into(), value });
    }

    fn none(mut self) -> Result<(), Refused> {
        self.0.sort_by_key(|bad| bad.line);
        if self.0.is_empty() { Ok(()) } else { Err(Refused::Rows(self.0)) }
    }
}

/// The answer that is stored with an import.
fn stored<T: Serialize>(
    key: Option<(&crate::identity::keyed::RequestKey, &Principal)>,
    answer: &T,
) -> ApiResult<persistence::engine::answers::AnswerOf> {
    let kept = key.map(|(key, who)| key.answer(who, 200, answer)).transpose()?;
    Ok(Box::new(move |_id| kept))
}
