//! A file a screen.

mod card;
mod cart;
mod checkout;
pub(crate) mod counter;
pub mod later;
mod me;
mod my_data;
mod not_found;
mod order;
mod order_way;
mod orders;
mod pair;
mod product;
mod scan;
mod search;
mod shop;
mod shops;
pub(crate) mod table;
mod trust;

pub(crate) use card::CardPage;
pub(crate) use cart::CartPage;
pub(crate) use checkout::CheckoutPage;
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
pub(crate) use shops::ShopsPage;
pub(crate) use table::TablePage;
pub(crate) use trust::TrustPage;
