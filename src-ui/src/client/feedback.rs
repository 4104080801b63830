//! A short sound and a short shake.

use js_sys::Function;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use web_sys::{AudioContext, OscillatorType};

use super::ipc::property;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Feedback {
    /// An item is in.
    Good,
    /// Something was not understood.
    Bad,
}

thread_local! {
    static AUDIO: Option<AudioContext> = AudioContext::new().ok();
}

/// Makes it heard and felt, where the device can. Browsers stay silent until somebody has touched the page.
pub(crate) fn give(feedback: Feedback) {
    let (tone, shake): (f32, u32) = match feedback {
        Feedback::Good => (1320.0, 40),
        Feedback::Bad => (220.0, 160),
    };
    AUDIO.with(|audio| {
        if let Some(audio) = audio {
            // Sound is never the only sign.
            let _ = beep(audio, tone);
        }
    });
    let navigator = window().navigator();
    if let Some(vibrate) =
        property(&navigator, "vibrate").and_then(|vibrate| vibrate.dyn_into::<Function>().ok())
    {
        let _ = vibrate.call1(&navigator, &shake.into());
    }
}

fn beep(audio: &AudioContext, tone: f32) -> Result<(), wasm_bindgen::JsValue> {
    // It starts asleep until somebody has touched the page.
    let _ = audio.resume()?;
    let starts = audio.current_time();
    let (oscillator, gain) = (audio.create_oscillator()?, audio.create_gain()?);
    oscillator.set_type(OscillatorType::Sine);
    oscillator.frequency().set_value(tone);
    gain.gain().set_value_at_time(0.18, starts)?;
    gain.gain().exponential_ramp_to_value_at_time(0.001, starts + 0.12)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&audio.destination())?;
    oscillator.start_with_when(starts)?;
    oscillator.stop_with_when(starts + 0.14)
}
