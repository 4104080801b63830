//! What screens are made of.

pub(crate) mod announcer;
pub(crate) mod barcode;
pub(crate) mod connection_strip;
pub(crate) mod empty_state;
pub(crate) mod error_panel;
pub(crate) mod icon;
pub(crate) mod page;
pub(crate) mod picture;
pub(crate) mod price;
pub(crate) mod qr_code;
pub(crate) mod scanner;
pub(crate) mod segmented;
pub(crate) mod sheet;
pub(crate) mod skeleton;
pub(crate) mod stepper;
pub(crate) mod toast;
