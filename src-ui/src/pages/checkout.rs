//! Checkout: how, when, to whom, and paid how, on one page.

use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use ministore_core::basket::{BasketLine, Edit};
use ministore_core::fulfilment::{Address, DeliveryTerms, Fulfilment, GetSlots, Mode, Slot, Slots};
use ministore_core::id::{CallId, LineId, OrderId, ProductId};
use ministore_core::money::Money;
use ministore_core::order::{Contact, Place, PlaceLine, Quoted};
use ministore_core::payment::Tender;
use ministore_core::place::GeoPoint;
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_core::time::Timestamp;
use wasm_bindgen_futures::spawn_local;

use super::cart::{sums, waits_note};
use crate::client::ipc;
use crate::client::query::{Load, Query};
use crate::client::waiting::place;
use crate::client::{clock, new_id};
use crate::i18n::{local, money, say};
use crate::state::basket::{apply, basket, comes_to, with_basket};
use crate::state::checkout::{Remembered, last, remember};
use crate::state::in_shop::in_shop;
use crate::state::own_money::{OwnMoney, own_money};
use crate::state::shop::{shop, zone};
use crate::state::{quoted, reprice, slots};
use crate::widgets::bags::Bags;
use crate::widgets::empty_state::empty_basket;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::measure::measure;
use crate::widgets::page::Page;
use crate::widgets::picture::picture;
use crate::widgets::put_in::undo_of;
use crate::widgets::segmented::{Segment, Segmented};
use crate::widgets::skeleton::row_skeletons;
use crate::widgets::slot_picker::SlotPicker;
use crate::widgets::toast::toast;
use crate::widgets::whereabouts::Whereabouts;

/// What is filled in. One order key for the whole stay: however often it is sent, it is one order.
#[derive(Clone, Copy)]
struct Form {
    order: OrderId,
    /// The key of what is brought home of goods that are otherwise carried out.
    home_order: OrderId,
    mode: RwSignal<Mode>,
    /// The lines that are brought home of goods that are otherwise carried out.
    home: RwSignal<Vec<LineId>>,
    starts: RwSignal<Option<Timestamp>>,
    name: RwSignal<String>,
    phone: RwSignal<String>,
    street: RwSignal<String>,
    note: RwSignal<String>,
    /// Where the address is.
    point: RwSignal<Option<GeoPoint>>,
    tender: RwSignal<Tender>,
    /// The money on the shopper's card.
    card: Memo<OwnMoney>,
    /// Whether fields that are wrong are marked: only after somebody tried to send it.
    checked: RwSignal<bool>,
    sending: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
    /// What was sent last, and its key: the same again is sent with the same.
    sent: StoredValue<Vec<(Place, CallId)>>,
    /// What is placed, or waits for the hub.
    placed: StoredValue<Vec<OrderId>>,
}

impl Form {
    fn new() -> Self {
        let last = last();
        let contact = last.as_ref().map(|last| last.contact.clone()).unwrap_or_default();
        let address = last.as_ref().and_then(|last| last.address.clone());
        let point = address.as_ref().and_then(|address| address.point);
        let (street, note) = address.map_or_else(Default::default, |address| (address.street, address.note));
        // Only who is in the shop carries out; whoever was there last time may be at home now.
        let before = last.as_ref().map_or(Mode::Pickup, |last| last.mode);
        let mode = match before {
            _ if untrack(in_shop) => Mode::CarryOut,
            Mode::CarryOut => Mode::Pickup,
            before => before,
        };
        Self {
            order: new_id(),
            home_order: new_id(),
            mode: RwSignal::new(mode),
            home: RwSignal::new(Vec::new()),
            starts: RwSignal::new(None),
            name: RwSignal::new(contact.name),
            phone: RwSignal::new(contact.phone),
            street: RwSignal::new(street),
            note: RwSignal::new(note),
            point: RwSignal::new(point),
            tender: RwSignal::new(last.map_or(Tender::CashAtHandover, |last| last.tender)),
            card: own_money(),
            checked: RwSignal::new(false),
            sending: RwSignal::new(false),
            problem: RwSignal::new(None),
            sent: StoredValue::new(Vec::new()),
            placed: StoredValue::new(Vec::new()),
        }
    }

    fn is_carried(self) -> bool {
        self.mode.get() == Mode::CarryOut
    }

    /// Whether this line is brought home though others are carried out. Tracked.
    fn goes_home(self, line: LineId) -> bool {
        self.home.with(|home| home.contains(&line))
    }

