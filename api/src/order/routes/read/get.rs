//! Reading one order: the view, the contact, the read mark, and the anonymous query.

use crate::http::answers::{ById, ReadErrors, WriteErrors, WriteHeaders};
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::locale::Lang;
use crate::http::params::{PathId, Query};
use crate::http::request_id::RequestId;
use crate::http::wire::NothingMore;
use crate::http::wire::{Envelope, Reply};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::order::apply;
use crate::order::apply::Sight;
use crate::order::routes::view;
use crate::order::routes::view::build;
use crate::order::routes::view::reader::Reader;
use crate::order::routes::view::shown::OrderView;
use crate::state::AppState;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, get, put};
use domain::OrderId;
use domain::order::sentence::Reader as Audience;
use domain::order::{Facts, Words};
use persistence::engine::sensitive::Sensitive;
use persistence::order::contact::Named;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the client has already.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// The version the client has: unchanged, it gets `{"unchanged": true}`.
    #[param(minimum = 0)]
    since: Option<i32>,
}

/// An order, or word that it has not changed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum OrderOrUnchanged {
    /// The view.
    Order(Box<OrderView>),
    /// Nothing new.
    Unchanged(Unchanged),
}

/// Nothing new.
#[derive(Debug, Serialize, ToSchema)]
pub struct Unchanged {
    /// Always true.
    pub unchanged: bool,
}

/// Read an order
///
/// What the reader may see of it, with the timeline, the state's sentence and what the reader may do now. A candidate
/// gets the offer's brief only. Whoever took part and does no more (released, recalled, reassigned, forwarded, moved
/// elsewhere) gets it `frozen`, as it was then, until 30 days after it was finished. 404 for everyone else.
///
/// In title, description and the timeline's words telephone, identity and card numbers and doors are stars, and an area below
/// the compound is left out, for all but its reporter, its dispatchers, those in whose hands it is, and who took it at the
/// telephone.
#[utoipa::path(
    get,
    path = "/orders/{id}",
    tag = "orders",
    params(ById, Since),
    responses((status = 200, description = "The order", body = Envelope<OrderOrUnchanged>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/orders/{id}")]
pub async fn get_order(
    state: Data<AppState>,
    who: Principal,
    order: PathId<OrderId>,
    query: Query<Since>,
    lang: Lang,
) -> ApiResult<Reply<OrderOrUnchanged>> {
    if query.0.since.is_some_and(|since| since < 0) {
        return Err(ApiError::syntax("since", "0 or more"));
    }
    let view = view::view(&state, &who, order.0, lang).await?;
    Ok(Reply::ok(match query.0.since {
        Some(since) if since >= view.version => OrderOrUnchanged::Unchanged(Unchanged { unchanged: true }),
        _ => OrderOrUnchanged::Order(Box::new(view)),
    }))
}

/// Ask with a query code
///
/// How a fully anonymous order stands, its words without numbers and doors. No log-in: whoever has the code may ask.
#[utoipa::path(
    get,
    path = "/orders/by-code/{code}",
    tag = "orders",
    params(("code" = String, Path, description = "The query code", example = "Zk3mP0aQ7xYw1B", pattern = "^[0-9A-Za-z_-]{14}$")),
    responses((status = 200, description = "The order", body = Envelope<OrderView>), ReadErrors),
)]
#[get("/orders/by-code/{code}")]
pub async fn get_order_by_code(
    state: Data<AppState>,
    code: Path<String>,
    lang: Lang,
) -> ApiResult<Reply<OrderView>> {
    if code.len() > 32 {
        return Err(ApiError::syntax("code", "14 characters"));
    }
    let id = state.store.by_query_code(&code).await?;
    let case = state.store.read_case(id, None).await?;
    let detail = state.store.detail(case.loaded.order.clone(), None).await?;
    let words = Words::Redacted;
    let audience = Audience::Nameless;
    let reader =
        Reader { who: None, audience, staff: false, hidden: true, whole: true, words, frozen: None, lang };
    Ok(Reply::ok(build(&reader, &case, &Facts::default(), &detail)))
}

