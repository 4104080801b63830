//! WeChat Pay APIv3, from the merchant's side.
//!
//! A tour:
//! - [`cashier`]: what a shop needs: a payment that is driven until its outcome is known, and given back when it has to be
//! - [`asking`]: how it is driven, as pure functions from what was said last to what is asked next
//! - [`client`]: the service's requests, one method each; [`trade`]: what is said in them
//! - [`bill`]: what the service says of a day, in the morning after it
//! - [`notification`]: what the service sends by itself
//! - [`number`]: a payment's number there, derived from ours
//! - [`settings`]: who the merchant is, from files or the environment
//! - [`sign`] and [`platform`]: our signatures, and the proof of theirs; [`sealed`]: what is encrypted besides
//! - [`error`]: which answers are a no, and which are no answer
//!
//! What is not here: orders, SQL, and the hub's routes. Nothing here decides that an amount is right but by what the
//! caller asked for, and nothing takes a silence for a no.
//!
//! The protocol is <https://pay.weixin.qq.com/doc/v3/merchant/4012062524>; each part names its own page.

#![forbid(unsafe_code)]

pub mod asking;
pub mod bill;
pub mod cashier;
pub mod client;
pub mod error;
pub mod notification;
pub mod number;
pub mod platform;
pub mod sealed;
pub mod settings;
pub mod sign;
pub mod trade;

pub use cashier::{Cashier, Charged, Returned, Way};
pub use client::Client;
pub use error::PayError;
pub use settings::Settings;
