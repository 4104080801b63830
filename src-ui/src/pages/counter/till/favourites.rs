//! Goods at hand: what this shop sells most, and what a manager pinned.

use leptos::prelude::*;
use ministore_core::catalogue::Product;
use ministore_core::favourite::{Favourites, GetFavourites, PinFavourite};
use ministore_core::id::ProductId;
use ministore_core::refusal::Refusal;
use ministore_core::role::StaffRole;
use wasm_bindgen_futures::spawn_local;

use super::super::sound::{Sound, play};
use super::super::trouble::trouble_panel;
use crate::client::query::{Load, Query};
use crate::client::staff::signed_in;
use crate::client::{call_again, new_id, storage};
use crate::i18n::{local, say};
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};

/// Where they are kept, for a till without its hub.
const KEPT: &str = "ministore.favourites";

/// With fewer of them, and none pinned, the till opens with all goods instead.
const ENOUGH: usize = 6;

/// The goods at hand. Cheap to copy; lives as long as the view that opened them.
#[derive(Clone, Copy)]
pub(super) struct AtHand {
    query: Query<GetFavourites>,
    /// Whether a tap pins instead of ringing up.
    pub(super) pinning: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
}

impl AtHand {
    /// Opens them with what was there before.
    pub(super) fn open() -> Self {
        let query = Query::new(|| Some(GetFavourites {}));
        if let Some(kept) = storage::get_json::<Favourites>(KEPT) {
            query.show(kept);
        }
        Effect::new(move |_| {
            query.with(|load| {
                if let Load::Ready(favourites) = load {
                    storage::set_json(KEPT, favourites);
                }
            })
        });
        Self { query, pinning: RwSignal::new(false), problem: RwSignal::new(None) }
    }

    /// The goods, as far as they are known. Tracked.
    pub(super) fn goods(self) -> Vec<Product> {
        self.query.with(|load| match load {
            Load::Ready(there) => there.goods.iter().map(|one| one.product.clone()).collect(),
            Load::Loading | Load::Failed(_) => Vec::new(),
        })
    }

    /// Whether there are so many that the till opens with them. Tracked.
    pub(super) fn is_worthwhile(self) -> bool {
        self.query.with(|load| match load {
            Load::Ready(there) => there.goods.len() >= ENOUGH || there.goods.iter().any(|one| one.pinned),
            Load::Loading | Load::Failed(_) => false,
        })
    }

    /// Whether a product is pinned. Tracked.
    pub(super) fn is_pinned(self, product: ProductId) -> bool {
        self.query.with(|load| match load {
            Load::Ready(there) => there.goods.iter().any(|one| one.pinned && one.product.id == product),
            Load::Loading | Load::Failed(_) => false,
        })
    }

    /// Pins a product, or no longer.
    pub(super) fn turn(self, product: &Product) {
        let pinned = !untrack(|| self.is_pinned(product.id));
        let (call, name) = (PinFavourite { product: product.id, pinned }, product.name.clone());
        self.problem.set(None);
        spawn_local(async move {
            let outcome = call_again(call, new_id()).await;
            if self.problem.try_get_untracked().is_none() {
                return;
            }
            match outcome {
                Ok(now) => {
                    play(Sound::Right);
                    let name = untrack(|| local(&name));
                    announce(&if pinned { say::front_pinned(&name) } else { say::front_unpinned(&name) });
                    self.query.put(now);
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    self.problem.set(Some(refusal));
                }
            }
        });
    }
}

/// What turns a manager's taps into pins.
pub(super) fn pin_bar(at_hand: AtHand) -> AnyView {
    let manager = Memo::new(|_| signed_in().is_some_and(|one| one.role == StaffRole::Manager));
    let bar = move || {
        manager.get().then(|| {
            view! {
                <div class="till-pin-bar">
                    <button
                        type="button"
                        class="button"
                        data-testid="pin-goods"
                        aria-pressed=move || at_hand.pinning.get().to_string()
                        on:click=move |_| at_hand.pinning.update(|pinning| *pinning = !*pinning)
                    >
                        {icon(Icon::Star)}
                        {move || if at_hand.pinning.get() { say::FRONT_PIN_DONE() } else { say::FRONT_PIN() }}
                    </button>
                    {move || at_hand.pinning.get().then(|| view! {
                        <p class="quiet-text" role="status">{say::FRONT_PIN_TEXT}</p>
                    }.into_any())}
                </div>
            }
            .into_any()
        })
    };
    view! { {bar} {move || at_hand.problem.get().map(|refusal| trouble_panel(refusal, None))} }.into_any()
}
