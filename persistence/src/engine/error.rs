//! What can go wrong in storage, in six words the api can act on.

mod constraint;

pub use constraint::Constraint;

use diesel::result::{DatabaseErrorKind as Kind, Error};

/// Why the database cannot be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// It is not reached, the connection was lost, or nobody had time.
    Away,
    /// It takes reads only: a standby, a primary that is none any more, or told to.
    ReadOnly,
    /// It said no to a statement for a reason of its own: a full disk, a time-out, a row that is held.
    Refuses,
}

/// What is wrong with the database, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Why.
    pub cause: Cause,
    text: String,
}

impl Trouble {
    pub(crate) const fn of(cause: Cause, text: String) -> Self {
        Self { cause, text }
    }
}

impl From<String> for Trouble {
    fn from(text: String) -> Self {
        Self::of(Cause::Away, text)
    }
}

impl From<&str> for Trouble {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// An error of storage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The row is not there.
    #[error("not found")]
    NotFound,
    /// A value that may be there once is there already.
    #[error("taken: {0}")]
    Taken(Constraint),
    /// What is there now is not what was read, or does not allow it: another version, another transaction, what was
    /// referred to is gone, another schema. What it was about, for the log.
    #[error("conflict: {0}")]
    Conflict(String),
    /// The database cannot be asked now, or the outcome is unknown: try again.
    #[error("unavailable: {0}")]
    Unavailable(Trouble),
    /// A row that this binary cannot read: an unknown word, a document of another shape. It is that row's defect and
    /// nobody else's.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// A defect of this binary: a value that cannot be written or that a constraint (CHECK, NOT NULL, a foreign key, a
    /// unique one it does not know) refuses, a decision without events.
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
            Self::NotFound | Self::Taken(_) | Self::Conflict(_) | Self::Unreadable(_) | Self::Internal(_) => {
                true
            }
            Self::Unavailable(_) => false,
        }
    }

    /// Its word, without what it was about.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Taken(_) => "taken",
            Self::Conflict(_) => "conflict",
            Self::Unavailable(_) => "unavailable",
            Self::Unreadable(_) => "unreadable",
            Self::Internal(_) => "internal",
        }
    }

    /// A conflict where one of these was taken since they were looked up: whoever reads again is told.
    #[must_use]
    pub fn since_read(self, looked_up: &[Constraint]) -> Self {
        match self {
            Self::Taken(one) if looked_up.contains(&one) => Self::Conflict(one.to_string()),
            other => other,
        }
    }

    /// Of a statement that refers to what may be removed meanwhile: that it is gone is a conflict and no defect.
    pub(crate) fn unless_gone(e: Error, what: &str) -> Self {
        match e {
            Error::DatabaseError(Kind::ForeignKeyViolation, _) => Self::Conflict(format!("{what} is gone")),
            other => other.into(),
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
                    Kind::UniqueViolation => Constraint::named(info.constraint_name(), info.message())
                        .map_or(Self::Internal(text), Self::Taken),
                    Kind::SerializationFailure => Self::Conflict(text),
                    // what a caller may get wrong is looked up before it is written: these are defects
                    Kind::ForeignKeyViolation
                    | Kind::RestrictViolation
                    | Kind::CheckViolation
                    | Kind::NotNullViolation
                    | Kind::ExclusionViolation => Self::Internal(text),
                    Kind::ClosedConnection | Kind::UnableToSendCommand => Self::Unavailable(text.into()),
                    Kind::ReadOnlyTransaction => Self::Unavailable(Trouble::of(Cause::ReadOnly, text)),
                    // a deadlock among them: whoever was chosen asks again
                    _ => Self::Unavailable(Trouble::of(Cause::Refuses, text)),
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
            _ => Self::Unavailable(e.to_string().into()),
        }
    }
}

impl From<crate::engine::seal::SealError> for StoreError {
    fn from(e: crate::engine::seal::SealError) -> Self {
        Self::Internal(e.to_string())
    }
}

impl From<diesel::ConnectionError> for StoreError {
    fn from(e: diesel::ConnectionError) -> Self {
        Self::Unavailable(e.to_string().into())
    }
}
