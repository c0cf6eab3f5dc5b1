//! Wrong passwords: who has to wait, and for how long (FRONT.md, Lock-out). In memory, each replica for itself.
//!
//! Counted are failures, never attempts, so nobody whose password is right is refused for how many share an address:
//!
//! - by name and network: the fifth makes that pair wait for a quarter of an hour, whatever is given then. Names that
//!   nobody has are counted alike. Elsewhere the name can be used as ever, so no stranger locks anybody out;
//! - by name over all networks: after 50 an hour a name is being guessed from many places; from then on each
//!   network has one try rather than five. Networks in which the right password was given keep theirs;
//! - by address: whoever tries many names waits a minute. Those who got in from that network before do not.
//!
//! A second factor and known devices come with the front door. Names are kept as keyed hashes.

use super::token::Tokens;
use crate::config::AuthConfig;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::rate::{Tally, address, bits, network};
use chrono::TimeDelta;
use domain::At;
use std::net::IpAddr;

/// Failures of one name in an hour, over all networks, after which each network has one try.
const ATTACKED: u32 = 50;
/// Pairs of name and network remembered in which the right password was given.
const KNOWN: usize = 50_000;

/// What failed lately.
pub struct Failures {
    limit: u32,
    pairs: Tally,
    names: Tally,
    addresses: Tally,
    known: quick_cache::sync::Cache<u128, ()>,
}

/// By whom something is tried.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    name: u128,
    pair: u128,
    address: u128,
    forgiven: Option<At>,
}

impl Failures {
    /// With the configured limits.
    #[must_use]
    pub fn new(config: &AuthConfig) -> Self {
        let limit = config.lock_after.max(1);
        Self {
            limit,
            pairs: Tally::rolling(limit, TimeDelta::minutes(i64::from(config.lock_minutes))),
            names: Tally::fixed(ATTACKED, TimeDelta::hours(1)),
            addresses: Tally::fixed(config.failures_per_minute, TimeDelta::minutes(1)),
            known: quick_cache::sync::Cache::new(KNOWN),
        }
    }

    /// Refuses an address from which too much failed.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub fn check_address(&self, from: IpAddr, now: At) -> ApiResult<()> {
        waits(self.addresses.must_wait(bits(address(from)), now))
    }

    /// Counts a failure that was about nobody's name.
    pub fn count_address(&self, from: IpAddr, now: At) {
        self.addresses.charge(bits(address(from)), None, now);
    }

    /// Refuses a name at a network, or an address, from which too much failed.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub fn check(&self, by: Attempt, now: At) -> ApiResult<()> {
        let known = self.known.get(&by.pair).is_some();
        if !known {
            waits(self.addresses.must_wait(by.address, now))?;
        }
        let attacked = !known && self.names.failures(by.name, by.forgiven, now) >= ATTACKED;
        let limit = if attacked { 1 } else { self.limit };
        waits(self.pairs.wait(by.pair, limit, by.forgiven, now))
    }

    /// Counts how it went.
    pub fn count(&self, by: Attempt, right: bool, now: At) {
        if right {
            self.pairs.forget(by.pair);
            self.known.insert(by.pair, ());
            return;
        }
        self.pairs.charge(by.pair, by.forgiven, now);
        self.names.charge(by.name, by.forgiven, now);
        self.addresses.charge(by.address, None, now);
    }
}

impl Attempt {
    /// With the name that is tried, in the form in which names are compared.
    ///
    /// # Errors
    /// 500.
    pub fn of(tokens: &Tokens, name: &str, from: IpAddr) -> ApiResult<Self> {
        let network = network(from);
        Ok(Self {
            name: key(tokens, &format!("log-in:{name}"))?,
            pair: key(tokens, &format!("log-in:{name}\n{network}"))?,
            address: bits(address(from)),
            forgiven: None,
        })
    }

    /// Without what failed up to here: an administrator forgave it, or the password was set anew.
    #[must_use]
    pub fn forgiven(self, up_to: Option<At>) -> Self {
        Self { forgiven: up_to, ..self }
    }
}

pub fn key(tokens: &Tokens, text: &str) -> ApiResult<u128> {
    let hash = tokens.derive(text)?;
    let short = hash.first_chunk().ok_or_else(|| ApiError::internal("a short hash"))?;
    Ok(u128::from_be_bytes(*short))
}

/// 429 with the seconds that are left.
pub fn waits(left: Option<TimeDelta>) -> ApiResult<()> {
    let Some(left) = left else { return Ok(()) };
    let seconds = u32::try_from(left.num_seconds()).unwrap_or(0).saturating_add(1);
    Err(ApiError::new(Kind::TOO_MANY_REQUESTS).retry_after(seconds))
}

#[cfg(test)]
mod tests {
    //! One name from many networks, many names from one.

    use super::*;

    fn failures() -> (Failures, Tokens, At) {
        let config = AuthConfig::default();
        let now = At::from_timestamp(1_800_000_000, 0).unwrap();
        (Failures::new(&config), Tokens::new(&config).unwrap(), now)
    }

    fn ip(n: u32) -> IpAddr {
        std::net::Ipv4Addr::from_bits(0x0B00_0000 + (n << 8)).into()
    }

    #[test]
    fn a_name_under_attack_is_slowed_and_never_locked() {
        let (failures, tokens, now) = failures();
        let by = |name: &str, n: u32| Attempt::of(&tokens, name, ip(n)).unwrap();
        failures.count(by("admin", 1000), true, now);
        for n in 0..ATTACKED {
            assert!(failures.check(by("admin", n), now).is_ok(), "{n}");
            failures.count(by("admin", n), false, now);
        }
        assert!(failures.check(by("admin", 0), now).is_err(), "one try each from now on");
        assert!(failures.check(by("admin", 2000), now).is_ok(), "whoever comes from elsewhere may try");
        assert!(failures.check(by("other", 0), now).is_ok(), "it is about this name");
        for _ in 1..5 {
            failures.count(by("admin", 1000), false, now);
            assert!(failures.check(by("admin", 1000), now).is_ok(), "where the right one was given: five");
        }
        failures.count(by("admin", 1000), false, now);
        assert!(failures.check(by("admin", 1000), now).is_err());
        assert!(failures.check(by("admin", 1000).forgiven(Some(now)), now).is_ok());
        assert!(failures.check(by("admin", 0), now + TimeDelta::hours(1)).is_ok());
    }

    #[test]
    fn an_address_waits_but_not_those_who_got_in_there() {
        let (failures, tokens, now) = failures();
        let by = |name: &str, n: u32| Attempt::of(&tokens, name, ip(n)).unwrap();
        failures.count(by("li", 1), true, now);
        for n in 0..30 {
            failures.count(by(&format!("guess{n}"), 1), false, now);
        }
        let waits = failures.check(by("wang", 1), now).unwrap_err();
        assert_eq!((waits.kind, waits.retry_after_s), (Kind::TOO_MANY_REQUESTS, Some(61)));
        assert!(failures.check_address(ip(1), now).is_err() && failures.check_address(ip(2), now).is_ok());
        assert!(failures.check(by("li", 1), now).is_ok());
        assert!(failures.check(by("wang", 2), now).is_ok());
    }
}
