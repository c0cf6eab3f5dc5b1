//! Staff of a file into accounts. A log-in name that is there already gets the name, phone and further roles of the
//! file; roles are never taken away by an import (that is refused or handed over one by one).

use super::{Authority, Found, Imported, Importer, Refused, parsed, stored};
use crate::http::error::{ApiError, ApiResult};
use crate::http::fields::mobile;
use crate::identity::keyed::RequestKey;
use crate::identity::password;
use crate::identity::principal::Principal;
use crate::import::{self, Bound as Named, StaffRecord, parse_staff};
use crate::people::rights::may_change;
use domain::people::Employment;
use domain::{AccountId, AreaId, TeamId, UnitId};
use futures_util::{StreamExt, TryStreamExt, stream};
use persistence::Constraint;
use persistence::organisation::values::GroupKind;
use persistence::people::values::{
    AccountEdit, Bound, Holder, NewAccount, NewBinding, PersonRead, StaffImport,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;

/// Most new people whose passwords are hashed one by one in a request (each takes tens of milliseconds).
const HASHED_MAX: usize = 300;

/// How new people get their first password.
#[derive(Debug, Clone)]
pub enum FirstPassword {
    /// A one-time password each.
    Each,
    /// All the same: one hash for thousands of people.
    Shared {
        /// The password.
        password: SecretString,
        /// Whether it must be changed at the first log-in.
        must_change: bool,
    },
}

/// What an import of staff did, as it is stored: without passwords.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StaffImported {
    /// How many.
    #[serde(flatten)]
    pub counts: Imported,
    /// Log-in names of the new people with a one-time password of their own.
    pub logins: Vec<String>,
}

/// A new person's password.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FirstLogIn {
    /// Log-in name.
    #[schema(example = "wang.xm")]
    pub login: String,
    /// One-time password.
    #[schema(example = "Abc3-Def4-Ghi5")]
    pub password: String,
}

/// What the file refers to.
struct There {
    people: HashMap<String, PersonRead>,
    places: HashMap<Named, Vec<(Bound, String)>>,
}

/// Imports a file of staff. `one_time` makes the password of a log-in name; `key` keeps the answer for retries.
///
/// # Errors
/// Every bad row.
pub async fn import(
    to: &Importer,
    by: Authority<'_>,
    bytes: Vec<u8>,
    first: FirstPassword,
    one_time: impl Fn(&str) -> ApiResult<String>,
    key: Option<(&RequestKey, &Principal)>,
) -> Result<StaffImported, Refused> {
    let records = parsed(bytes, parse_staff).await?;
    let there = look_up(to, &records).await?;
    let (mut plan, unchanged) = plan(by, &records, &there)?;
    let each = matches!(first, FirstPassword::Each);
    if each && plan.new.len() > HASHED_MAX && matches!(by, Authority::Admin(_)) {
        let why = format!("more than {HASHED_MAX} new people need one: the file has {}", plan.new.len());
        return Err(ApiError::field("Shared-Password", why).into());
    }
    let logins: Vec<String> = plan.new.iter().filter_map(|new| new.login.clone()).collect();
    set_passwords(to, &mut plan.new, first, one_time).await?;
    let touched: HashSet<AccountId> = plan
        .changed
        .iter()
        .map(|(id, _)| *id)
        .chain(plan.bindings.iter().filter_map(|(holder, _)| match holder {
            Holder::Account(id) => Some(*id),
            Holder::New(_) => None,
        }))
        .collect();
    let counts = Imported { created: plan.new.len(), updated: touched.len(), unchanged };
    let done = StaffImported { counts, logins: if each { logins } else { Vec::new() } };
    let answer = stored(key, &done)?;
    let written = to.store.import_staff(plan, to.clock.now(), answer).await;
    written.map_err(|e| e.since_read(&[Constraint::AccountLogin]))?;
    to.principals.forget();
    Ok(done)
}

/// A one-time password for the command line: random, since nothing is retried.
///
/// # Errors
/// Never.
pub fn random(_login: &str) -> ApiResult<String> {
    Ok(password::random_one_time())
}

async fn look_up(to: &Importer, records: &[StaffRecord]) -> Result<There, Refused> {
    let logins = records.iter().map(|record| record.login.clone()).collect();
    let people = to.store.people_by_logins(logins).await?;
    let people = people.into_iter().filter_map(|p| Some((p.account.login.clone()?, p))).collect();
    let mut named: [HashSet<String>; 3] = Default::default();
    let [codes, units, teams] = &mut named;
    for role in records.iter().flat_map(|record| &record.roles) {
        match role.bound.clone() {
            Named::Area(code) => codes.insert(code),
            Named::Unit(name) => units.insert(name),
            Named::Team(name) => teams.insert(name),
        };
    }
    let [codes, units, teams] = named.map(|set| set.into_iter().collect::<Vec<_>>());
    let mut places: HashMap<Named, Vec<(Bound, String)>> = HashMap::new();
    for row in to.store.areas_by_codes(codes).await? {
        places.entry(Named::Area(row.code)).or_default().push((Bound::Area(AreaId(row.id)), row.path));
    }
    for (name, id, path) in to.store.groups_named(GroupKind::Unit, units).await? {
        places.entry(Named::Unit(name)).or_default().push((Bound::Unit(UnitId(id)), path));
    }
    for (name, id, path) in to.store.groups_named(GroupKind::Team, teams).await? {
        places.entry(Named::Team(name)).or_default().push((Bound::Team(TeamId(id)), path));
    }
    Ok(There { people, places })
}

