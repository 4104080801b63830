//! Where phones reach the shop.

use leptos::prelude::*;
use ministore_core::touchpoint::{Entrance, Leads};

use crate::client::ipc;

/// Where phones reach the shop, as far as this page knows: where it came from itself, or the app's hub. Tracked.
pub(super) fn origin() -> String {
    match ipc::status().filter(|_| ipc::present()).and_then(|status| status.address) {
        Some(address) => address,
        None => window().location().origin().unwrap_or_default(),
    }
}

/// Where a phone becomes a member's, and shows its card.
pub(super) fn card_address(origin: &str) -> String {
    Leads::Card.address(origin, &Entrance::Till.code())
}

/// Whether phones elsewhere can open an address.
pub(super) fn is_for_phones(address: &str) -> bool {
    let host = address.trim().strip_prefix("https://").or_else(|| address.trim().strip_prefix("http://"));
    let is_own = |host: &str| {
        ["localhost", "127.", "[::1]", "tauri.localhost"].iter().any(|own| host.starts_with(own))
    };
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/') && !is_own(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_this_machine_alone_is_not_for_phones() {
        for address in ["http://192.168.1.20:8787", "https://shop.example", " http://shop.local/ "] {
            assert!(is_for_phones(address), "{address}");
        }
        for address in
            ["", "shop.local", "http://", "http://localhost:8787", "http://127.0.0.1:1", "http://[::1]/"]
        {
            assert!(!is_for_phones(address), "{address}");
        }
    }
}
