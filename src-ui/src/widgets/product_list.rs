//! Products in the shop's order, page after page as they are scrolled to.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::catalogue::{Browse, CategorySlug, Lookup, Product};
use ministore_core::refusal::Refusal;
use ministore_core::sync::Changed;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

use super::error_panel::ErrorPanel;
use super::icon::{Icon, icon};
use super::product_card::product_card;
use super::skeleton::card_skeletons;
use crate::client::call;
use crate::client::events::{Live, on_live};
use crate::i18n::{local, say};
use crate::state::shop;

/// Products asked for at a time: two screens of a tablet.
const PAGE: u32 = 36;

/// What stands in the list.
#[derive(Clone, PartialEq)]
enum Row {
    Heading(CategorySlug),
    Product(Arc<Product>),
}

impl Row {
    /// What makes it a row of its own: a product that changed is drawn anew.
    fn key(&self) -> (String, i64, i64) {
        match self {
            Self::Heading(slug) => (slug.to_string(), 0, 0),
            Self::Product(product) => {
                (product.id.to_string(), product.available, product.price.money().minor)
            }
        }
    }
}

#[derive(Clone, Copy)]
struct List {
    category: StoredValue<Option<CategorySlug>>,
    products: RwSignal<Vec<Arc<Product>>>,
    /// None at the end; what to go on with otherwise, and at first nothing.
    next: RwSignal<Option<Option<String>>>,
    asking: RwSignal<bool>,
    failed: RwSignal<Option<Refusal>>,
}

impl List {
    fn more(self) {
        if self.asking.get_untracked() {
            return;
        }
        let Some(after) = self.next.get_untracked() else { return };
        self.asking.set(true);
        self.failed.set(None);
        spawn_local(async move {
            let call_for = Browse { category: self.category.get_value(), after, limit: PAGE };
            let outcome = call(call_for).await;
            if self.asking.try_set(false).is_some() {
                return; // The list is gone.
            }
            match outcome {
                Ok(page) => {
                    self.next.set(page.next.map(Some));
                    self.products.update(|products| products.extend(page.products.into_iter().map(Arc::new)));
                }
                Err(refusal) => self.failed.set(Some(refusal)),
            }
        });
    }

    fn heard(self, live: &Live) {
        let changed = match live {
            Live::Changed(Changed::Product { product }) => *product,
            Live::Anything if !self.asking.get_untracked() => {
                self.products.set(Vec::new());
                self.next.set(Some(None));
                self.more();
                return;
            }
            _ => return,
        };
        let code = self.products.with_untracked(|products| {
            products.iter().find(|product| product.id == changed).and_then(|product| product.code())
        });
        let Some(code) = code else { return };
        spawn_local(async move {
            // One that cannot be asked for now is asked for when it is opened.
            let Ok(fresh) = call(Lookup { code }).await else { return };
            self.products.try_update(|products| {
                if let Some(place) = products.iter_mut().find(|product| product.id == fresh.id) {
                    *place = Arc::new(fresh);
                }
            });
        });
    }
}

/// The products of a category, or of all with their categories as headings.
#[component]
pub(crate) fn ProductList(
    /// Only these.
    category: Option<CategorySlug>,
) -> impl IntoView {
    let headings = category.is_none();
    let list = List {
        category: StoredValue::new(category),
        products: RwSignal::new(Vec::new()),
        next: RwSignal::new(Some(None)),
        asking: RwSignal::new(false),
        failed: RwSignal::new(None),
    };
    list.more();
    on_live(move |live| list.heard(live));
    let rows = move || {
        list.products.with(|products| {
            let mut rows = Vec::with_capacity(products.len() + 12);
            let mut last: Option<&CategorySlug> = None;
            for product in products {
                if headings && last != Some(&product.category) {
                    rows.push(Row::Heading(product.category.clone()));
                }
                last = Some(&product.category);
                rows.push(Row::Product(Arc::clone(product)));
            }
            rows
        })
    };
    let end = NodeRef::<html::Div>::new();
    watch_end(end, list);
    view! {
        <div class="cards" data-testid="products">
            <For each=rows key=Row::key children=|row| draw(row) />
        </div>
        {move || (list.asking.get() && list.products.with(Vec::is_empty)).then(|| card_skeletons(12))}
        {move || {
            list.failed
                .get()
                .map(|refusal| view! { <ErrorPanel refusal=refusal retry=move |()| list.more() /> }.into_any())
        }}
        <div class="list-end" node_ref=end>
            <Show when=move || list.next.get().is_some_and(|next| next.is_some()) && list.failed.get().is_none()>
                <button type="button" class="button" data-testid="more-products" on:click=move |_| list.more()>
                    {move || if list.asking.get() { say::SHOP_LOADING() } else { say::SHOP_MORE() }}
                </button>
            </Show>
        </div>
    }
    .into_any()
}

fn draw(row: Row) -> AnyView {
    match row {
        Row::Product(product) => product_card(Arc::unwrap_or_clone(product)),
        Row::Heading(slug) => {
            let href = ["/c/", slug.as_str()].concat();
            let name =
                move || shop::category(&slug).map(|category| local(&category.name)).unwrap_or_default();
            view! {
                <h2 class="cards-heading">
                    <A href=href>{name} {icon(Icon::ChevronRight)}</A>
                </h2>
            }
            .into_any()
        }
    }
}

/// Asks for more as soon as the end comes near.
fn watch_end(end: NodeRef<html::Div>, list: List) {
    let observer = StoredValue::new_local(None::<(IntersectionObserver, Closure<dyn FnMut(js_sys::Array)>)>);
    Effect::new(move |_| {
        let Some(end) = end.get() else { return };
        let near = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            use wasm_bindgen::JsCast;
            let near = entries
                .iter()
                .any(|entry| entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting());
            if near && list.failed.try_get_untracked().is_some_and(|failed| failed.is_none()) {
                list.more();
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin("800px");
        use wasm_bindgen::JsCast;
        // Without it the button is there.
        if let Ok(made) = IntersectionObserver::new_with_options(near.as_ref().unchecked_ref(), &options) {
            made.observe(&end);
            observer.set_value(Some((made, near)));
        }
    });
    on_cleanup(move || {
        if let Some(Some((made, _))) = observer.try_update_value(Option::take) {
            made.disconnect();
        }
    });
}
