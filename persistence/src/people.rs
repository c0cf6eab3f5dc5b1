//! Plain values about people, units, areas and the catalogue that cross the store's boundary.

use crate::rows::{AccountRow, AreaRow};
use crate::seal::{ACCOUNT_NAME, ACCOUNT_PHONE, Keyring, SealError};
use crate::sensitive::Sensitive;
use crate::values::NewAnswer;
use domain::catalogue::{ServiceGroup, ServiceRules};
use domain::organisation::{AreaLevel, GridClass};
use domain::people::{Employment, Role};
use domain::words::mask::mask_name;

/// Makes the answer kept for a retry from the key of what was written; it is stored in the same transaction.
pub type AnswerOf = Box<dyn FnOnce(i64) -> Option<NewAnswer> + Send>;

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
    pub fn of(keyring: &Keyring, account: i64, number: &Sensitive<String>) -> Result<Self, SealError> {
        let number = number.expose();
        Ok(Self {
            sealed: keyring.seal(number, ACCOUNT_PHONE.of(account))?,
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
    Area(i64),
    /// A unit.
    Unit(i64),
    /// A team.
    Team(i64),
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

/// Something with a name: an area, unit or team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its key.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// A role held, with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BindingRead {
    /// Its key.
    pub id: i64,
    /// The role.
    pub role: Role,
    /// Full- or part-time.
    pub employment: Employment,
    /// The area it is bound to.
    pub area: Option<Place>,
    /// The unit it is bound to.
    pub unit: Option<Place>,
    /// The team it is bound to.
    pub team: Option<Place>,
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
        lost: Vec<i64>,
    },
    /// Refused: nobody would be left to administer.
    LastAdmin,
}

/// Open orders of which somebody may hold something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MayHold {
    /// The orders, by key.
    pub orders: Vec<domain::OrderId>,
    /// Where to go on; none: there are no more.
    pub next: Option<i64>,
}

/// What came of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The token in force is now the one with this counter, and belongs to this account.
    Successor {
        /// Whose session.
        account: i64,
        /// Place in the chain.
        counter: i32,
    },
    /// Its successor was used already: somebody else has it. The session is revoked.
    Stolen,
    /// The session is over, unknown, or its account is disabled.
    Over,
}

/// A page of people.
#[derive(Debug, Clone, Default)]
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
    pub after: i64,
    /// Rows of a page.
    pub limit: i64,
}

/// A unit or a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRead {
    /// Its key.
    pub id: i64,
    /// Its name, unique in its area.
    pub name: String,
    /// What a unit does (职能), each a line; empty for teams.
    pub functions: String,
    /// Its area.
    pub area: i64,
    /// Name of its area.
    pub area_name: String,
    /// Path of its area.
    pub path: String,
    /// Whether it is in use.
    pub active: bool,
}

/// Whether a unit or a team is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// 单位.
    Unit,
    /// 队伍.
    Team,
}

/// A unit or team to be written.
#[derive(Debug, Clone)]
pub struct GroupEdit {
    /// Its name.
    pub name: String,
    /// What a unit does.
    pub functions: String,
    /// Its area.
    pub area: i64,
    /// Whether it is in use.
    pub active: bool,
}

/// A page of areas.
#[derive(Debug, Clone, Default)]
pub struct AreaFilter {
    /// Only children of this one (with `text`: everything below it).
    pub parent: Option<i64>,
    /// Only those whose folded names, aliases or code hold this folded text.
    pub text: Option<String>,
    /// Ones not in use too.
    pub inactive_too: bool,
    /// The last code of the page before.
    pub after: Option<String>,
    /// Rows of a page.
    pub limit: i64,
}

/// Where a new area stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Above {
    /// At the top.
    Top,
    /// Below the area with this key and path.
    Area {
        /// Its key.
        id: i64,
        /// Its path.
        path: String,
    },
    /// Below the new area at this place of the same list, which comes earlier.
    New(usize),
}

/// An area to be added.
#[derive(Debug, Clone)]
pub struct NewArea {
    /// Where it stands.
    pub above: Above,
    /// Its level.
    pub level: AreaLevel,
    /// Its code, unique.
    pub code: String,
    /// What may change.
    pub edit: AreaEdit,
}

/// What may change of an area.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaEdit {
    /// Name in the official statistics.
    pub official_name: String,
    /// Name that people are shown.
    pub display_name: String,
    /// Other names, `|` between them.
    pub aliases: String,
    /// Names, aliases and code, folded.
    pub search: String,
    /// Class of a grid.
    pub grid_class: Option<GridClass>,
    /// Prefix of order numbers here and below.
    pub number_prefix: Option<String>,
    /// Longitude and latitude, WGS-84 degrees.
    pub position: Option<(f64, f64)>,
    /// The office that people ask.
    pub office_name: Option<String>,
    /// Its telephone.
    pub office_phone: Option<String>,
    /// Whether it is in use.
    pub active: bool,
}

impl AreaEdit {
    /// The row's own values.
    #[must_use]
    pub fn of(row: &AreaRow) -> Self {
        Self {
            official_name: row.official_name.clone(),
            display_name: row.display_name.clone(),
            aliases: row.aliases.clone(),
            search: row.search.clone(),
            grid_class: row.grid_class.as_deref().and_then(domain::words::labelled::Labelled::parse),
            number_prefix: row.number_prefix.clone(),
            position: row.lng.zip(row.lat),
            office_name: row.office_name.clone(),
            office_phone: row.office_phone.clone(),
            active: row.active,
        }
    }
}

/// A service item to be written.
#[derive(Debug, Clone)]
pub struct ItemEdit {
    /// Its code, unique.
    pub code: String,
    /// Its name.
    pub name: String,
    /// One of the six groups.
    pub group: ServiceGroup,
    /// Its board.
    pub board: String,
    /// What it is.
    pub description: String,
    /// What it demands of orders.
    pub rules: ServiceRules,
    /// About how many minutes it takes to do.
    pub takes_minutes: Option<i32>,
    /// Place in lists.
    pub sort: i32,
    /// Whether it can be ordered.
    pub active: bool,
}

/// People of an import: all of them are written or none.
#[derive(Debug, Clone, Default)]
pub struct StaffImport {
    /// People to be added.
    pub new: Vec<NewAccount>,
    /// People to be changed.
    pub changed: Vec<(i64, AccountEdit)>,
    /// Roles to be added; those held already stay as they are.
    pub bindings: Vec<(Holder, NewBinding)>,
}

/// Whose a role of an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Somebody who is there.
    Account(i64),
    /// The new person at this place.
    New(usize),
}
