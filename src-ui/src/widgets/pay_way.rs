//! How an order is paid that waits for it: a code that WeChat scans, or a button that opens WeChat.

use leptos::prelude::*;
use ministore_core::call::Call;
use ministore_core::id::{OrderId, PaymentId, TabId};
use ministore_core::money::Money;
use ministore_core::order;
use ministore_core::payment_way::{GetTabWay, GetWay, Waits, Way};
use wasm_bindgen_futures::spawn_local;

use crate::client::clock::sleep;
use crate::client::query::{Load, Query};
use crate::i18n::{money, say, time};
use crate::state::shop::zone;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::qr_code::qr_code;
use crate::widgets::skeleton::row_skeletons;

/// The wait between two looks at whether it is paid, in milliseconds. The hub may have no address where it could be told.
const LOOK_EVERY: i32 = 3000;

/// The panel, for as long as the order waits to be paid. When that is over, `query` is asked again.
#[component]
pub(crate) fn PayWay(order: OrderId, amount: Money, query: Query<order::Get>) -> impl IntoView {
    let opens = opens_wechat();
    let way = Query::new(move || Some(GetWay { order, opens }));
    waiting(way, amount, move || query.reload())
}

/// The same for a payment at a table, whose bill the hub tells of by itself.
#[component]
pub(crate) fn TabPayWay(tab: TabId, payment: PaymentId, amount: Money) -> impl IntoView {
    let opens = opens_wechat();
    let way = Query::new(move || Some(GetTabWay { tab, payment, opens }));
    waiting(way, amount, || {})
}

/// Looks again and again; `over` is called when it waits no more.
fn waiting<C>(way: Query<C>, amount: Money, over: impl Fn() + 'static) -> impl IntoView
where
    C: Call<Reply = Way> + Clone,
{
    let waited = StoredValue::new(false);
    Effect::new(move |_| match way.get() {
        Load::Ready(way) if way.waits.is_some() => waited.set_value(true),
        // What never waited would be asked for again and again.
        Load::Ready(_) if waited.get_value() => over(),
        _ => {}
    });
    spawn_local(async move {
        loop {
            sleep(LOOK_EVERY).await;
            if waited.try_get_value().is_none() {
                return; // The page was left.
            }
            way.reload();
        }
    });
    move || match way.get() {
        Load::Loading => row_skeletons(2),
        Load::Failed(refusal) => {
            view! { <ErrorPanel refusal=refusal retry=move |()| way.reload() /> }.into_any()
        }
        Load::Ready(way) => match way.waits {
            Some(waits) => panel(waits, amount),
            None => ().into_any(),
        },
    }
}

/// Whether this is a phone's browser, from which WeChat can be opened. WeChat's own does not open links of that kind.
fn opens_wechat() -> bool {
    // A browser that does not say what it is shows the code that is scanned.
    let agent = window().navigator().user_agent().unwrap_or_default();
    agent.contains("Mobi") && !agent.contains("MicroMessenger")
}

fn panel(waits: Waits, amount: Money) -> AnyView {
    let until = waits.until;
    let body = match waits.link {
        None => view! { <p data-testid="pay-silent">{say::PAY_WAY_SILENT}</p> }.into_any(),
        Some(link) if link.opens => view! {
            <a class="button primary wide" href=link.url data-testid="pay-open">
                {move || say::pay_way_open(&money(amount))}
            </a>
        }
        .into_any(),
        Some(link) => {
            let label = Signal::derive(|| say::PAY_WAY_LABEL().to_owned());
            view! {
                <div data-testid="pay-code" data-link=link.url.clone()>{qr_code(&link.url, label)}</div>
                <p class="code-hint">{say::PAY_WAY_SCAN}</p>
            }
            .into_any()
        }
    };
    view! {
        <section class="code-card" aria-labelledby="pay-way" data-testid="pay-way">
            <h2 id="pay-way">{move || say::pay_way_title(&money(amount))}</h2>
            {body}
            <p class="code-hint" data-testid="pay-until">{move || say::pay_way_until(&time(until, &zone()))}</p>
        </section>
    }
    .into_any()
}
