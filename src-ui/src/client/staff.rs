//! Who of the shop is signed in at this device.

use ministore_core::call::Call;
use ministore_core::device::Approval;
use ministore_core::id::SessionId;
use ministore_core::refusal::Refusal;
use ministore_core::staff::{GetMe, Pin, SignIn, SignOut, SignedIn};
use serde::{Deserialize, Serialize};

use super::{Credential, clock, device, events, new_id, storage};
use crate::lasting::Lasting;

const KEPT: &str = "ministore.staff";

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    /// None in the installed app, whose shell keeps it.
    credential: Option<Credential>,
    signed_in: SignedIn,
}

thread_local! {
    static SIGNED_IN: Lasting<Option<SignedIn>> = Lasting::new(kept().map(|kept| kept.signed_in));
}

fn kept() -> Option<Kept> {
    storage::get_json::<Kept>(KEPT).filter(|kept| kept.signed_in.until > clock::now())
}

/// Who is signed in here. Tracked.
pub(crate) fn signed_in() -> Option<SignedIn> {
    SIGNED_IN.with(|signal| signal.get())
}

/// Takes up who the installed app's shell says is signed in: a window that is killed loses the newest of what it kept
/// itself, and may say less, or more, than is so.
pub(crate) async fn take_up() {
    match super::call(GetMe {}).await {
        Ok(signed_in) => {
            storage::set_json(KEPT, &Kept { credential: None, signed_in: signed_in.clone() });
            SIGNED_IN.with(|signal| signal.set(Some(signed_in)));
        }
        Err(Refusal::SignInFirst) => forget(),
        // It is asked again with the first call that needs it.
        Err(_) => {}
    }
}

/// Signs in whoever has this PIN, until they sign out or their day is over. A manager may approve the device with it.
pub(crate) async fn sign_in(pin: Pin, approve: Option<Approval>) -> Result<SignedIn, Refusal> {
    let session: SessionId = new_id();
    let secret = device::secret()?;
    let signed_in = super::call(SignIn { pin, session, secret: secret.clone(), approve }).await?;
    let credential = (!super::ipc::present()).then_some(Credential { id: session.0, secret });
    storage::set_json(KEPT, &Kept { credential, signed_in: signed_in.clone() });
    SIGNED_IN.with(|signal| signal.set(Some(signed_in.clone())));
    events::listen_anew();
    Ok(signed_in)
}

/// Ends the session here at once, and at the hub as soon as it hears of it.
pub(crate) async fn sign_out() -> Result<(), Refusal> {
    let outcome = super::call(SignOut {}).await;
    forget();
    match outcome {
        Ok(_) | Err(Refusal::SignInFirst) => Ok(()),
        Err(refusal) => Err(refusal),
    }
}

/// Forgets a session that has ended.
pub(super) fn forget() {
    storage::remove(KEPT);
    if SIGNED_IN.with(|signal| signal.get_untracked()).is_some() {
        SIGNED_IN.with(|signal| signal.set(None));
        events::listen_anew();
    }
}

/// What proves to the hub who is signed in.
pub(super) fn credential() -> Option<Credential> {
    kept().and_then(|kept| kept.credential)
}

const _: () = assert!(matches!(SignIn::KIND, ministore_core::call::Kind::Credential));
