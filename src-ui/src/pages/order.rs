//! One order: the code to show first, what happens next, and how far it is.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use ministore_core::code::PickupCode;
use ministore_core::coupon::{GetCoupons, Offered};
use ministore_core::fulfilment::{Fulfilment, Mode};
use ministore_core::id::OrderId;
use ministore_core::member::GetCard;
use ministore_core::order::{self, Cancel, CancelReason, Order, OrderLine, OrderState, Step};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::refusal::Refusal;
use ministore_core::sync::Changed;
use wasm_bindgen_futures::spawn_local;

mod offers;

use super::cart::sums;
use super::order_way::order_way;
use crate::client::call;
use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::client::waiting::{self, Waiting};
use crate::i18n::{day_and_time, local, money, number, say, time};
use crate::refusal::state_word;
use crate::state::reprice;
use crate::state::shop::{shop, zone};
use crate::widgets::announcer::announce;
use crate::widgets::coupon_offers::{Taking, coupon_offers};
use crate::widgets::deposit::plus_deposit;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::exit_pass::ExitPassCard;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::join::JoinOffer;
use crate::widgets::measure::measure;
use crate::widgets::page::{Page, focus_heading};
use crate::widgets::pay_way::PayWay;
use crate::widgets::picture::picture;
use crate::widgets::qr_code::qr_code;
use crate::widgets::sheet::Sheet;
use crate::widgets::skeleton::row_skeletons;
use crate::widgets::toast::toast;

/// An order.
#[component]
pub(crate) fn OrderPage() -> impl IntoView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| id.parse::<OrderId>().ok()));
    let waits =
        Memo::new(move |_| waiting::waiting().into_iter().find(|one| Some(one.place.order) == id.get()));
    let order =
        Query::new(move || id.get().filter(|_| waits.get().is_none()).map(|order| order::Get { order }));
    on_live(move |live| match live {
        Live::Anything => order.reload(),
        Live::Changed(Changed::Order { order: changed, state, .. })
            if Some(*changed) == id.get_untracked() =>
        {
            announce(state_word(*state));
            order.reload();
        }
        Live::Changed(_) => {}
    });
    let title = Signal::derive(move || {
        order.with(|load| match load {
            Load::Ready(order) => say::order_title(&order.number.to_string()),
            Load::Loading | Load::Failed(_) => say::ORDER_TITLE_PLAIN().to_owned(),
        })
    });
    view! {
        <Page title=title back="/orders">
            {move || {
                if let Some(waiting) = waits.get() {
                    return waiting_view(waiting);
                }
                if id.get().is_none() {
                    let what = ministore_core::refusal::Thing::Order;
                    return view! { <ErrorPanel refusal=Refusal::NotFound { what } /> }.into_any();
                }
                match order.get() {
                    Load::Loading => row_skeletons(4),
                    Load::Failed(refusal) => {
                        view! { <ErrorPanel refusal=refusal retry=move |()| order.reload() /> }.into_any()
                    }
                    Load::Ready(shown) => order_view(shown, order),
                }
            }}
            {thanks(order)}
            {how_was_it(order)}
        </Page>
    }
}

/// The way to a review, for who has the goods.
fn how_was_it(order: Query<order::Get>) -> AnyView {
    let has = Memo::new(move |_| {
        order.with(|load| matches!(load, Load::Ready(order) if order.state == OrderState::HandedOver))
    });
    let link = move || {
        has.get().then(|| {
            view! {
                <A href="/reviews" attr:class="button wide" attr:data-testid="to-reviews">
                    {icon(Icon::Star)} {say::REVIEW_LINK} " " {say::REVIEW_WRITE}
                </A>
            }
            .into_any()
        })
    };
    link.into_any()
}

