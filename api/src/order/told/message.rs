//! The messages of the live protocol. No names of residents, no free text, no phone, no door; a winner's name masked.
//! Words only, no labels: a frame is encoded once for everybody in a scope, whatever their language.

use crate::http::time::instant;
use chrono::TimeDelta;
use domain::order::Status;
use domain::words::labelled::Labelled;
use domain::words::mask::mask_name;
use persistence::news::queue::Entry;
use persistence::order::past::Later;
use persistence::order::values::Brief;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// The protocol's version.
pub const VERSION: u32 = 1;
/// Between two pings, milliseconds.
pub const HEARTBEAT_MS: u64 = 25_000;

/// Where a message stands in its scope.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Place {
    /// Unique: scope and number.
    #[schema(example = "a501.8831", pattern = "^[a-z][0-9]+[.][0-9]+$")]
    pub id: String,
    /// The scope: a letter for its kind (area, team, unit, person, inbox) and what it is the scope of.
    #[schema(example = "a501")]
    pub s: String,
    /// Its number in the scope, without gaps.
    pub q: i64,
    /// The number before it. When it is past the last one known, something is missing: ask again from the cursor.
    pub p: i64,
}

/// What a candidate learns of an order.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfferBrief {
    /// `pooled`: claim it; `assigned`: acknowledge it; `gone`: it is over, which is told next.
    pub status: String,
    /// The service item.
    pub service_item_name: String,
    /// The area.
    pub area_name: String,
    /// Priority.
    pub priority: String,
    /// Slots left.
    pub slots_left: i32,
    /// Since when it is offered.
    pub offered_at: String,
    /// When the resident wants it to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub wanted_at: Option<String>,
    /// About how many minutes it takes, as the service item says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub takes_minutes: Option<i32>,
}

/// An offer that stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LiveOffer {
    /// The order.
    #[schema(example = "42")]
    pub order: String,
    /// The attempt to claim with.
    pub attempt: i32,
    /// The order's version.
    pub version: i32,
    /// Milliseconds left to claim it, or to acknowledge it, in time; none without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub left_ms: Option<i64>,
    /// What it is.
    pub brief: OfferBrief,
}

/// A message to a client.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum Message {
    /// First, and again when memberships change.
    Welcome {
        /// The protocol's version.
        v: u32,
        /// Between two pings.
        #[serde(rename = "heartbeatMs")]
        heartbeat_ms: u64,
        /// Epoch and newest number of each scope.
        scopes: BTreeMap<String, (String, i64)>,
    },
    /// Claim it.
    Offer {
        /// Where it stands.
        #[serde(flatten)]
        place: Place,
        /// What is offered.
        #[serde(flatten)]
        offer: LiveOffer,
    },
    /// An offer is over.
    Closed {
        /// Where it stands.
        #[serde(flatten)]
        place: Place,
        /// The order.
        order: String,
        /// Its version.
        version: i32,
        /// `won`, `suspended`, or the state it is in now; `gone` when it has changed since.
        why: String,
        /// Who won, masked.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(required = false, nullable = false)]
        by: Option<String>,
    },
    /// An order one follows changed.
    Order {
        /// Where it stands.
        #[serde(flatten)]
        place: Place,
        /// The order.
        order: String,
        /// The number a person reads aloud.
        number: String,
        /// Its version.
        version: i32,
        /// Its state; absent when it has changed since: what follows says so, to whom it still concerns.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(required = false, nullable = false)]
        status: Option<String>,
    },
    /// Start over in this scope: what came before is too old, or came too fast.
    Snap {
        /// The scope.
        s: String,
        /// The epoch.
        epoch: String,
        /// Its newest number.
        head: i64,
        /// The offers that stand, oldest first, at most 50.
        open: Vec<LiveOffer>,
        /// Whether there are more.
        more: bool,
    },
    /// How a claim ended.
    Result {
        /// The order.
        order: String,
        /// The attempt.
        attempt: i32,
        /// Its version, when known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(required = false, nullable = false)]
        version: Option<i32>,
        /// `won`, `lost`, `gone`, `ineligible`, `suspended`, `cooling_down`, `retry`.
        r: String,
        /// Who won, masked.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(required = false, nullable = false)]
        by: Option<String>,
        /// `false` when what was won then was given up since; absent otherwise.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(required = false, nullable = false)]
        held: Option<bool>,
        /// The slot won.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(required = false, nullable = false)]
        slot: Option<i32>,
    },
    /// Still there.
    Ping {
        /// The newest number of each scope.
        heads: BTreeMap<String, i64>,
    },
    /// A frame of the client's could not be read.
    Error {
        /// What is wrong, with the field named.
        reason: String,
    },
}

