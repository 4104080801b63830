//! The browser's camera.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::ipc::property;

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
            "none" | "unplugged" => Self::Missing,
            "refused" => Self::Refused,
            "busy" => Self::Busy,
            _ => Self::Failed,
        }
    }
}

/// An open camera; it is switched off when this is dropped.
pub(crate) struct Camera {
    stream: MediaStream,
}

impl Drop for Camera {
    fn drop(&mut self) {
        for track in self.stream.get_tracks() {
            track.unchecked_into::<MediaStreamTrack>().stop();
        }
    }
}

impl Camera {
    /// Opens the camera that looks away from its holder, and shows it in `video`.
    pub(crate) async fn open(video: &HtmlVideoElement) -> Result<Self, NoCamera> {
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
        let camera = Self { stream };
        video.set_src_object(Some(&camera.stream));
        let playing = video.play().map_err(|_| NoCamera::Failed)?;
        JsFuture::from(playing).await.map_err(|_| NoCamera::Failed)?;
        Ok(camera)
    }

    /// Whether it has a lamp.
    pub(crate) fn has_torch(&self) -> bool {
        let torch = self.track().and_then(|track| {
            let ask = property(&track, "getCapabilities")?.dyn_into::<Function>().ok()?;
            property(&ask.call0(&track).ok()?, "torch")
        });
        torch.is_some_and(|torch| torch.is_truthy())
    }

    /// Switches the lamp.
    pub(crate) fn torch(&self, on: bool) {
        let Some(track) = self.track() else { return };
        let apply = property(&track, "applyConstraints").and_then(|apply| apply.dyn_into::<Function>().ok());
        if let Some(apply) = apply {
            let wanted = object(&[("advanced", Array::of1(&object(&[("torch", on.into())])).into())]);
            // A lamp that does not light is seen at once; nothing else depends on it.
            let _ = apply.call1(&track, &wanted);
        }
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

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
