//! The shop that this page belongs to.

use std::sync::Arc;

use leptos::prelude::*;
use ministore_core::catalogue::{Category, CategorySlug};
use ministore_core::code::{Code, CodeError, Symbology};
use ministore_core::refusal::Refusal;
use ministore_core::shop::{GetShop, Shop};
use ministore_core::sync::Changed;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::accent::Accent;
use crate::client::events::{Live, on_live};
use crate::client::query::Load;
use crate::client::{call, storage};
use crate::lasting::Lasting;

const KEPT: &str = "ministore.shop";

thread_local! {
    static SHOP: Lasting<Load<Arc<Shop>>> = Lasting::new(first());
}

fn first() -> Load<Arc<Shop>> {
    storage::get_json(KEPT).map_or(Load::Loading, |shop| Load::Ready(Arc::new(shop)))
}

/// The shop, as soon as it is known. Tracked.
pub(crate) fn shop() -> Option<Arc<Shop>> {
    SHOP.with(|signal| signal.get()).ready()
}

/// Why the shop is not known. Tracked.
pub(crate) fn trouble() -> Option<Refusal> {
    SHOP.with(|signal| {
        signal.with(|shop| match shop {
            Load::Failed(refusal) => Some(refusal.clone()),
            Load::Loading | Load::Ready(_) => None,
        })
    })
}

/// The shop's time zone. Tracked.
pub(crate) fn zone() -> String {
    shop().map_or_else(|| "UTC".to_owned(), |shop| shop.zone.clone())
}

/// One of the shop's categories. Tracked.
pub(crate) fn category(slug: &CategorySlug) -> Option<Category> {
    shop()?.categories.iter().find(|category| category.slug == *slug).cloned()
}

/// What a scanned or typed text means in this shop.
pub(crate) fn read_code(text: &str, symbology: Option<Symbology>) -> Result<Code, CodeError> {
    let read = match untrack(shop) {
        Some(shop) => Code::read(text, symbology, &shop.in_store, shop.currency),
        // Until the shop is known its own patterns are not: everything else still reads.
        None => Code::read(text, symbology, &[], ministore_core::money::Currency::CNY),
    };
    read.map_err(|unread| unread.error)
}

/// Asks for the shop now, and whenever it changes.
pub(crate) fn start() {
    Effect::new(|_| {
        if let Some(shop) = shop() {
            show_accent(&shop.accent);
        }
    });
    on_live(|live| {
        if matches!(live, Live::Anything | Live::Changed(Changed::Shop)) {
            reload();
        }
    });
    reload();
}

/// Asks for the shop again.
pub(crate) fn reload() {
    spawn_local(async {
        let next = match call(GetShop {}).await {
            Ok(shop) => {
                storage::set_json(KEPT, &shop);
                Load::Ready(Arc::new(shop))
            }
            Err(_) if untrack(shop).is_some() => return,
            Err(refusal) => Load::Failed(refusal),
        };
        SHOP.with(|signal| signal.set(next));
    });
}

fn show_accent(accent: &str) {
    let root = document().document_element().and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    // A colour that could not be read on is not shown; the page's own stays.
    if let Some((accent, root)) = Accent::parse(accent).zip(root) {
        let style = root.style();
        for (name, colour) in [("--accent", accent.solid), ("--accent-on-dark", accent.on_dark)] {
            // Fails only for a name that is no property.
            let _ = style.set_property(name, &colour.css());
        }
    }
}
