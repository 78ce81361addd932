//! Networks that callbacks may come from, and networks of one's own proxies.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};

/// A list of networks, IPv4 and IPv6; never empty.
///
/// IPv4 addresses written as IPv6 (`::ffff:192.0.2.7`) are IPv4 addresses here, in the list and in
/// what is looked up.
///
/// ```
/// use ecommpay_receiver::Networks;
///
/// let networks = Networks::parse(["198.51.100.0/24", "192.0.2.7", "2001:db8::/32"])?;
/// assert!(networks.contains("198.51.100.77".parse()?));
/// assert!(networks.contains("::ffff:192.0.2.7".parse()?));
/// assert!(!networks.contains("192.0.2.8".parse()?));
/// assert!(Networks::parse(["198.51.100.0/33"]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Reads networks (`198.51.100.0/24`) and single addresses.
    ///
    /// # Errors
    ///
    /// [`UnreadableNetworks`] names the entry that is neither, or says that there is none.
    pub fn parse<T: AsRef<str>>(
        entries: impl IntoIterator<Item = T>,
    ) -> Result<Self, UnreadableNetworks> {
        let networks: Vec<IpNet> = entries
            .into_iter()
            .map(|entry| network(entry.as_ref().trim()))
            .collect::<Result<_, _>>()?;
        if networks.is_empty() {
            return Err(UnreadableNetworks::None);
        }
        Ok(Self(networks))
    }

    /// Whether the address is in one of the networks.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(entry: &str) -> Result<IpNet, UnreadableNetworks> {
    let read = match entry.parse::<IpAddr>() {
        Ok(address) => Some(IpNet::from(address)),
        Err(_) => entry.parse::<IpNet>().ok(),
    };
    read.map(canonical)
        .ok_or_else(|| UnreadableNetworks::Entry(entry.to_owned()))
}

/// `::ffff:192.0.2.0/120` is `192.0.2.0/24`.
fn canonical(network: IpNet) -> IpNet {
    const MAPPED_BITS: u8 = 96;
    let (address, bits): (Ipv6Addr, u8) = match network {
        IpNet::V4(_) => return network,
        IpNet::V6(network) => (network.addr(), network.prefix_len()),
    };
    match (address.to_ipv4_mapped(), bits.checked_sub(MAPPED_BITS)) {
        (Some(mapped), Some(bits)) => Ipv4Net::new(mapped, bits).map_or(network, IpNet::V4),
        _ => network,
    }
}

/// A list that is no list of networks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadableNetworks {
    /// There is no entry. Nobody could be let in; leave the list out to let everybody in.
    #[error("the list of networks is empty; name one, or set no list")]
    None,
    /// The entry is neither an address nor a network.
    #[error("`{0}` is neither an address nor a network such as 198.51.100.0/24")]
    Entry(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mapped_addresses_and_networks_are_those_of_ipv4() {
        let mapped = Networks::parse(["::ffff:192.0.2.0/120", "::ffff:203.0.113.9"]).unwrap();
        let plain = Networks::parse(["192.0.2.0/24", "203.0.113.9"]).unwrap();
        for (address, is_in) in [
            ("192.0.2.255", true),
            ("::ffff:192.0.2.1", true),
            ("192.0.3.0", false),
            ("203.0.113.9", true),
            ("203.0.113.8", false),
            ("2001:db8::1", false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(mapped.contains(address), is_in, "{address}");
            assert_eq!(plain.contains(address), is_in, "{address}");
        }
    }

    #[test]
    fn all_of_ipv6_is_not_all_of_ipv4() {
        let all = Networks::parse(["::/0"]).unwrap();
        assert!(all.contains("2001:db8::1".parse().unwrap()));
        assert!(!all.contains("192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert_eq!(
            Networks::parse(["192.0.2.0/24", "proxy.example"]),
            Err(UnreadableNetworks::Entry("proxy.example".to_owned()))
        );
        assert_eq!(
            Networks::parse([""]),
            Err(UnreadableNetworks::Entry(String::new()))
        );
        assert_eq!(Networks::parse::<&str>([]), Err(UnreadableNetworks::None));
    }
}
