//! A live scanner: a decoder and a session as one.

use crate::Symbologies;
use crate::decoder::{Decoder, Detection, Effort, Hint, Micros, Options};
use crate::luma::Luma;
use crate::session::{Event, Session, SessionOptions};
use serde::Serialize;

/// What a live frame brought.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scan {
    /// Items that are new.
    pub events: Vec<Event>,
    /// Every code of this frame that counts, new or not, to be outlined on the picture.
    pub codes: Vec<Detection>,
    /// What would help, where nothing was read.
    pub hint: Option<Hint>,
    /// Where the time went.
    pub micros: Micros,
}

/// Microseconds that a live frame may take, unless the caller says otherwise.
pub const FRAME_BUDGET: u64 = 30_000;

/// Microseconds that a single picture may take, unless the caller says otherwise.
pub const PICTURE_BUDGET: u64 = 2_000_000;

/// Turns live frames into events.
pub struct Scanner {
    live: Decoder,
    picture: Decoder,
    session: Session,
}

impl Scanner {
    /// A scanner for some kinds of code.
    pub fn new(symbologies: Symbologies, session: SessionOptions) -> Self {
        Self {
            live: Decoder::new(Options { symbologies, effort: Effort::Live }),
            picture: Decoder::new(Options { symbologies, effort: Effort::Picture }),
            session: Session::new(session),
        }
    }

    /// Reads a live frame taken at `now` milliseconds. `budget` is in microseconds, `clock` as in [`Decoder::decode`].
    pub fn push(&mut self, luma: &Luma<'_>, now: f64, budget: u64, clock: &dyn Fn() -> u64) -> Scan {
        let outcome = self.live.decode(luma, budget, clock);
        let size = (luma.width(), luma.height());
        let events = self.session.observe(&outcome.codes, size, now);
        let codes = self.session.meant(&outcome.codes, size, now).to_vec();
        Scan { events, codes, hint: outcome.hint, micros: outcome.micros }
    }

    /// Reads a single picture, every way there is, apart from the live session: each of its codes is an event.
    pub fn read_picture(&mut self, luma: &Luma<'_>, budget: u64, clock: &dyn Fn() -> u64) -> Scan {
        let outcome = self.picture.decode(luma, budget, clock);
        let events = outcome
            .codes
            .iter()
            .zip(1u64..)
            .map(|(code, item)| Event {
                item,
                symbology: code.symbology,
                text: code.text.clone(),
                addon: code.addon.clone(),
                points: code.points,
                confidence: code.confidence,
            })
            .collect();
        Scan { events, codes: outcome.codes, hint: outcome.hint, micros: outcome.micros }
    }

    /// Lets whatever is in view count again.
    pub fn forget(&mut self) {
        self.session.forget();
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new(Symbologies::RETAIL, SessionOptions::default())
    }
}
