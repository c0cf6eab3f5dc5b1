//! Placing through the shell: facts, decision, one commit. Unlike with a command, what was answered under the key is asked
//! for first: what is nobody's lies under another key than what is somebody's (`identity/keyed/nameless.rs`), and under the
//! secret of its time, so that no index says that a key was used.

use super::facts::of_person;
use super::files::check_files;
use super::result::CommandResult;
use super::shell::Shell;
use super::sight::{self, Seen, Sight};
use crate::catalogue::check::item_rules;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::fields::missing;
use crate::http::text::searched;
use crate::http::time::day;
use crate::identity::keyed::nameless::Nameless;
use crate::identity::principal::Principal;
use chrono::{DateTime, Utc};
use domain::catalogue::{Anonymity, Channel, Priority};
use domain::order::{Decision, Facts, Order, Photos, Placement, place};
use domain::people::RoleSet;
use domain::words::mask::{Place, mask_address, mask_name, mask_phone};
use domain::{AccountId, AreaId, FileId, ServiceItemId};
use persistence::engine::answers::NewAnswer;
use persistence::engine::seal::Keyring;
use persistence::order::contact::{Named, NewContact};
use persistence::order::values::{Attachments, NewNote, NewOrder};
use persistence::organisation::rows::AreaRow;
use persistence::{Constraint, StoreError};
use serde_json::json;