    /// Whether anything is brought: all of it, or what is not carried out. Tracked.
    fn is_delivery(self) -> bool {
        match self.mode.get() {
            Mode::Pickup => false,
            Mode::Delivery => true,
            Mode::CarryOut => with_basket(|basket| basket.lines.iter().any(|line| self.goes_home(line.id))),
        }
    }

    /// The way for which a slot is chosen; None where none is needed. Tracked.
    fn slot_mode(self) -> Option<Mode> {
        match self.mode.get() {
            Mode::CarryOut => self.is_delivery().then_some(Mode::Delivery),
            mode => Some(mode),
        }
    }

    /// What is paid in all; None while the shop is not known. Tracked.
    fn total(self) -> Option<Money> {
        if !self.is_carried() {
            return self.quoted().map(|quoted| quoted.totals.total);
        }
        let sums = [self.carried(), self.brought_home()];
        let mut sums = sums.into_iter().flatten().map(|quoted| quoted.totals.total);
        let first = sums.next()?;
        sums.try_fold(first, |sum, next| sum.plus(next).ok())
    }

    fn carried(self) -> Option<Quoted> {
        comes_to(Mode::CarryOut, None, |line| !self.goes_home(line.id))
    }

    fn brought_home(self) -> Option<Quoted> {
        self.brought(|line| self.goes_home(line.id))
    }

    /// What some lines come to with delivery, once it is known what that costs: where it goes by zones, not before it is
    /// known where to.
    fn brought(self, wanted: impl Fn(&BasketLine) -> bool) -> Option<Quoted> {
        match (self.bringing(), self.point.get()) {
            (Ok(Some(bringing)), Some(point)) => {
                comes_to(Mode::Delivery, Some((&bringing.terms, point)), wanted)
            }
            _ if self.goes_by_zones() => comes_to(Mode::Pickup, None, wanted),
            _ => comes_to(Mode::Delivery, None, wanted),
        }
    }

    fn name_is_wrong(self) -> bool {
        let needed = !self.is_carried() || self.is_delivery();
        needed && self.name.with(|name| !(1..=60).contains(&name.trim().chars().count()))
    }

    fn phone_is_wrong(self) -> bool {
        let count = self.phone.with(|phone| phone.trim().chars().count());
        count > 30 || (count == 0 && self.is_delivery())
    }

    fn street_is_wrong(self) -> bool {
        self.is_delivery() && self.street.with(|street| !(3..=200).contains(&street.trim().chars().count()))
    }

    /// Whether the money on the card is enough for all of it. None while that is being asked. Tracked.
    fn card_pays(self) -> Option<bool> {
        self.card.get().pays(self.total()?)
    }

    fn tender_is_wrong(self) -> bool {
        self.tender.get() == Tender::StoredValue && self.card_pays() != Some(true)
    }

    /// Whether delivery goes by where the address is.
    fn goes_by_zones(self) -> bool {
        self.is_delivery() && shop().is_some_and(|shop| !shop.reach.zones.is_empty())
    }

    /// What it takes to bring something to the address: nothing told while nobody has said where it is. Errors with the
    /// refusal that the hub would answer with.
    fn bringing(self) -> Result<Option<Bringing>, Refusal> {
        let (true, Some(point), Some(shop)) = (self.goes_by_zones(), self.point.get(), shop()) else {
            return Ok(None);
        };
        let found = shop.reach.brings_to(point).map_err(Refusal::from)?;
        Ok(found.map(|found| Bringing {
            zone: local(&found.zone.name),
            terms: found.terms,
            lead_minutes: found.zone.lead_minutes,
        }))
    }

    fn place_is_wrong(self) -> bool {
        self.goes_by_zones() && !matches!(self.bringing(), Ok(Some(_)))
    }

    /// What all of it comes to. Delivery is in it once it is known where to.
    fn quoted(self) -> Option<Quoted> {
        match self.mode.get() {
            Mode::Delivery => self.brought(|_| true),
            mode => comes_to(mode, None, |_| true),
        }
    }

