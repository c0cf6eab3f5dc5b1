//! Why a database takes reads only, where it does.

/// The reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadsOnly {
    /// It follows another one.
    Standby,
    /// It was told to (`default_transaction_read_only`).
    Told,
}
