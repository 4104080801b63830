//! What shoppers and staff do in many stories.

use anyhow::{Context, Result, bail, ensure};
use ministore_core::id::OrderId;

use crate::hub::{CASHIER_PIN, TestHub};
use crate::page::{Focus, Page};

/// The key that ends a scanner's code, as WebDriver names it (section 17.4.2).
pub const ENTER: &str = "\u{e007}";
/// The key that goes on to the next part of the page.
pub const TAB: &str = "\u{e004}";
/// The key that leaves what is open.
pub const ESCAPE: &str = "\u{e00c}";

/// Puts one piece of a product into the basket from its own screen.
pub async fn put_in(page: &Page, hub: &TestHub, code: &str) -> Result<()> {
    page.open(&hub.url(&format!("/p/{code}"))).await?;
    page.taps("@product-page @add").await
}

/// How an order is to be handed over and paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Checkout {
    /// Picked up, and paid at once with the demo wallet.
    PickupPaid,
    /// Picked up, and paid with the money on the card.
    PickupStored,
    /// Picked up, and paid in cash.
    PickupCash,
    /// Picked up, and paid in WeChat once it is ordered.
    PickupWechat,
    /// Brought, and paid in cash.
    DeliveryCash,
}

/// Fills in the checkout for what is in the basket, as somebody who comes for the first time. Does not order yet.
pub async fn fill_checkout(page: &Page, hub: &TestHub, how: Checkout) -> Result<()> {
    page.open(&hub.url("/checkout")).await?;
    if how == Checkout::DeliveryCash {
        page.taps("label:has(@mode-delivery)").await?;
        page.fills("@field-street", "7 Plum Lane, 3rd floor").await?;
        page.fills("@field-neighbourhood", "Plum Lane").await?;
        page.fills("@field-phone", "139 1234 5678").await?;
    }
    page.fills("@field-name", "Zhou Min").await?;
    let tender = match how {
        Checkout::PickupPaid => "wallet",
        Checkout::PickupWechat => "wechat",
        Checkout::PickupStored => "stored",
        Checkout::PickupCash | Checkout::DeliveryCash => "cash",
    };
    page.taps(&format!("label:has(@tender-{tender})")).await?;
    page.until("a slot is chosen", "document.querySelector('[data-testid=slot]:checked') !== null").await
}

/// Orders what is in the basket, and gives the order's key once its screen shows that the hub has it.
pub async fn order(page: &Page, hub: &TestHub, how: Checkout) -> Result<OrderId> {
    fill_checkout(page, hub, how).await?;
    page.taps("@place-order").await?;
    let order = order_of(&page.arrives_at("/orders/").await?)?;
    page.sees("@order-page[data-state=placed]").await?;
    Ok(order)
}

/// The order that an address is about.
pub fn order_of(path: &str) -> Result<OrderId> {
    let id = path.rsplit('/').next().unwrap_or_default();
    id.parse().ok().with_context(|| format!("{path} is no order's address"))
}

/// Signs the cashier in at the counter.
pub async fn sign_in(counter: &Page, hub: &TestHub) -> Result<()> {
    sign_in_as(counter, hub, CASHIER_PIN).await
}

/// Signs whoever has this PIN in at the counter.
pub async fn sign_in_as(counter: &Page, hub: &TestHub, pin: &str) -> Result<()> {
    counter.open(&hub.url("/counter")).await?;
    counter.sees("@counter-sign-in").await?;
    counter.presses(pin).await?;
    counter.presses(ENTER).await?;
    counter.sees("@queue").await?;
    Ok(())
}

/// A keyboard-wedge scanner at the counter reads a code.
pub async fn wedge(counter: &Page, text: &str) -> Result<()> {
    counter.scans(text).await
}

/// Scans an item for the order that is being picked, and waits until so many are collected in all.
pub async fn pick(counter: &Page, code: &str, picked: u32, of: u32) -> Result<()> {
    wedge(counter, code).await?;
    counter.reads("@progress", &format!("{picked} of {of}")).await?;
    Ok(())
}

/// More stops than any page has before its main action.
const MOST_STOPS: usize = 60;

/// Tabs until `part` has the focus, checking each stop on the way.
pub async fn tab_to(page: &Page, part: &str) -> Result<Focus> {
    page.sees(&format!("@{part}")).await?;
    let mut seen = Vec::new();
    for _ in 0..MOST_STOPS {
        page.presses(TAB).await?;
        let focus = page.focus().await?;
        let path = page.path().await?;
        ensure!(focus.part == "body" || focus.ring, "{path}: nothing shows the focus of {focus:?}");
        ensure!(focus.part == "body" || !focus.covered, "{path}: {focus:?} lies behind something");
        if focus.part == part {
            return Ok(focus);
        }
        seen.push(focus.part);
    }
    bail!("{part} is not reached by Tab; these are: {seen:?}")
}

/// Lets the camera's film run on for so many seconds.
pub async fn film_runs(page: &Page, seconds: f32) -> Result<()> {
    let started = page.run("return document.querySelector('video').currentTime;", Vec::new()).await?;
    let started = started.as_f64().context("the film has no time")?;
    ensure!(started >= 0.0, "the film has not started");
    let until = started + f64::from(seconds);
    page.until("the film to run on", &format!("document.querySelector('video').currentTime > {until}")).await
}
