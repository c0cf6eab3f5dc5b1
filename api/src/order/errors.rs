//! The errors of orders, and what each refusal of their rules answers with.

use crate::http::error::{ApiError, FieldError, Kind, errors};
use crate::http::time::instant;
use domain::order::rejection::Rejection;
use serde_json::json;

errors! {
    NOT_ELIGIBLE = 403, 2, "不在本单的派单范围内", "You are not a candidate for this order";
    COOLING_DOWN = 403, 3, "您刚放弃过该单，暂不能再次认领", "You released this order lately";
    SUPERVISOR_RULES = 403, 4, "两次驳回后须由督办人员裁定", "After two refusals the supervisor rules";
    ORDER_ALREADY_CLAIMED = 409, 1, "已被他人认领", "Somebody else has claimed it";
    OFFER_GONE = 409, 2, "该派单已失效", "The offer is over";
    WRONG_STATE = 409, 3, "当前状态不允许此操作", "The order's state does not allow this";
    SUSPENDED = 409, 4, "订单挂起中", "The order is suspended";
    REQUEST_PENDING = 409, 5, "已有待审批的申请", "A request is waiting already";
    NO_REQUEST = 409, 6, "没有待审批的申请", "No request is waiting";
    USED_UP = 409, 7, "次数已用完", "No more of these";
    WINDOW_OVER = 409, 8, "已超过可提出异议的期限", "The time to dispute is over";
    ALREADY_RATED = 409, 9, "已经评价过", "Rated already";
    CO_HANDLER_OPEN = 409, 10, "协办尚未完成", "A co-handler is not done yet";
    CO_HANDLER_STATE = 409, 11, "协办状态不符", "The co-handler is not in that state";
    NOT_DUE = 409, 12, "尚未到期", "Not due";
    NO_PARENT_AREA = 409, 13, "已是最高一级", "There is nothing above";
    EXTERNAL_NUMBER_TAKEN = 409, 14, "该外部编号已存在", "This external number is taken";
    LOOKED_AT = 409, 18, "对方已查看或处理，不能撤回", "It was looked at there already";
    HANDLER_GONE = 409, 19, "原承办人已停用或不再履职，请改派他人重办", "Whoever handled it may not any more: have somebody else do it again";
    NOBODY_OVERSEES = 422, 7, "这里还没有开通受理：本区域及上级都没有社区管理员。请改选所在社区，或联系当地管理员开通", "Nobody takes orders here yet: neither this area nor one above it has a dispatcher. Choose the community instead, or ask its administrator";
    COMMON_NOT_OVERSEEN = 422, 8, "目标区域不在您的管辖范围内，将移交共同的上级区域，而那里及其上级都没有社区管理员", "The area is outside your own: the order would go to the common area above, where nobody dispatches, nor above it";
    ONLY_DISPATCHER = 422, 9, "您是此处唯一的社区管理员，成为当事人后将无人受理：请先将诉求移交上级", "You are the only dispatcher here: as a party to it you would leave nobody who may act. Forward the order to the area above first";
    SEARCHES_USED_UP = 429, 3, "按电话查询的次数已达上限，请稍后再试", "No more searches by phone for now: wait and try again", 60;
    CLAIM_RETRY = 503, 1, "认领结果未知，请重试", "The outcome is not known yet: ask again", 1;
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Invalid { field, why } => Self::labelled(field, why),
            Rejection::Target { at, why } => Self::labelled(at.to_string(), why),
            Rejection::NobodyOversees => {
                let (zh, en) =
                    ("本区域及上级都没有社区管理员", "neither this area nor one above it has a dispatcher");
                Self {
                    fields: vec![FieldError::in_both("areaId", zh, en)],
                    ..Self::new(Kind::NOBODY_OVERSEES)
                }
            }
            Rejection::CommonNotOverseen => {
                let zh = "不在您的管辖区域内，将移交共同的上级区域，而那里及其上级都没有社区管理员";
                let en = "outside your own area: it would go to the common area above, and neither that nor one above \
                          it has a dispatcher";
                Self {
                    fields: vec![FieldError::in_both("areaId", zh, en)],
                    ..Self::new(Kind::COMMON_NOT_OVERSEEN)
                }
            }
            Rejection::CoolingDown { until } => {
                Self::new(Kind::COOLING_DOWN).with_detail(json!({ "until": instant(until) }))
            }
            Rejection::Suspended { until } => {
                Self::new(Kind::SUSPENDED).with_detail(json!({ "until": instant(until) }))
            }
            Rejection::WrongState { status } => {
                Self::new(Kind::WRONG_STATE).with_detail(json!({ "status": status }))
            }
            // who won is told where claims are answered, by name and masked
            Rejection::Lost { .. } => Self::new(Kind::ORDER_ALREADY_CLAIMED),
            Rejection::Forbidden => Self::new(Kind::FORBIDDEN),
            Rejection::OwnCase => Self::new(Kind::OWN_CASE),
            Rejection::Gone => Self::new(Kind::OFFER_GONE),
            Rejection::NotEligible => Self::new(Kind::NOT_ELIGIBLE),
            Rejection::RequestPending => Self::new(Kind::REQUEST_PENDING),
            Rejection::NoRequest => Self::new(Kind::NO_REQUEST),
            Rejection::SupervisorRules => Self::new(Kind::SUPERVISOR_RULES),
            Rejection::UsedUp => Self::new(Kind::USED_UP),
            Rejection::WindowOver => Self::new(Kind::WINDOW_OVER),
            Rejection::AlreadyRated => Self::new(Kind::ALREADY_RATED),
            Rejection::CoHandlerOpen => Self::new(Kind::CO_HANDLER_OPEN),
            Rejection::CoHandlerState => Self::new(Kind::CO_HANDLER_STATE),
            Rejection::NotDue => Self::new(Kind::NOT_DUE),
            Rejection::NoParentArea => Self::new(Kind::NO_PARENT_AREA),
            Rejection::OnlyDispatcher => Self::new(Kind::ONLY_DISPATCHER),
            Rejection::LookedAt => Self::new(Kind::LOOKED_AT),
            Rejection::HandlerGone => Self::new(Kind::HANDLER_GONE),
        }
    }
}
