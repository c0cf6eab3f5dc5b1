//! What can go wrong in storage, in five words the api can act on.

use diesel::result::{DatabaseErrorKind as Kind, Error};

/// An error of storage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
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
    /// A row that this binary cannot read: an unknown word, a document of another shape. It is that row's defect and
    /// nobody else's.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// A defect of this binary: a value that cannot be written, a decision without events.
    #[error("internal: {0}")]
    Internal(String),
}

/// Result of storage.
pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// Whether the transaction around it is still good once its savepoint is rolled back: the connection is sound, and
    /// it was this job's row, value or rule that said no. Trouble of the database (a full disk, a lost connection, a
    /// panic) aborts the whole batch.
    #[must_use]
    pub const fn is_local(&self) -> bool {
        match self {
            Self::NotFound | Self::Conflict(_) | Self::Unreadable(_) | Self::Internal(_) => true,
            Self::Unavailable(_) => false,
        }
    }

    /// Its word, without what it was about.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Conflict(_) => "conflict",
            Self::Unavailable(_) => "unavailable",
            Self::Unreadable(_) => "unreadable",
            Self::Internal(_) => "internal",
        }
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
            // what was asked came whole and could not be understood
            Error::DeserializationError(why) => Self::Unreadable(match why.source() {
                Some(more) => format!("{why}: {more}"),
                None => why.to_string(),
            }),
            // nothing was sent
            Error::SerializationError(_)
            | Error::QueryBuilderError(_)
            | Error::InvalidCString(_)
            | Error::IntegerConversion(_) => Self::Internal(e.to_string()),
            _ => Self::Unavailable(e.to_string()),
        }
    }
}

impl From<crate::seal::SealError> for StoreError {
    fn from(e: crate::seal::SealError) -> Self {
        Self::Internal(e.to_string())
    }
}

impl From<diesel::ConnectionError> for StoreError {
    fn from(e: diesel::ConnectionError) -> Self {
        Self::Unavailable(e.to_string())
    }
}