    /// The orders as they are filled in: one, or what is brought home before what is carried out, so that what can still
    /// be refused is asked for before anything is paid. None while something is missing. Not tracked.
    fn places(self) -> Option<Vec<Place>> {
        untrack(|| {
            if self.name_is_wrong()
                || self.phone_is_wrong()
                || self.street_is_wrong()
                || self.place_is_wrong()
                || self.tender_is_wrong()
            {
                return None;
            }
            let starts = match self.slot_mode() {
                Some(_) => Some(self.starts.get()?),
                None => None,
            };
            let brought = |starts| Fulfilment::Delivery { starts, address: self.address() };
            let (mode, all) = (self.mode.get(), self.quoted());
            let wanted: Vec<(OrderId, Fulfilment, Option<Quoted>)> = match (mode, starts) {
                (Mode::Pickup, Some(starts)) => vec![(self.order, Fulfilment::Pickup { starts }, all)],
                (Mode::Delivery, Some(starts)) => vec![(self.order, brought(starts), all)],
                (Mode::CarryOut, Some(starts)) => vec![
                    (self.home_order, brought(starts), self.brought_home()),
                    (self.order, Fulfilment::CarryOut, self.carried()),
                ],
                (Mode::CarryOut, None) => vec![(self.order, Fulfilment::CarryOut, all)],
                (Mode::Pickup | Mode::Delivery, None) => return None,
            };
            let places = wanted.into_iter().filter_map(|(order, fulfilment, quoted)| {
                let apart = mode == Mode::CarryOut;
                let home = order == self.home_order;
                let lines = with_basket(|basket| {
                    let lines = basket.lines.iter().filter(|line| !apart || self.goes_home(line.id) == home);
                    lines
                        .map(|line| PlaceLine {
                            id: line.id,
                            product: line.product.id,
                            measure: line.measure,
                        })
                        .collect()
                });
                // Nobody has to be called for what is carried out.
                let carried = fulfilment == Fulfilment::CarryOut;
                Some(Place {
                    order,
                    lines,
                    fulfilment,
                    contact: if carried { Contact::default() } else { self.contact() },
                    tender: self.tender.get(),
                    expected_total: quoted?.totals.total,
                })
            });
            let places: Vec<Place> = places.collect();
            (!places.is_empty()).then_some(places)
        })
    }

    /// The key that an order is sent with: the same for the same order.
    fn call_of(self, place: &Place) -> CallId {
        let known = self
            .sent
            .with_value(|sent| sent.iter().find(|(before, _)| before == place).map(|(_, call)| *call));
        known.unwrap_or_else(|| {
            let call = new_id();
            self.sent.update_value(|sent| sent.push((place.clone(), call)));
            call
        })
    }

    /// Where what was placed is shown: what is carried out, with the way to what is brought.
    fn leads_to(self) -> String {
        let placed = |order: OrderId| self.placed.with_value(|placed| placed.contains(&order));
        match (placed(self.order), placed(self.home_order)) {
            (true, true) => {
                ["/orders/", &self.order.to_string(), "?with=", &self.home_order.to_string()].concat()
            }
            (false, true) => ["/orders/", &self.home_order.to_string()].concat(),
            _ => ["/orders/", &self.order.to_string()].concat(),
        }
    }

    fn contact(self) -> Contact {
        let text = |signal: RwSignal<String>| signal.with_untracked(|text| text.trim().to_owned());
        Contact { name: text(self.name), phone: text(self.phone) }
    }

    fn address(self) -> Address {
        let text = |signal: RwSignal<String>| signal.with_untracked(|text| text.trim().to_owned());
        Address { street: text(self.street), note: text(self.note), point: self.point.get_untracked() }
    }

    fn track(self) {
        self.mode.track();
        self.tender.track();
        self.point.track();
        for text in [self.name, self.phone, self.street, self.note] {
            text.track();
        }
    }

    fn remember(self) {
        remember(&Remembered {
            mode: self.mode.get_untracked(),
            contact: self.contact(),
            address: (!self.address().street.is_empty()).then(|| self.address()),
            tender: self.tender.get_untracked(),
        });
    }
}

/// What it takes to bring something to an address.
struct Bringing {
    /// The name of its zone.
    zone: String,
    /// What it costs.
    terms: DeliveryTerms,
    /// How long before its start a slot can still be chosen.
    lead_minutes: u16,
}

