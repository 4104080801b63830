//! The code of one's own card, drawn anew every 30 seconds, with how long it lasts yet.

use std::time::Duration;

use leptos::prelude::*;
use ministore_core::card_code::{STEP_SECONDS, Step};

use super::barcode::barcode;
use crate::i18n::say;
use crate::state::card_code::OwnKey;

/// The code of `key`'s card. Its symbol is as wide each time, so nothing moves when it changes.
pub(crate) fn card_code(key: OwnKey) -> AnyView {
    let now = RwSignal::new(key.now());
    let ticking = {
        let key = key.clone();
        set_interval_with_handle(move || now.set(key.now()), Duration::from_secs(1))
    };
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    let number = key.key.number.to_string();
    let label = Signal::derive(move || say::card_code_label(&number));
    let step = Memo::new(move |_| Step::at(now.get()));
    let symbol = Memo::new(move |_| key.key.code_at(step.get()).to_string());
    let left = Memo::new(move |_| Step::left(now.get()).saturating_add(999).div_euclid(1000));
    // Nobody wants to hear of it each second: who listens is told by the label that it renews itself.
    view! {
        <div class="card-code" data-testid="card-code" data-symbol=move || symbol.get()>
            {move || barcode(&symbol.get(), label)}
            <div class="card-code-left" aria-hidden="true">
                <span style:--left=move || format!("{:.3}", left.get() as f64 / STEP_SECONDS as f64)></span>
            </div>
            <p class="card-code-next" aria-hidden="true" data-testid="card-code-left">
                {move || say::card_code_left(left.get() as u32)}
            </p>
        </div>
    }
    .into_any()
}
