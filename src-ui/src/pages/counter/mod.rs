//! The counter: sign in, see what is to be done, pick, hand over, look up.
//!
//! Rules are apart from what draws: [`queue`] orders the work, [`picking`] the lines, [`cash`] reckons, [`wedge`] tells a
//! scanner from a typist, [`dispatch`] gives a code its meaning, [`named`] finds an
//! order by its number or name. [`desk`] is what the screens share.

mod approval;
mod arrivals;
mod campaigns;
mod cancel;
mod cash;
mod count;
mod coupon_desk;
mod courier;
mod customer;
mod deposits;
mod desk;
mod devices;
mod dispatch;
mod display;
mod for_phones;
mod frame;
mod gate;
mod gate_look;
mod gate_notes;
mod gate_rule;
mod hand_over;
mod kitchen;
mod look_up;
mod manage;
mod named;
mod not_approved;
mod order_detail;
mod order_list;
mod order_words;
mod picking;
mod place;
mod printers;
mod queue;
mod returned;
mod reviews;
mod said;
mod scan_entry;
mod settlement;
mod shelf;
mod short;
mod sign_in;
mod sound;
mod table;
mod table_codes;
mod tables;
mod till;
mod top_up;
mod touchpoints;
mod trouble;
mod wallet;
mod wedge;

use std::rc::Rc;

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_location, use_navigate};
use wasm_bindgen_futures::spawn_local;

use self::desk::Desk;
use self::dispatch::Source;
use self::place::Place;
use self::queue::Group;
use self::sign_in::{LanguageButton, SignInScreen};
use crate::client::connection::{Connection, connection};
use crate::client::query::Load;
use crate::client::staff::{self, signed_in};
use crate::i18n::{local, number, say};
use crate::state::{shop, till_look};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::in_step::in_step;
use crate::widgets::keeping_strip::shut_out_strip;
use crate::widgets::sheet::Sheet;

/// Everything below `/counter`.
#[component]
pub(crate) fn Counter() -> impl IntoView {
    let path = use_location().pathname;
    let place = Memo::new(move |_| path.with(|path| Place::of(path)));
    let navigate = use_navigate();
    let go: Rc<dyn Fn(&str)> = Rc::new(move |path| navigate(path, Default::default()));
    let go = StoredValue::new_local(go);
    let here = Memo::new(move |_| signed_in().is_some());
    // What customers look at asks nobody to sign in.
    let for_customers = Memo::new(move |_| place.get() == Place::Customer);
    till_look::apply();
    // A session that ends by itself leads back to the same screen; who signs out has left it.
    let left = RwSignal::new(true);
    Effect::new(move |_| {
        if here.get() {
            left.set(false);
        }
    });
    let ended = Signal::derive(move || !left.get());
    let sign_out = Callback::new(move |()| {
        left.set(true);
        spawn_local(async {
            // The session ends here in any case; the hub forgets it by itself where it was not reached.
            let _ = staff::sign_out().await;
        });
        go.with_value(|go| go(&Place::Queue.path()));
    });
    view! {
        <div class="counter">
            {notices()}
            {move || match (for_customers.get(), here.get()) {
                (true, _) => customer::customer_screen(),
                (false, false) => view! { <SignInScreen ended=ended /> }.into_any(),
                (false, true) => {
                    let desk = Desk::open(place, go.get_value());
                    scan_entry::hear_wedge(move |text| desk.heard(&text, Source::Scanned(None)));
                    desk_view(desk, sign_out)
                }
            }}
        </div>
    }
    .into_any()
}

/// What must be known before anything is done here.
fn notices() -> AnyView {
    let offline = Memo::new(|_| connection() == Connection::Offline);
    let demo = Memo::new(|_| shop::shop().is_some_and(|shop| shop.demo));
    view! {
        <div class="notices" role="status">
            {move || {
                offline
                    .get()
                    .then(|| {
                        view! {
                            <p class="strip strip-offline" data-testid="counter-offline">
                                {icon(Icon::Offline)}
                                <span>{say::COUNTER_OFFLINE_STRIP}</span>
                            </p>
                        }
                            .into_any()
                    })
            }}
            {shut_out_strip()}
            {move || {
                demo.get()
                    .then(|| {
                        view! { <p class="strip strip-demo" data-testid="counter-demo">{say::COUNTER_DEMO}</p> }
                            .into_any()
                    })
            }}
        </div>
    }
    .into_any()
}

