//! What a list of orders is asked for, what it finds, and the terms that orders are found by: plain values, the same for
//! both databases.

use crate::engine::sql::types::Ts;
use crate::order::around::Around;
use domain::order::number::Typed;
use domain::order::{AskKind, Order, Status};
use domain::organisation::Assignee;
use domain::people::Role;
use domain::words::labelled::Labelled;
use domain::{AccountId, AreaId, At, OrderId, ServiceItemId};
use std::collections::BTreeSet;

/// Position of an order in a list: the instant it is in order of ([`By`]), and its key.
pub type Key = (Ts, OrderId);

/// What a list is in order of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum By {
    /// When they were submitted.
    #[default]
    Created,
    /// When the limit ends that has to be kept next ([`Order::next_due_at`]). What has none is not listed.
    Due,
}

/// Which requests an order has that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// One that waits for a decision.
    Any,
    /// One of this kind that does.
    Of(AskKind),
}

/// Orders that are looked at for one page of what no index range holds alone (measured: 20 ms at most of 10^6 orders).
pub const LOOKED_AT: i64 = 4_000;

/// Where a list's orders come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Those of an area and everything below.
    Area(AreaId),
    /// Those a person, unit or team takes part in.
    Party {
        /// Which.
        who: Assignee,
        /// `resident`, `handler` or `invited`.
        part: &'static str,
    },
    /// Those a person took for somebody, as far as they lie in one of these areas or its inbox.
    Creator {
        /// The person.
        account: AccountId,
        /// The topmost areas in which they take orders.
        areas: Vec<AreaId>,
    },
    /// Those a person holds a live claim on.
    Claimant(AccountId),
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// An order number, whole or in part; where no order of the sources has it, this text in the title, folded.
    Number {
        /// What it may mean.
        typed: Typed,
        /// The same, folded.
        text: String,
    },
    /// Exactly these orders.
    Orders(Vec<OrderId>),
    /// This text, folded, in the external number, or in the title as the reader is shown it: what a mask hides is not found.
    Title(String),
}

/// A page of a list.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// The union of these.
    pub sources: Vec<Source>,
    /// Only these states; empty: all.
    pub statuses: Vec<Status>,
    /// Only open ones.
    pub open_only: bool,
    /// Only this service item.
    pub service_item: Option<ServiceItemId>,
    /// Only this channel.
    pub channel: Option<&'static str>,
    /// Only this priority.
    pub priority: Option<&'static str>,
    /// Only those this person leads.
    pub assignee: Option<AccountId>,
    /// Only those past their resolve limit at this instant.
    pub overdue_at: Option<At>,
    /// Only pooled ones that are with the dispatcher: without an escalation to come, and not suspended.
    pub unclaimed: bool,
    /// Only those with such a request.
    pub asked: Option<Asked>,
    /// Who reads: what staff alone are told of an order (requests, that nobody claims it) does not find their own ones.
    pub reader: Option<AccountId>,
    /// Only those submitted since.
    pub created_from: Option<At>,
    /// What is looked for.
    pub search: Option<Search>,
    /// The topmost areas of whose orders the reader is shown titles whole: there what a mask hides from others is found, too.
    pub whole: Vec<AreaId>,
    /// Of those that the reader only handles or took for somebody, none that was finished before this: it is not read any
    /// more.
    pub finished_since: Option<At>,
    /// The last key of the page before.
    pub after: Option<Key>,
    /// What it is in order of.
    pub by: By,
    /// Oldest, or due, first.
    pub ascending: bool,
    /// Rows of a page.
    pub limit: i64,
}

impl ListFilter {
    /// The buckets of the wanted states.
    #[must_use]
    pub fn buckets(&self) -> Vec<&'static str> {
        let mut buckets: Vec<&str> = self.statuses.iter().map(|s| crate::order::map::bucket(*s)).collect();
        buckets.sort_unstable();
        buckets.dedup();
        buckets
    }

    /// The buckets to read of an area: those of the wanted states; in order of what is due those of all open states, where
    /// none is named.
    #[must_use]
    pub fn read_by_bucket(&self) -> Option<Vec<&'static str>> {
        match (self.by, self.statuses.is_empty()) {
            (By::Created, true) => None,
            (By::Created | By::Due, false) => Some(self.buckets()),
            (By::Due, true) => {
                let open = Status::ALL.iter().filter(|status| status.is_open());
                let mut buckets: Vec<&str> = open.map(|status| crate::order::map::bucket(*status)).collect();
                buckets.sort_unstable();
                buckets.dedup();
                Some(buckets)
            }
        }
    }

    /// Whether the index range of an area (or of this bucket of it) holds exactly what is wanted, so that no
    /// order need be read to choose the page.
    #[must_use]
    pub fn is_a_range(&self, bucket: Option<&str>) -> bool {
        let all_of_it = self.statuses.is_empty()
            || Status::ALL
                .iter()
                .filter(|status| bucket.is_some_and(|bucket| crate::order::map::bucket(**status) == bucket))
                .all(|status| self.statuses.contains(status));
        all_of_it && !self.asks_more()
    }

    /// Whether more is asked than where an order is, its state and when it came.
    #[must_use]
    pub fn asks_more(&self) -> bool {
        self.service_item.is_some()
            || self.channel.is_some()
            || self.priority.is_some()
            || self.assignee.is_some()
            || self.overdue_at.is_some()
            || self.unclaimed
            || self.asked.is_some()
            || self.search.is_some()
            // no index in order of what is due tells when it came
            || (self.by == By::Due && self.created_from.is_some())
    }

    /// The terms that every order it finds is filed under.
    #[must_use]
    pub fn terms(&self) -> Vec<i64> {
        let title = match &self.search {
            Some(Search::Title(text)) => terms::pairs(text),
            Some(Search::Number { .. } | Search::Orders(_)) | None => BTreeSet::new(),
        };
        let item = self.service_item.map(terms::item);
        title.into_iter().chain(item).chain(self.channel.and_then(terms::channel)).collect()
    }

    /// Whether nothing narrows its sources.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.statuses.is_empty() && !self.open_only && !self.asks_more()
    }

    /// The words of the wanted states.
    #[must_use]
    pub fn status_words(&self) -> Vec<&'static str> {
        self.statuses.iter().map(|s| s.as_str()).collect()
    }
}

