//! Failures counted in memory, by whom they came from; each replica counts for itself. Memory is bounded, and whoever
//! must wait cannot be forgotten by filling it.

use chrono::TimeDelta;
use domain::At;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keys remembered at once, some 6 MB: more than a machine can be made to compute hashes for within a window.
const REMEMBERED: usize = 100_000;
/// What is made free when it is full.
const ROOM: usize = REMEMBERED / 8;
/// Between two looks for room where there was none.
const LOOK: TimeDelta = TimeDelta::seconds(1);

/// Failures by key within a window. At `limit` the key has to wait until the window is over.
#[derive(Debug)]
pub struct Tally {
    limit: u32,
    window: TimeDelta,
    /// Whether the window begins anew with every failure, or with the first one only.
    rolls: bool,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    counts: HashMap<u128, Count>,
    /// When it was full of those who have to wait.
    full_at: Option<At>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    failures: u32,
    since: At,
}

impl Tally {
    /// Counts within a window that begins with the first failure.
    #[must_use]
    pub fn fixed(limit: u32, window: TimeDelta) -> Self {
        Self { limit, window, rolls: false, seen: Mutex::default() }
    }

    /// Counts within a window that begins anew with every failure.
    #[must_use]
    pub fn rolling(limit: u32, window: TimeDelta) -> Self {
        Self { rolls: true, ..Self::fixed(limit, window) }
    }

    /// Failures of this key; those up to `forgiven` do not count.
    #[must_use]
    pub fn failures(&self, key: u128, forgiven: Option<At>, now: At) -> u32 {
        self.standing(key, forgiven, now).map_or(0, |count| count.failures)
    }

    /// How long this key has to wait, with so many failures allowed; none: it need not.
    #[must_use]
    pub fn wait(&self, key: u128, limit: u32, forgiven: Option<At>, now: At) -> Option<TimeDelta> {
        let count = self.standing(key, forgiven, now).filter(|count| count.failures >= limit)?;
        Some(count.since + self.window - now)
    }

    /// [`Tally::wait`] with the limit it was made with; 0 means no limit.
    #[must_use]
    pub fn must_wait(&self, key: u128, now: At) -> Option<TimeDelta> {
        if self.limit == 0 { None } else { self.wait(key, self.limit, None, now) }
    }

    /// Counts a failure.
    pub fn charge(&self, key: u128, forgiven: Option<At>, now: At) {
        self.count(&mut self.held(), key, forgiven, now);
    }

    /// Counts a try as a failure before it is made, unless the key has to wait: of many at once no more are made than may
    /// fail. [`Tally::take_back`] it when it was none.
    ///
    /// # Errors
    /// How long the key has to wait.
    pub fn reserve(&self, key: u128, now: At) -> Result<(), TimeDelta> {
        let mut seen = self.held();
        let count = seen.counts.get(&key).filter(|count| !self.is_over(count, None, now));
        if let Some(count) = count.filter(|count| count.failures >= self.limit) {
            return Err(count.since + self.window - now);
        }
        self.count(&mut seen, key, None, now);
        Ok(())
    }

    /// What was reserved was no failure.
    pub fn take_back(&self, key: u128) {
        if let Some(count) = self.held().counts.get_mut(&key) {
            count.failures = count.failures.saturating_sub(1);
        }
    }

    fn count(&self, seen: &mut Seen, key: u128, forgiven: Option<At>, now: At) {
        // where everybody in it has to wait, whoever is new is not counted rather than one of them let go
        if !seen.counts.contains_key(&key) && !self.has_room(seen, now) {
            return;
        }
        let count = seen.counts.entry(key).or_insert(Count { failures: 0, since: now });
        if self.is_over(count, forgiven, now) {
            *count = Count { failures: 0, since: now };
        }
        count.failures += 1;
        if self.rolls {
            count.since = now;
        }
    }

    /// Forgets the failures of this key.
    pub fn forget(&self, key: u128) {
        self.held().counts.remove(&key);
    }

    fn standing(&self, key: u128, forgiven: Option<At>, now: At) -> Option<Count> {
        self.held().counts.get(&key).copied().filter(|count| !self.is_over(count, forgiven, now))
    }

    /// A clock that was set back ends a window rather than making it longer.
    fn is_over(&self, count: &Count, forgiven: Option<At>, now: At) -> bool {
        now < count.since || now - count.since >= self.window || forgiven.is_some_and(|at| count.since <= at)
    }

    /// Whether one more may be remembered. When it is full, those go whose window is over, then those with the fewest
    /// failures; never one that has to wait.
    fn has_room(&self, seen: &mut Seen, now: At) -> bool {
        let Seen { counts, full_at } = seen;
        if counts.len() < REMEMBERED {
            return true;
        }
        if full_at.is_some_and(|at| at <= now && now - at < LOOK) {
            return false;
        }
        counts.retain(|_, count| !self.is_over(count, None, now));
        for failures in 1..self.limit.max(1) {
            if counts.len() + ROOM > REMEMBERED {
                counts.retain(|_, count| count.failures > failures);
            }
        }
        *full_at = (counts.len() >= REMEMBERED).then_some(now);
        full_at.is_none()
    }

