//! The menu: sections of dishes; a tap opens what a dish leaves to be chosen.

use leptos::prelude::*;
use ministore_core::table::menu::{Dish, ShownMenu, ShownSection};

use super::dish::dish_form;
use super::seat::Seat;
use crate::client::query::Load;
use crate::i18n::{local, say};
use crate::widgets::empty_state::EmptyState;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;
use crate::widgets::price::money;
use crate::widgets::sheet::Sheet;
use crate::widgets::skeleton::row_skeletons;

/// Of how much is left, only whether it is little matters here: what is sold elsewhere must not draw the menu anew.
const PLENTY: i64 = 9;

/// The menu.
pub(super) fn menu_view(seat: Seat) -> AnyView {
    let menu = Memo::new(move |_| match seat.menu.get() {
        Load::Ready(mut menu) => {
            for dish in menu.sections.iter_mut().flat_map(|section| &mut section.dishes) {
                dish.product.available = dish.product.available.clamp(0, PLENTY);
            }
            Load::Ready(menu)
        }
        load => load,
    });
    let chosen = RwSignal::new(None::<Dish>);
    let open = RwSignal::new(false);
    let choose = Callback::new(move |dish: Dish| {
        seat.hush();
        chosen.set(Some(dish));
        open.set(true);
    });
    let title = Signal::derive(move || {
        chosen.with(|dish| dish.as_ref().map(|dish| local(&dish.product.name)).unwrap_or_default())
    });
    let form = move || {
        let dish = chosen.get_untracked()?;
        let modifiers = seat.menu.peek(|load| match load {
            Load::Ready(menu) => menu.modifiers.clone(),
            Load::Loading | Load::Failed(_) => Vec::new(),
        });
        Some(dish_form(seat, dish, modifiers, open))
    };
    view! {
        {move || match menu.get() {
            Load::Loading => row_skeletons(6),
            Load::Failed(refusal) => {
                view! { <ErrorPanel refusal=refusal retry=move |()| seat.menu.reload() /> }.into_any()
            }
            Load::Ready(menu) if menu.sections.is_empty() => view! {
                <EmptyState
                    sign=Icon::Coffee
                    title=Signal::derive(|| say::TABLE_NO_MENU().to_owned())
                    text=Signal::derive(|| say::TABLE_NO_MENU_TEXT().to_owned())
                />
            }
            .into_any(),
            Load::Ready(menu) => sections(menu, choose),
        }}
        <Sheet open=open title=title>{form()}</Sheet>
    }
    .into_any()
}

fn sections(menu: ShownMenu, choose: Callback<Dish>) -> AnyView {
    menu.sections.into_iter().map(|section| section_view(section, choose)).collect_view().into_any()
}

fn section_view(section: ShownSection, choose: Callback<Dish>) -> AnyView {
    let name = section.name;
    view! {
        <section class="menu-section">
            <h2>{move || local(&name)}</h2>
            <ul class="dishes">{section.dishes.into_iter().map(|dish| dish_row(dish, choose)).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn dish_row(dish: Dish, choose: Callback<Dish>) -> AnyView {
    let product = &dish.product;
    let sold_out = product.available <= 0;
    let (name, notes, price) = (product.name.clone(), product.notes.clone(), product.price.money());
    let seed = product.code().map(|code| code.to_string()).unwrap_or_default();
    let image = picture(product.picture.as_ref(), &seed);
    view! {
        <li>
            <button
                type="button"
                class="dish"
                data-testid="dish"
                data-code=seed
                disabled=sold_out
                on:click=move |_| choose.run(dish.clone())
            >
                {image}
                <span class="dish-words">
                    <span class="dish-name">{move || local(&name)}</span>
                    <span class="quiet-text">{move || local(&notes)}</span>
                    <span class="dish-price">
                        {if sold_out {
                            view! { <span class="sold-out">{say::TABLE_SOLD_OUT}</span> }.into_any()
                        } else {
                            money(price)
                        }}
                    </span>
                </span>
                <span class="add" aria-hidden="true">{icon(Icon::Plus)}</span>
            </button>
        </li>
    }
    .into_any()
}
