//! Which addresses lie inside: pushes go there only when the configuration names the host.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Whether an address is not of the public internet: loopback, private, link-local (where clouds keep their metadata),
/// shared, reserved, multicast, or one of these in the clothes of IPv6.
#[must_use]
pub fn is_inner(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_inner_v4(v4),
        IpAddr::V6(v6) => is_inner_v6(v6),
    }
}

fn is_inner_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    v4.is_loopback()
        || v4.is_private()
        || v4.is_link_local()
        || v4.is_multicast()
        || v4.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0)
}

fn is_inner_v6(v6: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, high, low] = v6.segments();
    let embedded = |high: u16, low: u16| {
        let ([one, two], [three, four]) = (high.to_be_bytes(), low.to_be_bytes());
        is_inner_v4(Ipv4Addr::new(one, two, three, four))
    };
    match (a, b, c, d, e, f) {
        // mapped, compatible (with :: and ::1), translated
        (0, 0, 0, 0, 0, 0 | 0xffff) | (0, 0, 0, 0, 0xffff, 0) | (0x64, 0xff9b, 0, 0, 0, 0) => {
            embedded(high, low)
        }
        (0x64, 0xff9b, ..) => true,
        (0x2002, ..) => embedded(b, c),
        // 2000::/3 is all that is given out; documentation and tunnels of it are nobody's
        _ => a & 0xe000 != 0x2000 || (a == 0x2001 && (b == 0xdb8 || b < 0x200)),
    }
}

/// A name that leads inside.
#[derive(Debug, thiserror::Error)]
#[error("the name has an inner address")]
pub struct InnerAddress;

/// Resolves names for the one connection that is then made, so that a name cannot change its mind in between.
#[derive(Debug, Clone, Copy)]
pub struct Guard {
    /// Whether inner addresses are meant.
    pub inner_too: bool,
}

impl Guard {
    /// The addresses of a name; none of them may lie inside unless that is meant.
    ///
    /// # Errors
    /// [`InnerAddress`], or the resolver's own.
    pub async fn addresses(
        self,
        host: &str,
        port: u16,
    ) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await?.collect();
        if !self.inner_too && found.iter().any(|address| is_inner(address.ip())) {
            return Err(Box::new(InnerAddress));
        }
        Ok(found)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found = guard.addresses(name.as_str(), 0).await?;
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    //! Inside and outside.

    use super::*;

    #[test]
    fn inner_addresses() {
        for inner in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.0.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:a00:1::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(is_inner(inner.parse().unwrap()), "{inner}");
        }
    }

    #[test]
    fn public_addresses() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.5.5.5",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::",
            "2400:3200::1",
            "2606:4700::1111",
        ] {
            assert!(!is_inner(public.parse().unwrap()), "{public}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused() {
        let refused = Guard { inner_too: false }.addresses("localhost", 80).await.unwrap_err();
        assert!(refused.is::<InnerAddress>(), "{refused}");
        assert!(!Guard { inner_too: true }.addresses("localhost", 80).await.unwrap().is_empty());
    }
}
