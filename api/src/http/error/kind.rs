//! What kinds of errors there are made of: a row each, in the block of the module that answers with it.

use std::fmt;

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// HTTP status.
    pub status: u16,
    /// Number within the status.
    pub n: u16,
    /// Stable name.
    pub name: &'static str,
    /// For people, Chinese.
    pub zh: &'static str,
    /// For people, English.
    pub en: &'static str,
    /// Default `Retry-After`, seconds.
    pub retry_after_s: Option<u32>,
}

impl Row {
    /// The envelope's `code`: status × 100 + n.
    #[must_use]
    pub fn code(&self) -> u32 {
        u32::from(self.status) * 100 + u32::from(self.n)
    }
}

/// A kind of error the API answers with: a constant of this type for each row of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kind(&'static Row);

impl Kind {
    /// The kind with this row; only a block makes rows.
    #[must_use]
    pub const fn of(row: &'static Row) -> Self {
        Self(row)
    }

    /// Its row.
    #[must_use]
    pub const fn row(self) -> &'static Row {
        self.0
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

/// A block of errors: `NAME = status, n, "Chinese", "English"[, seconds to wait];` a kind. Each becomes `Kind::NAME`, and
/// the block `ERRORS`, which `modules.rs` gathers. Two of one name do not compile.
macro_rules! errors {
    ($($name:ident = $status:literal, $n:literal, $zh:literal, $en:literal $(, $retry:literal)?;)+) => {
        impl $crate::http::error::kind::Kind {
            $(#[doc = $en]
            pub const $name: Self = Self::of(&$crate::http::error::kind::Row {
                status: $status,
                n: $n,
                name: stringify!($name),
                zh: $zh,
                en: $en,
                retry_after_s: $crate::http::error::kind::errors!(@retry $($retry)?),
            });)+
        }

        /// Every kind of this block.
        pub const ERRORS: &[$crate::http::error::kind::Kind] = &[$($crate::http::error::kind::Kind::$name),+];
    };
    (@retry) => { None };
    (@retry $retry:literal) => { Some($retry) };
}
pub(crate) use errors;