/// Who reads a page, as far as it says what is read for it.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The person.
    pub account: AccountId,
    /// Paths of the topmost areas of which they read every order.
    pub overseen: Vec<String>,
}

/// Somebody who holds an order, or is to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holding {
    /// The name of the person, unit or team.
    pub name: String,
    /// The roles that a person holds who is not disabled; none of a unit or a team.
    pub roles: Vec<Role>,
}

/// An order of a page, and what its row shows besides.
#[derive(Debug, Clone)]
pub struct Line {
    /// The order, without its rings; without its claims where neither its sentence nor what its reader is told hangs on them.
    pub order: Order,
    /// How many hold it.
    pub filled: i32,
    /// The number a person reads aloud.
    pub number: String,
    /// Title.
    pub title: String,
    /// Name of the service item.
    pub item_name: String,
    /// Key and name of its area, or of the nearest one above it whose name tells no door.
    pub place: (AreaId, String),
    /// Path of where it is.
    pub area_path: String,
    /// Path of its inbox.
    pub inbox_path: String,
    /// The lead's key.
    pub lead_id: Option<AccountId>,
    /// The lead.
    pub lead: Option<Holding>,
    /// Whom it is directed to, while they have not signed for it.
    pub directed: Option<Holding>,
    /// Who acts for it, whom to ask, whom it is offered to.
    pub around: Around,
    /// That it was withdrawn for want of an answer, after so many days.
    pub lapsed: Option<u32>,
    /// Now, by the deciding clock, never before the order's last change.
    pub now: At,
}

impl Line {
    /// Whether somebody may claim it now: pooled, and not suspended.
    #[must_use]
    pub fn waits_to_be_claimed(&self) -> bool {
        self.order.status == Status::Pooled && self.order.case.suspension.is_none()
    }

    /// Whether this person reads it by what they oversee, or as the one it is about.
    #[must_use]
    pub fn is_read_whole(&self, reader: &Reader) -> bool {
        let over = |path: &str| reader.overseen.iter().any(|above| path.starts_with(above.as_str()));
        self.order.is_own(reader.account) || over(&self.area_path) || over(&self.inbox_path)
    }
}

/// A page, and where to go on.
#[derive(Debug, Clone, Default)]
pub struct Found<T, K = Key> {
    /// What was found, in order; at most the filter's `limit`.
    pub list: Vec<T>,
    /// There is more, or nobody looked behind this key yet: what the next page's `after` is.
    pub next: Option<K>,
}

/// Terms of an order: numbers under which it is filed in `order_term`, newest first. Characters take 21 bits, so a pair takes
/// 42; what else there is stands above them.
pub mod terms {
    use domain::ServiceItemId;
    use std::collections::BTreeSet;

    const CHARACTER: u32 = 21;
    const ITEM: i64 = 1 << 60;
    const CHANNEL: i64 = 2 << 60;
    /// Pairs of a title that are filed; what is behind them is found by looking through.
    const MOST: usize = 200;

    /// Of a service item.
    #[must_use]
    pub const fn item(key: ServiceItemId) -> i64 {
        ITEM | key.0
    }

    /// Of a channel, by its place among all channels.
    #[must_use]
    pub fn channel(word: &str) -> Option<i64> {
        use domain::catalogue::Channel;
        use domain::words::labelled::Labelled;
        let place = Channel::ALL.iter().position(|one| one.as_str() == word)?;
        i64::try_from(place).ok().map(|place| CHANNEL | place)
    }

    /// Of a folded text: each pair of neighbouring characters once. A text of one character has none.
    #[must_use]
    pub fn pairs(folded: &str) -> BTreeSet<i64> {
        let next = folded.chars().skip(1);
        folded
            .chars()
            .zip(next)
            .take(MOST)
            .map(|(one, two)| i64::from(u32::from(one)) << CHARACTER | i64::from(u32::from(two)))
            .collect()
    }

    /// All of an order's, by its title and external number, folded.
    #[must_use]
    pub fn of(folded: &str, item_key: ServiceItemId, channel_word: &str) -> Vec<i64> {
        pairs(folded).into_iter().chain([item(item_key)]).chain(channel(channel_word)).collect()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_part_of_a_title_has_pairs_of_the_title() {
            let title = pairs("3-2-501漏水𠮷");
            for part in ["3-2-501", "漏水", "水𠮷", "01漏"] {
                assert!(pairs(part).is_subset(&title) && !pairs(part).is_empty(), "{part}");
            }
            assert!(!pairs("水漏").is_subset(&title));
            assert!(pairs("漏").is_empty() && pairs("").is_empty());
        }

        #[test]
        fn kinds_of_terms_never_meet() {
            let highest = pairs("\u{10FFFF}\u{10FFFF}");
            assert!(highest.iter().all(|pair| *pair < ITEM));
            assert!(item(ServiceItemId(1 << 50)) < CHANNEL);
            assert_eq!(channel("phone"), channel("phone"));
            assert_ne!(channel("phone"), channel("visit"));
            assert_eq!(channel("fax"), None);
        }
    }
}
