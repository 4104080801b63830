//! This browser as a device of the shop: its key, and what it keeps for itself.

use js_sys::JSON;
use ministore_core::basket::{Basket, GetBasket, SaveBasket};
use ministore_core::call::Call;
use ministore_core::device::{Done, Register, Secret};
use ministore_core::id::DeviceId;
use ministore_core::refusal::{Refusal, Thing};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::turn::turn;
use super::{Credential, http, json, new_id, storage, to_json};

const KEPT: &str = "ministore.device";
/// Where the basket is kept.
pub(crate) const BASKET: &str = "ministore.basket";

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    credential: Credential,
    /// Whether the hub has it.
    registered: bool,
}

/// The device's key, made and made known to the hub at first need.
pub(super) async fn known() -> Result<Credential, Refusal> {
    if let Some(known) = known_already() {
        return Ok(known);
    }
    // Two tabs are one device: the second uses what the first has made.
    let _turn = turn(KEPT).await;
    storage::read_again(KEPT.to_owned()).await;
    match storage::get_json::<Kept>(KEPT) {
        Some(kept) if kept.registered => Ok(kept.credential),
        Some(kept) => register(kept.credential).await,
        None => register(draw()?).await,
    }
}

/// The device's key if the hub knows it, without asking anything of anyone.
pub(super) fn known_already() -> Option<Credential> {
    storage::get_json::<Kept>(KEPT).filter(|kept| kept.registered).map(|kept| kept.credential)
}

/// Makes the same key known again, to a hub that has forgotten it.
pub(super) async fn register_again() -> Result<Credential, Refusal> {
    match storage::get_json::<Kept>(KEPT) {
        Some(kept) => register(kept.credential).await,
        None => register(draw()?).await,
    }
}

/// Answers the calls that concern this device alone.
pub(super) fn answer(name: &str, body: &str) -> Result<JsValue, Refusal> {
    if name == GetBasket::NAME {
        plain(&storage::get_json::<Basket>(BASKET).unwrap_or_default())
    } else if name == SaveBasket::NAME {
        let SaveBasket { basket } = json::parse(body).map_err(|_| Refusal::VersionMismatch)?;
        storage::set_json(BASKET, &basket);
        plain(&Done {})
    } else {
        Err(Refusal::NotFound { what: Thing::Call })
    }
}

/// A reply as it would have arrived.
fn plain<T: Serialize>(reply: &T) -> Result<JsValue, Refusal> {
    JSON::parse(&to_json(reply)?).map_err(|_| Refusal::VersionMismatch)
}

fn draw() -> Result<Credential, Refusal> {
    let device: DeviceId = new_id();
    Ok(Credential { id: device.0, secret: secret()? })
}

/// A fresh secret from the browser's own source of randomness.
pub(super) fn secret() -> Result<Secret, Refusal> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::Internal { incident: error.to_string() })?;
    Ok(Secret::from_bytes(bytes))
}

async fn register(credential: Credential) -> Result<Credential, Refusal> {
    // Kept first: were the answer lost, the same key would be made known again.
    keep(&credential, false).await?;
    let call = Register { device: DeviceId(credential.id), secret: credential.secret.clone() };
    http::post(Register::NAME, &to_json(&call)?, None, None).await?;
    keep(&credential, true).await?;
    super::events::listen_anew();
    Ok(credential)
}

async fn keep(credential: &Credential, registered: bool) -> Result<(), Refusal> {
    let kept = Kept { credential: credential.clone(), registered };
    // A browser that keeps nothing is a device for as long as the page is open.
    storage::keep(vec![(KEPT.to_owned(), Some(to_json(&kept)?))]).await;
    Ok(())
}
