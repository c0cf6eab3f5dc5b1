//! A row of a list of orders, and what it is made of.

use crate::http::locale::Lang;
use crate::http::time::instant;
use crate::order::routes::view::shown::{DueTimes, Named, RequestView};
use crate::order::routes::view::who::office;
use crate::order::routes::view::{due, request};
use domain::order::sentence::{Holder, Names, Reader, ended, sentence, status};
use domain::order::{Order, Words};
use domain::organisation::Assignee;
use domain::people::Role;
use domain::words::labelled::Labelled;
use domain::words::mask::mask_name;
use domain::{AccountId, AreaId, At};
use persistence::order::listing::{Holding, Line};
use persistence::order::past::Former;
use serde::Serialize;
use utoipa::ToSchema;

/// A row of a list: never more than the order's own view tells the same reader. Where that is an offer's brief, what the brief
/// does not have is absent or empty.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderListItem {
    /// Its id.
    #[schema(example = "42")]
    pub id: String,
    /// The number a person reads aloud.
    #[schema(example = "DL-261122-00123")]
    pub number: String,
    /// Its state.
    pub status: String,
    /// Its state for people.
    pub status_text: String,
    /// What happens now, by whom, by when, as the order's own view says it to this reader.
    #[schema(example = "已派给附近3位网格员，待认领")]
    pub sentence: String,
    /// In a few words, as the order's own view shows them to this reader; empty where it shows none.
    #[schema(example = "3号楼2单元***室漏水")]
    pub title: String,
    /// The service item.
    pub service_item: Named,
    /// The service item's name.
    pub service_item_name: String,
    /// The area, or of one below the compound the nearest above it that tells no door.
    pub area: Named,
    /// Its name.
    pub area_name: String,
    /// Priority.
    pub priority: String,
    /// Priority for people.
    pub priority_text: &'static str,
    /// The lead's name, masked; for the one it is about whole while they hold a public function.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub lead_name: Option<String>,
    /// When it was submitted.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
    /// When its resolve limit ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub resolve_due_at: Option<String>,
    /// When the limit ends that has to be kept next, which lists are in order of: to accept it until it is accepted, to
    /// resolve it from then on; absent while it is closed, suspended, or has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-22T19:04:05.123+08:00")]
    pub due_at: Option<String>,
    /// The four limits' ends, where they run.
    pub due: DueTimes,
    /// Past its resolve limit and open.
    pub overdue: bool,
    /// Until when it is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-25T09:00:00.000+08:00")]
    pub suspended_until: Option<String>,
    /// Since when it is pooled and with the dispatcher: everybody on its ladder was asked. For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-22T18:14:05.123+08:00")]
    pub unclaimed_at: Option<String>,
    /// A request that waits for a decision. For staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub request: Option<RequestView>,
    /// How many may hold it.
    pub slots: i32,
    /// How many hold it.
    pub filled: i32,
    /// How it came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "phone")]
    pub channel: Option<String>,
    /// How it came in, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "电话")]
    pub channel_text: Option<&'static str>,
    /// How often it was urged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub urges: Option<u32>,
    /// When the resident wants it to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-23T09:00:00.000+08:00")]
    pub wanted_at: Option<String>,
    /// Its version.
    pub version: i32,
    /// Its attempt; a claim carries it.
    pub attempt: i32,
    /// Whether the reader's part in it ended: this is how it was then.
    pub frozen: bool,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "2026-11-22T18:04:05.123+08:00")]
    pub frozen_at: Option<String>,
}

/// How much of an order somebody reads, who reads it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// All of it, and so much of the words.
    Whole(Words),
    /// An offer's brief.
    Brief,
}

/// Who holds it, or whom it is directed to, as its sentence names them, and what they are.
fn holder(line: &Line, staff: bool) -> Option<(Option<String>, Option<Role>)> {
    let (holding, leads) = match &line.lead {
        Some(lead) => (lead, true),
        None => (line.directed.as_ref()?, false),
    };
    let role = Role::acting(&holding.roles, leads);
    let person = leads || matches!(line.order.assignee, Some(Assignee::Person(_)));
    if !person {
        return Some((Some(holding.name.clone()), None));
    }
    // whoever holds no role any more is to residents a worker without a name
    let named = staff || role.is_some();
    let name = if staff { holding.name.clone() } else { shown(holding, leads, staff) };
    Some((named.then_some(name), role))
}

/// The name of a person as a row has it: whole for the one it is about while they hold a public function.
fn shown(holding: &Holding, leads: bool, staff: bool) -> String {
    let public = Role::acting(&holding.roles, leads).is_some_and(Role::is_public);
    if public && !staff { holding.name.clone() } else { mask_name(&holding.name) }
}