fn desk_view(desk: Desk, sign_out: Callback<()>) -> AnyView {
    let camera = RwSignal::new(false);
    let view_name = move || match desk.place.get() {
        Place::Queue => "list",
        place if place.is_work() => "work",
        _ => "pane",
    };
    view! {
        {top(desk, camera, sign_out)}
        <main
            id="main"
            class="desk"
            data-view=view_name
            data-camera=move || camera.get().then_some("")
        >
            <h1 class="visually-hidden">
                {move || {
                    let name = shop::shop().map(|shop| local(&shop.name)).unwrap_or_default();
                    [say::COUNTER_TITLE(), " · ", &name].concat()
                }}
            </h1>
            {order_list::order_list(desk)}
            <section class="desk-pane" data-testid="pane">
                {move || screen(desk, desk.place.get())}
            </section>
            {scan_entry::camera_corner(desk, camera)}
        </main>
    }
    .into_any()
}

fn screen(desk: Desk, place: Place) -> AnyView {
    match place {
        Place::Queue => nothing_open(desk),
        // What customers look at is shown before anybody signs in.
        Place::Nowhere | Place::Customer => nowhere(desk),
        Place::Order(id) => order_detail::order_detail(desk, id),
        Place::Pick(id) => picking::picking_screen(desk, id),
        Place::HandOver(id) => hand_over::hand_over_screen(desk, id),
        Place::Product(code) => look_up::product_screen(desk, code),
        Place::Card(number) => look_up::card_screen(desk, number),
        Place::Search => look_up::search_screen(desk),
        Place::Recounts => count::recounts_screen(),
        Place::Courier => courier::courier_screen(desk),
        Place::Gate => gate::gate_screen(desk),
        // The hub refuses them to others; here they are merely not shown a list of refusals.
        Place::Manage if untrack(devices::may_see) => manage::manage_screen(),
        Place::Devices if untrack(devices::may_see) => devices::devices_screen(),
        Place::Settlement if untrack(devices::may_see) => settlement::settlement_screen(),
        Place::Printers if untrack(devices::may_see) => printers::printers_screen(),
        Place::Campaigns if untrack(devices::may_see) => campaigns::campaigns_screen(),
        Place::Reviews if untrack(devices::may_see) => reviews::reviews_screen(),
        Place::Touchpoints if untrack(devices::may_see) => touchpoints::touchpoints_screen(),
        Place::Deposits if untrack(devices::may_see) => deposits::deposits_screen(),
        Place::Manage
        | Place::Devices
        | Place::Settlement
        | Place::Printers
        | Place::Campaigns
        | Place::Reviews
        | Place::Touchpoints
        | Place::Deposits => nowhere(desk),
        Place::Tables => tables::tables_screen(),
        Place::Table(number) => table::table_screen(number),
        Place::TableCodes => table_codes::table_codes_screen(),
        Place::Kitchen => kitchen::kitchen_screen(desk.now),
        Place::Display => display::display_screen(),
        Place::Till => till::till_screen(desk),
        Place::Sales => till::sales_screen(desk),
        Place::Sale(id) => till::sale_screen(desk, id),
        Place::Drawer => till::drawer_screen(desk),
        Place::GiftCards => till::gift_cards_screen(desk),
    }
}

