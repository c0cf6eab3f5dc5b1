//! The table of errors: kind (and `of` which rejections of the domain it is) → status, number, stable name, Chinese, English.

use domain::order::rejection::Rejection;

/// A row.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// HTTP status.
    pub status: u16,
    /// Number within the status.
    pub n: u16,
    /// Stable name.
    pub name: &'static str,
    /// For people, Chinese.
    pub zh: &'static str,
    /// For people, English.
    pub en: &'static str,
    /// Default `Retry-After`, seconds.
    pub retry_after_s: Option<u32>,
}

impl Row {
    /// The envelope's `code`: status × 100 + n.
    #[must_use]
    pub fn code(&self) -> u32 {
        u32::from(self.status) * 100 + u32::from(self.n)
    }
}

macro_rules! kinds {
    ($($kind:ident $(of $($rejection:ident)|+)? =
        $status:literal, $n:literal, $name:literal, $zh:literal, $en:literal $(, $retry:literal)?;)+) => {
        /// Every kind of error the API answers with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $(#[doc = $en] $kind),+ }
        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];
            /// Its row.
            #[must_use]
            pub const fn row(self) -> Row {
                match self { $(Self::$kind => Row {
                    status: $status, n: $n, name: $name, zh: $zh, en: $en, retry_after_s: kinds!(@retry $($retry)?),
                }),+ }
            }
            /// The kind of a rejection.
            #[must_use]
            pub const fn of(rejection: &Rejection) -> Self {
                match rejection { $($($(Rejection::$rejection { .. })|+ => Self::$kind,)?)+ }
            }
        }
    };
    (@retry) => { None };
    (@retry $retry:literal) => { Some($retry) };
}