/// What a row says that its order does not.
struct Beside {
    number: String,
    title: String,
    item_name: String,
    place: (AreaId, String),
    status_text: String,
    sentence: String,
    lead_name: Option<String>,
    filled: i32,
    overdue: bool,
    frozen_at: Option<At>,
}

impl OrderListItem {
    /// A row for a person who reads so much of it; `now` is that of lists of what is overdue.
    #[must_use]
    pub fn of(line: Line, who: AccountId, reads: Reads, now: At, lang: Lang) -> Self {
        let staff = !line.order.is_own(who);
        let holder = holder(&line, staff).filter(|_| reads != Reads::Brief);
        let names = Names {
            reader: if staff { Reader::Staff } else { Reader::Resident },
            community: &line.around.community,
            office: office(&line.around.office),
            holder: holder.as_ref().map(|(name, role)| Holder { name: name.as_deref(), role: *role }),
            offered: line.around.offered,
            lapsed: line.lapsed,
        };
        let (order, english) = (&line.order, lang == Lang::En);
        let (status_text, told) =
            (status(order, &names, english), sentence(order, &names, line.now, english));
        let lead_name = line.lead.as_ref().map(|lead| shown(lead, true, staff));
        let late = || order.clocks.resolve.and_then(|clock| clock.due_at()).is_some_and(|due| due < now);
        let beside = Beside {
            number: line.number,
            title: match reads {
                Reads::Whole(words) => words.of(&line.title),
                Reads::Brief => String::new(),
            },
            item_name: line.item_name,
            place: line.place,
            status_text,
            sentence: told,
            filled: line.filled,
            overdue: order.status.is_open() && order.case.suspension.is_none() && late(),
            frozen_at: None,
            lead_name,
        };
        let row = Self::row(order, beside, staff, lang);
        if reads == Reads::Brief { row.brief() } else { row }
    }

    /// A row of an order that the reader took part in, as it was then.
    #[must_use]
    pub fn frozen(former: Former, who: AccountId, lang: Lang) -> Self {
        let order = former.order;
        let beside = Beside {
            number: former.number,
            title: Words::Redacted.of(&former.title),
            item_name: former.item_name,
            place: former.place,
            status_text: lang.label(order.status).into(),
            sentence: ended(former.at, lang == Lang::En),
            lead_name: None,
            filled: order.filled(),
            overdue: order.is_overdue(former.at),
            frozen_at: Some(former.at),
        };
        Self::row(&order, beside, !order.is_own(who), lang)
    }

    fn row(order: &Order, beside: Beside, staff: bool, lang: Lang) -> Self {
        let resolve_due = order.clocks.resolve.and_then(|clock| clock.due_at());
        let named = |id: String, name: &str| Named { id, name: name.into() };
        Self {
            id: order.id.to_string(),
            number: beside.number,
            status: order.status.as_str().into(),
            status_text: beside.status_text,
            sentence: beside.sentence,
            title: beside.title,
            service_item: named(order.service_item.to_string(), &beside.item_name),
            service_item_name: beside.item_name,
            area: named(beside.place.0.to_string(), &beside.place.1),
            area_name: beside.place.1,
            priority: order.priority.as_str().into(),
            priority_text: lang.label(order.priority),
            lead_name: beside.lead_name,
            created_at: instant(order.created_at),
            updated_at: instant(order.updated_at),
            resolve_due_at: resolve_due.map(instant),
            due_at: order.next_due_at().map(instant),
            due: due(order),
            overdue: beside.overdue,
            suspended_until: order.case.suspension.map(|s| instant(s.until)),
            unclaimed_at: order.left_unclaimed_at().filter(|_| staff).map(instant),
            request: order.pending_request().filter(|_| staff).map(|asked| request(asked, lang)),
            slots: order.slots,
            filled: beside.filled,
            channel: Some(order.channel.as_str().into()),
            channel_text: Some(lang.label(order.channel)),
            urges: Some(order.case.urges),
            wanted_at: order.case.wanted_at.map(instant),
            version: order.version,
            attempt: order.attempt,
            frozen: beside.frozen_at.is_some(),
            frozen_at: beside.frozen_at.map(instant),
        }
    }

    /// Without what an offer's brief does not tell.
    fn brief(self) -> Self {
        Self {
            lead_name: None,
            resolve_due_at: None,
            due_at: None,
            due: DueTimes::default(),
            suspended_until: None,
            unclaimed_at: None,
            request: None,
            channel: None,
            channel_text: None,
            urges: None,
            ..self
        }
    }
}