/// The coupons that the shop offers to whoever has ordered something.
fn thanks(order: Query<order::Get>) -> AnyView {
    let placed = Memo::new(move |_| {
        order.with(|load| match load {
            Load::Ready(order) if order.state != OrderState::Cancelled => Some(order.id),
            _ => None,
        })
    });
    // Without promotions there are no coupons, and nothing is asked.
    let promotes = Memo::new(|_| shop().is_some_and(|shop| !shop.promotions.text().is_empty()));
    let coupons = Query::new(move || {
        let after = placed.get().filter(|_| promotes.get())?;
        Some(GetCoupons { after: Some(after) })
    });
    let section = move || {
        let after = placed.get()?;
        let offered = coupons.with(|load| match load {
            Load::Ready(there) => {
                let after = there.offered.iter().filter(|one| one.offered == Offered::AfterOrder);
                there.member.then(|| after.cloned().collect::<Vec<_>>())
            }
            Load::Loading | Load::Failed(_) => None,
        })?;
        if offered.is_empty() {
            return None;
        }
        let taking = Taking::new(Some(after), move |_| coupons.reload());
        Some(
            view! {
                <section class="panel group" aria-labelledby="thanks" data-testid="thanks">
                    <h2 id="thanks">{say::COUPON_OFFERED_AFTER}</h2>
                    {coupon_offers(&offered, taking)}
                </section>
            }
            .into_any(),
        )
    };
    section.into_any()
}

fn order_view(shown: Order, query: Query<order::Get>) -> AnyView {
    let shown = Arc::new(shown);
    let waits = shown.payment.tender == Tender::WechatPay
        && shown.payment.state == PaymentState::Unknown
        && shown.state != OrderState::Cancelled;
    let pay_way =
        waits.then(|| view! { <PayWay order=shown.id amount=shown.payment.amount query=query /> }.into_any());
    let code = match shown.fulfilment.mode() {
        // Two codes on one screen would have WeChat scan the wrong one.
        _ if waits || shown.state.is_final() => None,
        Mode::CarryOut => Some(view! { <ExitPassCard order=Arc::clone(&shown) /> }.into_any()),
        Mode::Pickup | Mode::Delivery => shown.pickup.map(|code| code_card(code, shown.number)),
    };
    let can_cancel = Step::CancelByShopper.taken_at(shown.state, shown.fulfilment.mode()).is_some();
    let lines = shown.lines.iter().map(line_view).collect_view();
    let (totals, promotions) = (shown.totals.clone(), shown.promotions.clone());
    let to_pay = shown.payment.to_pay;
    let changed = (to_pay != shown.totals.total && shown.state != OrderState::Cancelled).then(|| {
        view! {
            <div class="sum sum-total">
                <span>{say::ORDER_TO_PAY}</span>
                <span class="money" data-testid="to-pay">{move || money(to_pay)}</span>
            </div>
        }
        .into_any()
    });
    let paid = {
        let shown = Arc::clone(&shown);
        move || payment_words(&shown)
    };
    let next = {
        let shown = Arc::clone(&shown);
        move || next_words(&shown)
    };
    let when = {
        let fulfilment = shown.fulfilment.clone();
        move || fulfilment_words(&fulfilment)
    };
    let state = shown.state;
    let sign = match shown.fulfilment.mode() {
        Mode::Pickup => Icon::MapPin,
        Mode::Delivery => Icon::Truck,
        Mode::CarryOut => Icon::Basket,
    };
    view! {
        <div class="two-columns order" data-testid="order-page" data-state=state.word()>
            <div class="column">
                {offers::offers(&shown, query)}
                {pay_way}
                {code}
                {sent_home()}
                <section class="panel group" aria-labelledby="progress">
                    <div class="order-state">
                        <h2 id="progress">{move || state_word(state)}</h2>
                        <p data-testid="next">{next}</p>
                    </div>
                    {order_way(&shown, query)}
                    {steps(&shown)}
                    <p class="with-sign">{icon(sign)} <span>{when}</span></p>
                </section>
                <Offer />
            </div>
            <div class="column-end">
                <section class="panel group" aria-labelledby="goods">
                    <h2 id="goods">{say::ORDER_GOODS}</h2>
                    <ul class="order-lines">{lines}</ul>
                    <div class="sums">{sums(totals, &promotions)} {changed}</div>
                    <p class="quiet-text" data-testid="paid">{paid}</p>
                </section>
                <Again order=Arc::clone(&shown) />
                {can_cancel.then(|| view! { <CancelOrder order=shown.id query=query /> }.into_any())}
            </div>
        </div>
    }
    .into_any()
}

fn code_card(code: PickupCode, number: u32) -> AnyView {
    let label = Signal::derive(move || say::order_code_label(&code.to_string()));
    view! {
        <section class="code-card" aria-label=say::ORDER_CODE>
            {qr_code(&code.symbol_text(), label)}
            <p class="code-text" data-testid="pickup-code">{code.to_string()}</p>
            <p class="code-number">{move || say::order_title(&number.to_string())}</p>
            <p class="code-hint">{say::ORDER_CODE_HINT}</p>
        </section>
    }
    .into_any()
}

