//! The browser's camera.

use std::cell::Cell;

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::ipc::{object, property};

/// Why there is no picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NoCamera {
    /// The page came over plain HTTP: browsers give it no camera.
    Insecure,
    /// Its owner said no.
    Refused,
    /// There is none.
    Missing,
    /// Something else has it.
    Busy,
    /// It stopped, or this browser cannot use it.
    Failed,
}

impl NoCamera {
    /// By the name of the error that getUserMedia gives (W3C Media Capture and Streams, section 10.2).
    fn of_error(name: &str) -> Self {
        match name {
            "NotAllowedError" | "SecurityError" => Self::Refused,
            "NotFoundError" | "OverconstrainedError" => Self::Missing,
            "NotReadableError" | "AbortError" => Self::Busy,
            _ => Self::Failed,
        }
    }

    /// By the reason that the installed app's shell gives.
    pub(crate) fn of_reason(reason: &str) -> Self {
        match reason {
            "none" => Self::Missing,
            "refused" => Self::Refused,
            "busy" => Self::Busy,
            _ => Self::Failed,
        }
    }
}

/// What an open camera lets its user set (W3C MediaStream Image Capture, section 9).
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Offers {
    /// It has a lamp.
    pub(crate) torch: bool,
    /// From how much to how much it enlarges.
    zoom: Option<(f64, f64)>,
    /// It focuses on a place when told to.
    pub(crate) focus: bool,
    /// It focuses by itself all the time.
    continuous: bool,
}

impl Offers {
    /// Whether it enlarges.
    pub(crate) const fn zooms(&self) -> bool {
        self.zoom.is_some()
    }

    fn of(capabilities: &JsValue) -> Self {
        let number = |of: &JsValue, name: &str| property(of, name)?.as_f64();
        let zoom = property(capabilities, "zoom")
            .and_then(|zoom| Some((number(&zoom, "min")?, number(&zoom, "max")?)))
            .filter(|(least, most)| least < most);
        let modes = property(capabilities, "focusMode").and_then(|modes| modes.dyn_into::<Array>().ok());
        let focuses = |mode: &str| modes.as_ref().is_some_and(|modes| modes.includes(&mode.into(), 0));
        Self {
            torch: property(capabilities, "torch").is_some_and(|torch| torch.is_truthy()),
            zoom,
            focus: focuses("single-shot"),
            continuous: focuses("continuous"),
        }
    }
}

/// The furthest that the camera is asked to enlarge is this many steps from the least.
pub(crate) const ZOOM_STEPS: u32 = 100;

/// How its user wants the camera.
#[derive(Clone, Copy, Default)]
struct Wanted {
    torch: bool,
    zoom: u32,
    /// Where to focus, as shares of the picture's width and height; by itself where it is left out.
    focus: Option<(f64, f64)>,
}

/// An open camera; it is switched off when this is dropped.
pub(crate) struct Camera {
    stream: MediaStream,
    offers: Offers,
    wanted: Cell<Wanted>,
    gone: Closure<dyn FnMut()>,
}

impl Drop for Camera {
    fn drop(&mut self) {
        for track in self.stream.get_tracks() {
            let track: MediaStreamTrack = track.unchecked_into();
            track.set_onended(None);
            track.stop();
        }
    }
}

impl Camera {
    /// Opens the camera that looks away from its holder, and shows it in `video`. `gone` hears that it was unplugged, or
    /// taken away by its owner.
    pub(crate) async fn open(
        video: &HtmlVideoElement,
        gone: impl FnMut() + 'static,
    ) -> Result<Self, NoCamera> {
        if !window().is_secure_context() {
            return Err(NoCamera::Insecure);
        }
        let devices = window().navigator().media_devices().map_err(|_| NoCamera::Failed)?;
        if devices.is_undefined() {
            return Err(NoCamera::Failed);
        }
        let constraints = MediaStreamConstraints::new();
        constraints.set_video(&object(&[
            ("facingMode", object(&[("ideal", "environment".into())])),
            ("width", object(&[("ideal", 1280.into())])),
            ("height", object(&[("ideal", 720.into())])),
        ]));
        let promise =
            devices.get_user_media_with_constraints(&constraints).map_err(|error| no_camera(&error))?;
        let stream: MediaStream =
            JsFuture::from(promise).await.map_err(|error| no_camera(&error))?.unchecked_into();
        let gone = Closure::new(gone);
        let mut camera = Self { stream, offers: Offers::default(), wanted: Cell::default(), gone };
        if let Some(track) = camera.track() {
            let track: &MediaStreamTrack = track.unchecked_ref();
            track.set_onended(Some(camera.gone.as_ref().unchecked_ref()));
        }
        video.set_src_object(Some(&camera.stream));
        let playing = video.play().map_err(|_| NoCamera::Failed)?;
        JsFuture::from(playing).await.map_err(|_| NoCamera::Failed)?;
        camera.offers = camera.capabilities().as_ref().map(Offers::of).unwrap_or_default();
        if camera.offers.continuous {
            camera.focus(None);
        }
        Ok(camera)
    }

    /// What can be set.
    pub(crate) const fn offers(&self) -> Offers {
        self.offers
    }

