//! Service groups, channels, priorities and the rules a service item lays on its orders.

use super::ladder::Ladder;
use super::limits::Limits;
use crate::labelled;
use crate::organisation::level::AreaLevel;
use serde::{Deserialize, Serialize};

labelled! {
    /// The six service groups (六类服务).
    ServiceGroup {
        Administrative = "administrative", "行政服务", "Administrative";
        Grid = "grid", "网格服务", "Grid";
        Volunteer = "volunteer", "志愿服务", "Volunteer";
        Public = "public", "公共服务", "Public";
        Living = "living", "生活服务", "Living";
        Appeal = "appeal", "诉求服务", "Appeal";
    }
}

labelled! {
    /// Priority of an order.
    Priority {
        Normal = "normal", "一般", "Normal";
        High = "high", "较急", "High";
        Urgent = "urgent", "紧急", "Urgent";
    }
}

labelled! {
    /// How the order came in.
    Channel {
        MiniProgram = "mini_program", "小程序", "Mini-program";
        Phone = "phone", "电话", "Phone";
        Hotline12345 = "hotline_12345", "12345热线", "12345 hotline";
        Visit = "visit", "入户走访", "Door-to-door visit";
        Window = "window", "窗口", "Service window";
        CollectionPoint = "collection_point", "诉求收集点", "Collection point";
        OpenApi = "open_api", "第三方接入", "Third party";
    }
}

labelled! {
    /// How much of the reporter is known to whom.
    Anonymity {
        RealName = "real_name", "实名", "Real name";
        HiddenFromWorker = "hidden_from_worker", "对办理人员隐藏", "Hidden from the worker";
        Anonymous = "anonymous", "完全匿名", "Fully anonymous";
    }
}

/// What a service item demands of its orders. Loaded by the shell as a fact; changing the item later does not
/// reach back into clocks that already run, except by `Reclassify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceRules {
    /// A dispatcher must review before acceptance; otherwise the order is accepted as it is placed.
    pub review_required: bool,
    /// The organisation checks the result before it counts as resolved.
    pub check_required: bool,
    /// Offered to the staff of its area as soon as it is accepted, without a dispatcher.
    pub auto_dispatch: bool,
    /// How many people may claim one order (1 … 50).
    pub slots: i32,
    /// A photo from before the work is required to resolve.
    pub photo_before: bool,
    /// A photo from after the work is required to resolve.
    pub photo_after: bool,
    /// The four limits.
    pub limits: Limits,
    /// Days an unanswered question waits before the order is withdrawn.
    pub info_days: u32,
    /// Days without a rating after which a resolved order closes.
    pub silence_days: u32,
    /// Days after resolution during which the resident may dispute.
    pub reopen_days: u32,
    /// Minutes during which a worker who released may not claim the same order again.
    pub cool_down_minutes: u32,
    /// Whom a pooled order is offered to next while nobody claims it.
    pub ladder: Ladder,
    /// How far around an order people may be named for it who are outside the actor's own area: up to the area of this
    /// level; without one of this level, of the next higher.
    pub reach: AreaLevel,
}

impl Default for ServiceRules {
    fn default() -> Self {
        Self {
            review_required: true,
            check_required: true,
            auto_dispatch: false,
            slots: 1,
            photo_before: false,
            photo_after: false,
            limits: Limits::default(),
            info_days: 3,
            silence_days: 7,
            reopen_days: 15,
            cool_down_minutes: 30,
            ladder: Ladder::default(),
            reach: AreaLevel::Town,
        }
    }
}