/// The checkout.
#[component]
pub(crate) fn CheckoutPage() -> impl IntoView {
    let form = Form::new();
    let empty = Memo::new(|_| with_basket(|basket| basket.lines.is_empty()));
    let hub_slots = Query::new(move || form.slot_mode().map(|mode| GetSlots { mode }));
    // What is typed outlives a reload, and a look around for what is still missing.
    Effect::new(move |before: Option<()>| {
        form.track();
        if before.is_some() {
            form.remember();
        }
    });
    // The shop may not deliver (any more), or not take what was used last time.
    Effect::new(move |_| {
        if let Some(shop) = shop() {
            let at_once = shop.tenders.iter().any(|tender| tender.is_paid_at_once());
            match form.mode.get() {
                Mode::Delivery if shop.delivery.is_none() => form.mode.set(Mode::Pickup),
                Mode::CarryOut if !at_once => form.mode.set(Mode::Pickup),
                Mode::Pickup | Mode::Delivery | Mode::CarryOut => {}
            }
            let carried = form.is_carried();
            let short = form.card_pays() == Some(false);
            let fits = |tender: &Tender| {
                (!carried || tender.is_paid_at_once()) && !(short && *tender == Tender::StoredValue)
            };
            let tender = form.tender.get_untracked();
            let known = shop.tenders.contains(&tender) && fits(&tender);
            if let Some(first) = shop.tenders.iter().find(|tender| fits(tender)).filter(|_| !known) {
                form.tender.set(*first);
            }
        }
    });
    view! {
        <Page title=Signal::derive(|| say::CHECKOUT_TITLE().to_owned()) back="/cart">
            <Show
                when=move || !empty.get() || form.sending.get()
                fallback=empty_basket
            >
                <Filling form=form hub_slots=hub_slots />
            </Show>
        </Page>
    }
}

#[component]
fn Filling(form: Form, hub_slots: Query<GetSlots>) -> impl IntoView {
    let navigate = use_navigate();
    let first_field = NodeRef::<html::Form>::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.checked.set(true);
        if form.sending.get_untracked() {
            return;
        }
        let Some(orders) = form.places() else {
            show_first_wrong(first_field);
            return;
        };
        let navigate = navigate.clone();
        form.sending.set(true);
        form.problem.set(None);
        spawn_local(async move {
            match place_all(form, orders).await {
                Ok(()) => {
                    form.remember();
                    navigate(
                        &form.leads_to(),
                        NavigateOptions { replace: true, ..NavigateOptions::default() },
                    );
                }
                Err(refusal) => {
                    match refusal {
                        Refusal::TotalChanged { .. } => {
                            quoted::ask_again();
                            reprice::refresh().await;
                        }
                        Refusal::SlotFull | Refusal::SlotClosed => {
                            form.starts.set(None);
                            hub_slots.reload();
                        }
                        _ => {}
                    }
                    if !refusal.is_passing() {
                        // It may be otherwise next time: it is asked for anew.
                        form.sent.update_value(Vec::clear);
                    }
                    form.sending.set(false);
                    form.problem.set(Some(refusal));
                }
            }
        });
    };
    let slot_mode = Memo::new(move |_| form.slot_mode());
    let amount = move || form.total().map(money).unwrap_or_default();
    view! {
        <form class="two-columns checkout" novalidate node_ref=first_field on:submit=submit>
            <div class="column">
                <How form=form />
                {move || form.is_carried().then(|| view! { <Take form=form /> }.into_any())}
                <section class="panel group" aria-labelledby="when" hidden=move || slot_mode.get().is_none()>
                    <h2 id="when">{move || if form.is_delivery() { say::CHECKOUT_WHEN_DELIVERY() } else { say::CHECKOUT_WHEN_PICKUP() }}</h2>
                    {move || slot_mode.get().map(|mode| when(form, mode, hub_slots))}
                    <Show when=move || {
                        form.checked.get() && slot_mode.get().is_some() && form.starts.get().is_none()
                    }>
                        <p class="problem" role="alert" data-wrong="true">{say::CHECKOUT_NO_SLOT}</p>
                    </Show>
                </section>
                {move || slot_mode.get().map(|_| view! { <Whom form=form /> }.into_any())}
                <Pay form=form />
            </div>
            <div class="column-end">
                <section class="panel sums" aria-label=say::BASKET_TOTAL>
                    {move || match form.is_carried() {
                        false => form.quoted().map(|quoted| sums(quoted.totals, &quoted.promotions)),
                        true => Some(both_sums(form)),
                    }}
                </section>
                {move || form.is_carried().then(|| view! { <Bags /> }.into_any())}
                {waits_note}
                {move || form.problem.get().map(|refusal| trouble(form, refusal))}
                <button
                    class="button primary large wide sticky-action"
                    data-testid="place-order"
                    aria-disabled=move || form.sending.get().to_string()
                >
                    {move || {
                        if form.sending.get() {
                            say::CHECKOUT_SENDING().to_owned()
                        } else if form.is_carried() {
                            say::exit_place(&amount())
                        } else {
                            say::checkout_place(&amount())
                        }
                    }}
                </button>
                <p class="quiet-text">
                    {move || if form.is_carried() { say::EXIT_PROMISE() } else { say::CHECKOUT_PROMISE() }}
                </p>
            </div>
        </form>
    }
    .into_any()
}

