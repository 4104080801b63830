//! The way out with what was scanned and paid: what is still missing, then the pass, which is another one every minute.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use ministore_core::exit::{GetPass, Issued, PassNow, RENEW_SECONDS};
use ministore_core::id::LineId;
use ministore_core::order::{Order, OrderLine};
use ministore_core::sync::Changed;
use ministore_core::time::Timestamp;

use crate::client::clock;
use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::i18n::{local, number, say, time};
use crate::state::shop::zone;
use crate::widgets::announcer::announce;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;
use crate::widgets::qr_code::qr_code;
use crate::widgets::skeleton::row_skeletons;

/// What a pass was, and since when this device has had it: the hub's clock may be another.
type Held = Option<(Issued, Timestamp)>;

/// The way out with an order.
#[component]
pub(crate) fn ExitPassCard(
    /// The order.
    order: Arc<Order>,
) -> impl IntoView {
    let id = order.id;
    let asked = Query::new(move || Some(GetPass { order: id }));
    on_live(move |live| match live {
        Live::Anything => asked.reload(),
        Live::Changed(Changed::Order { order, .. }) if *order == id => asked.reload(),
        Live::Changed(_) => {}
    });
    let now = RwSignal::new(clock::now());
    let held = RwSignal::new(None::<(Issued, Timestamp)>);
    Effect::new(move |_| {
        let issued = asked.with(|load| match load {
            Load::Ready(PassNow { pass, .. }) => pass.clone(),
            Load::Loading | Load::Failed(_) => None,
        });
        let before = held.with_untracked(|held| held.as_ref().map(|(issued, _)| issued.pass.clone()));
        match issued {
            Some(issued) if before.as_ref() == Some(&issued.pass) => {}
            Some(issued) => {
                if before.is_none() {
                    announce(say::EXIT_PASS_READY());
                }
                held.set(Some((issued, clock::now())));
            }
            None => held.set(None),
        }
    });
    let renewed = StoredValue::new(0_i64);
    let ticking = set_interval_with_handle(
        move || {
            let at = clock::now();
            now.set(at);
            let old = held.with_untracked(|held| held.as_ref().map(|(_, since)| (at.0 - since.0) / 1000));
            // Not more often than every few seconds while the hub does not answer.
            if old.is_some_and(|old| old >= i64::from(RENEW_SECONDS)) && at.0 - renewed.get_value() > 5_000 {
                renewed.set_value(at.0);
                asked.reload();
            }
        },
        Duration::from_secs(1),
    );
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    let number = order.number;
    let lines = StoredValue::new(order.lines.clone());
    view! {
        <section class="code-card exit-card" aria-label=say::EXIT_PASS data-testid="exit-card">
            {move || match asked.get() {
                Load::Loading => row_skeletons(3),
                Load::Failed(refusal) => {
                    view! { <ErrorPanel refusal=refusal retry=move |()| asked.reload() /> }.into_any()
                }
                Load::Ready(PassNow { paid: false, .. }) => missing(say::EXIT_UNPAID_TITLE, say::EXIT_UNPAID_TEXT),
                Load::Ready(PassNow { at_gate: true, .. }) => {
                    missing(say::EXIT_AT_GATE_TITLE, say::EXIT_AT_GATE_TEXT)
                }
                Load::Ready(PassNow { waits, .. }) if !waits.is_empty() => {
                    lines.with_value(|lines| waiting(lines, &waits))
                }
                Load::Ready(_) => shown(held, now),
            }}
            <p class="code-number">{move || say::order_title(&number.to_string())}</p>
        </section>
    }
    .into_any()
}

fn missing(title: say::Phrase, text: say::Phrase) -> AnyView {
    view! {
        <div class="exit-missing" role="status" data-testid="exit-missing">
            {icon(Icon::Clock)}
            <h2>{title}</h2>
            <p>{text}</p>
        </div>
    }
    .into_any()
}

/// What waits for staff, and why.
fn waiting(lines: &[OrderLine], waits: &[LineId]) -> AnyView {
    let rows = lines.iter().filter(|line| waits.contains(&line.id)).map(|line| {
        let (name, age) = (line.name.clone(), line.min_age);
        view! {
            <li class="exit-wait">
                <span class="exit-wait-picture">{picture(line.picture.as_ref(), &line.code.to_string())}</span>
                <span>
                    {move || local(&name)} <br />
                    <span class="quiet-text">
                        {move || match age {
                            Some(age) => say::exit_wait_age(&number(age.into())),
                            None => say::EXIT_WAIT_TAG().to_owned(),
                        }}
                    </span>
                </span>
            </li>
        }
        .into_any()
    });
    view! {
        <div class="exit-missing" role="status" data-testid="exit-waits">
            {icon(Icon::Staff)}
            <h2>{say::EXIT_WAITS_TITLE}</h2>
            <p>{say::EXIT_WAITS_TEXT}</p>
            <ul class="exit-waits">{rows.collect_view()}</ul>
        </div>
    }
    .into_any()
}

fn left_of(held: &Held, now: Timestamp) -> Option<i64> {
    held.as_ref().map(|(issued, since)| i64::from(issued.seconds) - (now.0 - since.0) / 1000)
}

fn shown(held: RwSignal<Held>, now: RwSignal<Timestamp>) -> AnyView {
    let symbol =
        Memo::new(move |_| held.with(|held| held.as_ref().map(|(issued, _)| issued.pass.symbol_text())));
    let left = Memo::new(move |_| held.with(|held| left_of(held, now.get())));
    let good = Memo::new(move |_| left.get().is_some_and(|left| left > 0));
    let items = Memo::new(move |_| held.with(|held| held.as_ref().map_or(0, |(issued, _)| issued.items)));
    let check = Memo::new(move |_| held.with(|held| held.as_ref().is_some_and(|(issued, _)| issued.check)));
    let label = Signal::derive(|| say::EXIT_PASS().to_owned());
    let clock = move || {
        let now = now.get();
        let seconds = now.0.div_euclid(1000).rem_euclid(60);
        [&time(now, &zone()), ":", &format!("{seconds:02}")].concat()
    };
    (move || {
        if !good.get() {
            return missing(say::EXIT_STALE_TITLE, say::EXIT_STALE_TEXT);
        }
        view! {
            <div class="exit-pass" data-testid="exit-pass" data-symbol=move || symbol.get()>
                <div class="exit-live" aria-hidden="true"><span></span></div>
                {move || symbol.get().and_then(|symbol| qr_code(&symbol, label))}
                <p class="exit-clock" aria-hidden="true" data-testid="exit-clock">{clock}</p>
                <p class="exit-items">{move || say::exit_items(items.get())}</p>
                <p class="code-hint">{say::EXIT_PASS_HINT}</p>
                {move || {
                    check.get().then(|| {
                        view! { <p class="exit-check" data-testid="exit-check">{icon(Icon::Search)} {say::EXIT_CHECK_NOTE}</p> }
                            .into_any()
                    })
                }}
            </div>
        }
        .into_any()
    })
    .into_any()
}
