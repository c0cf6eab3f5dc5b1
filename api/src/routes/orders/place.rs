//! Placing an order (点单), by a resident or by staff for somebody (建单).

mod done;

pub use done::DoneInput;

use crate::apply::sight::{self, Seen, Sight};
use crate::apply::{CommandResult, item_rules, missing};
use crate::auth::Principal;
use crate::http::answers::{WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::fields::{optional_line, optional_phone, optional_text, required_line};
use crate::http::locale::Lang;
use crate::http::time::day;
use crate::http::wire::{Envelope, Reply, id, or_default};
use crate::keyed::Keyed;
use crate::keyed::nameless::Nameless;
use crate::state::AppState;
use actix_web::post;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use domain::actor::{Role, RoleSet};
use domain::catalogue::{Anonymity, Channel, Priority};
use domain::dispatch::target;
use domain::mask::{Place, mask_address, mask_name, mask_phone};
use domain::order::placement::Placement;
use domain::order::{Facts, place};
use domain::{AccountId, AreaId, ServiceItemId};
use persistence::StoreError;
use persistence::contact::{Named, NewContact};
use persistence::rows::AreaRow;
use persistence::seal::Keyring;
use persistence::values::NewOrder;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Staff who may take an order for somebody, in their area.
const TAKERS: RoleSet =
    RoleSet::of(&[Role::Dispatcher, Role::GridWorker, Role::Liaison, Role::BuildingLead, Role::GridLeader]);

/// A new order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"serviceItemId": "1", "areaId": "42", "title": "屋顶漏水", "description": "三楼顶层雨天漏水",
    "contact": {"name": "王小明", "phone": "13812345678", "address": "同州花园3号楼2单元301"}, "fileIds": []}))]
pub struct PlaceOrderRequest {
    /// The service item.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub service_item_id: String,
    /// Where it is: the smallest area known.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub area_id: String,
    /// In a few words.
    #[schema(min_length = 1, max_length = 60, pattern = r"\S")]
    pub title: String,
    /// What it is about.
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// `normal` (default) or `high`; staff may say `urgent`.
    #[schema(value_type = Option<String>, pattern = "^(normal|high|urgent)$")]
    pub priority: Option<Priority>,
    /// `real_name` (default), `hidden_from_worker`, or `anonymous`: then no contact is kept and a query code is given.
    #[schema(value_type = Option<String>, pattern = "^(real_name|hidden_from_worker|anonymous)$")]
    pub anonymity: Option<Anonymity>,
    /// Whom to reach; encrypted at rest, masked everywhere.
    pub contact: Option<ContactInput>,
    /// Photos, at most 9.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(max_items = 9, nullable)]
    pub file_ids: Vec<String>,
    /// When it is wanted to be done: later than now, at most 90 days ahead. Told to whom it is offered.
    #[schema(format = DateTime, value_type = Option<String>)]
    pub wanted_at: Option<DateTime<Utc>>,
    /// How it came in; anything but `mini_program` (default) is staff taking it for somebody.
    #[schema(value_type = Option<String>, pattern = "^(mini_program|phone|hotline_12345|visit|window|collection_point|open_api)$")]
    pub channel: Option<Channel>,
    /// Its number elsewhere (staff): unique per channel.
    #[schema(max_length = 64)]
    pub external_number: Option<String>,
    /// For whom it is, when that is somebody else: in words, encrypted and masked like the contact.
    pub beneficiary: Option<BeneficiaryInput>,
    /// The reporter's account (staff). Whoever has something to do with the area is asked, and is the reporter once they
    /// `join`; of anybody else nothing comes, and the answer is the same.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub reporter_id: Option<String>,
    /// The account of the one it is for (staff); asked like the reporter.
    #[schema(pattern = "^[1-9][0-9]{0,17}$")]
    pub beneficiary_id: Option<String>,
    /// The work was done already: it is recorded as resolved in one step and offered to nobody. Grid staff in their own
    /// grid (self_resolve) and dispatchers (answer_directly) only.
    pub done: Option<DoneInput>,
}

