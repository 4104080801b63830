//! The screens that are not needed to look around, search and fill a basket: a part of the program of their own, downloaded
//! right after the first screen is shown.

use std::pin::Pin;

use leptos::prelude::*;
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::{
    CardPage, CartPage, CheckoutPage, CouponsPage, GiftCardPage, InShopPage, MePage, MyDataPage, OrderPage,
    OrdersPage, PairPage, ProductPage, ReceiptPage, ReviewsPage, ScanPage, ShopsPage, TablePage, TrustPage,
};
use crate::client::connection::{Connection, connection};
use crate::client::{clock, copy, new_version, offline, own_data, touchpoint, waiting};
use crate::i18n::say;
use crate::widgets::connection_strip;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::keeping_strip::keeping_strip;
use crate::widgets::page::Page;
use crate::widgets::skeleton::row_skeletons;

/// Milliseconds after the start at which the second part is fetched: the first screen's own questions go first.
const AFTER_FIRST_SCREEN: i32 = 300;
/// Milliseconds between two attempts to fetch it.
const PAUSE: i32 = 5_000;

/// One of these screens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the screen of that name")]
pub enum Later {
    Card,
    Cart,
    Checkout,
    Coupons,
    GiftCard,
    InShop,
    Me,
    MyData,
    Order,
    Orders,
    Pair,
    Product,
    Receipt,
    Reviews,
    Scan,
    Shops,
    Table,
    Trust,
}

/// The second part of the program.
#[derive(Clone, Copy)]
pub struct Part {
    /// Begins what it does beside drawing.
    start: fn(),
    /// Draws one of its screens.
    draw: fn(Later) -> AnyView,
}

/// Downloads the second part, if it is not there yet; none where it cannot be had. The program says how, because only the
/// program knows where it is split.
pub type Fetch = fn() -> Pin<Box<dyn Future<Output = Option<&'static Part>>>>;

/// The second part. Named by nothing but its own beginning, so that nothing of it is in the first.
pub static PART: Part = Part { start, draw };

fn start() {
    waiting::start();
    copy::start();
    own_data::start();
    touchpoint::start();
    new_version::start();
    connection_strip::add(keeping_strip);
}

fn draw(later: Later) -> AnyView {
    match later {
        Later::Card => view! { <CardPage /> }.into_any(),
        Later::Cart => view! { <CartPage /> }.into_any(),
        Later::Checkout => view! { <CheckoutPage /> }.into_any(),
        Later::Coupons => view! { <CouponsPage /> }.into_any(),
        Later::GiftCard => view! { <GiftCardPage /> }.into_any(),
        Later::InShop => view! { <InShopPage /> }.into_any(),
        Later::Me => view! { <MePage /> }.into_any(),
        Later::MyData => view! { <MyDataPage /> }.into_any(),
        Later::Order => view! { <OrderPage /> }.into_any(),
        Later::Orders => view! { <OrdersPage /> }.into_any(),
        Later::Pair => view! { <PairPage /> }.into_any(),
        Later::Product => view! { <ProductPage /> }.into_any(),
        Later::Receipt => view! { <ReceiptPage /> }.into_any(),
        Later::Reviews => view! { <ReviewsPage /> }.into_any(),
        Later::Scan => view! { <ScanPage /> }.into_any(),
        Later::Shops => view! { <ShopsPage /> }.into_any(),
        Later::Table => view! { <TablePage /> }.into_any(),
        Later::Trust => view! { <TrustPage /> }.into_any(),
    }
}

/// Downloads them before they are asked for, so that they open at once, and offline too.
pub(crate) fn fetch_ahead(fetch: Fetch) {
    offline::expect_copy();
    spawn_local(async move {
        clock::sleep(AFTER_FIRST_SCREEN).await;
        loop {
            if let Some(part) = fetch().await {
                return (part.start)();
            }
            clock::sleep(PAUSE).await;
        }
    });
}

/// Shows a screen as soon as it is there.
pub(crate) fn show(wanted: Later, fetch: Fetch) -> AnyView {
    let drawer = RwSignal::new(None::<Result<&'static Part, Refusal>>);
    let load = move || {
        spawn_local(async move {
            let there = fetch().await.ok_or(match untrack(connection) {
                // The hub answers and does not have the part that belongs to this page: it has a newer one.
                Connection::Online => Refusal::VersionMismatch,
                Connection::Offline | Connection::Untried => Refusal::Offline,
            });
            // The screen may have been left meanwhile.
            drawer.try_set(Some(there));
        })
    };
    load();
    let retry = Callback::new(move |()| {
        drawer.set(None);
        load();
    });
    let shown = move || match drawer.get() {
        Some(Ok(part)) => (part.draw)(wanted),
        Some(Err(refusal)) => view! {
            <Page title=Signal::derive(|| say::SHOP_LOADING().to_owned()) quiet=true>
                <ErrorPanel refusal retry />
            </Page>
        }
        .into_any(),
        // No screen yet: it takes no focus, and is not where a way back leads.
        None => view! {
            <main id="main" class="page" aria-busy="true">
                <h1 class="visually-hidden">{say::SHOP_LOADING}</h1>
                {row_skeletons(4)}
            </main>
        }
        .into_any(),
    };
    shown.into_any()
}