/// The way to the order that was placed with this one, where the address names it: what is brought home.
fn sent_home() -> AnyView {
    let with = use_query_map().read_untracked().get("with").and_then(|id| id.parse::<OrderId>().ok());
    with.map(|other| {
        view! {
            <A href=["/orders/", &other.to_string()].concat() attr:class="panel sent-home" attr:data-testid="sent-home">
                {icon(Icon::Truck)} <span>{say::EXIT_SENT_HOME}</span> {icon(Icon::ChevronRight)}
            </A>
        }
        .into_any()
    })
    .into_any()
}

/// The steps of its journey: taken, present and to come.
fn steps(order: &Order) -> AnyView {
    use OrderState::{Accepted, Cancelled, HandedOver, OnItsWay, Picking, Placed, Ready};
    let journey: Vec<OrderState> = match (order.state, order.fulfilment.mode()) {
        (Cancelled, _) => order.milestones.iter().map(|milestone| milestone.state).collect(),
        (_, Mode::Pickup) => vec![Placed, Accepted, Picking, Ready, HandedOver],
        (_, Mode::Delivery) => vec![Placed, Accepted, Picking, Ready, OnItsWay, HandedOver],
        (_, Mode::CarryOut) => vec![Placed, HandedOver],
    };
    let step = |state: OrderState| {
        // What was brought back is where it was before: the steps that it took since are ahead again.
        let reached = order.state == Cancelled || state <= order.state;
        let milestone = order.milestones.iter().rev().find(|milestone| milestone.state == state);
        let at = milestone.filter(|_| reached).map(|milestone| milestone.at);
        let current = (state == order.state).then_some("step");
        let kind = match (current, at) {
            (Some(_), _) => "now",
            (None, Some(_)) => "done",
            (None, None) => "ahead",
        };
        let sign = if state == Cancelled { Icon::Close } else { Icon::Check };
        view! {
            <li class="step" data-step=kind data-state=state.word() aria-current=current>
                <span class="step-sign">{(kind != "ahead").then(|| icon(sign))}</span>
                <span>{move || state_word(state)}</span>
                <time class="quiet-text">{move || at.map(|at| time(at, &zone())).unwrap_or_default()}</time>
            </li>
        }
        .into_any()
    };
    view! { <ol class="steps" data-testid="steps">{journey.into_iter().map(step).collect_view()}</ol> }
        .into_any()
}

fn next_words(order: &Order) -> &'static str {
    match (order.state, order.fulfilment.mode()) {
        (OrderState::Placed, Mode::CarryOut) => say::EXIT_NEXT(),
        (OrderState::Placed, _) => say::NEXT_PLACED(),
        (OrderState::Accepted, _) => say::NEXT_ACCEPTED(),
        (OrderState::Picking, _) => say::NEXT_PICKING(),
        (OrderState::Ready, Mode::Pickup | Mode::CarryOut) => say::NEXT_READY_PICKUP(),
        (OrderState::Ready, Mode::Delivery) => say::NEXT_READY_DELIVERY(),
        (OrderState::OnItsWay, _) => say::NEXT_ON_ITS_WAY(),
        (OrderState::HandedOver, _) => say::NEXT_HANDED_OVER(),
        (OrderState::Cancelled, _) => cancelled_words(order.cancelled),
    }
}

fn cancelled_words(reason: Option<CancelReason>) -> &'static str {
    match reason {
        Some(CancelReason::ChangedMind) | None => say::CANCELLED_CHANGED_MIND(),
        Some(CancelReason::OutOfStock) => say::CANCELLED_OUT_OF_STOCK(),
        Some(CancelReason::CannotServe) => say::CANCELLED_CANNOT_SERVE(),
        Some(CancelReason::NotCollected) => say::CANCELLED_NOT_COLLECTED(),
        Some(CancelReason::PaymentDeclined) => say::CANCELLED_PAYMENT_DECLINED(),
        Some(CancelReason::NotPaid) => say::CANCELLED_NOT_PAID(),
    }
}

