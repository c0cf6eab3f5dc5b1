//! News of orders in frames: each order is read once for all scopes that are told of it.

use super::message::{self, HEARTBEAT_MS, Message, VERSION};
use crate::news::live::frame::Frame;
use crate::news::live::log::Kept;
use crate::news::live::telling::{Scopes, Standing, Telling};
use domain::{At, OrderId};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use persistence::news::queue::Entry;
use persistence::order::past::Later;
use persistence::order::values::Brief;
use persistence::{Clock, Store, StoreResult};
use std::collections::BTreeMap;

/// Open offers of one snap.
const OPEN: i64 = 50;

/// Tells of orders.
pub struct Orders {
    store: Store,
    clock: Clock,
}

impl Orders {
    /// As this storage has them.
    #[must_use]
    pub const fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// What is read of the orders of entries, for the log or for one client.
    async fn read(
        &self,
        of: &[(&str, &[Entry])],
        news: bool,
    ) -> StoreResult<(BTreeMap<OrderId, Brief>, Later)> {
        let entries = || of.iter().flat_map(|(_, told)| told.iter());
        let orders = orders(entries());
        if orders.is_empty() {
            return Ok((BTreeMap::new(), Later::default()));
        }
        let briefs = match news {
            true => self.store.briefs_of_news(orders).await?,
            false => self.store.briefs(orders).await?,
        };
        let briefs = by_order(briefs);
        let late = late(entries(), &briefs);
        let later = match (late.is_empty(), news) {
            (true, _) => Later::default(),
            (false, true) => self.store.later_of_news(late).await?,
            (false, false) => self.store.later(late).await?,
        };
        Ok((briefs, later))
    }

    async fn rendered(&self, of: Vec<(&str, &[Entry])>, news: bool) -> StoreResult<Vec<Vec<Kept>>> {
        let (briefs, later) = self.read(&of, news).await?;
        let now = self.clock.now();
        let one = |name: &str, entry: &Entry| {
            kept(&message::of(name, entry, briefs.get(&entry.order), &later), now)
        };
        Ok(of.into_iter().map(|(name, told)| told.iter().map(|entry| one(name, entry)).collect()).collect())
    }
}

impl Telling for Orders {
    fn welcome(&self, scopes: Scopes) -> Frame {
        Frame::of(&Message::Welcome { v: VERSION, heartbeat_ms: HEARTBEAT_MS, scopes })
    }

    fn frames<'a>(&'a self, of: Vec<(&'a str, &'a [Entry])>) -> BoxFuture<'a, StoreResult<Vec<Vec<Kept>>>> {
        self.rendered(of, true).boxed()
    }

    fn behind<'a>(&'a self, name: &'a str, entries: &'a [Entry]) -> BoxFuture<'a, StoreResult<Vec<Kept>>> {
        async move { Ok(self.rendered(vec![(name, entries)], false).await?.into_iter().flatten().collect()) }
            .boxed()
    }

    fn standing<'a>(&'a self, of: Standing<'a>) -> BoxFuture<'a, StoreResult<Kept>> {
        async move {
            let mut briefs = self.store.standing_offers(of.scope, OPEN + 1).await?;
            let room = usize::try_from(OPEN).unwrap_or(0);
            let more = briefs.len() > room;
            briefs.truncate(room);
            let open = briefs.iter().map(message::offer).collect();
            let (s, epoch) = (of.name.into(), of.epoch.into());
            Ok(kept(&Message::Snap { s, epoch, head: of.head, open, more }, self.clock.now()))
        }
        .boxed()
    }
}

/// A message, encoded now.
fn kept(message: &Message, now: At) -> Kept {
    Kept::new(Frame::of(message), message.grows_old().then_some(now))
}

/// The orders of entries, each once.
fn orders<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<OrderId> {
    let mut orders: Vec<OrderId> = entries.map(|entry| entry.order).collect();
    orders.sort_unstable();
    orders.dedup();
    orders
}

/// Those of which more is to be known: an offer or its end is told, and they have changed since.
fn late<'a>(entries: impl Iterator<Item = &'a Entry>, briefs: &BTreeMap<OrderId, Brief>) -> Vec<OrderId> {
    let is_late = |entry: &&Entry| {
        entry.kind != "changed" && briefs.get(&entry.order).is_some_and(|b| message::is_late(entry, b))
    };
    orders(entries.filter(is_late))
}

fn by_order(briefs: Vec<Brief>) -> BTreeMap<OrderId, Brief> {
    briefs.into_iter().map(|brief| (OrderId(brief.listed.row.id), brief)).collect()
}
