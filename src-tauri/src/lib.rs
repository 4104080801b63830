//! Ministore as an installed app: the shop's page in a window of its own, over a database of its own, in step with the
//! shop's hub whenever that can be reached.
//!
//! A tour:
//! - [`device`]: the app without its window: which way a call goes, pairing, status
//! - [`link`], [`address`], [`sse`]: the hub over HTTP or HTTPS, [`authority`]: who signs for it; [`sync`]: keeping in
//!   step; [`outbox`]: orders that wait; [`own_data`]: what the shop holds about the shopper, as a file
//! - [`key`], [`data_key`]: the device's own keys and where they are kept
//! - [`nearby`]: hubs that announce themselves
//! - `camera`: codes and pictures from the machine's own cameras
//! - [`host`]: a hub inside the app; [`options`]: what the command line asks for
//! - `window` and `commands`: the only ones that know of Tauri; [`problem`]: what is shown when the app cannot start
//!
//! Without the feature `window` only the device is built: no window, no cameras, no Tauri.
//!
//! What is not here: rules of the trade (`ministore_core`), SQL (`ministore_store`), how a page looks (`ministore_ui`).

#![forbid(unsafe_code)]

pub mod address;
pub mod authority;
#[cfg(feature = "window")]
pub mod camera;
#[cfg(feature = "window")]
mod commands;
pub mod data_key;
pub mod device;
pub mod host;
pub mod key;
pub mod link;
pub mod nearby;
pub mod options;
pub mod outbox;
pub mod own_data;
pub mod problem;
pub mod sse;
#[cfg(feature = "window")]
mod start;
pub mod sync;
#[cfg(feature = "window")]
mod window;

#[cfg(feature = "window")]
pub use start::{main, run};
