//! The courier: what goes out, in which order, and what happened at each door.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::courier::{BringBack, FailReason, LeaveAtDoor, SetOut, metres, round};
use ministore_core::fulfilment::{Fulfilment, Mode};
use ministore_core::id::{CallId, OrderId};
use ministore_core::order::{Order, OrderState};
use ministore_core::place::GeoPoint;
use ministore_core::refusal::Refusal;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::desk::{self, Desk, Outcome, Said};
use super::frame::pane_head;
use super::order_words as words;
use super::place::Place;
use super::said::said_banner;
use super::sound::{Sound, play};
use super::trouble::trouble_panel;
use crate::client::photograph::small_jpeg;
use crate::client::query::Load;
use crate::client::{call_again, new_id};
use crate::i18n::{distance, number, say};
use crate::state::shop::shop;
use crate::widgets::announcer::announce;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::skeleton::row_skeletons;

/// Deliveries in this state, as they are listed.
fn deliveries(orders: &[Order], state: OrderState) -> Vec<Order> {
    let mut found: Vec<Order> = orders
        .iter()
        .filter(|order| order.state == state && order.fulfilment.mode() == Mode::Delivery)
        .cloned()
        .collect();
    found.sort_by_key(|order| (order.handling.stops_before.unwrap_or(u32::MAX), order.number));
    found
}

/// These orders in the order in which they are to be visited.
fn in_turn(start: Option<GeoPoint>, orders: Vec<Order>) -> Vec<Order> {
    let turn = round(start, &orders);
    let mut orders = orders;
    orders.sort_by_key(|order| turn.iter().position(|stop| *stop == order.id));
    orders
}

/// How long the way through these orders is, in metres, where it is known of all of them where they are.
fn length(start: Option<GeoPoint>, orders: &[Order]) -> Option<u64> {
    let points: Vec<GeoPoint> = orders.iter().map(|order| order.fulfilment.point()).collect::<Option<_>>()?;
    let way: Vec<usize> = (0..points.len()).collect();
    Some(metres(start?, &points, &way))
}

/// The way to this screen, while there is something to deliver.
pub(super) fn courier_link(desk: Desk) -> AnyView {
    let count = Memo::new(move |_| {
        desk.with_orders(|orders| {
            deliveries(orders, OrderState::Ready).len() + deliveries(orders, OrderState::OnItsWay).len()
        })
    });
    (move || {
        (count.get() > 0).then(|| {
            view! {
                <A href=Place::Courier.path() attr:class="button top-courier" attr:data-testid="to-courier">
                    {icon(Icon::Truck)}
                    <span class="top-word">{say::COURIER_LINK}</span>
                    <strong>{move || number(count.get() as f64)}</strong>
                </A>
            }
            .into_any()
        })
    })
    .into_any()
}

/// The screen.
pub(super) fn courier_screen(desk: Desk) -> AnyView {
    // What is ready goes along unless it is left out.
    let left_out = RwSignal::new(Vec::<OrderId>::new());
    let start = || shop().and_then(|shop| shop.reach.location);
    let ready = Memo::new(move |_| desk.with_orders(|orders| deliveries(orders, OrderState::Ready)));
    let out = Memo::new(move |_| desk.with_orders(|orders| deliveries(orders, OrderState::OnItsWay)));
    let taken = Memo::new(move |_| {
        let taken = ready.get().into_iter().filter(|order| left_out.with(|left| !left.contains(&order.id)));
        in_turn(start(), taken.collect())
    });
    let listed = Memo::new(move |_| {
        let rest = ready.get().into_iter().filter(|order| left_out.with(|left| left.contains(&order.id)));
        taken.get().into_iter().chain(rest).collect::<Vec<Order>>()
    });
    let body = move || match desk.queue.with(|load| match load {
        Load::Loading => Some(Err(None)),
        Load::Failed(refusal) => Some(Err(Some(refusal.clone()))),
        Load::Ready(_) => None::<Result<(), Option<Refusal>>>,
    }) {
        Some(Err(Some(refusal))) => {
            trouble_panel(refusal, Some(Callback::new(move |()| desk.queue.reload())))
        }
        Some(_) => row_skeletons(4),
        None => view! {
            {move || {
                (ready.with(Vec::is_empty) && out.with(Vec::is_empty)).then(|| {
                    view! {
                        <EmptyState
                            sign=Icon::Truck
                            title=Signal::derive(|| say::COURIER_EMPTY().to_owned())
                            text=Signal::derive(|| say::COURIER_EMPTY_TEXT().to_owned())
                        />
                    }
                    .into_any()
                })
            }}
            {move || (!out.with(Vec::is_empty)).then(|| out_view(desk, out))}
            {move || (!ready.with(Vec::is_empty)).then(|| ready_view(listed, taken, left_out))}
        }
        .into_any(),
    };
    let waits = Memo::new(move |_| !ready.with(Vec::is_empty));
    view! {
        {pane_head(Signal::derive(|| say::COURIER_TITLE().to_owned()), Some(Place::Queue), None)}
        <div class="pane-body courier" data-testid="courier">
            {said_banner(desk)}
            {body}
        </div>
        {move || waits.get().then(|| set_out_button(desk, taken))}
    }
    .into_any()
}

