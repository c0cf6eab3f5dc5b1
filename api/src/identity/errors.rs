//! The errors of identity: tokens, sessions, log-ins, keyed bodies and names that are kept once.

use crate::http::error::errors;

errors! {
    IDEMPOTENCY_KEY_MISSING = 400, 1, "缺少 Idempotency-Key 请求头", "The Idempotency-Key header is missing";
    TOKEN_EXPIRED = 401, 1, "登录已过期，请刷新", "The access token has expired: refresh it";
    SESSION_REVOKED = 401, 2, "登录已失效，请重新登录", "The session was revoked: log in again";
    LOGIN_FAILED = 401, 3, "账号或密码错误", "Wrong name or password";
    PASSWORD_CHANGE_REQUIRED = 403, 5, "请先修改初始密码", "Change the one-time password first";
    DEVELOPMENT_ONLY = 403, 6, "该登录方式未启用", "This log-in is for development only";
    NAME_TAKEN = 409, 16, "名称或编码已存在", "The name or code is taken";
    IDEMPOTENCY_KEY_REUSED = 422, 1, "同一 Idempotency-Key 用于了不同的请求", "The Idempotency-Key was used for another body";
}
