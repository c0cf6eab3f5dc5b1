//! The view of one order: what the reader may see of it, and what they may do to it.

pub mod reader;
pub mod shown;
pub mod timeline;
pub mod who;

use crate::http::error::ApiResult;
use crate::http::locale::Lang;
use crate::http::time::instant;
use crate::identity::principal::Principal;
use crate::order::apply;
use crate::order::apply::{Seen, Sight};
use crate::order::routes::view::reader::Reader;
use crate::order::routes::view::shown::{
    AllowedAction, CoHandlerView, DueTimes, Handler, MaskedBeneficiary, MaskedContact, Named, NamedAssignee,
    OfficeView, OrderDetail, OrderView, RequestView, RoundView,
};
use crate::order::routes::view::timeline::timeline;
use crate::state::AppState;
use domain::OrderId;
use domain::catalogue::Anonymity;
use domain::order::actions::{allowed, needs};
use domain::order::sentence::Reader as Audience;
use domain::order::{Ask, Claim, Clock, CommandKind, Facts, Order, Request, Round, Words};
use domain::organisation::Assignee;
use domain::people::{Role, RoleSet};
use domain::words::labelled::Labelled;
use domain::words::mask::{mask_address, mask_name, mask_phone};
use persistence::order::past::Past;
use persistence::order::values::{CaseRead, DetailRead, LoadedOrder};
use persistence::organisation::values::NamedArea;

/// Roles that oversee an order rather than handle it.
const OVERSEERS: RoleSet = RoleSet::of(&[Role::Dispatcher, Role::Supervisor, Role::Auditor, Role::Admin]);

/// The view of an order for this person.
///
/// # Errors
/// 404 when the person may not see it.
pub async fn view(state: &AppState, who: &Principal, id: OrderId, lang: Lang) -> ApiResult<OrderView> {
    let Seen { case, facts, sight } = apply::look(&state.shell, who, id).await?;
    let hidden = is_hidden_from(who, &case, sight);
    let words = match sight {
        Sight::Whole => case.loaded.order.words(who.account(), &facts),
        Sight::Brief | Sight::Frozen(_) => Words::Redacted,
    };
    // of a frozen order nothing can be done, but that whoever forwarded it may take it back
    let still = match sight {
        Sight::Frozen(_) => allowed(&case.loaded.order, who.actor(), &facts, case.now)
            .into_iter()
            .filter(|kind| *kind == CommandKind::TakeBack)
            .map(|kind| action(kind, lang))
            .collect(),
        Sight::Whole | Sight::Brief => Vec::new(),
    };
    let (case, frozen) = match sight {
        Sight::Whole | Sight::Brief => (case, None),
        Sight::Frozen(past) => (as_it_was(state, case, past).await?, Some(past.at)),
    };
    let detail = state.store.detail(case.loaded.order.clone(), Some(who.account())).await?;
    let (staff, whole) = (is_staff(who, &case), sight != Sight::Brief);
    if frozen.is_none() {
        looked_at(state, who, &case.loaded.order, (&facts, &detail)).await;
    }
    let audience = if staff { Audience::Staff } else { Audience::Resident };
    let reader = Reader { who: Some(who), audience, staff, hidden, whole, words, frozen, lang };
    let view = build(&reader, &case, &facts, &detail);
    Ok(if frozen.is_some() { OrderView { allowed_actions: still, ..view } } else { view })
}

/// Whoever oversees the inbox that a forwarded order came into has now looked at it, once: it is not taken back any more.
async fn looked_at(state: &AppState, who: &Principal, order: &Order, (facts, detail): (&Facts, &DetailRead)) {
    let Some(forwarded) = order.case.forwarded.filter(|f| f.by != who.account()) else { return };
    let marked = detail.read_version.is_some_and(|seen| seen >= forwarded.version);
    if marked || !facts.inbox_roles.has(Role::Dispatcher) {
        return;
    }
    if let Err(e) = state.store.mark_read(who.account(), order.id, order.version).await {
        tracing::warn!(order = order.id.0, error = %e, "that a forwarded order was looked at could not be noted");
    }
}

/// The case as it was when a part in it ended.
async fn as_it_was(state: &AppState, case: CaseRead, past: Past) -> ApiResult<CaseRead> {
    let order = state.store.order_at(case.loaded.order.id, past.seq).await?;
    Ok(CaseRead { now: past.at, loaded: LoadedOrder { order, ..case.loaded }, ..case })
}