/// Places these orders, one after the other: those that are placed stay so where a later one is refused.
async fn place_all(form: Form, orders: Vec<Place>) -> Result<(), Refusal> {
    for order in orders {
        let of_it = |line: &BasketLine| order.lines.iter().any(|wanted| wanted.id == line.id);
        let mut made_of = untrack(basket);
        made_of.lines.retain(of_it);
        let call = form.call_of(&order);
        place(order.clone(), call, &made_of).await?;
        form.placed.update_value(|placed| placed.push(order.order));
        if ipc::present() {
            // The shell has kept the order first, so nothing of it is lost.
            let mut rest = untrack(basket);
            rest.lines.retain(|line| !of_it(line));
            // A whole basket in place of another cannot be refused.
            let _ = apply(Edit::Replace(rest));
        }
    }
    Ok(())
}

/// What is paid for what is carried out, and for what is brought home.
fn both_sums(form: Form) -> AnyView {
    let sums = |quoted: Quoted| sums(quoted.totals, &quoted.promotions);
    let part = |title: say::Phrase, quoted: Option<Quoted>| {
        quoted.map(|quoted| view! { <h3 class="sum-title">{title}</h3> {sums(quoted)} }.into_any())
    };
    let (carried, home) = (form.carried(), form.brought_home());
    if home.is_none() {
        return carried.map(sums).into_any();
    }
    view! {
        {part(say::EXIT_CARRY_SUM, carried)}
        {part(say::EXIT_HOME_SUM, home)}
        <div class="sum sum-total">
            <span>{say::BASKET_TOTAL}</span>
            <span class="money" data-testid="both-total">{form.total().map(money)}</span>
        </div>
    }
    .into_any()
}

/// What is carried out and what is brought home, each line in one tap.
#[component]
fn Take(form: Form) -> impl IntoView {
    let delivers = move || shop().is_some_and(|shop| shop.delivery.is_some());
    let row = move |line: BasketLine| {
        let id = line.id;
        let name = line.product.name.clone();
        let label = name.clone();
        let home = Memo::new(move |_| form.goes_home(id));
        let toggle = move |_| {
            form.problem.set(None);
            form.home.update(|home| match home.iter().position(|there| *there == id) {
                Some(at) => _ = home.remove(at),
                None => home.push(id),
            });
        };
        view! {
            <li class="take-row">
                <span class="take-picture">{picture(line.product.picture.as_ref(), &line.product.code.to_string())}</span>
                <span class="take-name">
                    {move || local(&name)} " " <span class="quiet-text">{move || measure(line.measure)}</span>
                </span>
                <button
                    type="button"
                    class="button"
                    data-testid=["send-home-", &line.product.code.to_string()].concat()
                    aria-pressed=move || home.get().to_string()
                    on:click=toggle
                >
                    {icon(Icon::Truck)} <span>{say::EXIT_SEND_HOME}</span>
                    <span class="visually-hidden">{move || local(&label)}</span>
                </button>
            </li>
        }
        .into_any()
    };
    move || {
        delivers().then(|| {
            view! {
                <section class="panel group" aria-labelledby="take" data-testid="take">
                    <h2 id="take">{say::EXIT_TAKE}</h2>
                    <p class="quiet-text">{say::EXIT_TAKE_TEXT}</p>
                    <ul class="take">
                        <For
                            each=|| with_basket(|basket| basket.lines.clone())
                            key=|line| (line.id, line.measure)
                            children=row
                        />
                    </ul>
                </section>
            }
            .into_any()
        })
    }
}