/// The contact in the clear.
#[derive(Debug, Serialize, ToSchema)]
pub struct Contact {
    /// Name.
    pub name: Option<String>,
    /// Phone.
    #[schema(example = "13812345678")]
    pub phone: Option<String>,
    /// Address down to the door.
    pub address: Option<String>,
    /// For whom it is, when that is somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub beneficiary: Option<Beneficiary>,
}

/// For whom an order is, in the clear.
#[derive(Debug, Serialize, ToSchema)]
pub struct Beneficiary {
    /// Name.
    pub name: Option<String>,
    /// Phone.
    #[schema(example = "13812345678")]
    pub phone: Option<String>,
    /// What they are to the reporter.
    #[schema(example = "父亲")]
    pub relation: Option<String>,
}

impl Beneficiary {
    fn of(named: Named) -> Option<Self> {
        let clear = |text: Option<Sensitive<String>>| text.map(Sensitive::into_inner);
        let (name, phone, relation) = (clear(named.name), clear(named.phone), clear(named.relation));
        let is_named = name.is_some() || phone.is_some() || relation.is_some();
        is_named.then_some(Self { name, phone, relation })
    }
}

/// Read the contact
///
/// Name, phone and address in the clear, and the one it is for: for the current handler, while the order is open and as long as
/// role and area still let them do the work, if it is not hidden from them; of a caller without an account also for staff who
/// act for them (dispatchers, grid leaders, supervisors of its inbox who did not handle it), while there is something to ask or
/// tell them: submitted, need_info, rejected, resolved, disputed, and closed until `reopenUntil`. Every reading is logged.
#[utoipa::path(
    get,
    path = "/orders/{id}/contact",
    tag = "orders",
    params(ById),
    responses((status = 200, description = "The contact", body = Envelope<Contact>), ReadErrors),
    security(("bearer" = [])),
)]
#[get("/orders/{id}/contact")]
pub async fn get_order_contact(
    state: Data<AppState>,
    who: Principal,
    order: PathId<OrderId>,
    req: HttpRequest,
) -> ApiResult<Reply<Contact>> {
    let id = order.0;
    let (case, facts) = apply::see(&state.shell, &who, id).await?;
    let held = &case.loaded.order;
    let handles = held.is_handled_by(who.account(), &facts)
        && held.status.is_open()
        && held.anonymity == domain::catalogue::Anonymity::RealName;
    // an order that hides its reporter hides them from whoever may come to handle it, not from its dispatchers
    let calls = held.is_called_back_by(who.account(), &facts, case.now)
        && !view::is_hidden_from(&who, &case, Sight::Whole);
    if !handles && !calls {
        return Err(ApiError::new(Kind::FORBIDDEN));
    }
    let read = state.store.read_contact(id, who.account(), RequestId::of(&req).as_str().into()).await?;
    Ok(Reply::ok(Contact {
        name: read.name.map(Sensitive::into_inner),
        phone: read.phone.map(Sensitive::into_inner),
        address: read.address.map(Sensitive::into_inner),
        beneficiary: Beneficiary::of(read.beneficiary),
    }))
}

/// Mark an order read
///
/// Up to its present version; the badges count what changed since.
#[utoipa::path(
    put,
    path = "/orders/{id}/read",
    tag = "orders",
    params(ById, WriteHeaders),
    request_body = NothingMore,
    responses((status = 200, description = "Marked", body = Envelope<Marked>), WriteErrors),
    security(("bearer" = [])),
)]
#[put("/orders/{id}/read")]
pub async fn mark_order_read(
    state: Data<AppState>,
    who: Principal,
    order: PathId<OrderId>,
    _request: Keyed<NothingMore>,
) -> ApiResult<Reply<Marked>> {
    let seen = apply::look(&state.shell, &who, order.0).await?;
    let version = match seen.sight {
        Sight::Whole | Sight::Brief => seen.case.loaded.order.version,
        Sight::Frozen(past) => past.seq,
    };
    state.store.mark_read(who.account(), order.0, version).await?;
    Ok(Reply::ok(Marked { version }))
}

/// Up to where it is read.
#[derive(Debug, Serialize, ToSchema)]
pub struct Marked {
    /// The version marked.
    pub version: i32,
}
