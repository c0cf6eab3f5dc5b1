//! What is kept for a time only, and for how long.

use chrono::TimeDelta;
use domain::labelled;

/// How long stored answers, notifications and sent pushes are kept, days.
pub const KEPT_DAYS: i64 = 7;
/// How long pushes that were given up are kept, days.
const DEAD_DAYS: i64 = 30;
/// How long it is kept what a person uploaded on a day, days from its beginning.
const UPLOAD_DAYS: i64 = 2;

labelled! {
    /// A kind of row that is kept for a time only.
    Kept {
        Answers = "answers", "已存答复", "answers stored for retries";
        Notifications = "notifications", "通知", "notifications";
        Pushes = "pushes", "推送", "pushes that ended";
        DeadPushes = "dead_pushes", "放弃的推送", "pushes that were given up";
        Sessions = "sessions", "登录", "log-ins that are over";
        UploadDays = "upload_days", "上传量", "what was uploaded on days that are over";
    }
}

impl Kept {
    /// How long.
    #[must_use]
    pub const fn how_long(self) -> TimeDelta {
        match self {
            Self::Answers | Self::Notifications | Self::Pushes | Self::Sessions => TimeDelta::days(KEPT_DAYS),
            Self::UploadDays => TimeDelta::days(UPLOAD_DAYS),
            Self::DeadPushes => TimeDelta::days(DEAD_DAYS),
        }
    }
}
