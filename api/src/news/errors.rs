//! The errors of news: pushes that are not sent again.

use crate::http::error::errors;

errors! {
    PUSH_NOT_DEAD = 409, 20, "该推送并未失败，无需重发", "This push was not given up";
    PUSH_OFF = 409, 21, "未配置推送接收方", "No receiver of pushes is configured";
}
