//! A file a screen.

mod cart;
pub(crate) mod counter;
mod not_found;
mod product;
mod search;
mod shop;

pub(crate) use cart::CartPage;
pub(crate) use not_found::NotFound;
pub(crate) use product::ProductPage;
pub(crate) use search::SearchPage;
pub(crate) use shop::{CategoryPage, ShopPage};
