//! The errors of people: their accounts, their roles, and rulings on their own case.

use crate::http::error::errors;

errors! {
    ONE_TIME_PASSWORD_EXPIRED = 401, 4, "初始密码已过期，请联系管理员重置", "The one-time password has expired: ask an administrator for a new one";
    OWN_CASE = 403, 1, "不得处理与本人有关的事项", "Nobody rules on their own case";
    IN_USE = 409, 17, "仍在使用中", "Still in use";
}
