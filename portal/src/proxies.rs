//! Tells who asks: the other end of the connection, or whom a trusted proxy names.

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use tequio_frame::Asker;

/// Where proxies write for whom they ask, each at the end.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Addresses whose word is taken for who asks: `192.0.2.7`, or a network such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

/// A text that is no address and no network.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no address: write one such as 192.0.2.7, or a network such as 10.0.0.0/8 or 2001:db8::/32")]
pub struct NetworkError(String);

impl Network {
    fn holds(&self, address: IpAddr) -> bool {
        let cut = |one: u128, other: u128, length: u32| {
            (one ^ other).checked_shr(length - self.bits).is_none_or(|differs| differs == 0)
        };
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => cut(own.to_bits().into(), other.to_bits().into(), Ipv4Addr::BITS),
            (IpAddr::V6(own), IpAddr::V6(other)) => cut(own.to_bits(), other.to_bits(), Ipv6Addr::BITS),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let wrong = || NetworkError(text.to_owned());
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        // Connections are compared as the addresses of IPv4 that they are.
        let address = if bits.is_none() { address.to_canonical() } else { address };
        let length = if address.is_ipv4() { Ipv4Addr::BITS } else { Ipv6Addr::BITS };
        let bits = bits.map_or(Ok(length), |bits| bits.trim().parse().map_err(|_| wrong()))?;
        if bits > length { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

/// The proxies that are trusted.
#[derive(Clone, Debug)]
pub struct Proxies(Vec<Network>);

/// A proxy on the same machine.
impl Default for Proxies {
    fn default() -> Self {
        let loopback = |address: IpAddr, bits| Network { address, bits };
        Self(vec![loopback(Ipv4Addr::LOCALHOST.into(), 8), loopback(Ipv6Addr::LOCALHOST.into(), Ipv6Addr::BITS)])
    }
}

impl Proxies {
    /// These beside the ones of the same machine.
    pub fn with(networks: &[Network]) -> Self {
        let Self(mut all) = Self::default();
        all.extend_from_slice(networks);
        Self(all)
    }

    fn are_trusted(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.holds(address))
    }

    /// Who asks: the last who is not trusted, on the way from the connection back to what he says of himself, which
    /// nobody believes.
    fn asker(&self, peer: IpAddr, headers: &HeaderMap) -> Asker {
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        // What cannot be read ends the way: before it stands what anybody may have written.
        let named = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')).map_while(address_of);
        let mut last = peer;
        for address in named {
            if !self.are_trusted(last) {
                break;
            }
            last = address;
        }
        Asker::at(last)
    }
}

/// An address as proxies write it, some with the port.
fn address_of(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?.trim();
    text.parse().ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
}

/// The middleware.
pub async fn name(State(proxies): State<Arc<Proxies>>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let asker = proxies.asker(peer.ip(), request.headers());
        request.extensions_mut().insert(asker);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn network(text: &str) -> Network {
        text.parse().expect("a network")
    }

    #[test]
    fn a_network_holds_what_begins_as_it_does() {
        for (of, inside, outside) in [
            ("10.0.0.0/8", "10.255.1.2", "11.0.0.1"),
            ("::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("2001:db8::/32", "2001:db8:9::1", "2001:db9::1"),
            ("0.0.0.0/0", "203.0.113.9", "::1"),
            ("::/0", "2001:db8::1", "10.0.0.1"),
        ] {
            assert!(network(of).holds(address(inside)) && !network(of).holds(address(outside)), "{of}");
        }
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/x", "proxy"] {
            assert_eq!(wrong.parse::<Network>(), Err(NetworkError(wrong.to_owned())));
        }
    }

    #[test]
    fn who_asks_is_the_last_whom_a_trusted_proxy_names() {
        let proxies = Proxies::with(&[network("10.0.0.0/8")]);
        for (peer, lines, who) in [
            ("203.0.113.9", &[][..], "203.0.113.9"),
            // Whoever is no proxy says what he likes.
            ("203.0.113.9", &["192.0.2.1"], "203.0.113.9"),
            ("127.0.0.1", &["192.0.2.1"], "192.0.2.1"),
            ("::ffff:127.0.0.1", &["192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["198.51.100.1, 192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["198.51.100.1", "192.0.2.1, 10.0.0.3"], "192.0.2.1"),
            ("127.0.0.1", &["192.0.2.1, nonsense"], "127.0.0.1"),
            ("127.0.0.1", &["nonsense, 192.0.2.1"], "192.0.2.1"),
            ("127.0.0.1", &["192.0.2.1:4711"], "192.0.2.1"),
            ("127.0.0.1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("::1", &["10.0.0.1, 10.0.0.3"], "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
            }
            assert_eq!(proxies.asker(address(peer), &headers), Asker::at(address(who)), "{peer} {lines:?}");
        }
    }

    #[test]
    fn what_stands_before_an_unreadable_line_is_not_believed() {
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED_FOR, HeaderValue::from_static("192.0.2.1"));
        headers.append(FORWARDED_FOR, HeaderValue::from_bytes(b"\xff").expect("opaque bytes"));
        assert_eq!(Proxies::default().asker(address("127.0.0.1"), &headers), Asker::at(address("127.0.0.1")));
    }
}