/// An address that is no screen of the counter: mistyped, or of an older version.
fn nowhere(desk: Desk) -> AnyView {
    let back = move |_| desk.go(Place::Queue);
    view! {
        <section class="error-panel" role="alert" data-testid="nowhere">
            {icon(Icon::Alert)}
            <div>
                <h2>{say::COUNTER_NOWHERE}</h2>
                <p>{say::COUNTER_NOWHERE_NEXT}</p>
                <button type="button" class="button" data-testid="to-queue" on:click=back>
                    {say::COUNTER_TITLE}
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// What stands beside the list while no order is open.
fn nothing_open(desk: Desk) -> AnyView {
    frame::name_window(Signal::derive(|| say::COUNTER_ORDERS().to_owned()));
    view! {
        {said::said_banner(desk)}
        <div class="pane-empty">
            <span class="empty-sign">{icon(Icon::Scan)}</span>
            <h2>{say::COUNTER_CHOOSE_TITLE}</h2>
            <p>{say::COUNTER_CHOOSE_TEXT}</p>
        </div>
    }
    .into_any()
}

/// The strip above everything: the orders, what waits, the hub, the field, the camera, the language, who is here.
fn top(desk: Desk, camera: RwSignal<bool>, sign_out: Callback<()>) -> AnyView {
    let new = Memo::new(move |_| desk.with_orders(|orders| queue::members(orders, Group::New).len() as u32));
    let waiting = Memo::new(move |_| desk.with_orders(queue::waiting_pickups));
    let recounts = count::to_be_counted();
    let to_count = Memo::new(move |_| match recounts.get() {
        Load::Ready(list) => Some(list.products.len() as u32),
        Load::Loading | Load::Failed(_) => None,
    });
    let at_gate = Memo::new(move |_| desk.gate.waiting());
    let step_open = RwSignal::new(false);
    let hub = move || match connection() {
        Connection::Offline => ("hub-state hub-off", say::COUNTER_HUB_OFF()),
        Connection::Online | Connection::Untried => ("hub-state hub-on", say::COUNTER_HUB_ON()),
    };
    view! {
        <header class="top">
            <A href=Place::Till.path() attr:class="button top-till" attr:data-testid="to-till">
                {icon(Icon::Wallet)} <span class="top-word">{say::TILL_TITLE}</span>
            </A>
            <A
                href=Place::Queue.path()
                attr:class="button top-orders"
                attr:data-testid="to-queue"
            >
                {icon(Icon::Receipt)}
                <span class="top-word">{say::COUNTER_ORDERS}</span>
                <span
                    class="top-new"
                    hidden=move || new.get() == 0
                    data-fresh=move || desk.fresh.with(|fresh| !fresh.is_empty()).then_some("")
                >
                    {move || number(new.get().into())}
                    <span class="visually-hidden">{say::COUNTER_GROUP_NEW}</span>
                </span>
            </A>
            <p class="top-fact" data-testid="waiting-pickups" aria-label=move || say::counter_waiting_label(waiting.get())>
                {icon(Icon::Package)}
                <strong>{move || number(waiting.get().into())}</strong>
                <span class="top-word">{say::COUNTER_WAITING}</span>
            </p>
            {tables::to_tables()}
            {move || {
                to_count.get().filter(|count| *count > 0).map(|count| {
                    view! {
                        <A
                            href=Place::Recounts.path()
                            attr:class="button top-count"
                            attr:data-testid="to-recounts"
                        >
                            {icon(Icon::Alert)} <span>{move || say::counter_count_chip(count)}</span>
                        </A>
                    }
                    .into_any()
                })
            }}
            {courier::courier_link(desk)}
            <A href=Place::Gate.path() attr:class="button top-gate" attr:data-testid="to-gate">
                {icon(Icon::Basket)}
                <span class="top-word">{say::EXIT_GATE_TITLE}</span>
                <span class="top-new" hidden=move || at_gate.get() == 0>
                    {move || number(at_gate.get().into())}
                    <span class="visually-hidden">{say::EXIT_GATE_WAITING}</span>
                </span>
            </A>
            <button
                type="button"
                class=move || hub().0
                data-testid="hub-state"
                aria-haspopup="dialog"
                on:click=move |_| step_open.set(true)
            >
                <span class="hub-dot" aria-hidden="true"></span>
                <span class="top-word" role="status">{move || hub().1}</span>
            </button>
            <Sheet open=step_open title=Signal::derive(|| say::STEP_TITLE().to_owned())>
                {in_step(false)}
            </Sheet>
            {scan_entry::code_field(desk)}
            {scan_entry::camera_switch(camera)}
            <LanguageButton />
            {move || {
                devices::may_see().then(|| {
                    view! {
                        <A
                            href=Place::Manage.path()
                            attr:class="button top-devices"
                            attr:data-testid="to-manage"
                        >
                            {icon(Icon::Devices)} <span class="top-word">{say::MANAGE_TITLE}</span>
                        </A>
                    }
                    .into_any()
                })
            }}
            <button
                type="button"
                class="button top-person"
                data-testid="sign-out"
                aria-label=move || {
                    say::counter_sign_out_label(&signed_in().map(|one| one.name).unwrap_or_default())
                }
                on:click=move |_| sign_out.run(())
            >
                <span class="top-name" data-testid="signed-in">{move || signed_in().map(|one| one.name)}</span>
                {icon(Icon::LogOut)}
            </button>
        </header>
    }
    .into_any()
}
