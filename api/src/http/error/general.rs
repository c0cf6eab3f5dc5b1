//! The errors of no module: what any endpoint may answer with, and what is answered before one is found.

use super::kind::errors;

errors! {
    BAD_REQUEST = 400, 0, "请求格式有误", "The request cannot be read";
    UNAUTHENTICATED = 401, 0, "请先登录", "Log in first";
    FORBIDDEN = 403, 0, "无权进行此操作", "You may not do this";
    NOT_FOUND = 404, 0, "内容不存在", "Not found";
    METHOD_NOT_ALLOWED = 405, 0, "不支持的请求方法", "Method not allowed";
    TIMEOUT = 408, 0, "请求超时", "The request took too long";
    CONFLICT = 409, 0, "数据已被更新，请刷新后重试", "It changed meanwhile: read it again";
    PAYLOAD_TOO_LARGE = 413, 0, "内容过大", "Too large";
    UNSUPPORTED_MEDIA_TYPE = 415, 0, "不支持的内容类型", "Unsupported content type";
    VALIDATION_FAILED = 422, 0, "内容有误，请检查", "Some fields are wrong";
    TOO_MANY_REQUESTS = 429, 1, "尝试次数过多，请稍后再试", "Too many tries: wait and try again", 1;
    HEAD_TOO_LARGE = 431, 0, "请求头过大", "The address or the headers are too large";
    INTERNAL = 500, 0, "系统错误", "Something went wrong here";
    UNAVAILABLE = 503, 0, "系统繁忙，请稍后重试", "Busy: try again", 1;
}
