//! What the counter sounds like: a click for what was right, a low double for what was wrong, a chime for what is new.

use std::cell::RefCell;

use web_sys::AudioContext;

/// How loud, of 1.
const LOUDNESS: f32 = 0.35;

/// A sound with a meaning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sound {
    /// A scan that counted.
    Right,
    /// All is done.
    Done,
    /// A scan that did not count.
    Wrong,
    /// A new order.
    Order,
}

impl Sound {
    /// Its tones: pitch in hertz, start and length in seconds.
    const fn tones(self) -> &'static [(f32, f64, f64)] {
        match self {
            Self::Right => &[(1568.0, 0.0, 0.09)],
            Self::Done => &[(1047.0, 0.0, 0.1), (1568.0, 0.1, 0.22)],
            Self::Wrong => &[(196.0, 0.0, 0.24), (185.0, 0.3, 0.36)],
            Self::Order => &[(784.0, 0.0, 0.5), (988.0, 0.18, 0.5), (1319.0, 0.36, 0.8)],
        }
    }

    /// A rough tone cuts through a shop's noise, where a soft one would be missed.
    const fn wave(self) -> web_sys::OscillatorType {
        match self {
            Self::Wrong => web_sys::OscillatorType::Sawtooth,
            Self::Right | Self::Done | Self::Order => web_sys::OscillatorType::Triangle,
        }
    }
}

thread_local! {
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
}

/// Lets sounds be heard. Browsers allow it only while somebody taps or types.
pub(crate) fn unlock() {
    CONTEXT.with_borrow_mut(|context| {
        if context.is_none() {
            *context = AudioContext::new().ok();
        }
        if let Some(context) = context {
            // Where sound is not allowed the counter works without.
            let _ = context.resume();
        }
    });
}

/// Plays a sound. Silent where the browser has no audio or does not allow it: every sound has its picture and word.
pub(crate) fn play(sound: Sound) {
    CONTEXT.with_borrow(|context| {
        if let Some(context) = context {
            for tone in sound.tones() {
                // A tone that cannot be made is a tone not heard.
                let _ = play_tone(context, sound, *tone);
            }
        }
    });
}

fn play_tone(
    context: &AudioContext,
    sound: Sound,
    (pitch, start, length): (f32, f64, f64),
) -> Result<(), wasm_bindgen::JsValue> {
    let oscillator = context.create_oscillator()?;
    let gain = context.create_gain()?;
    oscillator.set_type(sound.wave());
    oscillator.frequency().set_value(pitch);
    let from = context.current_time() + start;
    // A tone that starts or stops at full loudness clicks.
    gain.gain().set_value_at_time(0.0, from)?;
    gain.gain().linear_ramp_to_value_at_time(LOUDNESS, from + 0.01)?;
    gain.gain().set_value_at_time(LOUDNESS, from + length * 0.5)?;
    gain.gain().linear_ramp_to_value_at_time(0.0, from + length)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&context.destination())?;
    oscillator.start_with_when(from)?;
    oscillator.stop_with_when(from + length)
}
