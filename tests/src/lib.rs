//! What crosses rooms: a real browser, a real window, the hub and its devices over a real network.
//!
//! A test is a [`mod@story`]: it opens a hub and browsers, acts as people do, and asserts what they would see. Stories of
//! one test binary run one after the other, because each of them fills a small machine.
//!
//! - [`environment`]: where the programs and the built page are, as `cargo xtask test` tells.
//! - [`mod@story`]: runs one story; what it started is ended, and a failure leaves pictures behind.
//! - [`browser`]: Chromium, driven through chromedriver.
//! - [`page`]: what a person does and sees on a page.
//! - [`camera`]: a film that the browser's fake camera plays, changed while it plays.
//! - [`hub`]: a hub with the demo shop, inside the test or as its own process.
//! - [`shop`]: the shop as a client sees it over HTTP, to prepare and to cross-check.
//! - [`journey`]: what shoppers and staff do in many stories.
//! - [`day`]: a day at a till, from a script.
//! - [`books`]: a till's books, reckoned once more from its journal alone.
//! - [`axe`]: the accessibility rules of axe-core, run in a page.
//! - [`gallery`]: looks at pages: accessibility, layout, pictures.
//! - [`measure`]: what the benchmarks share.
//! - [`whereabouts`]: where a browser says that it is.
//! - [`window`]: the installed app on a virtual display.
//! - [`process`]: child processes that never outlive their test.

pub mod axe;
pub mod books;
pub mod browser;
pub mod camera;
pub mod day;
pub mod environment;
pub mod gallery;
pub mod hub;
pub mod journey;
pub mod measure;
pub mod page;
pub mod process;
pub mod shop;
pub mod story;
pub mod whereabouts;
pub mod window;

pub use axe::Axe;
pub use browser::{Browser, Eye};
pub use camera::Camera;
pub use gallery::Gallery;
pub use hub::{HubProcess, TestHub};
pub use page::{Effort, Light, Page, Screen};
pub use shop::Client;
pub use story::{Story, story};