/// Takes the eye and the focus to the first field that is not right.
fn show_first_wrong(form: NodeRef<html::Form>) {
    request_animation_frame(move || {
        use wasm_bindgen::JsCast;
        let wrong = form
            .get_untracked()
            .and_then(|form| form.query_selector("[aria-invalid=true], [data-wrong]").ok().flatten())
            .and_then(|wrong| wrong.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(wrong) = wrong {
            wrong.scroll_into_view();
            // A note takes no focus; its field does.
            let _ = wrong.focus();
        }
    });
}

#[component]
fn How(form: Form) -> impl IntoView {
    view! {
        <section class="panel group" aria-labelledby="how">
            <h2 id="how">{say::CHECKOUT_HOW}</h2>
            {move || {
                let delivers = shop().is_some_and(|shop| shop.delivery.is_some());
                let mut segments = Vec::new();
                let at_once = shop().is_some_and(|shop| shop.tenders.iter().any(|tender| tender.is_paid_at_once()));
                if at_once && in_shop() {
                    segments.push(Segment {
                        value: Mode::CarryOut,
                        label: Signal::derive(|| say::EXIT_CHECKOUT().to_owned()),
                        key: "carry-out",
                    });
                }
                segments.push(Segment {
                    value: Mode::Pickup,
                    label: Signal::derive(|| say::CHECKOUT_PICKUP().to_owned()),
                    key: "pickup",
                });
                if delivers {
                    segments.push(Segment {
                        value: Mode::Delivery,
                        label: Signal::derive(|| say::CHECKOUT_DELIVERY().to_owned()),
                        key: "delivery",
                    });
                }
                view! {
                    <Segmented
                        name="mode"
                        label=Signal::derive(|| say::CHECKOUT_HOW().to_owned())
                        segments=segments
                        chosen=form.mode
                        on_choose=move |mode| {
                            form.starts.set(None);
                            form.problem.set(None);
                            form.mode.set(mode);
                        }
                    />
                }
            }}
            {move || {
                let nothing_at_once =
                    shop().is_some_and(|shop| !shop.tenders.iter().any(|tender| tender.is_paid_at_once()));
                (in_shop() && nothing_at_once).then(|| view! { <p class="notice">{say::EXIT_NO_TENDER}</p> }.into_any())
            }}
            {move || {
                if form.is_carried() && !form.is_delivery() {
                    view! { <p class="with-sign">{icon(Icon::Basket)} <span>{say::EXIT_CARRIED}</span></p> }.into_any()
                } else if form.is_delivery() {
                    view! {
                        <Field
                            label=say::CHECKOUT_STREET
                            value=form.street
                            key="street"
                            complete="street-address"
                            wrong=Signal::derive(move || form.checked.get() && form.street_is_wrong())
                            problem=say::ERROR_FIELD_STREET
                        />
                        <Field label=say::CHECKOUT_NOTE value=form.note key="note" complete="off" />
                        {zone_of(form)}
                        {terms(form)}
                    }
                    .into_any()
                } else {
                    let address = move || shop().map(|shop| crate::i18n::local(&shop.address)).unwrap_or_default();
                    view! { <p class="with-sign">{icon(Icon::MapPin)} <span>{address}</span></p> }.into_any()
                }
            }}
        </section>
    }
    .into_any()
}

/// Where the address is, where delivery goes by that, and what that means.
fn zone_of(form: Form) -> AnyView {
    let by_zones = Memo::new(move |_| form.goes_by_zones());
    let found = move || match form.bringing() {
        Ok(Some(bringing)) => view! {
            <p data-testid="zone"><strong>{say::zone_terms(&bringing.zone)}</strong></p>
        }
        .into_any(),
        Ok(None) => ().into_any(),
        Err(refusal) => outside(form, &refusal),
    };
    let missing = move || form.checked.get() && form.place_is_wrong() && form.point.get().is_none();
    (move || {
        by_zones.get().then(|| {
            view! {
                <fieldset class="group place-of">
                    <legend>{say::ZONE_ASK}</legend>
                    <Whereabouts point=form.point />
                </fieldset>
                <Show when=missing>
                    <p class="problem" role="alert" data-wrong="true" data-testid="place-missing">{say::ZONE_MISSING}</p>
                </Show>
                <div role="status">{found}</div>
            }
            .into_any()
        })
    })
    .into_any()
}

/// Nothing is brought there: said before it is ordered, with the way that is left.
fn outside(form: Form, refusal: &Refusal) -> AnyView {
    let words = crate::refusal::explain(refusal);
    let rather = move |_| {
        form.starts.set(None);
        form.problem.set(None);
        form.mode.set(Mode::Pickup);
    };
    view! {
        <div class="notice group" data-testid="outside" data-wrong="true">
            <p><strong>{words.happened}</strong> " " {words.next}</p>
            <button type="button" class="button wide" data-testid="rather-pickup" on:click=rather>
                {say::CHECKOUT_RATHER_PICKUP}
            </button>
        </div>
    }
    .into_any()
}

/// What delivery costs: by the zone, where there are zones.
fn terms(form: Form) -> AnyView {
    let terms = move || match form.bringing() {
        Ok(Some(bringing)) => Some(bringing.terms),
        _ if form.goes_by_zones() => None,
        _ => shop().and_then(|shop| shop.delivery),
    };
    let text = move || {
        terms().map(|terms| match terms.free_from {
            Some(free) => say::checkout_terms_free(&money(terms.fee), &money(free)),
            None => say::checkout_terms(&money(terms.fee)),
        })
    };
    let least = move || {
        let minimum = terms().map(|terms| terms.minimum);
        minimum
            .filter(|minimum| !minimum.is_zero())
            .map(|minimum| say::checkout_terms_minimum(&money(minimum)))
    };
    view! {
        <p class="quiet-text">{text}</p>
        <p class="quiet-text">{least}</p>
    }
    .into_any()
}

/// The slots: the hub's, or, while it cannot be reached, those that the shop's rules make.
fn when(form: Form, mode: Mode, hub_slots: Query<GetSlots>) -> AnyView {
    let (mut slots, guessed): (Vec<Slot>, bool) = match hub_slots.get() {
        Load::Loading => return row_skeletons(2),
        Load::Ready(Slots { slots }) if slots.first().is_some_and(|slot| slot.key.mode != mode) => {
            return row_skeletons(2);
        }
        Load::Ready(Slots { slots }) => (slots, false),
        Load::Failed(refusal) if refusal.is_passing() => {
            let Some(shop) = shop() else { return row_skeletons(2) };
            let zone = shop.zone.clone();
            let offset = move |at| clock::offset_of(&zone, at);
            let guessed = slots::by_the_rules(&shop.slots, mode, clock::now(), &offset);
            (slots::not_cut_off(guessed, &shop.reach, clock::now(), offset), true)
        }
        Load::Failed(refusal) => {
            return view! { <ErrorPanel refusal=refusal retry=move |()| hub_slots.reload() /> }.into_any();
        }
    };
    if let Ok(Some(bringing)) = form.bringing() {
        let soonest = clock::now().plus_minutes(bringing.lead_minutes.into());
        slots.retain(|slot| slot.key.starts >= soonest);
    }
    if slots.is_empty() {
        return view! { <p>{say::CHECKOUT_NO_SLOTS}</p> }.into_any();
    }
    let chosen = form.starts.get_untracked();
    let stands = slots.iter().any(|slot| Some(slot.key.starts) == chosen && slot.left > 0);
    if !stands {
        form.starts.set(slots.iter().find(|slot| slot.left > 0).map(|slot| slot.key.starts));
    }
    let note = guessed.then(|| view! { <p class="notice">{say::CHECKOUT_SLOTS_OFFLINE}</p> }.into_any());
    view! {
        {note}
        <SlotPicker slots=slots chosen=form.starts zone=zone() />
    }
    .into_any()
}

#[component]
fn Whom(form: Form) -> impl IntoView {
    let phone_label = move || {
        if form.is_delivery() { say::CHECKOUT_PHONE() } else { say::CHECKOUT_PHONE_OPTIONAL() }
    };
    view! {
        <section class="panel group" aria-labelledby="whom">
            <h2 id="whom">{say::CHECKOUT_WHOM}</h2>
            <Field
                label=say::CHECKOUT_NAME
                value=form.name
                key="name"
                complete="name"
                wrong=Signal::derive(move || form.checked.get() && form.name_is_wrong())
                problem=say::ERROR_FIELD_NAME
            />
            <Field
                label=phone_label
                value=form.phone
                key="phone"
                kind="tel"
                complete="tel"
                wrong=Signal::derive(move || form.checked.get() && form.phone_is_wrong())
                problem=say::ERROR_FIELD_PHONE
            />
        </section>
    }
    .into_any()
}

#[component]
fn Pay(form: Form) -> impl IntoView {
    let choice = move |tender: Tender| {
        let (title, text, sign, key): (say::Phrase, say::Phrase, _, _) = match tender {
            Tender::CashAtHandover => (say::CHECKOUT_CASH, say::CHECKOUT_CASH_TEXT, Icon::Receipt, "cash"),
            Tender::DemoWallet => (say::CHECKOUT_WALLET, say::CHECKOUT_WALLET_TEXT, Icon::Wallet, "wallet"),
            Tender::WechatPay => (say::CHECKOUT_WECHAT, say::CHECKOUT_WECHAT_TEXT, Icon::Scan, "wechat"),
            Tender::StoredValue => return stored_choice(form),
            // It pays at the till alone.
            Tender::GiftCard => return ().into_any(),
        };
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="tender"
                    value=key
                    data-testid=["tender-", key].concat()
                    prop:checked=move || form.tender.get() == tender
                    on:change=move |_| form.tender.set(tender)
                />
                {icon(sign)}
                <span><strong>{title}</strong> <span class="quiet-text">{text}</span></span>
            </label>
        }
        .into_any()
    };
    view! {
        <section class="panel group" aria-labelledby="pay">
            <h2 id="pay">{say::CHECKOUT_PAY}</h2>
            <div class="choices" role="radiogroup" aria-labelledby="pay">
                {move || {
                    let fits = |tender: &&Tender| !form.is_carried() || tender.is_paid_at_once();
                    shop().map(|shop| shop.tenders.iter().filter(fits).map(|tender| choice(*tender)).collect_view())
                }}
            </div>
            <Show when=move || form.checked.get() && form.tender_is_wrong()>
                <p class="problem" role="alert" data-wrong="true">{move || stored_text(form)}</p>
            </Show>
        </section>
    }
    .into_any()
}

