//! What can go wrong in storage, in four words the api can act on.

use diesel::result::{DatabaseErrorKind as Kind, Error};

/// An error of storage.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The row is not there.
    #[error("not found")]
    NotFound,
    /// A version or a unique index said no; what it was about.
    #[error("conflict: {0}")]
    Conflict(String),
    /// The database cannot be asked now, or the outcome is unknown: try again.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A defect: SQL that does not fit, a row that cannot be read.
    #[error("internal: {0}")]
    Internal(String),
}

/// Result of storage.
pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// Whether the transaction around it is still good once its savepoint is rolled back.
    /// Everything else (a full disk, a lost connection, a defect) aborts the whole batch.
    #[must_use]
    pub const fn is_local(&self) -> bool {
        matches!(self, Self::NotFound | Self::Conflict(_))
    }
}

impl From<Error> for StoreError {
    fn from(e: Error) -> Self {
        match e {
            Error::NotFound => Self::NotFound,
            Error::DatabaseError(kind, info) => {
                let text = format!("{}: {}", info.constraint_name().unwrap_or("-"), info.message());
                match kind {
                    Kind::UniqueViolation
                    | Kind::ForeignKeyViolation
                    | Kind::CheckViolation
                    | Kind::SerializationFailure => Self::Conflict(text),
                    Kind::NotNullViolation => Self::Internal(text),
                    _ => Self::Unavailable(text),
                }
            }
            Error::BrokenTransactionManager | Error::RollbackErrorOnCommit { .. } => {
                Self::Unavailable(e.to_string())
            }
            _ => Self::Internal(e.to_string()),
        }
    }
}

impl From<diesel::ConnectionError> for StoreError {
    fn from(e: diesel::ConnectionError) -> Self {
        Self::Unavailable(e.to_string())
    }
}
