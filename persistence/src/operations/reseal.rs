//! Sealing people's data anew: after an upgrade that binds values to their rows, and after a change of keys. The queries
//! are in `operations/queries/reseal.rs`. It needs no lock of the data folder and may run beside the server.

use crate::engine::database::target::Target;
use crate::engine::error::StoreResult;
use crate::engine::seal::{Column, Keyring, Place};
use domain::AccountId;

/// Places named of those that cannot be opened.
const SHOWN: usize = 20;
/// Names that are counted of those that wait.
const NAMES: i64 = 10_000;

/// A table with sealed columns: its name, its key, where each column's values belong, which of them the hashes are of,
/// and how rows are read and replaced.
pub struct Table<C, R> {
    pub(crate) name: &'static str,
    pub(crate) key: &'static str,
    pub(crate) columns: &'static [Column],
    pub(crate) hashed: &'static [usize],
    pub(crate) read: fn(&mut C, i64) -> StoreResult<Vec<R>>,
    pub(crate) replace: fn(&mut C, R, R) -> StoreResult<bool>,
}

/// Values that cannot be opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unreadable {
    /// How many.
    pub count: u64,
    /// Where the first of them are: `order_contact.phone:42`.
    pub places: Vec<String>,
}

impl Unreadable {
    pub(crate) fn add(&mut self, place: Place) {
        self.count += 1;
        if self.places.len() < SHOWN {
            self.places.push(place.words());
        }
    }
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Rows looked at.
    pub read: u64,
    /// Rows written anew.
    pub sealed: u64,
    /// Rows that kept being changed by somebody else.
    pub missed: u64,
    /// Values whose key is not in the ring.
    pub lacking: Unreadable,
    /// Values that were changed or belong elsewhere.
    pub damaged: Unreadable,
    /// Query codes from before, which are found under the key of their day alone.
    pub keyed_codes: i64,
}

impl Resealed {
    /// Whether everything is as it would be written today, but for what is damaged.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.missed == 0 && self.lacking.count == 0
    }
}

/// Seals everything anew that needs it; `told` hears of each batch before it is written. Run again it goes on, or looks through everything
/// once more and changes nothing.
///
/// # Errors
/// `NotFound` when there is no database; `Unavailable`.
pub fn reseal(target: &Target, keyring: &Keyring, told: &mut dyn FnMut(&Resealed)) -> StoreResult<Resealed> {
    match target {
        Target::Sqlite { path } => crate::sqlite::q::operations::reseal::run(
            &mut crate::engine::database::sqlite::connect_existing(path)?,
            keyring,
            told,
        ),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => crate::pg::q::operations::reseal::run(
            &mut crate::engine::database::pg::connect(url)?,
            keyring,
            told,
        ),
    }
}

/// At most how many rows wait for it, of the first 10,000.
///
/// # Errors
/// `NotFound` when there is no database; `Unavailable`.
pub fn waiting(target: &Target, keyring: &Keyring) -> StoreResult<i64> {
    match target {
        Target::Sqlite { path } => crate::sqlite::q::operations::reseal::waiting(
            &mut crate::engine::database::sqlite::connect_existing(path)?,
            keyring,
        ),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => crate::pg::q::operations::reseal::waiting(
            &mut crate::engine::database::pg::connect(url)?,
            keyring,
        ),
    }
}

/// How many names are open and should not be, or the other way round, of the first 10,000: the server settles them, and
/// [`reseal`].
///
/// # Errors
/// `NotFound` when there is no database; `Unavailable`, also where the schema is not this binary's.
pub fn unsettled_names(target: &Target) -> StoreResult<usize> {
    let found = match target {
        Target::Sqlite { path } => crate::sqlite::q::people::names::unsettled(
            &mut crate::engine::database::sqlite::connect_existing(path)?,
            AccountId(0),
            NAMES,
        ),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            let mut c = crate::engine::database::pg::connect(url)?;
            crate::pg::q::people::names::unsettled(&mut c, AccountId(0), NAMES)
        }
    };
    Ok(found?.len())
}