fn set_out_button(desk: Desk, taken: Memo<Vec<Order>>) -> AnyView {
    let count = Memo::new(move |_| u32::try_from(taken.with(Vec::len)).unwrap_or(u32::MAX));
    // The same choice sent again, as after an answer that was lost, is one setting out.
    let sent = StoredValue::new(None::<(Vec<OrderId>, CallId)>);
    let go = move |_| {
        let orders: Vec<OrderId> = taken.with_untracked(|taken| taken.iter().map(|order| order.id).collect());
        if orders.is_empty() || desk.busy.get_untracked() {
            return;
        }
        let key = sent
            .with_value(|sent| sent.as_ref().filter(|(before, _)| *before == orders).map(|(_, key)| *key));
        let key = key.unwrap_or_else(new_id);
        sent.set_value(Some((orders.clone(), key)));
        desk.busy.set(true);
        spawn_local(async move {
            let many = u32::try_from(orders.len()).unwrap_or(u32::MAX);
            let outcome = call_again(SetOut { orders }, key).await;
            // Signed out meanwhile, there is nothing left to tell.
            if desk.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(_) => {
                    desk.hush();
                    play(Sound::Done);
                    announce(&untrack(|| say::courier_announce_out(many)));
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    desk.say(Place::Courier, Said::Failed(refusal, None));
                }
            }
            desk.queue.reload();
        });
    };
    let label = move || match count.get() {
        0 => say::COURIER_CHOOSE_SOME().to_owned(),
        count => say::courier_set_out(count),
    };
    view! {
        <footer class="pane-actions">
            <button
                type="button"
                class="button primary large main-action"
                data-testid="set-out"
                aria-busy=move || desk.busy.get().to_string()
                disabled=move || count.get() == 0 || desk.busy.get()
                on:click=go
            >
                {icon(Icon::Truck)} <span>{label}</span>
            </button>
        </footer>
    }
    .into_any()
}

