//! The shop's hub: HTTP, live events and the page itself.
//!
//! [`serve`] runs a hub in this process: the `ministore-hub` program, the desktop shell and the tests all do.
//!
//! A tour:
//! - [`server`]: a hub's life, from its data folder to its end; `state`: what its handlers share; [`connections`]: the
//!   sockets, from accepting to draining; [`founding`]: a shop where there is none
//! - `router`: which address is answered by what; [`api`] (calls), `events`, `pictures`, [`page`], [`openapi`],
//!   `health` (alive, ready), [`metrics`]
//! - what every answer passes through: `request_log`, [`headers`], [`problem`] (a refusal as HTTP says it)
//! - who asks, and how often: [`credential`], [`limit`]
//! - HTTPS: [`tls`] (which certificate is served, and kept fresh), [`authority`] (the shop's own), [`certificate`] (one
//!   from files); `trust`: what devices need to trust the shop's own authority
//! - [`wechat_pay`]: payments by WeChat, and the way in for what it tells
//! - [`press`]: the shop's receipt printers
//! - [`backup`]: copies of the database, and its return from one
//! - [`addresses`]: where phones find the hub; [`announce`]: how apps find it; [`picture_source`]: what a catalogue
//!   file's pictures are; [`demo`]: the demo shop
//!
//! What is not here: SQL and the rules of the trade. A handler proves who calls and hands the rest to the engine.

#![forbid(unsafe_code)]

pub mod addresses;
pub mod announce;
pub mod api;
pub mod authority;
pub mod backup;
pub mod certificate;
pub mod connections;
pub mod credential;
pub mod demo;
mod demo_catalogue;
mod demo_place;
mod events;
pub mod founding;
pub mod headers;
mod health;
pub mod limit;
mod manifest;
pub mod metrics;
pub mod openapi;
pub mod page;
pub mod picture_source;
mod pictures;
pub mod press;
pub mod problem;
mod request_log;
mod router;
pub mod server;
mod state;
pub mod tls;
mod trust;
pub mod wechat_pay;

pub use announce::Announce;
pub use founding::{Founded, Founding};
pub use page::PageFiles;
pub use server::{Hub, HubConfig, StartError, serve};
pub use tls::{Https, LocalHttps};