/// For whom an order is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BeneficiaryInput {
    /// Name.
    #[schema(max_length = 50, example = "李大爷")]
    pub name: Option<String>,
    /// One telephone number, however it is written.
    #[schema(max_length = 40, example = "13812345678")]
    pub phone: Option<String>,
    /// What they are to the reporter.
    #[schema(max_length = 20, example = "父亲")]
    pub relation: Option<String>,
}

/// Whom to reach.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContactInput {
    /// Name.
    #[schema(max_length = 50)]
    pub name: Option<String>,
    /// One telephone number, however it is written: mobile, landline with or without area code, with an extension
    /// (`0913-3212345转801`), of another country with its code. Kept in one form.
    #[schema(max_length = 40, example = "0913-3212345转801")]
    pub phone: Option<String>,
    /// Address down to the door.
    #[schema(max_length = 200)]
    pub address: Option<String>,
}

/// A placed order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlacedOrder {
    /// The order.
    #[serde(flatten)]
    pub order: CommandResult,
    /// Fully anonymous orders only: with it anyone may ask how the order stands. Given once, kept nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "Zk3mP0aQ7x")]
    pub query_code: Option<String>,
}

/// Place an order (点单)
///
/// A resident places it for themself or for somebody; staff take it for somebody (建单) by naming a channel. Items
/// that need no review are accepted at once, those with automatic dispatch are offered at once. Refused where nobody would
/// have to act: neither the area nor one above it has a dispatcher whom it is not about (422 `NOBODY_OVERSEES`). Where only
/// those dispatch whom it is about, it comes into the inbox of the nearest area above where somebody else does.
#[utoipa::path(
    post,
    path = "/orders",
    tag = "orders",
    params(WriteHeaders),
    request_body = PlaceOrderRequest,
    responses((status = 201, description = "Placed", body = Envelope<PlacedOrder>), WriteErrors),
    security(("bearer" = [])),
)]
#[post("/orders")]
pub async fn place_order(
    state: Data<AppState>,
    who: Principal,
    request: Keyed<PlaceOrderRequest>,
    lang: Lang,
) -> ApiResult<Reply<PlacedOrder>> {
    let Keyed { body, key } = request;
    let anonymous = body.anonymity == Some(Anonymity::Anonymous);
    let codes = anonymous.then(|| state.tokens.query_codes(who.account().0, key.as_str())).transpose()?;
    let codes = codes.unwrap_or_default();
    let key = Nameless::of(key, &who, &state.tokens)?;
    let placed = match key.replay::<CommandResult>(&state, &who).await? {
        Some(earlier) => earlier,
        None => submit(&state, &who, body, &key, codes.first().map(String::as_str)).await?,
    };
    let code = given(&state, codes, &placed.id).await?;
    let location = format!("/api/v1/orders/{}", placed.id);
    Ok(Reply::created(PlacedOrder { order: placed.localised(lang), query_code: code }, location))
}