kinds! {
    BadRequest = 400, 0, "BAD_REQUEST", "请求格式有误", "The request cannot be read";
    IdempotencyKeyMissing = 400, 1, "IDEMPOTENCY_KEY_MISSING", "缺少 Idempotency-Key 请求头", "The Idempotency-Key header is missing";
    Unauthenticated = 401, 0, "UNAUTHENTICATED", "请先登录", "Log in first";
    TokenExpired = 401, 1, "TOKEN_EXPIRED", "登录已过期，请刷新", "The access token has expired: refresh it";
    SessionRevoked = 401, 2, "SESSION_REVOKED", "登录已失效，请重新登录", "The session was revoked: log in again";
    LoginFailed = 401, 3, "LOGIN_FAILED", "账号或密码错误", "Wrong name or password";
    OneTimePasswordExpired = 401, 4, "ONE_TIME_PASSWORD_EXPIRED", "初始密码已过期，请联系管理员重置", "The one-time password has expired: ask an administrator for a new one";
    Forbidden of Forbidden = 403, 0, "FORBIDDEN", "无权进行此操作", "You may not do this";
    OwnCase of OwnCase = 403, 1, "OWN_CASE", "不得处理与本人有关的事项", "Nobody rules on their own case";
    NotEligible of NotEligible = 403, 2, "NOT_ELIGIBLE", "不在本单的派单范围内", "You are not a candidate for this order";
    CoolingDown of CoolingDown = 403, 3, "COOLING_DOWN", "您刚放弃过该单，暂不能再次认领", "You released this order lately";
    SupervisorRules of SupervisorRules = 403, 4, "SUPERVISOR_RULES", "两次驳回后须由督办人员裁定", "After two refusals the supervisor rules";
    PasswordChangeRequired = 403, 5, "PASSWORD_CHANGE_REQUIRED", "请先修改初始密码", "Change the one-time password first";
    DevelopmentOnly = 403, 6, "DEVELOPMENT_ONLY", "该登录方式未启用", "This log-in is for development only";
    NotFound = 404, 0, "NOT_FOUND", "内容不存在", "Not found";
    MethodNotAllowed = 405, 0, "METHOD_NOT_ALLOWED", "不支持的请求方法", "Method not allowed";
    Timeout = 408, 0, "TIMEOUT", "请求超时", "The request took too long";
    Conflict = 409, 0, "CONFLICT", "数据已被更新，请刷新后重试", "It changed meanwhile: read it again";
    OrderAlreadyClaimed of Lost = 409, 1, "ORDER_ALREADY_CLAIMED", "已被他人认领", "Somebody else has claimed it";
    OfferGone of Gone = 409, 2, "OFFER_GONE", "该派单已失效", "The offer is over";
    WrongState of WrongState = 409, 3, "WRONG_STATE", "当前状态不允许此操作", "The order's state does not allow this";
    Suspended of Suspended = 409, 4, "SUSPENDED", "订单挂起中", "The order is suspended";
    RequestPending of RequestPending = 409, 5, "REQUEST_PENDING", "已有待审批的申请", "A request is waiting already";
    NoRequest of NoRequest = 409, 6, "NO_REQUEST", "没有待审批的申请", "No request is waiting";
    UsedUp of UsedUp = 409, 7, "USED_UP", "次数已用完", "No more of these";
    WindowOver of WindowOver = 409, 8, "WINDOW_OVER", "已超过可提出异议的期限", "The time to dispute is over";
    AlreadyRated of AlreadyRated = 409, 9, "ALREADY_RATED", "已经评价过", "Rated already";
    CoHandlerOpen of CoHandlerOpen = 409, 10, "CO_HANDLER_OPEN", "协办尚未完成", "A co-handler is not done yet";
    CoHandlerState of CoHandlerState = 409, 11, "CO_HANDLER_STATE", "协办状态不符", "The co-handler is not in that state";
    NotDue of NotDue = 409, 12, "NOT_DUE", "尚未到期", "Not due";
    NoParentArea of NoParentArea = 409, 13, "NO_PARENT_AREA", "已是最高一级", "There is nothing above";
    ExternalNumberTaken = 409, 14, "EXTERNAL_NUMBER_TAKEN", "该外部编号已存在", "This external number is taken";
    NameTaken = 409, 16, "NAME_TAKEN", "名称或编码已存在", "The name or code is taken";
    InUse = 409, 17, "IN_USE", "仍在使用中", "Still in use";
    LookedAt of LookedAt = 409, 18, "LOOKED_AT", "对方已查看或处理，不能撤回", "It was looked at there already";
    HandlerGone of HandlerGone = 409, 19, "HANDLER_GONE", "原承办人已停用或不再履职，请改派他人重办", "Whoever handled it may not any more: have somebody else do it again";
    PushNotDead = 409, 20, "PUSH_NOT_DEAD", "该推送并未失败，无需重发", "This push was not given up";
    PushOff = 409, 21, "PUSH_OFF", "未配置推送接收方", "No receiver of pushes is configured";
    PayloadTooLarge = 413, 0, "PAYLOAD_TOO_LARGE", "内容过大", "Too large";
    UnsupportedMediaType = 415, 0, "UNSUPPORTED_MEDIA_TYPE", "不支持的内容类型", "Unsupported content type";
    HeicPhoto = 415, 1, "HEIC_PHOTO", "这是 HEIC 格式的照片，请改为上传压缩图，或在手机相机设置中关闭“高效（HEIF）”格式、选“兼容性最佳”后重拍", "This is a HEIC photo: upload it compressed, or set the camera to JPEG (Most Compatible)";
    Unprocessable of Invalid | Target = 422, 0, "VALIDATION_FAILED", "内容有误，请检查", "Some fields are wrong";
    IdempotencyKeyReused = 422, 1, "IDEMPOTENCY_KEY_REUSED", "同一 Idempotency-Key 用于了不同的请求", "The Idempotency-Key was used for another body";
    ImportRejected = 422, 2, "IMPORT_REJECTED", "导入文件有误，未导入任何数据", "The file has bad rows: nothing was imported";
    NobodyOversees of NobodyOversees = 422, 7, "NOBODY_OVERSEES", "这里还没有开通受理：本区域及上级都没有社区管理员。请改选所在社区，或联系当地管理员开通", "Nobody takes orders here yet: neither this area nor one above it has a dispatcher. Choose the community instead, or ask its administrator";
    CommonNotOverseen of CommonNotOverseen = 422, 8, "COMMON_NOT_OVERSEEN", "目标区域不在您的管辖范围内，将移交共同的上级区域，而那里及其上级都没有社区管理员", "The area is outside your own: the order would go to the common area above, where nobody dispatches, nor above it";
    OnlyDispatcher of OnlyDispatcher = 422, 9, "ONLY_DISPATCHER", "您是此处唯一的社区管理员，成为当事人后将无人受理：请先将诉求移交上级", "You are the only dispatcher here: as a party to it you would leave nobody who may act. Forward the order to the area above first";
    UploadsOfToday = 429, 2, "UPLOADS_OF_TODAY", "今日上传的照片已达上限，请明天再传；急需时请选择压缩图，或请社区工作人员代传", "No more photos today: upload tomorrow or, if it cannot wait, compressed ones or through the community's staff";
    TooManyRequests = 429, 1, "TOO_MANY_REQUESTS", "尝试次数过多，请稍后再试", "Too many tries: wait and try again", 1;
    SearchesUsedUp = 429, 3, "SEARCHES_USED_UP", "按电话查询的次数已达上限，请稍后再试", "No more searches by phone for now: wait and try again", 60;
    HeadTooLarge = 431, 0, "HEAD_TOO_LARGE", "请求头过大", "The address or the headers are too large";
    Internal = 500, 0, "INTERNAL", "系统错误", "Something went wrong here";
    Unavailable = 503, 0, "UNAVAILABLE", "系统繁忙，请稍后重试", "Busy: try again", 1;
    ClaimRetry = 503, 1, "CLAIM_RETRY", "认领结果未知，请重试", "The outcome is not known yet: ask again", 1;
}

#[cfg(test)]
mod tests {
    use super::Kind;
    use std::collections::BTreeSet;

    #[test]
    fn a_number_and_a_name_are_of_one_kind() {
        let numbers: BTreeSet<u32> = Kind::ALL.iter().map(|kind| kind.row().code()).collect();
        let names: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.row().name).collect();
        assert_eq!((numbers.len(), names.len()), (Kind::ALL.len(), Kind::ALL.len()));
    }

    #[test]
    fn a_row_is_whole() {
        for row in Kind::ALL.iter().map(|kind| kind.row()) {
            assert!((400..600).contains(&row.status) && row.n < 100, "{}: {}", row.name, row.code());
            assert!(row.name.chars().all(|c| c.is_ascii_uppercase() || c == '_'), "{}", row.name);
            assert!(!row.zh.is_ascii() && row.en.is_ascii(), "{}", row.name);
        }
    }
}
