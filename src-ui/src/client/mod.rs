//! The page's way to the engine that answers: one function for every call, over either transport.
//!
//! In a browser a call travels to the hub that served the page ([`http`]); in the installed app's window it goes to the
//! shell, which has a database of its own ([`ipc`]). Pages do not know which.

pub(crate) mod camera;
pub(crate) mod clock;
pub(crate) mod connection;
pub(crate) mod copy;
pub(crate) mod customer_display;
pub(crate) mod device;
pub(crate) mod events;
pub(crate) mod feedback;
mod http;
pub(crate) mod ipc;
pub(crate) mod json;
pub(crate) mod location;
pub(crate) mod new_version;
pub(crate) mod offline;
pub(crate) mod own_data;
pub(crate) mod photograph;
pub(crate) mod query;
pub(crate) mod scan_worker;
pub(crate) mod shell_camera;
mod sse;
pub(crate) mod staff;
pub(crate) mod storage;
pub(crate) mod touchpoint;
pub(crate) mod trust;
mod turn;
pub(crate) mod waiting;

use ministore_core::call::{Call, Kind};
use ministore_core::catalogue::PictureId;
use ministore_core::device::Secret;
use ministore_core::id::CallId;
use ministore_core::refusal::Refusal;
use ministore_core::role::Role;
use serde::Serialize;
use uuid::Uuid;
use wasm_bindgen::JsValue;

/// Who a call is made as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Caller {
    /// Nobody known.
    Visitor,
    /// This device.
    Device,
    /// Whoever is signed in at it.
    Staff,
}

/// What proves who calls.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, serde::Deserialize)]
struct Credential {
    id: Uuid,
    secret: Secret,
}

/// Makes a call as whoever usually makes it: staff for what only staff may do, the device for what is its own.
pub(crate) async fn call<C: Call>(call: C) -> Result<C::Reply, Refusal> {
    send(call, usual_caller::<C>(), new_id()).await
}

/// Makes a call that a shopper and staff may make as staff: opening or cancelling any order, above all.
pub(crate) async fn call_as_staff<C: Call>(call: C) -> Result<C::Reply, Refusal> {
    send(call, Caller::Staff, new_id()).await
}

/// Makes a call with a key of the caller's, so that a repeat of it is done once.
pub(crate) async fn call_again<C: Call>(call: C, id: CallId) -> Result<C::Reply, Refusal> {
    send(call, usual_caller::<C>(), id).await
}

/// A fresh key.
pub(crate) fn new_id<I: From<Uuid>>() -> I {
    I::from(Uuid::now_v7())
}

/// Where a picture is to be had.
pub(crate) fn picture_url(picture: &PictureId) -> String {
    let base = match ipc::present() {
        false => "/pictures/",
        true if ipc::on_windows() => "http://picture.localhost/",
        true => "picture://localhost/",
    };
    [base, picture.as_str()].concat()
}

fn usual_caller<C: Call>() -> Caller {
    if C::ROLES.include(Role::Visitor) {
        Caller::Visitor
    } else if C::ROLES.include(Role::Shopper) {
        Caller::Device
    } else {
        Caller::Staff
    }
}

async fn send<C: Call>(call: C, caller: Caller, id: CallId) -> Result<C::Reply, Refusal> {
    let body = to_json(&call)?;
    let reply = if ipc::present() {
        let outcome = ipc::call(C::NAME, id, &body).await;
        if caller == Caller::Staff && matches!(outcome, Err(Refusal::SignInFirst)) {
            staff::forget();
        }
        outcome?
    } else if C::KIND == Kind::Device {
        // What is kept on this device alone never leaves it.
        device::answer(C::NAME, &body)?
    } else if C::KIND == Kind::Query && !C::NEEDS_HUB {
        offline::ask(C::NAME, body, caller).await?
    } else {
        let id = (C::KIND == Kind::Request).then_some(id);
        http::call(C::NAME, body, caller, id).await?
    };
    read(reply)
}

fn to_json<T: Serialize>(value: &T) -> Result<String, Refusal> {
    json::write(value).ok_or_else(|| Refusal::invalid("body", "no JSON can say this"))
}

fn read<T: serde::de::DeserializeOwned>(value: JsValue) -> Result<T, Refusal> {
    json::read(value).map_err(|_| Refusal::VersionMismatch)
}
