//! What screens are made of.

pub(crate) mod announcer;
pub(crate) mod barcode;
pub(crate) mod basket_aside;
pub(crate) mod connection_strip;
pub(crate) mod empty_state;
pub(crate) mod error_panel;
pub(crate) mod icon;
pub(crate) mod in_step;
pub(crate) mod install_row;
pub(crate) mod join;
pub(crate) mod keeping_strip;
pub(crate) mod measure;
pub(crate) mod page;
pub(crate) mod picture;
pub(crate) mod price;
pub(crate) mod product_card;
pub(crate) mod product_list;
pub(crate) mod put_in;
pub(crate) mod qr_code;
pub(crate) mod scanner;
pub(crate) mod segmented;
pub(crate) mod sheet;
pub(crate) mod skeleton;
pub(crate) mod slot_picker;
pub(crate) mod stepper;
pub(crate) mod toast;