/// What is on the card, against what it is to pay. Tracked.
fn stored_text(form: Form) -> String {
    match form.card.get() {
        OwnMoney::Asking => say::STORED_TENDER_ASKING().to_owned(),
        OwnMoney::Unknown => say::STORED_TENDER_UNKNOWN().to_owned(),
        OwnMoney::NoCard => say::STORED_TENDER_NO_CARD().to_owned(),
        OwnMoney::OnCard(there) => match form.total().and_then(|total| there.missing_for(total)) {
            Some(missing) => say::stored_tender_missing(&money(there.balance), &money(missing)),
            None => say::stored_tender_balance(&money(there.balance)),
        },
    }
}

/// Paying with the money on the card: to be chosen where it is enough.
fn stored_choice(form: Form) -> AnyView {
    view! {
        <label class="choice">
            <input
                type="radio"
                name="tender"
                value="stored"
                data-testid="tender-stored"
                disabled=move || form.card_pays() != Some(true)
                prop:checked=move || form.tender.get() == Tender::StoredValue
                on:change=move |_| form.tender.set(Tender::StoredValue)
            />
            {icon(Icon::Card)}
            <span>
                <strong>{say::STORED_TENDER}</strong>
                <span class="quiet-text" data-testid="tender-stored-text">{move || stored_text(form)}</span>
            </span>
        </label>
    }
    .into_any()
}

