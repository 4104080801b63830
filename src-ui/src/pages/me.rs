//! What is the reader's own: card, language, looks, and what this app is.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::text::Language;

use crate::client::ipc;
use crate::i18n::{self, local, say};
use crate::state::preferences::{Theme, set_theme, theme};
use crate::state::shop::shop;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::in_step::in_step;
use crate::widgets::page::Page;
use crate::widgets::segmented::{Segment, Segmented};

/// Me.
#[component]
pub(crate) fn MePage() -> impl IntoView {
    let languages = vec![
        // Each in its own words, so that whoever cannot read the other finds it.
        Segment { value: Language::En, label: Signal::derive(|| "English".to_owned()), key: "en" },
        Segment { value: Language::Zh, label: Signal::derive(|| "简体中文".to_owned()), key: "zh" },
    ];
    let themes = vec![
        Segment {
            value: Theme::Auto,
            label: Signal::derive(|| say::ME_THEME_AUTO().to_owned()),
            key: "auto",
        },
        Segment {
            value: Theme::Light,
            label: Signal::derive(|| say::ME_THEME_LIGHT().to_owned()),
            key: "light",
        },
        Segment {
            value: Theme::Dark,
            label: Signal::derive(|| say::ME_THEME_DARK().to_owned()),
            key: "dark",
        },
    ];
    let place = |href: &'static str, sign: Icon, name: fn() -> &'static str, key: &'static str| {
        view! {
            <li>
                <A href=href attr:class="menu-row" attr:data-testid=key>
                    {icon(sign)} <span>{name}</span> {icon(Icon::ChevronRight)}
                </A>
            </li>
        }
        .into_any()
    };
    let pairing = ipc::present().then(|| place("/pair", Icon::Shop, say::PAIR_TITLE, "me-pair"));
    let trusting = (!ipc::present()).then(|| place("/trust", Icon::Lock, say::TRUST_TITLE, "me-trust"));
    view! {
        <Page title=Signal::derive(|| say::NAV_ME().to_owned()) class="narrow">
            <ul class="menu">
                {place("/card", Icon::Card, say::CARD_TITLE, "me-card")}
                {place("/coupons", Icon::Star, say::COUPON_TITLE, "me-coupons")}
                {place("/gift-card", Icon::Card, say::GIFT_BALANCE_TITLE, "me-gift-card")}
                {place("/orders", Icon::Receipt, say::ME_ORDERS, "me-orders")}
                {place("/reviews", Icon::Star, say::REVIEW_TITLE, "me-reviews")}
                {place("/shops", Icon::MapPin, say::SHOPS_TITLE, "me-shops")}
                {place("/my-data", Icon::Download, say::DATA_TITLE, "me-data")}
                {pairing}
                {trusting}
            </ul>
            <section class="panel group" aria-labelledby="in-step">
                <h2 id="in-step">{icon(Icon::Refresh)} {say::STEP_TITLE}</h2>
                {in_step(true)}
            </section>
            <section class="panel group" aria-labelledby="language">
                <h2 id="language">{icon(Icon::Globe)} {say::ME_LANGUAGE}</h2>
                <Segmented
                    name="language"
                    label=Signal::derive(|| say::ME_LANGUAGE().to_owned())
                    segments=languages
                    chosen=Signal::derive(i18n::language)
                    on_choose=i18n::set_language
                />
            </section>
            <section class="panel group" aria-labelledby="theme">
                <h2 id="theme">{icon(Icon::Sun)} {say::ME_THEME}</h2>
                <Segmented
                    name="theme"
                    label=Signal::derive(|| say::ME_THEME().to_owned())
                    segments=themes
                    chosen=Signal::derive(theme)
                    on_choose=set_theme
                />
            </section>
            <section class="panel group" aria-labelledby="about">
                <h2 id="about">{move || shop().map_or_else(|| say::ME_ABOUT().to_owned(), |shop| local(&shop.name))}</h2>
                <p class="with-sign">
                    {icon(Icon::MapPin)} <span>{move || shop().map(|shop| local(&shop.address))}</span>
                </p>
                <p class="quiet-text">{say::ME_PRIVACY}</p>
                <p class="quiet-text">{say::me_version(env!("CARGO_PKG_VERSION"))} " · " {say::ME_LICENCES}</p>
            </section>
            <ul class="menu">
                <li>
                    // The counter is a program of its own, so the browser loads it.
                    <a href="/counter" rel="external" class="menu-row" data-testid="me-counter">
                        {icon(Icon::Staff)} <span>{say::ME_COUNTER}</span> {icon(Icon::ChevronRight)}
                    </a>
                </li>
            </ul>
        </Page>
    }
}
