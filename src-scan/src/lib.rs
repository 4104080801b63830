//! Luminance frames in, retail codes out.
//!
//! ```text
//! source ─▶ Frame ─▶ Luma ─▶ Decoder ─▶ Detection ─▶ Session ─▶ Event
//!                              └─────────── Scanner ───────────┘
//! ```
//!
//! A tour, in the order in which a frame passes:
//! - [`source`]: where frames come from, behind one trait: cameras (feature `camera`), folders of pictures (feature
//!   `pictures`), Y4M files, rendered scenes (`synthetic`, feature `synthetic`).
//! - [`luma`] and [`pixels`]: a checked luminance picture, and how to get one out of the formats that cameras give.
//! - [`decoder`]: the pipeline. `locate` looks over the frame on a coarse grid for parallel bars and for contrast in all
//!   directions; `line` samples lines across bars and finds their edges to a fraction of a pixel; `retail` reads EAN and
//!   UPC by likelihood over several lines, with their add-ons (`addon`) and against blur (`blurred`), and `profile` tells
//!   how well a number explains the brightness; `linear` and `databar_limited` read the other bar codes; in `matrix`,
//!   square codes go to rxing, behind a wall against its panics (`guard`).
//! - [`session`]: readings in frames become one event for each item that is shown.
//! - [`scanner`]: decoder and session as one, for a live picture.
//! - `bin/scan-worker.rs` with `web/scan-worker.js`: the same as a module for a page's worker (feature `web`).
//!
//! What a code means (GTINs, in-store codes, element strings) is said by `ministore_core::code`; this crate says only
//! which kind of code it is, what it says and where it is. There is no clock in here but the pacing of files and cameras:
//! times come in as arguments. A number whose check digit is wrong is never answered.

mod addon;
mod blurred;
mod check;
mod databar_limited;
pub mod decoder;
mod element_widths;
pub mod geometry;
mod guard;
mod line;
mod linear;
mod locate;
pub mod luma;
mod matrix;
pub mod pixels;
mod profile;
mod retail;
pub mod scanner;
pub mod session;
pub mod source;
mod symbologies;
#[cfg(feature = "synthetic")]
pub mod synthetic;

pub use decoder::{Decoder, Detection, Effort, Hint, Micros, Options, Outcome};
pub use geometry::Point;
pub use luma::{Luma, LumaBuf, LumaError};
pub use ministore_core::code::Symbology;
pub use scanner::{Scan, Scanner};
pub use session::{Event, Session, SessionOptions};
pub use symbologies::Symbologies;
