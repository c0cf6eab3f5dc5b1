//! Rate limits in memory: a fixed window per client address. Each replica counts for itself.

use crate::client::client_ip;
use crate::error::{ApiError, ApiResult, Kind};
use crate::state::AppState;
use actix_web::HttpRequest;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The window.
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses remembered at once: an attacker with many of them must not fill the memory.
const REMEMBERED: usize = 50_000;

/// At most so many in a minute from one address.
#[derive(Debug)]
pub struct Rate {
    limit: u32,
    seen: Mutex<HashMap<IpAddr, Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    since: Instant,
    count: u32,
}

impl Rate {
    /// At most `limit` a minute; 0 means no limit.
    #[must_use]
    pub fn per_minute(limit: u32) -> Self {
        Self { limit, seen: Mutex::new(HashMap::new()) }
    }

    /// Counts one more from `who`.
    ///
    /// # Errors
    /// How long to wait, when it was one too many.
    pub fn count(&self, who: IpAddr, now: Instant) -> Result<(), Duration> {
        if self.limit == 0 {
            return Ok(());
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |w: &Window| now.duration_since(w.since) >= WINDOW;
        if seen.len() >= REMEMBERED {
            seen.retain(|_, w| !over(w));
        }
        let mut who = network(who);
        if seen.len() >= REMEMBERED && !seen.contains_key(&who) {
            // everybody new shares one window until the old ones are over
            who = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        }
        let window = seen.entry(who).or_insert(Window { since: now, count: 0 });
        if over(window) {
            *window = Window { since: now, count: 0 };
        }
        if window.count >= self.limit {
            return Err(WINDOW.saturating_sub(now.duration_since(window.since)));
        }
        window.count += 1;
        Ok(())
    }
}

/// Who shares a window: an IPv4 address, or the /64 of an IPv6 one, all of which one customer has.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Counts an attempt to log in; call it before the password is looked at.
///
/// # Errors
/// 429 with `Retry-After` when this address tried too often (`auth.attempts_per_minute`).
pub fn log_in_attempt(state: &AppState, req: &HttpRequest) -> ApiResult<()> {
    let Some(ip) = client_ip(req, &state.config.web.trusted_proxies) else { return Ok(()) };
    state.log_ins.count(ip, Instant::now()).map_err(|wait| {
        state.metrics.limited();
        let seconds = u32::try_from(wait.as_secs() + 1).unwrap_or(u32::MAX);
        ApiError::new(Kind::TooManyRequests).retry_after(seconds)
    })
}

#[cfg(test)]
mod tests {
    //! Counting.

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_window_fills_and_a_new_one_begins() {
        let (rate, start) = (Rate::per_minute(30), Instant::now());
        let who = ip("203.0.113.9");
        for _ in 0..30 {
            assert_eq!(rate.count(who, start), Ok(()));
        }
        assert_eq!(rate.count(who, start + Duration::from_secs(20)), Err(Duration::from_secs(40)));
        assert_eq!(rate.count(ip("203.0.113.10"), start), Ok(()), "another address is another window");
        assert_eq!(rate.count(who, start + WINDOW), Ok(()));
    }

    #[test]
    fn one_ipv6_network_is_one_client() {
        let (rate, now) = (Rate::per_minute(1), Instant::now());
        assert!(rate.count(ip("2001:db8:1:2::1"), now).is_ok());
        assert!(rate.count(ip("2001:db8:1:2:ffff::9"), now).is_err());
        assert!(rate.count(ip("2001:db8:1:3::1"), now).is_ok());
        assert!(rate.count(ip("203.0.113.9"), now).is_ok());
        assert!(rate.count(ip("::ffff:203.0.113.9"), now).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let (rate, now) = (Rate::per_minute(1), Instant::now());
        let nth = |n: u32| IpAddr::from(n.to_be_bytes());
        let allowed = (0..60_000).filter(|n| rate.count(nth(*n), now).is_ok()).count();
        assert_eq!(allowed, REMEMBERED + 1);
        assert!(rate.seen.lock().unwrap().len() <= REMEMBERED + 1);
        assert!(rate.count(nth(70_000), now + WINDOW).is_ok());
        assert_eq!(rate.seen.lock().unwrap().len(), 1);
    }

    #[test]
    fn zero_is_no_limit() {
        let (rate, now) = (Rate::per_minute(0), Instant::now());
        assert!((0..1000).all(|_| rate.count(ip("203.0.113.9"), now).is_ok()));
    }
}
