//! Every page, in both languages, light and dark, at three sizes: no rule of accessibility broken, nothing cut off, and a
//! picture kept of each.

use anyhow::{Context, Result, ensure};
use ministore_core::fulfilment::{Address, Fulfilment, GetSlots, Mode};
use ministore_core::id::{MemberId, OrderId};
use ministore_core::member::Join;
use ministore_core::money::Money;
use ministore_core::order::{
    Accept, Cancel, CancelReason, Contact, Dispatch, HandOver, Order, OrderState, Pick, Place, Ready,
};
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure;
use ministore_core::shop::GetShop;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::journey::{put_in, sign_in, wedge};
use ministore_tests::{Axe, Browser, Client, Gallery, Page, Screen, TestHub, story};
use uuid::Uuid;

const MILK: &str = "9520130000134";
const CREAM: &str = "9520130002138";
const GREEN_APPLES: &str = "01012";
const SOLD_OUT: &str = "9520130001131";
const LAGER: &str = "9520240000154";
const UNKNOWN: &str = "9529990000018";

/// A page to look at: where it is, what is done there first, and what is shown then.
struct Sight {
    name: String,
    path: String,
    steps: Vec<Step>,
    shows: String,
}

/// Something done on a page before it is looked at.
enum Step {
    Tap(&'static str),
    Type(&'static str, String),
    Scan(String),
}

fn sight(name: &str, path: impl Into<String>, shows: &str) -> Sight {
    Sight { name: name.to_owned(), path: path.into(), steps: Vec::new(), shows: shows.to_owned() }
}

impl Sight {
    fn after(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.steps.extend(steps);
        self
    }
}

async fn go_to(page: &Page, hub: &TestHub, sight: &Sight) -> Result<()> {
    page.open(&hub.url(&sight.path)).await?;
    for step in &sight.steps {
        match step {
            Step::Tap(part) => page.taps(part).await?,
            Step::Type(part, text) => page.types(part, text).await?,
            Step::Scan(text) => wedge(page, text).await?,
        }
    }
    page.sees(&sight.shows).await?;
    Ok(())
}

async fn visit(
    gallery: &mut Gallery,
    page: &Page,
    hub: &TestHub,
    home: Screen,
    sights: &[Sight],
) -> Result<()> {
    for (language, tag) in LANGUAGES {
        choose_language(page, tag).await?;
        for sight in sights {
            let name = format!("{}.{language}", sight.name);
            match go_to(page, hub, sight).await {
                Ok(()) => gallery.look(page, &name, home).await.with_context(|| name.clone())?,
                Err(error) => gallery.note(&name, &format!("{error:#}")),
            }
            page.until("the page's language", &format!("document.documentElement.lang === '{tag}'")).await?;
        }
    }
    choose_language(page, LANGUAGES[0].1).await
}

/// A field so far down, and so much below it; of the field, a bar covers all but the upper edge.
fn covered_field(above: &str, below: &str, bar: &str) -> String {
    format!(
        "data:text/html,<!doctype html><html lang=en><title>Shop</title><body style='margin:0'>\
         <div style='height:{above}'></div>\
         <input aria-label=Name style='display:block;box-sizing:border-box;width:300px;height:44px'>\
         <div style='height:{below}'></div>\
         <div style='{bar}'><button style='display:block;width:300px;height:44px'>Pay</button></div>"
    )
}

#[test]
fn a_field_under_a_bar_is_too_small_only_if_it_stays_there() -> Result<()> {
    story("covered_field", async |story| {
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let axe = Axe::load()?;
        let too_small = async |page: String| -> Result<bool> {
            phone.open(&page).await?;
            Ok(axe.violations(&phone).await?.iter().any(|fault| fault.contains("target-size")))
        };
        let stays = covered_field("600px", "0", "position:relative;margin-top:-38px");
        ensure!(too_small(stays).await?, "a field that nothing brings out from under the bar passes");
        let scrolls = covered_field("calc(100vh - 50px)", "2000px", "position:sticky;bottom:0");
        ensure!(
            !too_small(scrolls).await?,
            "a field that scrolling brings out from under the bar is a fault"
        );
        Ok(())
    })
}

#[test]
fn everyone_can_use_every_page_of_the_shop() -> Result<()> {
    story("shop_pages", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;
        phone.open(&hub.url("/orders")).await?;
        let shopper = Client::of_page(&hub.url(""), &phone).await?;
        let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;

        let before = [
            sight("shop", "/", "@product"),
            sight("category", "/c/dairy-eggs", "@product"),
            sight("product", format!("/p/{MILK}"), "@product-page"),
            sight("product-weighed", format!("/p/{GREEN_APPLES}"), "@product-page"),
            sight("product-for-adults", format!("/p/{LAGER}"), "@product-page"),
            sight("product-sold-out", format!("/p/{SOLD_OUT}"), "@product-page"),
            sight("product-unknown", format!("/p/{UNKNOWN}"), "@error"),
            sight("search", "/search", "@search"),
            sight("search-results", "/search?q=milk", "@product"),
            sight("search-corrected", "/search?q=yoghrt", "@product"),
            sight("search-nothing", "/search?q=zzzzqqq", "@empty"),
            sight("scan", "/scan", "@open-camera"),
            sight("scan-no-camera", "/scan", "@scanner[data-state=missing], @open-camera")
                .after([Step::Tap("@open-camera")]),
            sight("scan-typing", "/scan", "@code-text").after([Step::Tap("@type-code")]),
            sight("scan-misread", "/scan", "@scan-misread").after([
                Step::Tap("@type-code"),
                Step::Type("@code-text", "9520130000135".into()),
                Step::Tap("@code-send"),
            ]),
            sight("basket-empty", "/cart", "@empty"),
            sight("checkout-empty", "/checkout", "@empty"),
            sight("orders-empty", "/orders", "@empty"),
            sight("card-before-joining", "/card", "@join-offer"),
            sight("coupons-before-joining", "/coupons", "@join-offer"),
            sight("me", "/me", "@me-card"),
            sight("my-data", "/my-data", "@erase-data"),
            sight("my-data-erasing", "/my-data", "@erase-yes").after([Step::Tap("@erase-data")]),
            sight("pairing", "/pair", "h1"),
            sight("nowhere", "/nowhere", "@empty"),
        ];
        visit(&mut gallery, &phone, &hub, Screen::PHONE, &before).await?;

        put_in(&phone, &hub, MILK).await?;
        put_in(&phone, &hub, GREEN_APPLES).await?;
        let mut after = vec![
            sight("basket", "/cart", "@line"),
            sight("shop-with-basket", "/", "@product"),
            sight("scan-item", "/scan", "@scan-item").after([
                Step::Tap("@type-code"),
                Step::Type("@code-text", CREAM.into()),
                Step::Tap("@code-send"),
            ]),
            sight("checkout-pickup", "/checkout", "@slot"),
            sight("checkout-delivery", "/checkout", "@field-street")
                .after([Step::Tap("label:has(@mode-delivery)")]),
            sight("checkout-incomplete", "/checkout", "[aria-invalid=true]")
                .after([Step::Tap("label:has(@mode-delivery)"), Step::Tap("@place-order")]),
            sight("orders", "/orders", "@order"),
        ];
        for state in OrderState::ALL {
            let order = order_in(state, &shopper, &staff).await?;
            let shows = format!("@order-page[data-state={}]", state.word());
            after.push(sight(&format!("order-{}", state.word()), format!("/orders/{}", order.id.0), &shows));
        }
        after.push(
            sight(
                "order-cancelling",
                format!("/orders/{}", a_new_order(&shopper).await?.id.0),
                "@cancel-yes",
            )
            .after([Step::Tap("@cancel")]),
        );
        shopper.call(&Join { member: MemberId(Uuid::now_v7()) }).await?;
        after.push(sight("card", "/card", "@card"));
        visit(&mut gallery, &phone, &hub, Screen::PHONE, &after).await?;
        gallery.close()
    })
}

#[test]
fn everyone_can_use_every_page_of_the_counter() -> Result<()> {
    story("counter_pages", async |story| {
        let hub = story.hub().await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;
        counter.open(&hub.url("/counter")).await?;
        let signing_in = [
            sight("counter-sign-in", "/counter", "@counter-sign-in"),
            sight("counter-wrong-pin", "/counter", ".sign-in-problem")
                .after([Step::Type("@pin", "1111".into()), Step::Tap("@pin-submit")]),
        ];
        visit(&mut gallery, &counter, &hub, Screen::TABLET, &signing_in).await?;

        sign_in(&counter, &hub).await?;
        let empty = [sight("counter-queue-empty", "/counter", "@queue-empty")];
        visit(&mut gallery, &counter, &hub, Screen::TABLET, &empty).await?;

        let shopper = Client::shopper(&hub.url("")).await?;
        let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;
        let card = shopper.call(&Join { member: MemberId(Uuid::now_v7()) }).await?;
        let mut sights = vec![sight("counter-queue", "/counter", "@group-new")];
        let mut ready = None;
        for state in OrderState::ALL {
            let order = order_in(state, &shopper, &staff).await?;
            let path = format!("/counter/orders/{}", order.id.0);
            let shows = format!("@order-state[data-state={}]", state.word());
            sights.push(sight(&format!("counter-order-{}", state.word()), path.clone(), &shows));
            match state {
                OrderState::Placed => sights
                    .push(sight("counter-cancelling", path, "@cancel-panel").after([Step::Tap("@cancel")])),
                OrderState::Picking => {
                    let pick = format!("{path}/pick");
                    sights.push(sight("counter-picking", &pick, "@progress"));
                    sights.push(
                        sight("counter-picking-wrong", &pick, "@said-wrong")
                            .after([Step::Tap("@progress"), Step::Scan(SOLD_OUT.into())]),
                    );
                }
                OrderState::Ready => ready = Some(order),
                _ => {}
            }
        }
        let ready = ready.context("an order is ready")?;
        let code = ready.pickup.context("its shopper knows the code")?;
        let hand_over = format!("/counter/orders/{}/hand-over", ready.id.0);
        sights.extend([
            sight("counter-hand-over", &hand_over, "@pickup-code"),
            sight("counter-cash", &hand_over, "@cash")
                .after([Step::Tap("@pickup-code"), Step::Scan(code.symbol_text())]),
            sight("counter-change", &hand_over, "@change").after([
                Step::Tap("@pickup-code"),
                Step::Scan(code.symbol_text()),
                Step::Type("@cash", "200".into()),
            ]),
            sight("counter-look-up", format!("/counter/products/{LAGER}"), "@product"),
            sight("counter-unknown-product", format!("/counter/products/{UNKNOWN}"), "@error, .empty"),
            sight("counter-search", "/counter/search?q=milk", "@found"),
            sight("counter-search-nothing", "/counter/search?q=zzzzqqq", "@search-empty"),
            sight("counter-card", format!("/counter/cards/{}", card.number), "@card"),
        ]);
        visit(&mut gallery, &counter, &hub, Screen::TABLET, &sights).await?;
        gallery.close()
    })
}

async fn a_new_order(shopper: &Client) -> Result<Order> {
    let milk = shopper.product(MILK).await?;
    let place = shopper.pickup_of(&[(&milk, Measure::Pieces(1))]).await?;
    shopper.call(&place).await
}

/// An order that has come to `state`. One that is, or was, on its way is a delivery.
async fn order_in(state: OrderState, shopper: &Client, staff: &Client) -> Result<Order> {
    use OrderState::{Accepted, Cancelled, HandedOver, OnItsWay, Picking, Placed};
    let cream = shopper.product(CREAM).await?;
    let apples = shopper.product(GREEN_APPLES).await?;
    let goods = [(&cream, Measure::Pieces(2)), (&apples, Measure::Grams(350))];
    let mut place = shopper.pickup_of(&goods).await?;
    if state == OnItsWay {
        bring(shopper, &mut place).await?;
    }
    let mut order = shopper.call(&place).await?;
    let id: OrderId = order.id;
    let code = order.pickup.context("its shopper knows the code")?;
    if state >= Accepted && state != Cancelled {
        order = staff.call(&Accept { order: id }).await?;
    }
    if state >= Picking && state != Cancelled {
        order = staff.call(&Pick { order: id, code: CREAM.parse()?, count: 1, label: None }).await?;
    }
    if state > Picking && state != Cancelled {
        staff.call(&Pick { order: id, code: CREAM.parse()?, count: 1, label: None }).await?;
        staff.call(&Pick { order: id, code: GREEN_APPLES.parse()?, count: 1, label: None }).await?;
        order = staff.call(&Ready { order: id }).await?;
    }
    if state == OnItsWay {
        order = staff.call(&Dispatch { order: id }).await?;
    }
    if state == HandedOver {
        let cash: Option<Money> = Some(order.totals.total);
        order = staff.call(&HandOver { order: id, code, cash }).await?.order;
    }
    if state == Cancelled {
        order = staff.call(&Cancel { order: id, reason: CancelReason::OutOfStock }).await?;
    }
    ensure!(order.state == state || state == Placed, "{order:?}");
    order.pickup = Some(code);
    Ok(order)
}

/// Makes a pickup a delivery, paid with the demo wallet.
async fn bring(shopper: &Client, place: &mut Place) -> Result<()> {
    let slots = shopper.call(&GetSlots { mode: Mode::Delivery }).await?.slots;
    let slot = slots.iter().find(|slot| slot.left > 0).context("no slot has room")?;
    let shop = shopper.call(&GetShop {}).await?;
    let (street, note) = ("7 Plum Lane, 3rd floor".into(), "Ring twice".into());
    let address = Address { street, note, point: shop.reach.location };
    let terms = shop.delivery.context("the shop delivers")?;
    place.fulfilment = Fulfilment::Delivery { starts: slot.key.starts, address };
    place.contact = Contact { name: "Zhou Min".into(), phone: "139 1234 5678".into() };
    place.tender = Tender::DemoWallet;
    place.expected_total = place.expected_total.plus(terms.fee_for(place.expected_total))?;
    Ok(())
}
