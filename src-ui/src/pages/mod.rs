//! A file a screen.

pub(crate) mod counter;
mod not_found;
mod shop;

pub(crate) use not_found::NotFound;
pub(crate) use shop::ShopPage;
