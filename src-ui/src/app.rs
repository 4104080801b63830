//! The pages as a whole: what surrounds every screen, and which address shows which.

use leptos::prelude::*;
use leptos_router::components::{A, FlatRoutes, Route, Router};
use leptos_router::hooks::use_navigate;
use leptos_router::path;

use crate::client::events::{self, Unseen};
use crate::client::ipc;
use crate::i18n::{language, say, tell_document};
use crate::pages::counter::Counter;
use crate::pages::later::{self, Fetch, Later};
use crate::pages::{CategoryPage, NotFound, SearchPage, ShopPage};
use crate::state::basket::with_basket;
use crate::state::{basket, quoted, shop};
use crate::widgets::announcer::Announcer;
use crate::widgets::connection_strip::ConnectionStrip;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::toast::ToastHost;

/// The shopper's page.
#[component]
pub(crate) fn ShopApp(
    /// Downloads the screens that come later.
    fetch: Fetch,
) -> impl IntoView {
    tell_document(untrack(language));
    basket::start();
    shop::start();
    quoted::start();
    events::start(Unseen::Rests);
    view! {
        <Router>
            <Shell fetch />
        </Router>
    }
}

/// The counter, which has surroundings of its own.
#[component]
pub(crate) fn CounterApp() -> impl IntoView {
    tell_document(untrack(language));
    shop::start();
    events::start(Unseen::Listens);
    view! {
        <Router>
            <a class="skip" href="#main">
                {say::ACTION_SKIP}
            </a>
            <div class="shell shell-counter">
                <div class="stage">
                    <FlatRoutes fallback=NotFound>
                        <Route path=path!("/counter/*rest") view=Counter />
                    </FlatRoutes>
                </div>
                <ToastHost />
            </div>
            <Announcer />
        </Router>
    }
}

/// What surrounds a shopper's screen: navigation, the strip, toasts.
#[component]
fn Shell(
    /// Downloads the screens that come later.
    fetch: Fetch,
) -> impl IntoView {
    let later = move |screen| move || later::show(screen, fetch);
    // An app that belongs to no shop yet has one thing to do.
    let navigate = use_navigate();
    Effect::new(move |_| {
        if ipc::status().is_some_and(|status| !status.paired) {
            navigate("/pair", Default::default());
        }
    });
    view! {
        <a class="skip" href="#main">
            {say::ACTION_SKIP}
        </a>
        <div class="shell">
            <Navigation />
            <div class="stage">
                <ConnectionStrip />
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=ShopPage />
                    <Route path=path!("/c/:slug") view=CategoryPage />
                    <Route path=path!("/search") view=SearchPage />
                    <Route path=path!("/p/:code") view=later(Later::Product) />
                    <Route path=path!("/scan") view=later(Later::Scan) />
                    <Route path=path!("/in/:code") view=later(Later::InShop) />
                    <Route path=path!("/cart") view=later(Later::Cart) />
                    <Route path=path!("/checkout") view=later(Later::Checkout) />
                    <Route path=path!("/orders") view=later(Later::Orders) />
                    <Route path=path!("/orders/:id") view=later(Later::Order) />
                    <Route path=path!("/card") view=later(Later::Card) />
                    <Route path=path!("/coupons") view=later(Later::Coupons) />
                    <Route path=path!("/gift-card") view=later(Later::GiftCard) />
                    <Route path=path!("/me") view=later(Later::Me) />
                    <Route path=path!("/my-data") view=later(Later::MyData) />
                    <Route path=path!("/t/:table") view=later(Later::Table) />
                    <Route path=path!("/shops") view=later(Later::Shops) />
                    <Route path=path!("/pair") view=later(Later::Pair) />
                    <Route path=path!("/r/:code") view=later(Later::Receipt) />
                    <Route path=path!("/reviews") view=later(Later::Reviews) />
                    <Route path=path!("/trust") view=later(Later::Trust) />
                </FlatRoutes>
            </div>
            <ToastHost />
        </div>
        <Announcer />
    }
}

/// The five places: a bar below on phones, a rail beside on wider screens.
#[component]
fn Navigation() -> impl IntoView {
    let items = Memo::new(|_| with_basket(|basket| basket.items()));
    let basket_label = move || say::nav_basket_count(items.get());
    view! {
        <nav class="navigation" aria-label=say::NAV_LABEL>
            <A href="/" exact=true attr:class="place" attr:data-testid="nav-shop">
                {icon(Icon::Shop)} <span>{say::NAV_SHOP}</span>
            </A>
            <A href="/orders" attr:class="place" attr:data-testid="nav-orders">
                {icon(Icon::Receipt)} <span>{say::NAV_ORDERS}</span>
            </A>
            <A href="/scan" attr:class="place place-scan" attr:data-testid="nav-scan">
                <span class="scan-disc">{icon(Icon::Scan)}</span> <span>{say::NAV_SCAN}</span>
            </A>
            <A href="/cart" attr:class="place" attr:data-testid="nav-cart">
                <span class="visually-hidden">{basket_label}</span>
                <span class="with-badge" aria-hidden="true">
                    {icon(Icon::Basket)}
                    <span class="badge" hidden=move || items.get() == 0>{move || items.get().to_string()}</span>
                </span>
                <span aria-hidden="true">{say::NAV_BASKET}</span>
            </A>
            <A href="/me" attr:class="place" attr:data-testid="nav-me">
                {icon(Icon::User)} <span>{say::NAV_ME}</span>
            </A>
        </nav>
    }
    .into_any()
}
