//! Where a hub answers, as it is scanned or typed.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// The port on which a hub listens where nothing else is said.
pub const HUB_PORT: u16 = 8787;

/// A hub's address: `http` or `https`, a host, a port; no path, no credentials.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address(Url);

impl Address {
    /// The same host and port over another scheme, `http` or `https`.
    pub fn over(&self, scheme: &str) -> Self {
        let mut url = self.0.clone();
        let port = url.port_or_known_default();
        // Both are schemes of the web with a host, between which a URL can be changed.
        let _ = url.set_scheme(scheme);
        let _ = url.set_port(port);
        Self(url)
    }

    /// The address of something on the hub.
    pub fn at(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl FromStr for Address {
    type Err = AddressError;

    /// Reads a whole address, or as little as `192.168.1.20`: on the shop's own network a hub speaks plain HTTP on its
    /// usual port, anywhere else HTTPS.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let mut url = if text.contains("://") {
            Url::parse(text).map_err(|_| AddressError)?
        } else {
            let mut url = Url::parse(&format!("http://{text}")).map_err(|_| AddressError)?;
            match (is_near(&url), url.port()) {
                (true, None) => url.set_port(Some(HUB_PORT)).map_err(|()| AddressError)?,
                (false, None) => url.set_scheme("https").map_err(|()| AddressError)?,
                (_, Some(_)) => {}
            }
            url
        };
        let is_plain = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !is_plain {
            return Err(AddressError);
        }
        url.set_path("/");
        url.set_query(None);
        url.set_fragment(None);
        Ok(Self(url))
    }
}

/// Whether a host is one of the shop's own network: a bare IP address, or a name without a public domain.
fn is_near(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let is_ip = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        is_ip || !host.contains('.') || host.ends_with(".local")
    })
}

/// Not the address of a hub.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an address is a host, or starts with http:// or https://")]
pub struct AddressError;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        text.parse::<Address>().ok().map(|address| address.to_string())
    }

    #[test]
    fn what_is_scanned_or_typed_leads_to_the_hub() {
        for (text, address) in [
            ("http://10.0.0.5:8787/#shop", "http://10.0.0.5:8787/"),
            (" https://shop.example.com/orders?x=1 ", "https://shop.example.com/"),
            ("192.168.1.20", "http://192.168.1.20:8787/"),
            ("192.168.1.20:9000", "http://192.168.1.20:9000/"),
            ("counter.local", "http://counter.local:8787/"),
            ("shop.example.com", "https://shop.example.com/"),
            ("localhost:8080", "http://localhost:8080/"),
            ("[::1]", "http://[::1]:8787/"),
        ] {
            assert_eq!(read(text).as_deref(), Some(address), "{text}");
        }
    }

    #[test]
    fn another_scheme_leaves_the_port() {
        let over = |text: &str, scheme: &str| text.parse::<Address>().unwrap().over(scheme).to_string();
        assert_eq!(over("http://10.0.0.5:8787/", "https"), "https://10.0.0.5:8787/");
        assert_eq!(over("http://10.0.0.5/", "https"), "https://10.0.0.5:80/");
        assert_eq!(over("https://10.0.0.5:80/", "http"), "http://10.0.0.5/");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "ftp://10.0.0.5", "http://", "a b", "http://user:word@10.0.0.5/", "file:///etc/passwd"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
