//! The address of the client behind trusted proxies. It is personal: used to limit rates, never logged or stored.

use actix_web::HttpRequest;
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// The header proxies add to, the nearest proxy last.
const FORWARDED: &str = "x-forwarded-for";

/// Addresses that are trusted: one (`10.0.0.7`) or a network of them (`10.0.0.0/8`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let one = text.parse::<IpAddr>().map(|ip| IpNet::from(ip.to_canonical()));
        let wrong = "an address such as 10.0.0.7 or a network such as 10.0.0.0/8 is meant";
        one.or_else(|_| text.parse()).map(Self).map_err(|_neither| wrong)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.trim().parse().map_err(de::Error::custom)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The client's address: the peer's own, unless the peer is a trusted proxy. Then `X-Forwarded-For` is read from its
/// end, past other trusted proxies; what stands before the first address that is not trusted could be invented.
#[must_use]
pub fn client_ip(req: &HttpRequest, trusted: &[Network]) -> Option<IpAddr> {
    let peer = req.peer_addr()?.ip().to_canonical();
    let lines: Vec<&str> = req.headers().get_all(FORWARDED).filter_map(|v| v.to_str().ok()).collect();
    let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    Some(behind(peer, hops, trusted))
}

fn behind<'a>(peer: IpAddr, hops: impl Iterator<Item = &'a str>, trusted: &[Network]) -> IpAddr {
    let mut client = peer;
    for hop in hops {
        if !trusted.iter().any(|network| network.0.contains(&client)) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(ip) => client = ip.to_canonical(),
            Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    //! Who is believed.

    use super::*;
    use actix_web::test::TestRequest;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client(peer: &str, headers: &[&str], trusted: &[&str]) -> IpAddr {
        let mut req = TestRequest::default().peer_addr((ip(peer), 4711).into());
        for header in headers {
            req = req.append_header((FORWARDED, *header));
        }
        let trusted: Vec<Network> = trusted.iter().map(|t| t.parse().unwrap()).collect();
        client_ip(&req.to_http_request(), &trusted).unwrap()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"], &[]), ip("203.0.113.9"));
        assert_eq!(client("203.0.113.9", &["198.51.100.1"], &["10.0.0.1"]), ip("203.0.113.9"));
    }

    #[test]
    fn behind_proxies_the_nearest_untrusted_address_counts() {
        let proxies = ["10.0.0.1", "10.0.0.2"];
        assert_eq!(client("10.0.0.1", &["1.2.3.4, 198.51.100.1"], &proxies), ip("198.51.100.1"));
        assert_eq!(client("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.2"], &proxies), ip("198.51.100.1"));
        assert_eq!(client("10.0.0.1", &["1.2.3.4", "198.51.100.1"], &proxies), ip("198.51.100.1"));
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.1"], &proxies), ip("198.51.100.1"));
    }

    #[test]
    fn a_network_of_proxies_is_believed() {
        for (peer, networks) in [
            ("10.244.3.9", &["10.0.0.0/8"][..]),
            ("::ffff:10.244.3.9", &["192.168.0.0/16", "10.0.0.0/8"]),
            ("fd00::1:2", &["fd00::/8"]),
            ("10.0.0.7", &["::ffff:10.0.0.7"]),
            // what is outside the mask does not matter
            ("10.244.3.9", &["10.1.2.3/8"]),
        ] {
            assert_eq!(client(peer, &["1.2.3.4, 198.51.100.1"], networks), ip("198.51.100.1"), "{peer}");
        }
        assert_eq!(
            client("10.0.0.1", &["198.51.100.1, 10.9.9.9, 10.8.8.8"], &["10.0.0.0/8"]),
            ip("198.51.100.1")
        );
        for (peer, network) in [
            ("11.0.0.1", "10.0.0.0/8"),
            ("10.0.0.8", "10.0.0.7"),
            ("fe80::1", "fd00::/8"),
            ("10.0.0.1", "::/0"),
        ] {
            assert_eq!(client(peer, &["198.51.100.1"], &[network]), ip(peer), "{peer} {network}");
        }
        for nonsense in ["", "10.0.0.0/33", "10.0.0", "proxy", "10.0.0.0/8,fd00::/8", "10.0.0.0/"] {
            assert!(nonsense.parse::<Network>().is_err(), "{nonsense}");
        }
        assert_eq!(format!("{:?}", "10.0.0.0/8".parse::<Network>().unwrap()), "10.0.0.0/8");
    }

    #[test]
    fn nonsense_stops_at_the_proxy() {
        assert_eq!(client("10.0.0.1", &["1.2.3.4, unknown"], &["10.0.0.1"]), ip("10.0.0.1"));
        assert_eq!(client("10.0.0.1", &[], &["10.0.0.1"]), ip("10.0.0.1"));
    }
}