impl Message {
    /// Whether it says how much time is left: then it grows old.
    #[must_use]
    pub fn grows_old(&self) -> bool {
        match self {
            Self::Offer { offer, .. } => offer.left_ms.is_some(),
            Self::Snap { open, .. } => open.iter().any(|offer| offer.left_ms.is_some()),
            _ => false,
        }
    }
}

/// The offer an order stands for.
#[must_use]
pub fn offer(brief: &Brief) -> LiveOffer {
    let row = &brief.listed.row;
    LiveOffer {
        order: row.id.to_string(),
        attempt: row.attempt,
        version: row.version,
        left_ms: brief.left.map(left_ms),
        brief: OfferBrief {
            status: row.status.clone(),
            service_item_name: brief.listed.item_name.clone(),
            area_name: brief.listed.area_name.clone(),
            priority: row.priority.clone(),
            slots_left: row.slots - row.filled,
            offered_at: instant(row.updated_at.0),
            wanted_at: brief.wanted_at.map(instant),
            takes_minutes: brief.listed.takes_minutes,
        },
    }
}

/// What is left of an offer as it is told, milliseconds: nothing when it is late.
#[must_use]
pub fn left_ms(left: TimeDelta) -> i64 {
    left.num_milliseconds().max(0)
}

/// Whether an order has changed since this was numbered, so that what is read of it now may be none of the scope's business.
#[must_use]
pub fn is_late(entry: &Entry, brief: &Brief) -> bool {
    brief.listed.row.version > entry.version
}

/// What a scope called `name` is told by an entry. `later` is asked where [`is_late`].
#[must_use]
pub fn of(name: &str, entry: &Entry, brief: Option<&Brief>, later: &Later) -> Message {
    let place = Place { id: format!("{name}.{}", entry.seq), s: name.into(), q: entry.seq, p: entry.seq - 1 };
    let (order, version) = (entry.order.to_string(), entry.version);
    let late = brief.is_some_and(|brief| is_late(entry, brief));
    match (entry.kind.as_str(), brief) {
        ("offer", Some(brief)) => {
            let offer = offer(brief);
            Message::Offer { place, offer: if late { as_offered(entry, brief, offer, later) } else { offer } }
        }
        ("changed", Some(brief)) => {
            let row = &brief.listed.row;
            let (number, status) = (row.number.clone(), (!late).then(|| row.status.clone()));
            Message::Order { place, order, number, version, status }
        }
        (_, Some(_)) if late => {
            let by = later.holder(entry.order, entry.at).map(mask_name);
            let why = if by.is_some() { "won" } else { "gone" };
            Message::Closed { place, order, version, why: why.into(), by }
        }
        (_, Some(brief)) => {
            let (why, by) = over(brief);
            Message::Closed { place, order, version, why, by }
        }
        // an order that is not there: nothing can be offered
        (_, None) => Message::Closed { place, order, version, why: "gone".into(), by: None },
    }
}

/// An offer that was made a while ago: as it is now while it stands for the scope, else no more than was offered.
fn as_offered(entry: &Entry, brief: &Brief, now: LiveOffer, later: &Later) -> LiveOffer {
    let row = &brief.listed.row;
    let last = later.offered.get(&(entry.order, entry.scope)).copied();
    let waits = matches!(row.status.as_str(), "pooled" | "assigned") && row.suspended_until.is_none();
    if waits && last == Some(row.attempt) {
        return now;
    }
    let brief = OfferBrief {
        status: "gone".into(),
        slots_left: 0,
        offered_at: instant(entry.at),
        wanted_at: None,
        ..now.brief
    };
    LiveOffer { attempt: last.unwrap_or(0), version: entry.version, left_ms: None, brief, ..now }
}

/// Why an offer is over, as the order stands now, and who won it.
fn over(brief: &Brief) -> (String, Option<String>) {
    let row = &brief.listed.row;
    let held = Status::parse(&row.status).is_some_and(|s| !matches!(s, Status::Pooled | Status::Accepted));
    match &brief.listed.lead_name {
        Some(name) if held => ("won".into(), Some(mask_name(name))),
        _ if row.suspended_until.is_some() => ("suspended".into(), None),
        _ => (row.status.clone(), None),
    }
}