    fn held(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who is one client to a limit: an IPv4 address, or the /64 of an IPv6 one, all of which one customer has.
#[must_use]
pub fn address(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The network that somebody moves about in: the /24 of an IPv4 address, the /64 of an IPv6 one.
#[must_use]
pub fn network(ip: IpAddr) -> IpAddr {
    match address(ip) {
        IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits() >> 8 << 8).into(),
        v6 @ IpAddr::V6(_) => v6,
    }
}

/// A network or an address as a key.
#[must_use]
pub fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    //! Counting, waiting, forgetting.

    use super::*;

    const MINUTE: TimeDelta = TimeDelta::minutes(1);

    fn start() -> At {
        At::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn a_fixed_window_fills_and_a_new_one_begins() {
        let (tally, start) = (Tally::fixed(30, MINUTE), start());
        for n in 0..30 {
            assert_eq!(tally.must_wait(1, start), None, "{n}");
            tally.charge(1, None, start + TimeDelta::seconds(n / 2));
        }
        let later = start + TimeDelta::seconds(20);
        assert_eq!(tally.must_wait(1, later), Some(TimeDelta::seconds(40)));
        assert_eq!(tally.must_wait(2, later), None, "another key is another window");
        assert_eq!(tally.must_wait(1, start + MINUTE), None);
        assert_eq!(tally.must_wait(1, start - MINUTE), None, "a clock that was set back");
    }

    #[test]
    fn a_rolling_window_ends_after_the_last_failure() {
        let (tally, start) = (Tally::rolling(3, MINUTE), start());
        for n in 0..3 {
            assert_eq!(tally.wait(1, 3, None, start + TimeDelta::seconds(50 * n)), None, "{n}");
            tally.charge(1, None, start + TimeDelta::seconds(50 * n));
        }
        let last = start + TimeDelta::seconds(100);
        assert_eq!(tally.wait(1, 3, None, last), Some(MINUTE));
        assert_eq!(tally.failures(1, None, last + MINUTE), 0);
        assert_eq!(tally.wait(1, 3, Some(last), last), None, "forgiven");
        tally.charge(1, Some(last), last + TimeDelta::seconds(1));
        assert_eq!(tally.failures(1, Some(last), last + TimeDelta::seconds(2)), 1);
        tally.forget(1);
        assert_eq!(tally.failures(1, None, last), 0);
    }

    #[test]
    fn what_is_reserved_counts_until_it_is_taken_back() {
        let (tally, start) = (Tally::fixed(2, MINUTE), start());
        assert_eq!((tally.reserve(1, start), tally.reserve(1, start)), (Ok(()), Ok(())));
        let later = start + TimeDelta::seconds(20);
        assert_eq!(tally.reserve(1, later), Err(TimeDelta::seconds(40)), "of many at once two are tried");
        tally.take_back(1);
        assert_eq!(tally.reserve(1, later), Ok(()), "one of them was right");
        assert!(tally.reserve(1, later).is_err());
        assert_eq!(tally.reserve(1, start + MINUTE), Ok(()));
        tally.take_back(2);
        assert_eq!(tally.failures(2, None, start), 0);
    }

    #[test]
    fn memory_is_bounded_and_who_waits_is_not_pushed_out() {
        let (tally, now) = (Tally::rolling(2, TimeDelta::minutes(15)), start());
        for key in [1, 1, 2] {
            tally.charge(key, None, now);
        }
        for key in 100..=100_100 {
            tally.charge(key, None, now + MINUTE);
        }
        assert!(tally.held().counts.len() <= REMEMBERED);
        assert!(tally.wait(1, 2, None, now + MINUTE).is_some(), "a lock stands");
        assert_eq!(tally.failures(2, None, now + MINUTE), 0, "less than a lock does not");
        for key in 1_000_000..1_100_100 {
            tally.charge(key, None, now + MINUTE);
            tally.charge(key, None, now + MINUTE);
        }
        assert_eq!(tally.held().counts.len(), REMEMBERED);
        assert!(tally.wait(1, 2, None, now + MINUTE).is_some());
        tally.charge(7, None, now + TimeDelta::minutes(20));
        assert_eq!(tally.held().counts.len(), 1, "what is over goes first");
    }

    #[test]
    fn zero_is_no_limit() {
        let (tally, now) = (Tally::fixed(0, MINUTE), start());
        for _ in 0..1000 {
            tally.charge(1, None, now);
            assert_eq!(tally.must_wait(1, now), None);
        }
    }

    #[test]
    fn addresses_and_networks() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        for (one, other, same_address, same_network) in [
            ("203.0.113.9", "203.0.113.9", true, true),
            ("203.0.113.9", "::ffff:203.0.113.9", true, true),
            ("203.0.113.9", "203.0.113.10", false, true),
            ("203.0.113.9", "203.0.114.9", false, false),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true, true),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", false, false),
            ("2001:db8:1:2::1", "203.0.113.9", false, false),
        ] {
            assert_eq!(address(ip(one)) == address(ip(other)), same_address, "{one} {other}");
            assert_eq!(network(ip(one)) == network(ip(other)), same_network, "{one} {other}");
            assert_eq!(bits(network(ip(one))) == bits(network(ip(other))), same_network, "{one} {other}");
        }
    }
}
