//! The address of the client behind trusted proxies. It is personal: used to limit rates, never logged or stored.

use actix_web::HttpRequest;
use std::net::IpAddr;

/// The header proxies add to, the nearest proxy last.
const FORWARDED: &str = "x-forwarded-for";

/// The client's address: the peer's own, unless the peer is a trusted proxy. Then `X-Forwarded-For` is read from its
/// end, past other trusted proxies; what stands before the first address that is not trusted could be invented.
#[must_use]
pub fn client_ip(req: &HttpRequest, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = req.peer_addr()?.ip().to_canonical();
    let lines: Vec<&str> = req.headers().get_all(FORWARDED).filter_map(|v| v.to_str().ok()).collect();
    let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    Some(behind(peer, hops, trusted))
}

fn behind<'a>(peer: IpAddr, hops: impl Iterator<Item = &'a str>, trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer;
    for hop in hops {
        if !trusted.contains(&client) {
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
        let trusted: Vec<IpAddr> = trusted.iter().map(|t| ip(t)).collect();
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
    fn nonsense_stops_at_the_proxy() {
        assert_eq!(client("10.0.0.1", &["1.2.3.4, unknown"], &["10.0.0.1"]), ip("10.0.0.1"));
        assert_eq!(client("10.0.0.1", &[], &["10.0.0.1"]), ip("10.0.0.1"));
    }
}
