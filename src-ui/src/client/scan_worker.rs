//! The worker that decodes: frames and photographs in, codes out. Its messages are described in scan-worker.js.

use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use leptos::prelude::window;
use ministore_core::code::Symbology;
use serde::Deserialize;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::ipc::property;
use super::json;

/// A code that was seen, or typed.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(crate) struct Scanned {
    /// What it says.
    pub(crate) text: String,
    /// What kind of symbol said it; None for what was typed.
    pub(crate) symbology: Option<Symbology>,
}

/// A place in a frame, in pixels.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
pub(crate) struct Spot {
    /// From the left.
    pub(crate) x: f64,
    /// From the top.
    pub(crate) y: f64,
}

/// A code's corners.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub(crate) struct Outline {
    /// All four, in turn.
    pub(crate) points: Vec<Spot>,
}

/// What would help to read a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Hint {
    /// Its bars are too narrow.
    Closer,
    /// Hardly anything shows.
    MoreLight,
    /// Its bars are not sharp.
    HoldStill,
}

/// What a frame showed.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub(crate) struct Seen {
    /// Every code in it, new or not.
    pub(crate) seen: Vec<Outline>,
    /// The frame's size, in pixels.
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// What would help, where nothing was read.
    pub(crate) hint: Option<Hint>,
}

/// What the worker tells.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Told {
    /// The first frame may be sent.
    Ready,
    /// Items came into view.
    Codes {
        /// Each of them.
        codes: Vec<Scanned>,
    },
    /// The next frame may be sent.
    Idle(Seen),
    /// What a photograph held.
    Picture {
        /// Each code; empty if nothing was read.
        codes: Vec<Scanned>,
    },
    /// Something was not read.
    Error {
        /// `load` where nothing ever will be.
        code: String,
    },
}

/// The running worker; it ends with its last handle.
#[derive(Clone)]
pub(crate) struct ScanWorker(Rc<Running>);

struct Running {
    worker: Worker,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(JsValue)>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl ScanWorker {
    /// Starts the worker; `told` hears from it. None where the browser has no workers.
    pub(crate) fn start(told: impl Fn(Told) + 'static) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("/scan-worker.js", &options).ok()?;
        let told = Rc::new(told);
        let tell = Rc::clone(&told);
        let heard = Closure::new(move |event: MessageEvent| {
            let said = json::read(event.data());
            // A message of a newer worker that this page does not know.
            if let Ok(said) = said {
                tell(said);
            }
        });
        let failed = Closure::new(move |_| told(Told::Error { code: "load".to_owned() }));
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Some(Self(Rc::new(Running { worker, _heard: heard, _failed: failed })))
    }

    /// Sends a frame, a VideoFrame or an ImageBitmap; the worker closes it.
    pub(crate) fn frame(&self, frame: &JsValue) {
        let now = window().performance().map_or(0.0, |performance| performance.now());
        self.send("frame", &[("frame", frame.clone()), ("now", now.into())], frame);
    }

    /// Sends a photograph as an ImageBitmap.
    pub(crate) fn picture(&self, bitmap: &JsValue) {
        self.send("picture", &[("bitmap", bitmap.clone()), ("id", 0.into())], bitmap);
    }

    fn send(&self, kind: &str, fields: &[(&str, JsValue)], transferred: &JsValue) {
        let message = Object::new();
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&message, &"kind".into(), &kind.into());
        for (name, value) in fields {
            let _ = Reflect::set(&message, &(*name).into(), value);
        }
        if self.0.worker.post_message_with_transfer(&message, &Array::of1(transferred)).is_err() {
            close(transferred);
        }
    }
}

/// Frees a frame that goes nowhere.
fn close(frame: &JsValue) {
    if let Some(close) = property(frame, "close").and_then(|close| close.dyn_into::<js_sys::Function>().ok())
    {
        // It is freed by the garbage collector otherwise.
        let _ = close.call0(frame);
    }
}