/// Whether this person reads the order as staff (and not as the resident it is about).
fn is_staff(who: &Principal, case: &CaseRead) -> bool {
    let order = &case.loaded.order;
    !order.is_own(who.account())
}

/// Whether the reporter is hidden from this reader: from everyone who may handle the order, or did, and does not oversee
/// it.
pub(super) fn is_hidden_from(who: &Principal, case: &CaseRead, sight: Sight) -> bool {
    let order = &case.loaded.order;
    let oversees = who.covers(OVERSEERS, &case.area_path) || who.covers(OVERSEERS, &case.inbox_path);
    let knows = order.is_own(who.account()) || order.created_by == Some(who.account());
    let handled = order.has_handled(who.account()) || matches!(sight, Sight::Frozen(_));
    order.anonymity == Anonymity::HiddenFromWorker && !knows && (handled || !oversees)
}

/// The view as this reader may see it.
#[must_use]
pub fn build(reader: &Reader<'_>, case: &CaseRead, facts: &Facts, detail: &DetailRead) -> OrderView {
    let (order, lang) = (&case.loaded.order, reader.lang);
    let (status_text, sentence) = who::status_and_sentence(reader, case, detail);
    let told = |area: &&NamedArea| reader.words == Words::Whole || !area.tells_a_door;
    let areas: Vec<&NamedArea> = detail.areas.iter().filter(told).collect();
    let area = areas.last().map_or_else(
        || Named { id: order.area.to_string(), name: String::new() },
        |area| Named { id: area.id.to_string(), name: area.name.clone() },
    );
    OrderView {
        id: order.id.to_string(),
        number: case.loaded.number.clone(),
        status: order.status.as_str().into(),
        status_text,
        sentence,
        frozen: reader.frozen.is_some(),
        frozen_at: reader.frozen.map(instant),
        version: order.version,
        attempt: order.attempt,
        slots: order.slots,
        filled: order.filled(),
        service_item: Named { id: order.service_item.to_string(), name: detail.item_name.clone() },
        inbox: match order.inbox == order.area {
            // what is not told of where it is, is not told of where it lies
            true => area.clone(),
            false => Named { id: order.inbox.to_string(), name: detail.inbox_name.clone() },
        },
        area,
        area_names: areas.iter().skip(2).map(|area| area.name.clone()).collect(),
        office: OfficeView::of(&detail.around.office),
        priority: order.priority.as_str().into(),
        priority_text: lang.label(order.priority).into(),
        created_at: instant(order.created_at),
        updated_at: instant(order.updated_at),
        overdue: order.is_overdue(case.now),
        wanted_at: order.case.wanted_at.map(instant),
        allowed_actions: reader.who.filter(|_| reader.frozen.is_none()).map_or_else(Vec::new, |who| {
            allowed(order, who.actor(), facts, case.now).into_iter().map(|kind| action(kind, lang)).collect()
        }),
        detail: reader.whole.then(|| whole(reader, case, detail)),
    }
}

fn action(kind: CommandKind, lang: Lang) -> AllowedAction {
    AllowedAction {
        name: kind.as_str().into(),
        label_text: lang.label(kind).into(),
        needs: needs(kind).iter().map(|n| (*n).into()).collect(),
    }
}

fn whole(reader: &Reader<'_>, case: &CaseRead, detail: &DetailRead) -> OrderDetail {
    let (order, lang) = (&case.loaded.order, reader.lang);
    OrderDetail {
        title: reader.words.of(&detail.title),
        description: reader.words.of(&detail.description),
        channel: order.channel.as_str().into(),
        channel_text: lang.label(order.channel).into(),
        anonymity: order.anonymity.as_str().into(),
        external_number: case.loaded.external_number.clone().filter(|_| reader.staff),
        contact: contact(reader, detail),
        beneficiary: beneficiary(reader, detail),
        assignee: order.assignee.map(|who| named(who, detail, reader)),
        handlers: order.claims.iter().map(|claim| handler(claim, detail, reader)).collect(),
        co_handlers: order
            .case
            .co_handlers
            .iter()
            .map(|h| CoHandlerView { who: named(h.who, detail, reader), state: h.state })
            .collect(),
        due: due(order),
        suspended_until: order.case.suspension.map(|s| instant(s.until)),
        unclaimed_at: order.left_unclaimed_at().filter(|_| reader.staff).map(instant),
        request: order.pending_request().filter(|_| reader.staff).map(|asked| request(asked, lang)),
        score: order.case.rating.map(|r| r.score),
        solved: order.case.rating.map(|r| r.solved),
        reopen_until: order.case.reopen_until.map(instant),
        urges: order.case.urges,
        redos: order.case.redos,
        rounds: order.case.rounds.iter().map(round).collect(),
        unread: detail.read_version.is_none_or(|seen| seen < order.version),
        timeline: timeline(order, detail, reader),
    }
}