fn ready_view(
    listed: Memo<Vec<Order>>,
    taken: Memo<Vec<Order>>,
    left_out: RwSignal<Vec<OrderId>>,
) -> AnyView {
    let way = move || {
        let start = shop().and_then(|shop| shop.reach.location);
        let metres = taken.with(|taken| length(start, taken))?;
        let metres = u32::try_from(metres).unwrap_or(u32::MAX);
        (metres > 0).then(|| say::courier_way_length(&distance(metres)))
    };
    let row = move |order: Order| {
        let id = order.id;
        let title = words::number_of(&order);
        let label = title.clone();
        let turn = move || {
            taken
                .with(|taken| taken.iter().position(|there| there.id == id))
                .map(|at| number((at + 1) as f64))
        };
        let tries = u32::try_from(order.handling.attempts.len()).unwrap_or(u32::MAX);
        let tries = (tries > 0).then(|| {
            view! { <span class="chip chip-soon">{move || say::courier_attempts(tries)}</span> }.into_any()
        });
        view! {
            <li class="courier-row" data-testid=["ready-", &title].concat()>
                <label class="courier-choice">
                    <input
                        type="checkbox"
                        data-testid=["take-", &title].concat()
                        aria-label=move || say::courier_choose(&label)
                        prop:checked=move || left_out.with(|left| !left.contains(&id))
                        on:change=move |event| {
                            let along = event_target_checked(&event);
                            left_out.update(|left| {
                                left.retain(|there| *there != id);
                                if !along {
                                    left.push(id);
                                }
                            });
                        }
                    />
                    <span class="courier-turn" aria-hidden="true">{turn}</span>
                    <span class="courier-what">
                        <strong>{title.clone()} " · " {words::who(&order)}</strong>
                        <span>{street(&order)}</span>
                        {tries}
                    </span>
                    <span class="quiet-text">{far(&order)}</span>
                </label>
            </li>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="courier-ready">
            <h3 id="courier-ready" class="group-name">{say::COURIER_READY}</h3>
            <ol class="courier-rows" data-testid="courier-ready">
                <For each=move || listed.get() key=|order| (order.id, order.handling.attempts.len()) children=row />
            </ol>
            <p class="quiet-text" data-testid="way-length">{way}</p>
        </section>
    }
    .into_any()
}

/// Where an order is brought, in words.
fn street(order: &Order) -> String {
    match &order.fulfilment {
        Fulfilment::Delivery { address, .. } => address.street.clone(),
        _ => String::new(),
    }
}

/// How far from the shop it is brought. Tracked.
fn far(order: &Order) -> String {
    let shop = shop().and_then(|shop| shop.reach.location);
    match shop.zip(order.fulfilment.point()) {
        Some((shop, point)) => distance(shop.metres_to(point)),
        None => say::COURIER_NO_POINT().to_owned(),
    }
}

fn out_view(desk: Desk, out: Memo<Vec<Order>>) -> AnyView {
    let key = |order: &Order| (order.id, order.handling.stops_before);
    view! {
        <section aria-labelledby="courier-out">
            <h3 id="courier-out" class="group-name">{say::COURIER_OUT}</h3>
            <ol class="courier-rows" data-testid="courier-out">
                <For each=move || out.get() key=key children=move |order| stop_view(desk, &order) />
            </ol>
        </section>
    }
    .into_any()
}

/// Where a map shows an order's door: an address for the device's own maps, and one for a browser.
fn map_links(order: &Order) -> (Option<String>, String) {
    match order.fulfilment.point() {
        Some(point) => {
            let (latitude, longitude) = point.degrees();
            (
                // RFC 5870; the query is how Android is told to mark the place.
                Some(format!("geo:{latitude},{longitude}?q={latitude},{longitude}")),
                format!(
                    "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=18/{latitude}/{longitude}"
                ),
            )
        }
        None => {
            let street: String = js_sys::encode_uri_component(&street(order)).into();
            (None, ["https://www.openstreetmap.org/search?query=", &street].concat())
        }
    }
}

fn stop_view(desk: Desk, order: &Order) -> AnyView {
    let id = order.id;
    let title = words::number_of(order);
    let note = match &order.fulfilment {
        Fulfilment::Delivery { address, .. } if !address.note.is_empty() => Some(address.note.clone()),
        _ => None,
    };
    let (navigate, map) = map_links(order);
    let phone = order.contact.phone.clone();
    let ring = (!phone.is_empty()).then(|| {
        let href = ["tel:", &phone].concat();
        view! {
            <a class="button" href=href data-testid="ring">{icon(Icon::Phone)} <span>{move || say::courier_ring(&phone)}</span></a>
        }
        .into_any()
    });
    let turn = order.handling.stops_before.map(|before| number(f64::from(before) + 1.0));
    let can_leave = order.payment.due().is_zero() && order.min_age().is_none();
    let paid = {
        let order = order.clone();
        move || words::paid_long(&order)
    };
    let age = order.min_age().map(super::order_detail::age_flag);
    view! {
        <li class="panel courier-stop" data-testid=["stop-", &title].concat()>
            <div class="courier-stop-head">
                <span class="courier-turn" aria-hidden="true">{turn}</span>
                <div class="courier-what">
                    <h4>{title.clone()} " · " {words::who(order)}</h4>
                    <p>{street(order)}</p>
                    {note.map(|note| view! { <p class="quiet-text">{note}</p> }.into_any())}
                    <p class="quiet-text">{far(order)} " · " {paid}</p>
                </div>
            </div>
            {age}
            <div class="courier-ways">
                {navigate.map(|href| {
                    view! { <a class="button" href=href data-testid="navigate">{icon(Icon::MapPin)} {say::COURIER_NAVIGATE}</a> }
                        .into_any()
                })}
                <a class="button" href=map target="_blank" rel="external noopener noreferrer" data-testid="map">
                    {icon(Icon::Globe)} {say::COURIER_MAP}
                </a>
                {ring}
            </div>
            <div class="courier-ways">
                <A href=Place::HandOver(id).path() attr:class="button primary" attr:data-testid="hand-over">
                    {icon(Icon::Check)} {say::COURIER_HAND_OVER}
                </A>
                {can_leave.then(|| leave_button(desk, id, title.clone()))}
            </div>
            {failed(desk, id, title.clone())}
        </li>
    }
    .into_any()
}

/// Takes a picture of the door, and sends it.
fn leave_button(desk: Desk, id: OrderId, title: String) -> AnyView {
    let sending = RwSignal::new(false);
    let take = move |event: leptos::ev::Event| {
        let Some(input) =
            event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        else {
            return;
        };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // The same picture may be chosen once more.
        input.set_value("");
        let title = title.clone();
        sending.set(true);
        spawn_local(async move {
            let picture = small_jpeg(&file).await;
            if sending.try_set(false).is_some() {
                return; // The screen was left.
            }
            let Some(picture) = picture else {
                play(Sound::Wrong);
                let refusal = Refusal::invalid("picture", "this is no picture");
                desk.say(Place::Courier, Said::Failed(refusal, None));
                return;
            };
            let done = Arc::new(move |_: Outcome| {
                play(Sound::Done);
                announce(&untrack(|| say::courier_announce_left(&title)));
            });
            desk.act(desk::step(LeaveAtDoor { order: id, picture }), done);
        });
    };
    let text = move || if sending.get() { say::COURIER_LEFT_BUSY() } else { say::COURIER_LEFT() };
    view! {
        <label class="button courier-photo" title=say::COURIER_LEFT_TEXT>
            {icon(Icon::Camera)} <span>{text}</span>
            <input
                class="visually-hidden"
                type="file"
                accept="image/*"
                capture="environment"
                data-testid="door-photo"
                on:change=take
            />
        </label>
    }
    .into_any()
}

/// Why it comes back: asked only of whoever says that it does.
fn failed(desk: Desk, id: OrderId, title: String) -> AnyView {
    let open = RwSignal::new(false);
    let reason = move |reason: FailReason, word: say::Phrase, key: &'static str| {
        let title = title.clone();
        let back = move |_| {
            let title = title.clone();
            let done = Arc::new(move |_: Outcome| {
                play(Sound::Done);
                announce(&untrack(|| say::courier_announce_back(&title)));
            });
            desk.act(desk::step(BringBack { order: id, reason }), done);
        };
        view! {
            <button type="button" class="button" data-testid=key disabled=move || desk.busy.get() on:click=back>
                {word}
            </button>
        }
        .into_any()
    };
    view! {
        <button
            type="button"
            class="button plain danger"
            data-testid="not-delivered"
            aria-expanded=move || open.get().to_string()
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {say::COURIER_FAILED}
        </button>
        {move || {
            open.get().then(|| {
                view! {
                    <div class="courier-ways" role="group" aria-label=say::COURIER_FAILED_TITLE>
                        <p>{say::COURIER_FAILED_TITLE}</p>
                        {reason(FailReason::NobodyThere, say::COURIER_NOBODY_THERE, "nobody-there")}
                        {reason(FailReason::WrongAddress, say::COURIER_WRONG_ADDRESS, "wrong-address")}
                        {reason(FailReason::Refused, say::COURIER_REFUSED, "refused")}
                    </div>
                }
                .into_any()
            })
        }}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use ministore_core::fulfilment::Address;

    use super::super::queue::tests::order;
    use super::*;

    fn brought(number: u32, state: OrderState, at: Option<(f64, f64)>) -> Order {
        let mut order = order(number, state, 0);
        let point = at.map(|(north, east)| GeoPoint::of_degrees(north, east).unwrap());
        let starts = order.fulfilment.slot().unwrap().starts;
        order.fulfilment = Fulfilment::Delivery {
            starts,
            address: Address { street: "Long Road 1".into(), note: String::new(), point },
        };
        order
    }

    #[test]
    fn only_deliveries_of_that_state_are_listed_by_their_turn() {
        let mut second = brought(1002, OrderState::OnItsWay, None);
        second.handling.stops_before = Some(0);
        let mut first = brought(1001, OrderState::OnItsWay, None);
        first.handling.stops_before = Some(1);
        let orders =
            [first, second, brought(1003, OrderState::Ready, None), order(1004, OrderState::Ready, 0)];
        let numbers = |state| deliveries(&orders, state).iter().map(|order| order.number).collect::<Vec<_>>();
        assert_eq!(numbers(OrderState::OnItsWay), [1002, 1001]);
        assert_eq!(numbers(OrderState::Ready), [1003]);
    }

    #[test]
    fn the_nearest_goes_first_and_what_is_nowhere_last() {
        let start = GeoPoint::of_degrees(31.2, 121.4).ok();
        let orders = vec![
            brought(1001, OrderState::Ready, None),
            brought(1002, OrderState::Ready, Some((31.2, 121.44))),
            brought(1003, OrderState::Ready, Some((31.2, 121.41))),
        ];
        let turn = in_turn(start, orders);
        assert_eq!(turn.iter().map(|order| order.number).collect::<Vec<_>>(), [1003, 1002, 1001]);
        assert_eq!(length(start, &turn), None, "nobody knows how far the last is");
        assert!(length(start, &turn[..2]).is_some_and(|metres| (3_700..3_900).contains(&metres)));
    }
}
