//! Luminance frames in, retail codes out.

mod check;
pub mod decoder;
pub mod geometry;
mod guard;
mod line;
mod linear;
mod locate;
pub mod luma;
mod matrix;
pub mod pixels;
mod retail;
pub mod scanner;
pub mod session;
pub mod source;
mod symbologies;
#[cfg(feature = "synthetic")]
pub mod synthetic;

pub use decoder::{Decoder, Detection, Effort, Micros, Options, Outcome};
pub use geometry::Point;
pub use luma::{Luma, LumaBuf, LumaError};
pub use ministore_core::code::Symbology;
pub use scanner::{Scan, Scanner};
pub use session::{Event, Session, SessionOptions};
pub use symbologies::Symbologies;