/// What is asked for, with its time as everywhere on the wire.
fn ask(asked: Ask) -> serde_json::Value {
    match asked {
        Ask::Suspend { until } => serde_json::json!({"kind": "suspend", "until": instant(until)}),
        Ask::Extend { minutes } => serde_json::json!({"kind": "extend", "minutes": minutes}),
        Ask::HandBack => serde_json::json!({"kind": "hand_back"}),
    }
}

fn handler(claim: &Claim, detail: &DetailRead, reader: &Reader<'_>) -> Handler {
    let id = claim.account;
    let phone = detail.around.office.phone.clone();
    Handler {
        slot: claim.slot,
        name: who::name(reader, detail, id),
        role_text: who::function_text(reader, detail, id),
        phone: phone.filter(|_| who::is_told(reader, detail, id)),
        at: instant(claim.at),
    }
}

fn named(who: Assignee, detail: &DetailRead, reader: &Reader<'_>) -> NamedAssignee {
    let (kind, id) = who.parts();
    let name = match who {
        Assignee::Person(id) => detail.names.people.get(&id),
        Assignee::Unit(id) => detail.names.units.get(&id),
        Assignee::Team(id) => detail.names.teams.get(&id),
    };
    let name = name.cloned().unwrap_or_default();
    let person = if let Assignee::Person(id) = who { Some(id) } else { None };
    let told = person.filter(|id| who::is_told(reader, detail, *id));
    NamedAssignee {
        kind,
        id: id.to_string(),
        name: if person.is_some() && told.is_none() { mask_name(&name) } else { name },
        role_text: told.and_then(|id| who::function_text(reader, detail, id)),
    }
}

/// Hidden from the worker: those who may handle it and do not oversee it see no contact at all.
fn contact(reader: &Reader<'_>, detail: &DetailRead) -> Option<MaskedContact> {
    if reader.who.is_none() || reader.hidden || reader.frozen.is_some() {
        return None;
    }
    let row = &detail.contact;
    (row.name_masked.is_some() || row.phone_masked.is_some() || row.address_masked.is_some()).then(|| {
        MaskedContact {
            // masked once more: a row may have been masked when masks hid less
            name: row.name_masked.as_deref().map(mask_name),
            phone: row.phone_masked.as_deref().map(mask_phone),
            address: row.address_masked.as_deref().map(|text| mask_address(text, &detail.places)),
        }
    })
}

fn round(round: &Round) -> RoundView {
    let passed = round.resolve.map_or(0, |clock| clock.elapsed_ms(round.until));
    let limit = round.resolve.and_then(|clock| clock.limit_ms);
    RoundView {
        until: instant(round.until),
        minutes: passed / 60_000,
        overdue: limit.is_some_and(|limit| passed > limit),
    }
}

fn beneficiary(reader: &Reader<'_>, detail: &DetailRead) -> Option<MaskedBeneficiary> {
    if reader.who.is_none() || reader.hidden || reader.frozen.is_some() {
        return None;
    }
    let row = &detail.contact;
    let (name, phone) = (row.beneficiary_name_masked.as_deref(), row.beneficiary_phone_masked.as_deref());
    let is_named = name.is_some() || phone.is_some();
    is_named.then(|| MaskedBeneficiary { name: name.map(mask_name), phone: phone.map(mask_phone) })
}

/// A request that waits.
pub(super) fn request(asked: &Request, lang: Lang) -> RequestView {
    RequestView {
        ask: ask(asked.ask),
        reason: asked.reason.as_str().into(),
        reason_text: lang.label(asked.reason).into(),
        at: instant(asked.at),
    }
}

/// When the limits end that run.
pub(super) fn due(order: &Order) -> DueTimes {
    let running = |clock: Option<Clock>| clock.and_then(|c| c.running_due_at()).map(instant);
    DueTimes {
        accept_at: running(order.clocks.accept),
        claim_at: running(order.clocks.claim),
        contact_at: running(order.clocks.contact),
        resolve_at: running(order.clocks.resolve),
    }
}
