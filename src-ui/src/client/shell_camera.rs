//! The camera of the machine that the installed app runs on: frames and codes come from its shell.

use std::rc::Rc;

use ministore_core::refusal::Refusal;
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

use super::camera::{NoCamera, bitmap_of};
use super::scan_worker::{Scanned, Seen};
use super::{ipc, json};

/// What the shell tells about its camera.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Told {
    /// Items came into view.
    Codes {
        /// Each of them.
        codes: Vec<Scanned>,
    },
    /// A frame was looked at.
    Frame(Seen),
    /// The camera was unplugged; there are frames again once it is back.
    Unplugged,
    /// There is no picture any more.
    Error {
        /// Why.
        reason: String,
    },
}

/// The shell's open camera; it is switched off when this is dropped.
pub(crate) struct ShellCamera(());

impl Drop for ShellCamera {
    fn drop(&mut self) {
        spawn_local(async {
            // Switching off what is off already is no fault.
            let _ = ipc::invoke("camera_stop", &js_sys::Object::new()).await;
        });
    }
}

impl ShellCamera {
    /// Opens the machine's first camera, and shows it in `canvas`. At a till only the code nearest the middle counts.
    pub(crate) async fn open(
        canvas: HtmlCanvasElement,
        till: bool,
        told: impl Fn(Told) + 'static,
    ) -> Result<Self, NoCamera> {
        let told = Rc::new(told);
        let channel = ipc::channel(move |message| {
            if let Some(bytes) = bytes_of(&message) {
                spawn_local(draw(canvas.clone(), bytes));
            } else if let Ok(said) = json::read::<Told>(message) {
                told(said);
            }
        });
        let channel = channel.ok_or(NoCamera::Failed)?;
        let arguments = ipc::object(&[("id", JsValue::NULL), ("till", till.into()), ("channel", channel)]);
        let opened: Result<JsValue, Refusal> = ipc::invoke("camera_start", &arguments).await;
        opened.map(|_| Self(())).map_err(|_| NoCamera::Failed)
    }
}

/// A preview frame comes as bytes; large ones as an ArrayBuffer, small ones as an array of numbers.
fn bytes_of(message: &JsValue) -> Option<js_sys::Uint8Array> {
    let is_bytes = message.is_instance_of::<js_sys::ArrayBuffer>()
        || message.is_instance_of::<js_sys::Uint8Array>()
        || js_sys::Array::is_array(message);
    is_bytes.then(|| js_sys::Uint8Array::new(message))
}

async fn draw(canvas: HtmlCanvasElement, bytes: js_sys::Uint8Array) {
    let Ok(blob) = Blob::new_with_u8_array_sequence(&js_sys::Array::of1(&bytes)) else { return };
    let Some(bitmap) = bitmap_of(&blob).await.and_then(|bitmap| bitmap.dyn_into::<ImageBitmap>().ok()) else {
        return;
    };
    let context = canvas.get_context("2d").ok().flatten();
    if let Some(context) = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok()) {
        if canvas.width() != bitmap.width() || canvas.height() != bitmap.height() {
            canvas.set_width(bitmap.width());
            canvas.set_height(bitmap.height());
        }
        // A frame that cannot be drawn is followed by another.
        let _ = context.draw_image_with_image_bitmap(&bitmap, 0.0, 0.0);
    }
    bitmap.close();
}