fn payment_words(order: &Order) -> String {
    let payment = &order.payment;
    // What came in, once something did; before that what the goods turned out to cost.
    let amount = money(if payment.captured.is_zero() { payment.to_pay } else { payment.captured });
    match (payment.state, payment.tender) {
        (PaymentState::Due, _) => say::payment_due(&amount),
        (PaymentState::Unknown, Tender::WechatPay) if order.state != OrderState::Cancelled => {
            say::PAYMENT_WAITING().to_owned()
        }
        (PaymentState::Unknown, _) => say::PAYMENT_UNKNOWN().to_owned(),
        (PaymentState::Authorised, _) => say::stored_authorised(&amount),
        (PaymentState::Captured | PaymentState::Settled, Tender::StoredValue | Tender::GiftCard) => {
            say::stored_paid(&amount)
        }
        (PaymentState::Captured | PaymentState::Settled, Tender::CashAtHandover) => {
            say::payment_paid_cash(&amount)
        }
        (PaymentState::Captured | PaymentState::Settled, Tender::DemoWallet) => {
            say::payment_paid_wallet(&amount)
        }
        (PaymentState::Captured | PaymentState::Settled, Tender::WechatPay) => {
            say::payment_paid_wechat(&amount)
        }
        (PaymentState::Cancelled | PaymentState::Failed, _) => say::PAYMENT_CANCELLED().to_owned(),
        (PaymentState::PartlyRefunded, _) => say::payment_partly_refunded(&amount, &money(payment.refunded)),
        (PaymentState::Refunded, _) => say::payment_refunded(&amount),
    }
}

fn fulfilment_words(fulfilment: &Fulfilment) -> String {
    let when = fulfilment.slot().map(|slot| day_and_time(slot.starts, &zone())).unwrap_or_default();
    match fulfilment {
        Fulfilment::CarryOut => say::EXIT_CARRIED().to_owned(),
        Fulfilment::Pickup { .. } => {
            let place = shop().map(|shop| local(&shop.address)).unwrap_or_default();
            say::order_pickup_from(&place, &when)
        }
        Fulfilment::Delivery { address, .. } => say::order_delivery_to(&address.street, &when),
    }
}

fn line_view(line: &OrderLine) -> AnyView {
    let (name, how_much) = (line.name.clone(), line.measure);
    let settled = line.settled();
    let said = line_words(line);
    let deposit = plus_deposit(line.settled_deposit().ok());
    let list = line.measure.cost(line.price).ok().filter(|list| list.minor > settled.minor);
    let was = list.map(|list| view! { <s class="quiet-text">{move || money(list)}</s> }.into_any());
    view! {
        <li class="order-line">
            {picture(line.picture.as_ref(), &line.code.to_string())}
            <span>
                {move || local(&name)} <br /> <span class="quiet-text">{move || measure(how_much)}</span>
                {deposit}
                {said}
            </span>
            <span class="money">{was} {move || money(settled)}</span>
        </li>
    }
    .into_any()
}

