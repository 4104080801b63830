//! This browser as a device of the shop: its key, and what it keeps for itself.

use js_sys::JSON;
use ministore_core::basket::{Basket, GetBasket, SaveBasket};
use ministore_core::call::Call;
use ministore_core::device::{Done, PROVED_HOURS, Proof, Register, Secret};
use ministore_core::id::DeviceId;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

use super::turn::turn;
use super::{Credential, clock, http, json, new_id, storage, to_json};

const KEPT: &str = "ministore.device";
/// Where the basket is kept.
pub(crate) const BASKET: &str = "ministore.basket";

/// After so many milliseconds a secret that was proved gives way to the next: half the time that it is good for, so that
/// a call seldom meets the end of one.
const FRESH: i64 = PROVED_HOURS * 3_600_000 / 2;

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    credential: Credential,
    /// Whether the hub has it.
    registered: bool,
    /// When the secret was proved by this device's own key; none where the secret is the key.
    #[serde(default)]
    proved: Option<Timestamp>,
}

impl Kept {
    /// Whether the secret is still to be used without a thought of the next.
    fn is_fresh(&self) -> bool {
        let age = self.proved.map(|at| clock::now().0 - at.0);
        // A clock that was set back says nothing about an age.
        self.registered && age.is_none_or(|age| (0..FRESH).contains(&age))
    }
}

/// The device's key, made and made known to the hub at first need.
pub(super) async fn known() -> Result<Credential, Refusal> {
    match storage::get_json::<Kept>(KEPT) {
        Some(kept) if kept.is_fresh() => Ok(kept.credential),
        _ => made_known(None).await,
    }
}

/// The device's key if the hub knows it, without asking anything of anyone.
pub(super) fn known_already() -> Option<Credential> {
    storage::get_json::<Kept>(KEPT).filter(|kept| kept.registered).map(|kept| kept.credential)
}

/// Makes the device known again to a hub that does not know this credential of it any more.
pub(super) async fn register_again(unknown: &Credential) -> Result<Credential, Refusal> {
    made_known(Some(unknown)).await
}

/// Makes the device known. Two tabs are one device: the second uses what the first has made.
async fn made_known(unknown: Option<&Credential>) -> Result<Credential, Refusal> {
    let _turn = turn(KEPT).await;
    storage::read_again(KEPT.to_owned()).await;
    let kept = storage::get_json::<Kept>(KEPT);
    if let Some(kept) = kept.as_ref().filter(|kept| kept.is_fresh() && Some(&kept.credential) != unknown) {
        return Ok(kept.credential.clone());
    }
    let next = match kept {
        // Neither a secret that is the key nor one whose answer was lost gives way to another.
        Some(kept) if kept.proved.is_none() || !kept.registered => kept,
        Some(kept) => Kept { credential: Credential { secret: secret()?, ..kept.credential }, ..kept },
        None => draw()?,
    };
    match register(next).await {
        // The key has gone, as where part of the site's data was wiped: who has no key is nobody known.
        Err(Refusal::IdReused) => register(draw()?).await,
        outcome => outcome,
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

fn draw() -> Result<Kept, Refusal> {
    let device: DeviceId = new_id();
    let credential = Credential { id: device.0, secret: secret()? };
    // Proved as soon as it is registered, where the browser has keys.
    Ok(Kept { credential, registered: false, proved: Some(Timestamp(0)) })
}

/// A fresh secret from the browser's own source of randomness.
pub(super) fn secret() -> Result<Secret, Refusal> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::Internal { incident: error.to_string() })?;
    Ok(Secret::from_bytes(bytes))
}

async fn register(mut kept: Kept) -> Result<Credential, Refusal> {
    let (device, secret) = (DeviceId(kept.credential.id), kept.credential.secret.clone());
    let mut proof = None;
    if let Some(last) = kept.proved {
        // A repeat may say a later time: the hub then takes the same secret once more.
        let at = Timestamp(clock::now().0.max(last.0 + 1));
        proof = prove(device, &secret, at).await?;
        kept.proved = proof.as_ref().map(|proof| proof.at);
    }
    // Kept first: were the answer lost, the same would be made known again.
    kept.registered = false;
    keep(&kept).await?;
    let call = Register { device, secret, proof };
    http::post(Register::NAME, &to_json(&call)?, None, None).await?;
    kept.registered = true;
    keep(&kept).await?;
    super::events::listen_anew();
    Ok(kept.credential)
}

/// None where the browser has no keys of the kind that nobody can copy.
async fn prove(device: DeviceId, secret: &Secret, at: Timestamp) -> Result<Option<Proof>, Refusal> {
    let text = Register::to_sign(device, secret, at);
    let Some((key, signature)) = storage::sign(&text).await else { return Ok(None) };
    let (Ok(key), Ok(signature)) = (key.parse(), signature.parse()) else {
        return Err(Refusal::Internal { incident: "a key of another form".to_owned() });
    };
    Ok(Some(Proof { key, at, signature }))
}

async fn keep(kept: &Kept) -> Result<(), Refusal> {
    // A browser that keeps nothing is a device for as long as the page is open.
    storage::keep(vec![(KEPT.to_owned(), Some(to_json(kept)?))]).await;
    Ok(())
}