/// Which of these codes the order was given. Only a retry after a change of secrets has more than one to choose from.
async fn given(state: &AppState, codes: Vec<String>, order: &str) -> ApiResult<Option<String>> {
    if codes.len() < 2 {
        return Ok(codes.into_iter().next());
    }
    for code in codes {
        match state.store.by_query_code(&code).await {
            Ok(id) if id.to_string() == order => return Ok(Some(code)),
            Ok(_) | Err(StoreError::NotFound) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(None)
}

async fn submit(
    state: &AppState,
    who: &Principal,
    body: PlaceOrderRequest,
    key: &Nameless,
    code: Option<&str>,
) -> ApiResult<CommandResult> {
    let (placement, path, desks) = placement(state, who, &body).await?;
    let rules = item_rules(state, placement.service_item).await?;
    let now = state.store.now().await?;
    // whoever places a fully anonymous one is known at this moment only
    let by_resident = placement.created_by.is_none().then(|| who.account());
    let about: Vec<AccountId> =
        [placement.reporter, placement.beneficiary, by_resident].into_iter().flatten().collect();
    let facts = Facts { rules, ..who.facts(&path, &path) };
    let facts = facts.overseeing(&[target::Place::of_path(&path)], &desks, &about);
    let decision = place(&placement, who.actor(), &facts, now)?;
    let title = required_line("title", &body.title, 60)?;
    let description = optional_text("description", body.description.as_deref(), 2000)?.unwrap_or_default();
    let contact = contact(state, body.contact.as_ref(), code.is_some(), placement.area).await?;
    let contact = for_somebody(contact, body.beneficiary.as_ref())?;
    let attach = done::enclosed(state, who, &body.file_ids, body.done.as_ref()).await?;
    let external = external_number(body.external_number.as_deref())?;
    let new = NewOrder {
        search: crate::http::text::searched(&title, external.as_deref()),
        title,
        description,
        contact,
        external_number: external.clone(),
        query_code_hash: code.map(Keyring::code_hash),
        day: day(now),
        decision: decision.clone(),
    };
    let stored = key.answer(who, code.is_some(), 201)?;
    let mut order = decision.changes;
    let placed = state
        .store
        .place(new, attach, {
            let order = order.clone();
            move |placed| {
                let order = domain::order::Order { id: placed.id, ..order };
                let response = serde_json::to_value(CommandResult::of(&order, &placed.number)).ok()?;
                Some(persistence::values::NewAnswer { response, ..stored })
            }
        })
        .await;
    match placed {
        Ok(placed) => {
            state.committed.notify_one();
            order.id = placed.id;
            Ok(CommandResult::of(&order, &placed.number))
        }
        Err(StoreError::Conflict(why))
            if why.contains("orders_external") || why.contains("external_number") =>
        {
            Err(taken_by(state, who, placement.channel, external).await?)
        }
        Err(e @ StoreError::Conflict(_)) => match key.replay(state, who).await? {
            Some(earlier) => Ok(earlier),
            None => {
                // another order took a photo at the same moment, or it was swept
                done::enclosed(state, who, &body.file_ids, body.done.as_ref()).await?;
                Err(e.into())
            }
        },
        Err(e) => Err(e.into()),
    }
}

/// An external number that is taken names its order to those who may read it.
async fn taken_by(
    state: &AppState,
    who: &Principal,
    channel: Channel,
    number: Option<String>,
) -> ApiResult<ApiError> {
    let taken = ApiError::new(Kind::ExternalNumberTaken);
    let Some(id) = state.store.external(channel, number.unwrap_or_default()).await? else { return Ok(taken) };
    match sight::look(state, who, id).await {
        Ok(Seen { case, sight: Sight::Whole | Sight::Brief, .. }) => {
            Ok(taken.with_detail(json!({ "order": id.0.to_string(), "number": case.loaded.number })))
        }
        Ok(_) => Ok(taken),
        Err(e) if e.kind == Kind::NotFound => Ok(taken),
        Err(e) => Err(e),
    }
}

async fn placement(
    state: &AppState,
    who: &Principal,
    body: &PlaceOrderRequest,
) -> ApiResult<(Placement, String, Vec<(AreaId, AccountId)>)> {
    let area = AreaId(id("areaId", &body.area_id)?);
    let (row, desks) = state.store.area_and_desks(area).await.map_err(|e| missing(e, "areaId"))?;
    if !row.active {
        return Err(ApiError::field("areaId", "not in use"));
    }
    let channel = body.channel.unwrap_or(Channel::MiniProgram);
    let anonymity = body.anonymity.unwrap_or(Anonymity::RealName);
    let by_staff = channel != Channel::MiniProgram;
    if by_staff && !who.covers(TAKERS, &row.path) {
        return Err(ApiError::new(Kind::Forbidden));
    }
    let staff_only = [
        ("externalNumber", body.external_number.is_some()),
        ("reporterId", body.reporter_id.is_some()),
        ("done", body.done.is_some()),
        ("beneficiaryId", body.beneficiary_id.is_some()),
    ];
    if let Some((field, _)) = staff_only.into_iter().find(|(_, given)| *given && !by_staff) {
        // staff there only left out how it came in
        return Err(match who.covers(TAKERS, &row.path) {
            true => ApiError::field(
                "channel",
                format!("needed with {field}: how it came in, such as visit or phone"),
            ),
            false => ApiError::field(field, "for staff only"),
        });
    }
    let account = |field: &'static str, text: &Option<String>| {
        text.as_deref().map(|t| id(field, t)).transpose().map(|n| n.map(AccountId))
    };
    let (named, beneficiary) =
        (account("reporterId", &body.reporter_id)?, account("beneficiaryId", &body.beneficiary_id)?);
    let anonymous = anonymity == Anonymity::Anonymous;
    if anonymous && (named.is_some() || beneficiary.is_some() || body.beneficiary.is_some()) {
        return Err(ApiError::field("anonymity", "a fully anonymous order names nobody"));
    }
    let [named, beneficiary] = askable(state, who, [named, beneficiary]).await?;
    let reporter = if by_staff { named } else { Some(who.account()) };
    let placement = Placement {
        service_item: ServiceItemId(id("serviceItemId", &body.service_item_id)?),
        area,
        priority: body.priority.unwrap_or(Priority::Normal),
        channel,
        anonymity,
        reporter: reporter.filter(|_| !anonymous),
        beneficiary,
        created_by: by_staff.then(|| who.account()),
        done: body.done.as_ref().map(DoneInput::photos),
        wanted_at: body.wanted_at,
    };
    Ok((placement, row.path, desks))
}

/// Of those whom staff name, who may be asked: whoever has something to do with the areas where these take orders. Of the
/// others nothing is said, or numbers could be tried.
async fn askable(
    state: &AppState,
    who: &Principal,
    named: [Option<AccountId>; 2],
) -> ApiResult<[Option<AccountId>; 2]> {
    let people: Vec<i64> = named.iter().flatten().map(|person| person.0).collect();
    if people.is_empty() {
        return Ok(named);
    }
    let there = state.store.belonging(people, who.rooted(TAKERS)).await?;
    Ok(named.map(|person| person.filter(|person| there.contains(&person.0))))
}

/// A number that another system gave: one number however it is typed (fullwidth digits, any dash).
fn external_number(text: Option<&str>) -> ApiResult<Option<String>> {
    optional_line("externalNumber", text.map(domain::text::plain).as_deref(), 64)
}

/// Whom to reach, masked; it is sealed when its order has a key. A fully anonymous order keeps none.
async fn contact(
    state: &AppState,
    contact: Option<&ContactInput>,
    anonymous: bool,
    area: AreaId,
) -> ApiResult<NewContact> {
    let Some(contact) = contact.filter(|_| !anonymous) else { return Ok(NewContact::default()) };
    let name = optional_line("contact.name", contact.name.as_deref(), 50)?;
    let address = optional_line("contact.address", contact.address.as_deref(), 200)?;
    let phone = optional_phone("contact.phone", contact.phone.as_deref())?.map(|phone| phone.to_string());
    let places: Vec<Place> = match address {
        Some(_) => state.store.area_ancestors(area).await?.iter().filter_map(AreaRow::place).collect(),
        None => Vec::new(),
    };
    Ok(NewContact {
        name_masked: name.as_deref().map(mask_name),
        phone_masked: phone.as_deref().map(mask_phone),
        address_masked: address.as_deref().map(|text| mask_address(text, &places)),
        name: name.map(Into::into),
        phone: phone.map(Into::into),
        address: address.map(Into::into),
        ..NewContact::default()
    })
}

/// With the one it is for.
fn for_somebody(contact: NewContact, beneficiary: Option<&BeneficiaryInput>) -> ApiResult<NewContact> {
    let Some(beneficiary) = beneficiary else { return Ok(contact) };
    let name = optional_line("beneficiary.name", beneficiary.name.as_deref(), 50)?;
    let phone =
        optional_phone("beneficiary.phone", beneficiary.phone.as_deref())?.map(|phone| phone.to_string());
    let relation = optional_line("beneficiary.relation", beneficiary.relation.as_deref(), 20)?;
    Ok(NewContact {
        beneficiary_name_masked: name.as_deref().map(mask_name),
        beneficiary_phone_masked: phone.as_deref().map(mask_phone),
        beneficiary: Named {
            name: name.map(Into::into),
            phone: phone.map(Into::into),
            relation: relation.map(Into::into),
        },
        ..contact
    })
}