/// What has become of a line, where it is not what was ordered.
fn line_words(line: &OrderLine) -> Option<AnyView> {
    let (missing, returned, weighed) = (line.missing, line.returned, line.weighed);
    let replaces = line.replaces.is_some();
    let weighed = weighed.filter(|weighed| *weighed != line.measure);
    let text = move || {
        let parts = [
            (missing > 0).then(|| say::line_missing(&number(missing.into()))),
            (returned > 0).then(|| say::line_returned(&number(returned.into()))),
            weighed.map(|weighed| say::line_weighed(&measure(weighed))),
            replaces.then(|| say::LINE_REPLACES().to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    (missing > 0 || returned > 0 || weighed.is_some() || replaces)
        .then(|| view! { <span class="line-note" data-testid="line-note">{text}</span> }.into_any())
}

/// Joining, for whoever has not: the one offer of this page.
#[component]
fn Offer() -> impl IntoView {
    let card = Query::new(|| Some(GetCard {}));
    move || {
        matches!(card.get(), Load::Ready(None))
            .then(|| view! { <JoinOffer on_joined=move |joined| card.put(Some(joined)) /> }.into_any())
    }
}

/// Puts all of it into the basket again.
#[component]
fn Again(order: Arc<Order>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Refusal>);
    let navigate = use_navigate();
    let again = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let (order, navigate) = (Arc::clone(&order), navigate.clone());
        spawn_local(async move {
            let outcome = reprice::order_again(&order).await;
            if busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match outcome {
                Ok(missing) => {
                    let text = if missing.is_empty() {
                        say::ORDER_AGAIN_DONE().to_owned()
                    } else {
                        say::order_again_missing(&missing.join(", "))
                    };
                    navigate("/cart", Default::default());
                    toast(text, None);
                }
                Err(refusal) => problem.set(Some(refusal)),
            }
        });
    };
    view! {
        {move || problem.get().map(|refusal| view! { <ErrorPanel refusal=refusal /> }.into_any())}
        <button type="button" class="button wide" data-testid="order-again" on:click=again>
            {icon(Icon::Refresh)} {say::ORDER_AGAIN}
        </button>
    }
    .into_any()
}

/// Withdraws the order. It cannot be undone, so it is asked once.
#[component]
fn CancelOrder(order: OrderId, query: Query<order::Get>) -> impl IntoView {
    let open = RwSignal::new(false);
    let problem = RwSignal::new(None::<Refusal>);
    let cancel = move || {
        spawn_local(async move {
            let outcome = call(Cancel { order, reason: CancelReason::ChangedMind }).await;
            if open.try_set(false).is_some() {
                return; // The page was left.
            }
            match outcome {
                Ok(order) => {
                    query.put(order);
                    focus_heading();
                }
                Err(refusal) => {
                    problem.set(Some(refusal));
                    query.reload();
                }
            }
        });
    };
    view! {
        {move || problem.get().map(|refusal| view! { <ErrorPanel refusal=refusal /> }.into_any())}
        <button type="button" class="button danger wide" data-testid="cancel" on:click=move |_| open.set(true)>
            {say::ORDER_CANCEL}
        </button>
        <Sheet open=open title=Signal::derive(|| say::ORDER_CANCEL_TITLE().to_owned())>
            <p>{say::ORDER_CANCEL_TEXT}</p>
            <div class="sheet-actions">
                <button type="button" class="button wide" on:click=move |_| open.set(false)>{say::ORDER_CANCEL_NO}</button>
                <button type="button" class="button danger wide" data-testid="cancel-yes" on:click=move |_| cancel()>
                    {say::ORDER_CANCEL}
                </button>
            </div>
        </Sheet>
    }
    .into_any()
}

/// An order that the hub has not got yet, or did not take.
fn waiting_view(waiting: Waiting) -> AnyView {
    let (id, since, total) = (waiting.place.order, waiting.since, waiting.place.expected_total);
    let navigate = use_navigate();
    let take_back = move |_| {
        let navigate = navigate.clone();
        spawn_local(async move {
            if let Err(refusal) = waiting::dismiss(id).await {
                toast(crate::refusal::explain(&refusal).happened, None);
                return;
            }
            reprice::take_back(id);
            navigate("/cart", Default::default());
        });
    };
    let refused = waiting.refused.clone();
    let head = match refused {
        Some(refusal) => view! {
            <p>{say::WAITING_REFUSED_TEXT}</p>
            <ErrorPanel refusal=refusal />
        }
        .into_any(),
        None => view! {
            <div class="order-state">
                <span class="empty-sign">{icon(Icon::Clock)}</span>
                <h2>{say::WAITING_TITLE}</h2>
                <p>{say::WAITING_TEXT}</p>
            </div>
        }
        .into_any(),
    };
    let goods = reprice::basket_of(id).unwrap_or_default().lines.into_iter().map(|line| {
        let name = line.product.name;
        view! {
            <li class="order-line">
                {picture(line.product.picture.as_ref(), &line.product.code.to_string())}
                <span>{move || local(&name)}</span>
                <span class="quiet-text">{move || measure(line.measure)}</span>
            </li>
        }
        .into_any()
    });
    let when = {
        let fulfilment = waiting.place.fulfilment.clone();
        move || fulfilment_words(&fulfilment)
    };
    view! {
        <section class="panel group narrow-panel" data-testid="waiting-page">
            {head}
            <p class="with-sign">{icon(Icon::Clock)} <span>{when}</span></p>
            <ul class="order-lines">{goods.collect_view()}</ul>
            <div class="sum sum-total"><span>{say::BASKET_TOTAL}</span><span class="money">{move || money(total)}</span></div>
            <p class="quiet-text">{move || say::waiting_since(&day_and_time(since, &zone()))}</p>
            <button type="button" class="button wide" data-testid="take-back" on:click=take_back>
                {say::WAITING_TAKE_BACK}
            </button>
        </section>
    }
    .into_any()
}
