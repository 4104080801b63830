//! How a hub makes itself known in its neighbourhood, and what of that is believed: DNS-based service discovery
//! (RFC 6763) over multicast DNS (RFC 6762). Anybody on the network can announce anything, so every value is checked where
//! it comes in, and nothing here proves who somebody is: the fingerprint does, once a person has compared it.

use std::net::{IpAddr, Ipv6Addr};

use crate::id::ShopId;
use crate::trust::{Fingerprint, ShopLink};

/// The type of service under which hubs are announced.
pub const SERVICE: &str = "_ministore._tcp.local.";

/// The most bytes that a name in an announcement has: with its key it fits into one string of 255 bytes.
pub const NAME_BYTES: usize = 120;

/// The most bytes that a version has.
const VERSION_BYTES: usize = 32;

/// What a hub announces.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Announcement {
    /// The shop's name, at most [`NAME_BYTES`] bytes.
    pub name: String,
    /// Which shop.
    pub shop: ShopId,
    /// The authority that signs for the hub.
    pub authority: Fingerprint,
    /// The port on which it speaks HTTPS.
    pub tls_port: u16,
    /// The program's version.
    pub version: String,
}

impl Announcement {
    /// As the strings of a TXT record: keys and values.
    pub fn properties(&self) -> [(&'static str, String); 5] {
        [
            ("name", shortened(&self.name).to_owned()),
            ("shop", self.shop.to_string()),
            ("authority", self.authority.to_string()),
            ("tls", self.tls_port.to_string()),
            ("version", self.version.clone()),
        ]
    }

    /// Reads them; `property` gives the value of a key.
    pub fn of<'p>(property: impl Fn(&str) -> Option<&'p str>) -> Result<Self, AnnouncementError> {
        let told = |key: &'static str| property(key).ok_or(AnnouncementError(key));
        let (name, version) = (told("name")?, told("version")?);
        if name.trim().is_empty() || name.len() > NAME_BYTES || !name.chars().all(is_plain) {
            return Err(AnnouncementError("name"));
        }
        if version.len() > VERSION_BYTES || !version.chars().all(|it| it.is_ascii_graphic()) {
            return Err(AnnouncementError("version"));
        }
        let tls_port = told("tls")?.parse().ok().filter(|port| *port != 0);
        Ok(Self {
            name: name.trim().to_owned(),
            shop: told("shop")?.parse().map_err(|_| AnnouncementError("shop"))?,
            authority: told("authority")?.parse().map_err(|_| AnnouncementError("authority"))?,
            tls_port: tls_port.ok_or(AnnouncementError("tls"))?,
            version: version.to_owned(),
        })
    }

    /// The link that pairs an app with this hub at one of these addresses, pinned to the announced authority. None where
    /// none of them is in the neighbourhood.
    pub fn link(&self, addresses: impl IntoIterator<Item = IpAddr>) -> Option<ShopLink> {
        // The same each time, whatever the order in which they came: IPv4 first, as a hub by itself listens there alone.
        let ip = addresses.into_iter().filter(|ip| is_near(*ip)).min()?;
        let host = match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let address = format!("https://{host}:{}/", self.tls_port);
        Some(ShopLink { address, authority: Some(self.authority) })
    }
}

/// A value that no hub announces.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an announcement without a good `{0}`")]
pub struct AnnouncementError(pub &'static str);

/// Whether an address is one of a private network (RFC 1918, RFC 4193), or this machine itself.
pub fn is_near(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_private() || ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_unique_local() || ip == Ipv6Addr::LOCALHOST,
    }
}

/// Whether a character shows what it is, and moves or hides nothing around it: no control, and none that sets the
/// direction of others or joins them unseen (Unicode Standard Annex 9, 2.1 to 2.5, and Technical Report 36, 2.10).
fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// As much of a name as an announcement holds.
fn shortened(name: &str) -> &str {
    let mut end = name.len().min(NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn announced(name: &str) -> Announcement {
        Announcement {
            name: name.to_owned(),
            shop: ShopId(Uuid::from_u128(7)),
            authority: Fingerprint::from_bytes([0xab; 32]),
            tls_port: 8787,
            version: "0.1.0".to_owned(),
        }
    }

    /// What is read of an announcement's properties where some are replaced.
    fn read(of: &Announcement, replaced: &[(&str, &str)]) -> Result<Announcement, AnnouncementError> {
        let properties = of.properties();
        Announcement::of(|key| {
            let other = replaced.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
            other
                .or_else(|| properties.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str()))
        })
    }

    proptest! {
        #[test]
        fn what_is_announced_reads_back(name in "[\\p{L}\\p{N}&.' ]{1,80}", shop in any::<u128>(), bytes in any::<[u8; 32]>(), tls_port in 1..=u16::MAX) {
            prop_assume!(!shortened(&name).trim().is_empty());
            let all = Announcement { shop: ShopId(Uuid::from_u128(shop)), authority: Fingerprint::from_bytes(bytes), tls_port, ..announced(&name) };
            let back = read(&all, &[]).unwrap();
            prop_assert!(all.name.trim().starts_with(&back.name));
            prop_assert_eq!(back, Announcement { name: shortened(&name).trim().to_owned(), ..all });
        }

        #[test]
        fn no_text_panics_and_what_is_taken_is_short_and_plain(key in prop::sample::select(vec!["name", "shop", "authority", "tls", "version"]), value in ".{0,300}") {
            if let Ok(taken) = read(&announced("Corner"), &[(key, &value)]) {
                prop_assert!(taken.name.len() <= NAME_BYTES && taken.name.chars().all(is_plain));
                prop_assert!(taken.version.len() <= VERSION_BYTES && taken.version.is_ascii());
                prop_assert!(taken.tls_port > 0);
            }
        }

        #[test]
        fn a_link_leads_to_the_neighbourhood_alone(ips in prop::collection::vec(any::<IpAddr>(), 0..8)) {
            let link = announced("Corner").link(ips.iter().copied());
            prop_assert_eq!(link.is_some(), ips.iter().any(|ip| is_near(*ip)));
            prop_assert!(link.is_none_or(|link| link.authority == Some(Fingerprint::from_bytes([0xab; 32]))));
        }
    }

    #[test]
    fn names_that_deceive_are_refused() {
        for name in ["", "  ", "Corner\u{202e}knaB", "Cor\u{200b}ner", "Corner\nBank", &"x".repeat(121)] {
            assert_eq!(
                read(&announced("Corner"), &[("name", name)]),
                Err(AnnouncementError("name")),
                "{name:?}"
            );
        }
        assert_eq!(read(&announced("街角小店"), &[]).unwrap().name, "街角小店");
        assert_eq!(read(&announced("Corner"), &[("tls", "0")]), Err(AnnouncementError("tls")));
    }

    #[test]
    fn of_several_addresses_the_private_one_is_taken() {
        let ips = ["203.0.113.9", "fd00::2", "192.168.1.20"].map(|ip| ip.parse().unwrap());
        let link = announced("Corner").link(ips).unwrap();
        assert_eq!(link.address, "https://192.168.1.20:8787/");
        let link = announced("Corner").link(["fd00::2".parse().unwrap()]).unwrap();
        assert_eq!(link.address, "https://[fd00::2]:8787/");
        assert_eq!(announced("Corner").link(["8.8.8.8".parse().unwrap(), "fe80::1".parse().unwrap()]), None);
    }
}
