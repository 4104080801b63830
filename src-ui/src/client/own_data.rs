//! What the shop holds about whoever uses this device: handed out as a file, and erased here once it is erased there.

use js_sys::{Array, JSON};
use leptos::prelude::document;
use ministore_core::call::Call;
use ministore_core::member::{Erase, Erased, Export};
use ministore_core::refusal::Refusal;
use ministore_core::sync::Changed;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, HtmlElement, Url};

use super::events::{Live, on_live, tell};
use super::{Caller, call, clock, http, ipc, storage, to_json, waiting};

/// Where the card is kept, to be shown offline.
pub(crate) const CARD: &str = "ministore.card";
/// Where it is kept what the card makes its codes of.
pub(crate) const CARD_KEY: &str = "ministore.card_key";
/// Where coupons are kept, to be shown offline.
pub(crate) const COUPONS: &str = "ministore.coupons";
/// Where it is kept what was told at the last checkout.
pub(crate) const CHECKOUT: &str = "ministore.checkout";

/// How the file is called.
const FILE: &str = "ministore-my-data.json";
/// Milliseconds after which a browser has surely begun to save what it was given.
const SAVED: i32 = 60_000;

/// Forgets what is kept here when the hub says that it has erased it, for as long as the page is open.
pub(crate) fn start() {
    on_live(|live| {
        if *live == Live::Changed(Changed::Erased) {
            spawn_local(forget());
        }
    });
}

/// Fetches all that the shop holds and has it saved as a file. Where the app saved it, this is the file's path; a browser
/// tells by itself.
pub(crate) async fn save() -> Result<Option<String>, Refusal> {
    if ipc::present() {
        return ipc::command::<String>("save_own_data", &[]).await.map(Some);
    }
    // Not read into Rust's types: what is saved is what arrived.
    let data = http::call(Export::NAME, to_json(&Export {})?, Caller::Device, None).await?;
    let text = JSON::stringify_with_replacer_and_space(&data, &JsValue::NULL, &2.into())
        .map_err(|_| Refusal::VersionMismatch)?;
    hand_over(&text).map_err(|_| Refusal::VersionMismatch)?;
    Ok(None)
}

/// Has the browser save a text, as where a link to a file is followed.
fn hand_over(text: &JsValue) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(&Blob::new_with_str_sequence(&Array::of1(text))?)?;
    let link = document().create_element("a")?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", FILE)?;
    link.unchecked_into::<HtmlElement>().click();
    spawn_local(async move {
        clock::sleep(SAVED).await;
        // What cannot be let go of goes with the page.
        let _ = Url::revoke_object_url(&address);
    });
    Ok(())
}

/// Erases it at the shop, and here.
pub(crate) async fn erase() -> Result<Erased, Refusal> {
    let erased = call(Erase {}).await?;
    // Every part of the page hears of it, also where the hub's own event does not come through.
    tell(&Live::Changed(Changed::Erased));
    Ok(erased)
}

/// Forgets the card, its key and its coupons, what was told at the last checkout, and orders that the hub refused. Those that still
/// wait to be sent stay: they are still wanted.
pub(super) async fn forget() {
    let mut changes = waiting::forget_refused();
    changes.extend([CARD, CARD_KEY, COUPONS, CHECKOUT].map(|name| (name.to_owned(), None)));
    storage::keep(changes).await;
}