/// A refusal, with what can be done about it here.
fn trouble(form: Form, refusal: Refusal) -> AnyView {
    let fix = match refusal {
        Refusal::SoldOut { product, left, ref name } => {
            let name = name.clone();
            let fix = move |_| {
                let undo = order_less(product, left);
                if let Some(undo) = undo.filter(|_| left <= 0) {
                    toast(say::basket_taken_out(&local(&name)), Some(undo_of(undo)));
                }
                form.problem.set(None);
            };
            Some(
                view! {
                    <button type="button" class="button wide" data-testid="order-less" on:click=fix>
                        {if left > 0 { say::CHECKOUT_ORDER_LESS } else { say::CHECKOUT_TAKE_OUT }}
                    </button>
                }
                .into_any(),
            )
        }
        Refusal::BelowMinimum { .. } | Refusal::OutsideZones { .. } => {
            let fix = move |_| {
                form.starts.set(None);
                form.problem.set(None);
                if form.mode.get_untracked() == Mode::CarryOut {
                    form.home.set(Vec::new());
                } else {
                    form.mode.set(Mode::Pickup);
                }
            };
            Some(
                view! {
                    <button type="button" class="button wide" on:click=fix>
                        {move || if form.is_carried() { say::EXIT_CHECKOUT() } else { say::CHECKOUT_RATHER_PICKUP() }}
                    </button>
                }
                .into_any(),
            )
        }
        _ => None,
    };
    let panel = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(panel) = panel.get() {
            panel.scroll_into_view_with_bool(false);
            // It has a tabindex, so it takes the focus.
            let _ = panel.focus();
        }
    });
    view! {
        <div class="trouble" tabindex="-1" node_ref=panel>
            <ErrorPanel refusal=refusal />
            {fix}
        </div>
    }
    .into_any()
}

/// Leaves only so much of a product in the basket. Gives what takes that back.
fn order_less(product: ProductId, left: i64) -> Option<Edit> {
    let mut left = u32::try_from(left).unwrap_or(0);
    let mut basket = untrack(basket);
    basket.lines.retain_mut(|line| {
        if line.product.id != product {
            return true;
        }
        let (kept, used) = match line.measure {
            Measure::Pieces(count) => (Measure::Pieces(count.min(left)), count.min(left)),
            Measure::Grams(grams) => (Measure::Grams(grams.min(left)), grams.min(left)),
            // A pack cannot be made smaller.
            Measure::Labelled(_) => {
                let grams = u32::try_from(line.measure.stock_units(line.product.price)).unwrap_or(u32::MAX);
                let fits = grams <= left;
                (line.measure, if fits { grams } else { 0 })
            }
        };
        left -= used.min(left);
        line.measure = kept;
        used > 0
    });
    // A whole basket in place of another cannot be refused.
    apply(Edit::Replace(basket)).ok()
}