    /// Switches the lamp.
    pub(crate) fn torch(&self, on: bool) {
        self.set(Wanted { torch: on, ..self.wanted.get() });
    }

    /// Enlarges by so many of [`ZOOM_STEPS`].
    pub(crate) fn zoom(&self, steps: u32) {
        self.set(Wanted { zoom: steps, ..self.wanted.get() });
    }

    /// Focuses on a place, given as shares of the picture's width and height; None goes back to focusing by itself.
    pub(crate) fn focus(&self, place: Option<(f64, f64)>) {
        self.set(Wanted { focus: place, ..self.wanted.get() });
    }

    /// Asks for everything at once: what is not asked for again is let go of. Each is a set of its own, because one that
    /// cannot be had takes its whole set with it.
    fn set(&self, wanted: Wanted) {
        self.wanted.set(wanted);
        let sets = Array::new();
        if self.offers.torch {
            sets.push(&object(&[("torch", wanted.torch.into())]));
        }
        if let Some((least, most)) = self.offers.zoom {
            let zoom = least + (most - least) * f64::from(wanted.zoom) / f64::from(ZOOM_STEPS);
            sets.push(&object(&[("zoom", zoom.into())]));
        }
        match wanted.focus.filter(|_| self.offers.focus) {
            Some((x, y)) => {
                let place = object(&[("x", x.into()), ("y", y.into())]);
                let places = Array::of1(&place).into();
                sets.push(&object(&[("focusMode", "single-shot".into()), ("pointsOfInterest", places)]));
            }
            None if self.offers.continuous => {
                sets.push(&object(&[("focusMode", "continuous".into())]));
            }
            None => {}
        }
        let Some(track) = self.track().filter(|_| sets.length() > 0) else { return };
        if let Some(apply) =
            property(&track, "applyConstraints").and_then(|apply| apply.dyn_into::<Function>().ok())
        {
            // What a camera does not do is seen at once; nothing else depends on it.
            let _ = apply.call1(&track, &object(&[("advanced", sets.into())]));
        }
    }

    fn capabilities(&self) -> Option<JsValue> {
        let track = self.track()?;
        property(&track, "getCapabilities")?.dyn_into::<Function>().ok()?.call0(&track).ok()
    }

    fn track(&self) -> Option<JsValue> {
        Some(self.stream.get_tracks().get(0)).filter(|track| !track.is_undefined())
    }
}

/// The present frame of `video`, as a VideoFrame where the browser has them, else as an ImageBitmap.
pub(crate) async fn frame_of(video: &HtmlVideoElement) -> Option<JsValue> {
    // Nothing has been shown yet: HAVE_CURRENT_DATA is 2.
    if video.ready_state() < 2 {
        return None;
    }
    let made = property(&window(), "VideoFrame")
        .and_then(|class| class.dyn_into::<Function>().ok())
        .and_then(|class| Reflect::construct(&class, &Array::of1(video)).ok());
    match made {
        Some(frame) => Some(frame),
        None => bitmap_of(video).await,
    }
}

/// An ImageBitmap of a video, a blob or a file. None where it holds no picture.
pub(crate) async fn bitmap_of(source: &JsValue) -> Option<JsValue> {
    let make = property(&window(), "createImageBitmap")?.dyn_into::<Function>().ok()?;
    let promise = make.call1(&JsValue::UNDEFINED, source).ok()?;
    JsFuture::from(Promise::resolve(&promise)).await.ok()
}

fn no_camera(error: &JsValue) -> NoCamera {
    let name = property(error, "name").and_then(|name| name.as_string());
    NoCamera::of_error(name.as_deref().unwrap_or_default())
}

/// Where somebody pointed, as shares of a picture's width and height, when the picture fills `shown` so that it covers
/// it: both are widths and heights, `at` is counted from the left and the top of what is shown.
pub(crate) fn place_in(picture: (u32, u32), shown: (i32, i32), at: (i32, i32)) -> (f64, f64) {
    let (picture, shown) = (
        (f64::from(picture.0.max(1)), f64::from(picture.1.max(1))),
        (f64::from(shown.0), f64::from(shown.1)),
    );
    let scale = (shown.0 / picture.0).max(shown.1 / picture.1).max(f64::MIN_POSITIVE);
    let share = |at: i32, shown: f64, picture: f64| {
        // What is cut off is cut off alike on both sides.
        ((f64::from(at) - shown / 2.0) / (picture * scale) + 0.5).clamp(0.0, 1.0)
    };
    (share(at.0, shown.0, picture.0), share(at.1, shown.1, picture.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_in_a_picture_that_is_cut_off_at_its_sides() {
        // 1280×720 in a square of 360: the picture is shown 640 wide, 140 of them cut off on each side.
        let place = |at| place_in((1280, 720), (360, 360), at);
        assert_eq!(place((180, 180)), (0.5, 0.5));
        assert_eq!(place((0, 0)), (140.0 / 640.0, 0.0));
        assert_eq!(place((360, 360)), (500.0 / 640.0, 1.0));
        assert_eq!(place_in((0, 0), (0, 0), (0, 0)).0.clamp(0.0, 1.0), 0.5, "nothing is shown yet");
    }
}