/// An order somebody wants to place, its words checked.
#[derive(Debug)]
pub struct Draft {
    /// The service item.
    pub service_item: ServiceItemId,
    /// Where it is.
    pub area: AreaId,
    /// How urgent.
    pub priority: Priority,
    /// How it came in; anything but the mini-program is staff taking it for somebody.
    pub channel: Channel,
    /// Who may know the reporter.
    pub anonymity: Anonymity,
    /// The reporter whom staff name.
    pub reporter: Option<AccountId>,
    /// Whom it is for.
    pub beneficiary: Option<AccountId>,
    /// When it is wanted to be done.
    pub wanted_at: Option<DateTime<Utc>>,
    /// In a few words.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Its number elsewhere.
    pub external_number: Option<String>,
    /// Whom to reach.
    pub contact: ReachWords,
    /// Whom it is for, in words.
    pub beneficiary_words: Option<Named>,
    /// Photos: key and purpose.
    pub photos: Vec<(FileId, &'static str)>,
    /// Work that was done already.
    pub done: Option<Done>,
    /// The first field given that is for staff only.
    pub staff_only: Option<&'static str>,
    /// By which anybody may ask how a fully anonymous one stands.
    pub query_code: Option<String>,
}

/// Whom to reach.
#[derive(Debug, Default)]
pub struct ReachWords {
    /// Name.
    pub name: Option<String>,
    /// Phone, in its one form.
    pub phone: Option<String>,
    /// Address down to the door.
    pub address: Option<String>,
}

/// Work that was done already (随手办).
#[derive(Debug)]
pub struct Done {
    /// What was done, for the resident.
    pub text: String,
    /// Photos from before: key and purpose.
    pub before: Vec<(FileId, &'static str)>,
    /// Photos from after.
    pub after: Vec<(FileId, &'static str)>,
}

impl Done {
    fn photos(&self) -> Photos {
        let count = |of: &[(FileId, &str)]| u32::try_from(of.len()).unwrap_or(u32::MAX);
        Photos { before: count(&self.before), after: count(&self.after) }
    }
}

/// Places an order, or says what was answered when the key was used.
///
/// # Errors
/// The rejection's; 404 or 422 naming what is not there or not theirs; 409 with the order when the external number is taken;
/// 422 when the key was used for another body.
pub async fn place_order(
    shell: &Shell,
    who: &Principal,
    draft: Draft,
    key: &Nameless,
) -> ApiResult<CommandResult> {
    if let Some(earlier) = key.replay(&shell.store, who).await? {
        return Ok(earlier);
    }
    match placed(shell, who, &draft, key).await {
        Err(e) if e.kind != Kind::UNAVAILABLE => match key.replay(&shell.store, who).await? {
            // a retry that ran beside this one
            Some(earlier) => Ok(earlier),
            None => {
                // another order took a photo at the same moment, or it was swept
                if e.kind == Kind::CONFLICT {
                    enclosed(shell, who, &draft).await?;
                }
                Err(e)
            }
        },
        done => done,
    }
}

async fn placed(shell: &Shell, who: &Principal, draft: &Draft, key: &Nameless) -> ApiResult<CommandResult> {
    let decision = decided(shell, who, draft).await?;
    let contact = contact(shell, draft).await?;
    let attach = enclosed(shell, who, draft).await?;
    let order = decision.changes.clone();
    let new = NewOrder {
        search: searched(&draft.title, draft.external_number.as_deref()),
        title: draft.title.clone(),
        description: draft.description.clone(),
        contact,
        external_number: draft.external_number.clone(),
        query_code_hash: draft.query_code.as_deref().map(Keyring::code_hash),
        day: day(order.created_at),
        decision,
    };
    let stored = key.answer(who, draft.query_code.is_some(), 201)?;
    let answer = {
        let order = order.clone();
        move |placed: &persistence::order::values::Placed| {
            let order = Order { id: placed.id, ..order };
            let response = serde_json::to_value(CommandResult::of(&order, &placed.number)).ok()?;
            Some(NewAnswer { response, ..stored })
        }
    };
    match shell.store.place(new, attach, answer).await {
        Ok(placed) => {
            shell.committed.notify_one();
            Ok(CommandResult::of(&Order { id: placed.id, ..order }, &placed.number))
        }
        Err(StoreError::Taken(Constraint::OrderExternal)) => Err(taken_by(shell, who, draft).await?),
        // another order took a photo at the same moment, or it was swept
        Err(e @ (StoreError::Taken(Constraint::OrderFile) | StoreError::Conflict(_))) => {
            Err(ApiError { cause: Some(e.to_string()), ..ApiError::new(Kind::CONFLICT) })
        }
        Err(e) => Err(e.into()),
    }
}

/// The facts, and what the rules say.
async fn decided(shell: &Shell, who: &Principal, draft: &Draft) -> ApiResult<Decision> {
    let (row, desks) = shell.store.area_and_desks(draft.area).await.map_err(|e| missing(e, "areaId"))?;
    if !row.active {
        return Err(ApiError::field("areaId", "not in use"));
    }
    let by_staff = draft.channel != Channel::MiniProgram;
    let takes = who.covers(RoleSet::PLACERS, &row.path);
    if by_staff && !takes {
        return Err(ApiError::new(Kind::FORBIDDEN));
    }
    if let Some(field) = draft.staff_only.filter(|_| !by_staff) {
        // staff there only left out how it came in
        return Err(match takes {
            true => ApiError::field(
                "channel",
                format!("needed with {field}: how it came in, such as visit or phone"),
            ),
            false => ApiError::field(field, "for staff only"),
        });
    }
    let [named, beneficiary] = askable(shell, who, [draft.reporter, draft.beneficiary]).await?;
    let reporter = if by_staff { named } else { Some(who.account()) };
    let placement = Placement {
        service_item: draft.service_item,
        area: draft.area,
        priority: draft.priority,
        channel: draft.channel,
        anonymity: draft.anonymity,
        reporter: reporter.filter(|_| draft.anonymity != Anonymity::Anonymous),
        beneficiary,
        created_by: by_staff.then(|| who.account()),
        done: draft.done.as_ref().map(Done::photos),
        wanted_at: draft.wanted_at,
    };
    let rules = item_rules(&shell.store, placement.service_item).await?;
    let now = shell.store.now().await?;
    // whoever places a fully anonymous one is known at this moment only
    let by_resident = placement.created_by.is_none().then(|| who.account());
    let about: Vec<AccountId> =
        [placement.reporter, placement.beneficiary, by_resident].into_iter().flatten().collect();
    let facts = Facts { rules, ..of_person(who, &row.path, &row.path) };
    let facts = facts.overseeing(&[domain::organisation::Place::of_path(&row.path)], &desks, &about);
    Ok(place(&placement, who.actor(), &facts, now)?)
}

/// Of those whom staff name, who may be asked: whoever has something to do with the areas where these take orders. Of the
/// others nothing is said, or numbers could be tried.
async fn askable(
    shell: &Shell,
    who: &Principal,
    named: [Option<AccountId>; 2],
) -> ApiResult<[Option<AccountId>; 2]> {
    let people: Vec<AccountId> = named.iter().flatten().copied().collect();
    if people.is_empty() {
        return Ok(named);
    }
    let there = shell.store.belonging(people, who.rooted(RoleSet::PLACERS)).await?;
    Ok(named.map(|person| person.filter(|person| there.contains(person))))
}

/// The photos of the report, and the words and photos of what was done.
async fn enclosed(shell: &Shell, who: &Principal, draft: &Draft) -> ApiResult<Attachments> {
    let mut attach = Attachments { files: draft.photos.clone(), ..Attachments::default() };
    check_files(shell, who, "fileIds", &attach.files).await?;
    let Some(done) = &draft.done else { return Ok(attach) };
    attach.note =
        Some(NewNote { author: Some(who.account()), text: done.text.clone(), visible_to_resident: true });
    for (field, photos) in [("done.beforeFileIds", &done.before), ("done.afterFileIds", &done.after)] {
        check_files(shell, who, field, photos).await?;
        if let Some(at) = photos.iter().position(|(id, _)| attach.files.iter().any(|(other, _)| other == id))
        {
            return Err(ApiError::field(format!("{field}[{at}]"), "twice"));
        }
        attach.files.extend(photos);
    }
    Ok(attach)
}

/// Whom to reach, masked; it is sealed when its order has a key.
async fn contact(shell: &Shell, draft: &Draft) -> ApiResult<NewContact> {
    let ReachWords { name, phone, address } = &draft.contact;
    let places: Vec<Place> = match address {
        Some(_) => shell.store.area_ancestors(draft.area).await?.iter().filter_map(AreaRow::place).collect(),
        None => Vec::new(),
    };
    let of = draft.beneficiary_words.as_ref();
    let opened = |text: Option<&persistence::engine::sensitive::Sensitive<String>>,
                  mask: fn(&str) -> String| { text.map(|text| mask(text.expose())) };
    Ok(NewContact {
        name_masked: name.as_deref().map(mask_name),
        phone_masked: phone.as_deref().map(mask_phone),
        address_masked: address.as_deref().map(|text| mask_address(text, &places)),
        name: name.clone().map(Into::into),
        phone: phone.clone().map(Into::into),
        address: address.clone().map(Into::into),
        beneficiary_name_masked: opened(of.and_then(|of| of.name.as_ref()), mask_name),
        beneficiary_phone_masked: opened(of.and_then(|of| of.phone.as_ref()), mask_phone),
        beneficiary: of.cloned().unwrap_or_default(),
    })
}

/// An external number that is taken names its order to those who may read it.
async fn taken_by(shell: &Shell, who: &Principal, draft: &Draft) -> ApiResult<ApiError> {
    let taken = ApiError::new(Kind::EXTERNAL_NUMBER_TAKEN);
    let number = draft.external_number.clone().unwrap_or_default();
    let Some(id) = shell.store.external(draft.channel, number).await? else { return Ok(taken) };
    match sight::look(shell, who, id).await {
        Ok(Seen { case, sight: Sight::Whole | Sight::Brief, .. }) => {
            Ok(taken.with_detail(json!({ "order": id.0.to_string(), "number": case.loaded.number })))
        }
        Ok(_) => Ok(taken),
        Err(e) if e.kind == Kind::NOT_FOUND => Ok(taken),
        Err(e) => Err(e),
    }
}
