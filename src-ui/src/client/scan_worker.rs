//! The worker that decodes: frames and photographs in, codes out. Its messages are described in scan-worker.js.

use std::rc::Rc;

use js_sys::{Array, Reflect};
use leptos::prelude::window;
use ministore_core::code::Symbology;
use serde::Deserialize;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::ipc::{object, property};
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
    /// All four, in any order.
    points: Vec<Spot>,
}

/// An outline is drawn at least this share of its length wide: what was read of bars may be one line across them.
const LEAST_WIDTH: f64 = 0.25;

impl Outline {
    /// The corners of what is drawn, in turn, in whole pixels.
    pub(crate) fn drawn(&self) -> Vec<(i32, i32)> {
        let drawn = match self.points[..] {
            [a, b, c, d] => widened(in_turn(a, b, c, d)).to_vec(),
            _ => self.points.clone(),
        };
        drawn.into_iter().map(|spot| (spot.x as i32, spot.y as i32)).collect()
    }
}

/// The order in which four corners enclose the most: any other crosses itself.
fn in_turn(a: Spot, b: Spot, c: Spot, d: Spot) -> [Spot; 4] {
    // Twice the area between both diagonals.
    let area = |[a, b, c, d]: [Spot; 4]| ((c.x - a.x) * (d.y - b.y) - (c.y - a.y) * (d.x - b.x)).abs();
    let orders = [[a, b, c, d], [a, b, d, c], [a, c, b, d]];
    orders.into_iter().max_by(|one, other| area(*one).total_cmp(&area(*other))).unwrap_or([a, b, c, d])
}

fn widened([a, b, c, d]: [Spot; 4]) -> [Spot; 4] {
    let side = |from: Spot, to: Spot| {
        let (x, y) = (to.x - from.x, to.y - from.y);
        (x * x + y * y).sqrt()
    };
    let (length, width) = ((side(a, b) + side(c, d)) / 2.0, (side(b, c) + side(d, a)) / 2.0);
    if width > length {
        return widened([b, c, d, a]);
    }
    let more = (LEAST_WIDTH * length - width) / 2.0;
    if more <= 0.0 {
        return [a, b, c, d];
    }
    // Across the long sides, from the first to the second.
    let along = side(a, b).max(1.0);
    let across = Spot { x: (a.y - b.y) / along, y: (b.x - a.x) / along };
    let towards = (d.x - a.x) * across.x + (d.y - a.y) * across.y;
    let more = if towards < 0.0 { -more } else { more };
    let moved = |spot: Spot, by: f64| Spot { x: spot.x + by * across.x, y: spot.y + by * across.y };
    [moved(a, -more), moved(b, -more), moved(c, more), moved(d, more)]
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
    /// The first frame may be sent. Said again after settings.
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
    /// Starts the worker; `told` hears from it. At a till only the code nearest the middle counts. None where the browser
    /// has no workers.
    pub(crate) fn start(till: bool, told: impl Fn(Told) + 'static) -> Option<Self> {
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
        let worker = Self(Rc::new(Running { worker, _heard: heard, _failed: failed }));
        if till {
            let settings = object(&[("nearest_middle", JsValue::TRUE)]);
            worker.send("configure", &[("settings", settings)], &Array::new());
        }
        Some(worker)
    }

    /// Sends a frame, a VideoFrame or an ImageBitmap; the worker closes it.
    pub(crate) fn frame(&self, frame: &JsValue) {
        let now = window().performance().map_or(0.0, |performance| performance.now());
        self.hand_over("frame", &[("frame", frame.clone()), ("now", now.into())], frame);
    }

    /// Sends a photograph as an ImageBitmap.
    pub(crate) fn picture(&self, bitmap: &JsValue) {
        self.hand_over("picture", &[("bitmap", bitmap.clone()), ("id", 0.into())], bitmap);
    }

    fn hand_over(&self, kind: &str, fields: &[(&str, JsValue)], transferred: &JsValue) {
        if !self.send(kind, fields, &Array::of1(transferred)) {
            close(transferred);
        }
    }

    fn send(&self, kind: &str, fields: &[(&str, JsValue)], transferred: &Array) -> bool {
        let message = object(fields);
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&message, &"kind".into(), &kind.into());
        self.0.worker.post_message_with_transfer(&message, transferred).is_ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(points: [(i32, i32); 4]) -> Vec<(i32, i32)> {
        let points = points.map(|(x, y)| Spot { x: x.into(), y: y.into() }).to_vec();
        Outline { points }.drawn()
    }

    #[test]
    fn corners_are_drawn_in_turn_whatever_their_order() {
        let square = vec![(10, 10), (50, 10), (50, 50), (10, 50)];
        assert_eq!(drawn([(10, 10), (50, 10), (50, 50), (10, 50)]), square);
        assert_eq!(drawn([(10, 10), (50, 10), (10, 50), (50, 50)]), square);
        let other_way = vec![(10, 10), (10, 50), (50, 50), (50, 10)];
        assert_eq!(drawn([(10, 10), (50, 50), (10, 50), (50, 10)]), other_way);
    }

    #[test]
    fn a_line_across_bars_is_drawn_as_a_band() {
        let band = vec![(0, 75), (200, 75), (200, 125), (0, 125)];
        assert_eq!(drawn([(0, 98), (200, 98), (200, 102), (0, 102)]), band);
        assert_eq!(drawn([(0, 100), (200, 100), (200, 100), (0, 100)]), band);
        let upright = vec![(125, 0), (125, 200), (75, 200), (75, 0)];
        assert_eq!(drawn([(98, 0), (102, 0), (102, 200), (98, 200)]), upright);
    }
}
