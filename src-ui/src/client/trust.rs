//! How this device may speak with the hub over HTTPS, and whether it trusts the hub to.

use leptos::prelude::window;
use ministore_core::refusal::Refusal;
use ministore_core::trust::Trust;
use web_sys::{AbortSignal, RequestCache, RequestInit, RequestMode};

use super::{http, ipc, read};

/// How long an answer may take, in milliseconds.
const PATIENCE: u32 = 10_000;

/// What the hub says of it.
pub(crate) async fn trust() -> Result<Trust, Refusal> {
    let init = RequestInit::new();
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    read(http::exchange("/trust.json", &init).await?)
}

/// Whether this browser takes the certificate of the hub at `origin`. What the hub answers is not looked at: a browser
/// that does not take the certificate sends nothing. Only the host that served the page may be asked.
pub(crate) async fn is_trusted(origin: &str) -> bool {
    if !is_here(origin) {
        return false;
    }
    let init = RequestInit::new();
    init.set_mode(RequestMode::NoCors);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    http::fetch(&[origin, "/healthz"].concat(), &init).await.is_ok()
}

/// Whether `origin` is the host and port that served the page. The page's policy lets it ask nobody else
/// (CSP level 3, section 6.7.2.8: `self` is the same host over HTTPS too).
pub(crate) fn is_here(origin: &str) -> bool {
    window().location().host().is_ok_and(|host| origin == ["https://", &host].concat())
}

/// Whether browsers give this page what they give over HTTPS only, such as the camera.
pub(crate) fn is_secure() -> bool {
    ipc::present() || window().is_secure_context()
}

/// Where a page that came over plain HTTP leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// To the hub over HTTPS, which this device trusts.
    Secure(String),
    /// To where one learns how to trust it.
    Learn,
}

/// The way from here; None where the hub speaks HTTP only, or does not answer.
pub(crate) async fn way() -> Option<Way> {
    let Trust { https, authority } = trust().await.ok()?;
    let origin = https?;
    Some(match authority {
        Some(_) if !is_trusted(&origin).await => Way::Learn,
        _ => Way::Secure(origin),
    })
}

/// What kind of device this is, by how it installs a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Platform {
    /// An iPhone or an iPad.
    Ios,
    /// An Android phone or tablet.
    Android,
    /// A computer.
    Computer,
}

impl Platform {
    /// This device's, as far as the browser tells.
    pub(crate) fn here() -> Self {
        let navigator = window().navigator();
        Self::of(&navigator.user_agent().unwrap_or_default(), navigator.max_touch_points())
    }

    fn of(agent: &str, touch_points: i32) -> Self {
        let is = |name: &str| agent.contains(name);
        // An iPad says that it is a Mac, and no Mac can be touched.
        if is("iPhone") || is("iPad") || is("iPod") || is("Macintosh") && touch_points > 1 {
            Self::Ios
        } else if is("Android") {
            Self::Android
        } else {
            Self::Computer
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_told_apart() {
        for (agent, touch_points, platform) in [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)", 5, Platform::Ios),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15",
                5,
                Platform::Ios,
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 0, Platform::Computer),
            ("Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0.0.0 Mobile", 5, Platform::Android),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", 0, Platform::Computer),
        ] {
            assert_eq!(Platform::of(agent, touch_points), platform, "{agent}");
        }
    }
}