fn plan(by: Authority<'_>, records: &[StaffRecord], there: &There) -> Result<(StaffImport, usize), Refused> {
    let (mut plan, mut found, mut unchanged) = (StaffImport::default(), Found::default(), 0);
    for record in records {
        let roles: Vec<NewBinding> =
            record.roles.iter().filter_map(|role| binding(by, role, there, &mut found)).collect();
        let phone = record.phone.as_deref().map(mobile).transpose()?;
        let Some(person) = there.people.get(&record.login) else {
            let holder = Holder::New(plan.new.len());
            plan.bindings.extend(roles.into_iter().map(|role| (holder, role)));
            plan.new.push(NewAccount {
                login: Some(record.login.clone()),
                name: record.name.clone(),
                phone,
                password_hash: None,
                must_change_password: true,
            });
            continue;
        };
        if let Authority::Admin(who) = by
            && !may_change(who, person)
        {
            let line = record.roles.first().map_or(0, |role| role.line);
            let (zh, en) = (
                "该登录名属于您管理范围之外的人员",
                "this person has roles outside the areas you administer",
            );
            found.add(line, "login", &record.login, zh, en);
            continue;
        }
        let fresh = |role: &NewBinding| {
            !person.roles.iter().any(|held| held.role == role.role && bound_of(held) == Some(role.bound))
        };
        let fresh: Vec<NewBinding> = roles.into_iter().filter(fresh).collect();
        let phone = phone.filter(|new| person.phone.as_ref() != Some(new));
        let edited = phone.is_some() || person.account.name != record.name;
        unchanged += usize::from(!edited && fresh.is_empty());
        if edited {
            plan.changed
                .push((AccountId(person.account.id), AccountEdit { name: record.name.clone(), phone }));
        }
        plan.bindings
            .extend(fresh.into_iter().map(|role| (Holder::Account(AccountId(person.account.id)), role)));
    }
    found.none()?;
    Ok((plan, unchanged))
}

fn bound_of(held: &persistence::people::values::BindingRead) -> Option<Bound> {
    let area = held.area.as_ref().map(|place| Bound::Area(place.id));
    let unit = held.unit.as_ref().map(|place| Bound::Unit(place.id));
    area.or(unit).or_else(|| held.team.as_ref().map(|place| Bound::Team(place.id)))
}

/// What a row's role is bound to, if there is exactly one such thing where the importer may write.
fn binding(
    by: Authority<'_>,
    role: &import::RoleBinding,
    there: &There,
    found: &mut Found,
) -> Option<NewBinding> {
    let (field, value) = match &role.bound {
        Named::Area(code) => ("area_code", code),
        Named::Unit(name) => ("unit_name", name),
        Named::Team(name) => ("team_name", name),
    };
    let all = there.places.get(&role.bound).map_or(&[][..], Vec::as_slice);
    let mut mine = all.iter().filter(|(_, path)| by.covers(path));
    let (zh, en) = match (mine.next(), mine.next()) {
        (Some((bound, _)), None) => {
            let employment = role.employment.unwrap_or(Employment::FullTime);
            return Some(NewBinding { role: role.role, bound: *bound, employment });
        }
        (Some(_), Some(_)) => ("有多个同名的,无法确定是哪一个", "several have this name"),
        (None, _) if all.is_empty() => ("不存在", "there is none"),
        (None, _) => ("不在您管理的区域内", "outside the areas you administer"),
    };
    found.add(role.line, field, value, zh, en);
    None
}

async fn set_passwords(
    to: &Importer,
    new: &mut [NewAccount],
    first: FirstPassword,
    one_time: impl Fn(&str) -> ApiResult<String>,
) -> ApiResult<()> {
    let (hashes, must_change) = match first {
        FirstPassword::Shared { password, must_change } => {
            let hash = to.hashing.hash(password).await?;
            (vec![hash; new.len()], must_change)
        }
        FirstPassword::Each => {
            let passwords: ApiResult<Vec<String>> =
                new.iter().map(|person| one_time(person.login.as_deref().unwrap_or(""))).collect();
            let hashes = stream::iter(passwords?)
                .map(|text| to.hashing.hash(text.into()))
                .buffered(to.hashing.at_once())
                .try_collect()
                .await?;
            (hashes, true)
        }
    };
    for (person, hash) in new.iter_mut().zip(hashes) {
        person.password_hash = Some(hash);
        person.must_change_password = must_change;
    }
    Ok(())
}
