//! How people are named to whoever reads an order. To residents, staff by name and function (a public one: FIELD.md), as long
//! as they hold it; volunteers masked, since nobody's consent is kept yet; other residents masked. To staff, colleagues by
//! name. To whoever has a query code, everybody masked.

use super::reader::Reader;
use crate::http::locale::Lang;
use domain::AccountId;
use domain::order::sentence::{self, Holder, Names, Office, Reader as Audience, has_lapsed};
use domain::order::{Event, Order};
use domain::organisation::Assignee;
use domain::people::Role;
use domain::words::mask::mask_name;
use persistence::order::around;
use persistence::order::values::{CaseRead, DetailRead};

/// As what this person acts or acted here, if they still hold a role.
#[must_use]
pub fn function(detail: &DetailRead, id: AccountId) -> Option<Role> {
    let takes_part = |event: &Event| {
        matches!(event, Event::Claimed { account, .. } | Event::Acknowledged { account, .. }
            | Event::ReportedIn { account, .. } if *account == id)
    };
    let handles = detail.history.iter().any(|recorded| takes_part(&recorded.event));
    Role::acting(detail.names.roles.get(&id).map_or(&[], Vec::as_slice), handles)
}

/// Whether residents are told who this person is.
#[must_use]
pub fn is_told(reader: &Reader<'_>, detail: &DetailRead, id: AccountId) -> bool {
    let is_theirs = reader.who.is_some() && reader.audience == Audience::Resident;
    is_theirs && function(detail, id).is_some_and(Role::is_public)
}

/// The name of somebody who is neither reporter nor beneficiary.
#[must_use]
pub fn name(reader: &Reader<'_>, detail: &DetailRead, id: AccountId) -> String {
    let name = detail.names.people.get(&id).map_or("", String::as_str);
    if reader.staff || is_told(reader, detail, id) { name.into() } else { mask_name(name) }
}

/// What somebody acts as, for people who are told who it is.
#[must_use]
pub fn function_text(reader: &Reader<'_>, detail: &DetailRead, id: AccountId) -> Option<&'static str> {
    let role = function(detail, id).filter(|_| reader.staff || is_told(reader, detail, id))?;
    Some(reader.lang.label(role))
}

/// The office as a sentence names it.
#[must_use]
pub fn office(of: &around::Office) -> Office<'_> {
    Office { name: of.name.as_deref(), phone: of.phone.as_deref() }
}

/// The state and its sentence, as this reader reads them.
#[must_use]
pub fn status_and_sentence(reader: &Reader<'_>, case: &CaseRead, detail: &DetailRead) -> (String, String) {
    let (order, english) = (&case.loaded.order, reader.lang == Lang::En);
    let holder = holder(reader, order, detail);
    let around = &detail.around;
    let names = Names {
        reader: reader.audience,
        community: &around.community,
        office: office(&around.office),
        holder: holder.as_ref().map(|(name, role)| Holder { name: name.as_deref(), role: *role }),
        offered: around.offered,
        lapsed: has_lapsed(&detail.history).then_some(case.rules.info_days),
    };
    let sentence = match reader.frozen {
        Some(at) => sentence::ended(at, english),
        None => sentence::sentence(order, &names, case.now, english),
    };
    (sentence::status(order, &names, english), sentence)
}

/// Who holds it, or whom it is assigned to, and what they are. An offer's brief names nobody.
fn holder(reader: &Reader<'_>, order: &Order, detail: &DetailRead) -> Option<(Option<String>, Option<Role>)> {
    if !reader.whole {
        return None;
    }
    let person = |id: AccountId| (in_sentence(reader, detail, id), function(detail, id));
    if let Some(lead) = order.lead() {
        return Some(person(lead));
    }
    Some(match order.assignee? {
        Assignee::Person(id) => person(id),
        Assignee::Unit(id) => (detail.names.units.get(&id).cloned(), None),
        Assignee::Team(id) => (detail.names.teams.get(&id).cloned(), None),
    })
}

/// A name as a sentence has it. Stars stand for volunteers alone; whoever holds no role any more is a worker without a name.
fn in_sentence(reader: &Reader<'_>, detail: &DetailRead, id: AccountId) -> Option<String> {
    let named = match reader.audience {
        Audience::Staff | Audience::Nameless => true,
        // whoever asks without a log-in is told what they are, and no names
        Audience::Resident => reader.who.is_some() && function(detail, id).is_some(),
        Audience::Caller => false,
    };
    named.then(|| name(reader, detail, id))
}
