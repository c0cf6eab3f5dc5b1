//! Plain values about people and their roles that cross the store's boundary.

use crate::engine::seal::{Keyring, SealError};
use crate::engine::sensitive::Sensitive;
use crate::people::rows::AccountRow;
use crate::people::sealed::{ACCOUNT_NAME, ACCOUNT_PHONE};
use domain::people::{Employment, Role};
use domain::words::mask::mask_name;
use domain::{AccountId, AreaId, BindingId, ScopeId, TeamId, UnitId};

/// A phone number as it is stored: sealed, and hashed for look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedPhone {
    /// The sealed number.
    pub sealed: Vec<u8>,
    /// Its keyed hash.
    pub hash: Vec<u8>,
}

impl SealedPhone {
    /// The number of the account with this key.
    ///
    /// # Errors
    /// [`SealError::TooLong`].
    pub fn of(keyring: &Keyring, account: AccountId, number: &Sensitive<String>) -> Result<Self, SealError> {
        let number = number.expose();
        Ok(Self {
            sealed: keyring.seal(number, ACCOUNT_PHONE.of(account.0))?,
            hash: keyring.lookup_hash(number),
        })
    }
}

impl AccountRow {
    /// The whole name, for the person themself.
    ///
    /// # Errors
    /// Every [`SealError`] but `TooLong`.
    pub fn whole_name(&self, keyring: &Keyring) -> Result<String, SealError> {
        match &self.name_sealed {
            // an older replica may have named them anew
            Some(sealed) if mask_name(&self.name) == self.name => {
                keyring.open(sealed, ACCOUNT_NAME.of(self.id))
            }
            Some(_) | None => Ok(self.name.clone()),
        }
    }
}

/// A person to be added.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Log-in name; residents have none.
    pub login: Option<String>,
    /// Name.
    pub name: String,
    /// Phone, in normal form.
    pub phone: Option<Sensitive<String>>,
    /// Hash of the password, as a PHC string.
    pub password_hash: Option<String>,
    /// Whether that password is a one-time one.
    pub must_change_password: bool,
}

/// What an administrator may change of a person.
#[derive(Debug, Clone)]
pub struct AccountEdit {
    /// Name.
    pub name: String,
    /// Phone, in normal form; `None` leaves it as it is.
    pub phone: Option<Sensitive<String>>,
}

/// What a role is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bound {
    /// An area: its scope is that and everything below.
    Area(AreaId),
    /// A unit.
    Unit(UnitId),
    /// A team.
    Team(TeamId),
}

/// A role to be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewBinding {
    /// The role.
    pub role: Role,
    /// What it is bound to.
    pub bound: Bound,
    /// Full- or part-time.
    pub employment: Employment,
}

/// Something with a name: an area, unit or team, by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<K> {
    /// Its key.
    pub id: K,
    /// Its name.
    pub name: String,
}

/// A role held, with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingRead {
    /// Its key.
    pub id: BindingId,
    /// The role.
    pub role: Role,
    /// Full- or part-time.
    pub employment: Employment,
    /// The area it is bound to.
    pub area: Option<Place<AreaId>>,
    /// The unit it is bound to.
    pub unit: Option<Place<UnitId>>,
    /// The team it is bound to.
    pub team: Option<Place<TeamId>>,
    /// Path of that area, or of the unit's or team's own: who administers that area administers this role.
    pub path: Option<String>,
}

/// A person with all roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRead {
    /// The account.
    pub account: AccountRow,
    /// The phone, where it was asked for; one that no key opens any more is none.
    pub phone: Option<Sensitive<String>>,
    /// The roles.
    pub roles: Vec<BindingRead>,
}

impl PersonRead {
    /// Their name as others may be shown it: whole where a role makes it public, else masked.
    #[must_use]
    pub fn shown_name(&self) -> String {
        let public = self.roles.iter().any(|held| held.role.has_open_name());
        if public { self.account.name.clone() } else { mask_name(&self.account.name) }
    }
}

/// What came of taking something from a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// Done; these scopes were lost.
    Done {
        /// Keys of the scopes lost.
        lost: Vec<ScopeId>,
    },
    /// Refused: nobody would be left to administer.
    LastAdmin,
}

/// A page of people.
#[derive(Debug, Clone)]
pub struct PeopleFilter {
    /// Paths of the areas whose people are listed: theirs and everything below.
    pub paths: Vec<String>,
    /// Only holders of this role there.
    pub role: Option<&'static str>,
    /// Only names or log-ins with this text.
    pub text: Option<String>,
    /// Disabled ones too.
    pub disabled_too: bool,
    /// The last key of the page before.
    pub after: AccountId,
    /// Rows of a page.
    pub limit: i64,
}

/// People of an import: all of them are written or none.
#[derive(Debug, Clone, Default)]
pub struct StaffImport {
    /// People to be added.
    pub new: Vec<NewAccount>,
    /// People to be changed.
    pub changed: Vec<(AccountId, AccountEdit)>,
    /// Roles to be added; those held already stay as they are.
    pub bindings: Vec<(Holder, NewBinding)>,
}

/// Whose a role of an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Somebody who is there.
    Account(AccountId),
    /// The new person at this place.
    New(usize),
}
