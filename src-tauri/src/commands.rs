//! What the page may ask of the shell. Each command is one line to where the work is done; `build.rs` names them and
//! `capabilities/main.json` allows them.

use std::sync::Arc;

use ministore_core::id::{CallId, OrderId};
use ministore_core::refusal::Refusal;
use ministore_scan::SessionOptions;
use serde::Serialize;
use serde_json::Value;
use tauri::ipc::{Channel, InvokeResponseBody, Response};
use tauri::{AppHandle, Manager, State};

use crate::camera::{Camera, Cameras, Looked, Reason, Seen, Sight};
use crate::device::{Device, Status};
use crate::nearby::{Nearby, NearbyHub};
use crate::outbox::Waiting;
use crate::window;

/// Makes a call: its name, its id and its body, as they would travel to a hub.
#[tauri::command]
pub(crate) async fn call(
    device: State<'_, Arc<Device>>,
    name: String,
    id: CallId,
    body: Value,
) -> Result<Response, Refusal> {
    let body = serde_json::to_vec(&body).map_err(|error| Refusal::invalid("body", error))?;
    let reply = device.call_json(&name, id, body).await?;
    let reply = String::from_utf8(reply).map_err(|_| Refusal::VersionMismatch)?;
    Ok(Response::new(reply))
}

/// How things stand between this device and its shop.
#[tauri::command]
pub(crate) fn status(device: State<'_, Arc<Device>>) -> Status {
    device.status()
}

/// Makes this device one of the shop whose hub answers at `address`.
#[tauri::command]
pub(crate) async fn pair(device: State<'_, Arc<Device>>, address: String) -> Result<Status, Refusal> {
    device.pair(&address).await
}

/// Lets go of the shop and of what was kept of it.
#[tauri::command]
pub(crate) async fn unpair(device: State<'_, Arc<Device>>) -> Result<(), Refusal> {
    device.unpair().await
}

/// The orders that still wait for the hub, and those that it refused.
#[tauri::command]
pub(crate) async fn waiting(device: State<'_, Arc<Device>>) -> Result<Vec<Waiting>, Refusal> {
    device.waiting().await
}

/// Takes a waiting order back, or puts a refused one away.
#[tauri::command]
pub(crate) async fn dismiss(device: State<'_, Arc<Device>>, order: OrderId) -> Result<(), Refusal> {
    device.dismiss(order).await
}

/// Forgets the orders that waited and can be read no more.
#[tauri::command]
pub(crate) async fn dismiss_lost(device: State<'_, Arc<Device>>) -> Result<(), Refusal> {
    device.dismiss_lost().await
}

/// What the page has had kept: names and their texts.
#[tauri::command]
pub(crate) async fn kept(device: State<'_, Arc<Device>>) -> Result<Vec<(String, String)>, Refusal> {
    device.page_kept().await
}

/// Keeps texts under names for the page, or with None forgets them: all or none, on the disk.
#[tauri::command]
pub(crate) async fn keep(
    device: State<'_, Arc<Device>>,
    changes: Vec<(String, Option<String>)>,
) -> Result<(), Refusal> {
    device.keep_for_page(changes).await
}

/// Opens the window for customers, or brings the one that is open to the front.
#[tauri::command]
pub(crate) async fn open_customer_window(app: AppHandle) -> Result<(), Refusal> {
    window::open_customer(&app).map_err(|error| Refusal::Internal { incident: error.to_string() })
}

/// Saves what the shop holds about this device's shopper among the system's downloads. Gives the file's path.
#[tauri::command]
pub(crate) async fn save_own_data(app: AppHandle, device: State<'_, Arc<Device>>) -> Result<String, Refusal> {
    let folder = app.path().download_dir().or_else(|_| app.path().document_dir());
    let folder = folder.or_else(|_| app.path().home_dir());
    let folder = folder.map_err(|error| Refusal::Internal { incident: error.to_string() })?;
    Ok(device.save_own_data(&folder).await?.display().to_string())
}

/// The hubs that announce themselves in the neighbourhood, as far as they were found. The first asking starts the
/// search, which goes on until [`nearby_stop`].
#[tauri::command]
pub(crate) fn nearby(nearby: State<'_, Nearby>) -> Result<Vec<NearbyHub>, Refusal> {
    nearby.list()
}

/// Ends the search for hubs.
#[tauri::command]
pub(crate) fn nearby_stop(nearby: State<'_, Nearby>) {
    nearby.stop();
}

/// The cameras of this machine.
#[tauri::command(async)]
pub(crate) fn camera_list(cameras: State<'_, Cameras>) -> Vec<Camera> {
    cameras.list()
}

/// Starts a camera, the first where `id` is None: codes and pictures come over the channel until it is stopped. At a
/// till only the code nearest the middle counts.
#[tauri::command]
pub(crate) fn camera_start(
    cameras: State<'_, Cameras>,
    id: Option<String>,
    till: bool,
    channel: Channel<InvokeResponseBody>,
) {
    let session = SessionOptions { nearest_middle: till, ..SessionOptions::default() };
    cameras.start(id, session, move |sight| {
        message_of(sight).is_some_and(|message| channel.send(message).is_ok())
    });
}

/// Stops the camera.
#[tauri::command]
pub(crate) fn camera_stop(cameras: State<'_, Cameras>) {
    cameras.stop();
}

/// What travels over the channel: a picture as it is, anything else as JSON.
fn message_of(sight: Sight) -> Option<InvokeResponseBody> {
    #[derive(Serialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Message {
        Codes { codes: Vec<Seen> },
        Frame(Looked),
        Unplugged,
        Error { reason: Reason },
    }
    let message = match sight {
        Sight::Preview(picture) => return Some(InvokeResponseBody::Raw(picture)),
        Sight::Codes(codes) => Message::Codes { codes },
        Sight::Frame(looked) => Message::Frame(looked),
        Sight::Unplugged => Message::Unplugged,
        Sight::Failed(reason) => Message::Error { reason },
    };
    serde_json::to_string(&message).ok().map(InvokeResponseBody::Json)
}
