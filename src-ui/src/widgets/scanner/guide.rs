//! What is drawn and said over the camera's picture.

use leptos::prelude::*;

use crate::client::scan_worker::{Hint, Seen};
use crate::i18n::say;

/// Frames after which a hint is worth saying: a hand on its way shows all sorts of things.
const FRAMES_TO_HINT: u32 = 12;
/// Milliseconds without any code after which the other ways are named.
const HELP_AFTER: f64 = 8_000.0;

/// What the live picture tells its user: where codes are, and what would help.
#[derive(Clone, Copy)]
pub(super) struct Guide {
    frame: RwSignal<Option<Seen>>,
    hint: RwSignal<Option<Hint>>,
    /// What was last hinted at, and for how many frames.
    wanted: StoredValue<(Option<Hint>, u32)>,
    helps: RwSignal<bool>,
    /// When a code was last seen, or the first frame came.
    last: StoredValue<Option<f64>>,
}

impl Default for Guide {
    fn default() -> Self {
        Self {
            frame: RwSignal::new(None),
            hint: RwSignal::new(None),
            wanted: StoredValue::new((None, 0)),
            helps: RwSignal::new(false),
            last: StoredValue::new(None),
        }
    }
}

impl Guide {
    pub(super) fn look(self, frame: Seen) {
        let now = js_sys::Date::now();
        let last = self.last.get_value();
        if !frame.seen.is_empty() || last.is_none() {
            self.last.set_value(Some(now));
        }
        self.helps.set(last.is_some_and(|last| now - last > HELP_AFTER) && frame.seen.is_empty());
        let (known, frames) = self.wanted.get_value();
        let frames = if known == frame.hint { frames + 1 } else { 1 };
        self.wanted.set_value((frame.hint, frames));
        if frames == FRAMES_TO_HINT || (frame.hint.is_none() && frames == 1) {
            self.hint.set(frame.hint);
        }
        self.frame.set(Some(frame));
    }

    /// Forgets what was seen: the picture is gone for a while.
    pub(super) fn begin_again(self) {
        self.frame.set(None);
        self.hint.set(None);
        self.helps.set(false);
        self.last.set_value(None);
    }

    /// The outline of every code in view, laid over the picture as that fills its place.
    pub(super) fn outlines(self) -> Option<AnyView> {
        let Seen { seen, width, height, .. } = self.frame.get().filter(|frame| !frame.seen.is_empty())?;
        let polygons = seen
            .into_iter()
            .map(|outline| {
                // Whole pixels: printing fractions would cost a phone ten kilobytes.
                let points: Vec<String> = outline
                    .drawn()
                    .iter()
                    .map(|(x, y)| [&x.to_string(), ",", &y.to_string()].concat())
                    .collect();
                view! { <polygon points=points.join(" ")></polygon> }
            })
            .collect_view();
        let size = format!("0 0 {} {}", width as u32, height as u32);
        Some(
            view! {
                <svg
                    class="outlines"
                    viewBox=size
                    preserveAspectRatio="xMidYMid slice"
                    aria-hidden="true"
                    data-testid="outlines"
                >
                    {polygons}
                </svg>
            }
            .into_any(),
        )
    }

    pub(super) fn says(self) -> &'static str {
        match self.hint.get() {
            Some(Hint::Closer) => say::SCAN_CLOSER(),
            Some(Hint::MoreLight) => say::SCAN_MORE_LIGHT(),
            Some(Hint::HoldStill) => say::SCAN_HOLD_STILL(),
            None if self.helps.get() => say::SCAN_HELP(),
            None => "",
        }
    }
}
