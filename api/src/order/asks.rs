//! Whoever asks how an order stands by its number and the last digits of a telephone: how often they may be wrong. Ten thousand
//! endings are soon tried, so two limits are hard, and counted before anything is looked at. In memory, each replica for itself,
//! like wrong passwords.
//!
//! - an order: five wrong endings in a day; from then on it answers nobody until the day is over, as if there were none;
//! - a network: twenty wrong questions in an hour; from then on it waits (429), whatever it asks.

use crate::http::error::ApiResult;
use crate::identity::failures::{key, waits};
use crate::identity::rate::{Tally, bits, network};
use crate::identity::token::Tokens;
use chrono::TimeDelta;
use domain::At;
use std::net::IpAddr;

/// Wrong endings of an order in a day.
const PER_ORDER: u32 = 5;
/// Wrong questions of a network in an hour.
const PER_NETWORK: u32 = 20;

/// What was asked wrongly lately.
pub struct Asks {
    orders: Tally,
    networks: Tally,
}

/// A question that is counted as wrong until it is known not to be.
#[derive(Debug)]
pub struct Question {
    order: u128,
    network: u128,
    /// Whether the order answers at all.
    pub is_open: bool,
}

impl Default for Asks {
    fn default() -> Self {
        Self {
            orders: Tally::fixed(PER_ORDER, TimeDelta::days(1)),
            networks: Tally::fixed(PER_NETWORK, TimeDelta::hours(1)),
        }
    }
}

impl Asks {
    /// Takes a question about the order with this number, whether or not there is one.
    ///
    /// # Errors
    /// 429 with `Retry-After`.
    pub fn begin(&self, tokens: &Tokens, number: &str, from: IpAddr, now: At) -> ApiResult<Question> {
        let order = key(tokens, &format!("ask:{number}"))?;
        let network = bits(network(from));
        waits(self.networks.reserve(network, now).err())?;
        Ok(Question { order, network, is_open: self.orders.reserve(order, now).is_ok() })
    }

    /// It was right, or could not be looked at.
    pub fn take_back(&self, question: &Question) {
        self.networks.take_back(question.network);
        // of an order that is closed it was not counted
        if question.is_open {
            self.orders.take_back(question.order);
        }
    }
}

#[cfg(test)]
mod tests {
    //! Both limits, and that neither is told by the other.

    use super::*;
    use crate::config::AuthConfig;

    fn ip(n: u32) -> IpAddr {
        std::net::Ipv4Addr::from_bits(0x0B00_0000 + (n << 8)).into()
    }

    #[test]
    fn an_order_closes_for_a_day_and_a_network_for_an_hour() {
        let (asks, tokens) = (Asks::default(), Tokens::new(&AuthConfig::default()).unwrap());
        let now = At::from_timestamp(1_800_000_000, 0).unwrap();
        let ask = |number: &str, n: u32, at: At| asks.begin(&tokens, number, ip(n), at);
        for n in 0..PER_ORDER {
            assert!(ask("DL-1", n, now).unwrap().is_open);
        }
        let closed = ask("DL-1", 100, now).unwrap();
        assert!(!closed.is_open, "from wherever it is asked");
        asks.take_back(&closed);
        assert!(!ask("DL-1", 100, now).unwrap().is_open, "and opens for nothing");
        assert!(ask("DL-2", 100, now).unwrap().is_open);
        assert!(ask("DL-1", 100, now + TimeDelta::days(1)).unwrap().is_open);
        let right = ask("DL-3", 200, now).unwrap();
        asks.take_back(&right);
        for n in 0..PER_NETWORK {
            ask(&format!("DL-9{n}"), 200, now).unwrap();
        }
        assert_eq!(
            ask("DL-3", 200, now).unwrap_err().retry_after_s,
            Some(3601),
            "what is right counts nowhere"
        );
        assert!(ask("DL-3", 201, now).unwrap().is_open);
        assert!(ask("DL-3", 200, now + TimeDelta::hours(1)).unwrap().is_open);
    }
}
