//! A file a screen.

mod card;
mod cart;
mod checkout;
pub(crate) mod counter;
mod in_shop;
pub mod later;
mod me;
mod my_data;
mod not_found;
mod order;
mod orders;
mod pair;
mod product;
mod scan;
mod search;
mod shop;
mod trust;

pub(crate) use card::CardPage;
pub(crate) use cart::CartPage;
pub(crate) use checkout::CheckoutPage;
pub(crate) use in_shop::InShopPage;
pub(crate) use me::MePage;
pub(crate) use my_data::MyDataPage;
pub(crate) use not_found::NotFound;
pub(crate) use order::OrderPage;
pub(crate) use orders::OrdersPage;
pub(crate) use pair::PairPage;
pub(crate) use product::ProductPage;
pub(crate) use scan::ScanPage;
pub(crate) use search::SearchPage;
pub(crate) use shop::{CategoryPage, ShopPage};
pub(crate) use trust::TrustPage;
