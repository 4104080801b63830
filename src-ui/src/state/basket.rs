//! The basket: one for the whole page, kept at every change.

use leptos::prelude::*;
use ministore_core::basket::{Basket, BasketError, BasketLine, BasketProduct, Edit, GetBasket, SaveBasket};
use ministore_core::catalogue::{Product, SoldBy};
use ministore_core::fulfilment::{DeliveryTerms, Mode};
use ministore_core::id::ProductId;
use ministore_core::order::{PlaceLine, Quote, Quoted};
use ministore_core::place::GeoPoint;
use ministore_core::pricing::Totals;
use ministore_core::quantity::Measure;
use wasm_bindgen_futures::spawn_local;

use super::in_shop::in_shop;
use super::quoted::quoted;
use super::shop::shop;
use crate::client::{call, device, ipc, new_id, storage};

/// What a weighed product is put into the basket with, in grams.
pub(crate) const FIRST_GRAMS: u32 = 500;
/// By how much its weight is changed at a time, in grams.
pub(crate) const GRAMS_STEP: u32 = 50;

thread_local! {
    static BASKET: ArcRwSignal<Basket> = ArcRwSignal::new(Basket::default());
}

/// The basket. Tracked.
pub(crate) fn basket() -> Basket {
    BASKET.with(|signal| signal.get())
}

/// Reads the basket without copying it. Tracked.
pub(crate) fn with_basket<R>(read: impl FnOnce(&Basket) -> R) -> R {
    BASKET.with(|signal| signal.with(read))
}

/// What the basket comes to while nobody has said how it is handed over; None while the shop is not known. Tracked.
pub(crate) fn quoted_all() -> Option<Quoted> {
    let mode = if in_shop() { Mode::CarryOut } else { Mode::Pickup };
    comes_to(mode, None, |_| true)
}

/// The sum of that. Tracked.
pub(crate) fn totals() -> Option<Totals> {
    Some(quoted_all()?.totals)
}

/// What some of its lines come to, brought to a place by its terms or by the shop's own: with promotions once what they take
/// off is told, at the shop's own prices until then. None where there are no such lines. Tracked.
pub(crate) fn comes_to(
    mode: Mode,
    to: Option<(&DeliveryTerms, GeoPoint)>,
    wanted: impl Fn(&BasketLine) -> bool,
) -> Option<Quoted> {
    let shop = shop()?;
    let lines =
        with_basket(|basket| basket.lines.iter().filter(|line| wanted(line)).cloned().collect::<Vec<_>>());
    if lines.is_empty() {
        return None;
    }
    let asked =
        lines.iter().map(|line| PlaceLine { id: line.id, product: line.product.id, measure: line.measure });
    let quote = Quote { lines: asked.collect(), mode, point: to.map(|(_, point)| point) };
    quoted(quote).or_else(|| {
        let terms = to.map(|(terms, _)| terms).or(shop.delivery.as_ref());
        let cost = |line: &BasketLine| line.measure.cost(line.product.price).ok();
        Some(Quoted {
            amounts: lines.iter().map(cost).collect::<Option<_>>()?,
            promotions: Vec::new(),
            totals: Basket { lines }.totals(shop.currency, Some(mode), terms, shop.taxes).ok()?,
        })
    })
}

/// The pieces of a product in the basket. Tracked.
pub(crate) fn pieces_of(product: ProductId) -> u32 {
    with_basket(|basket| basket.pieces_of(product).map_or(0, |(_, pieces)| pieces))
}

/// Changes the basket; gives the change that takes it back. Errors leave it as it was.
pub(crate) fn apply(edit: Edit) -> Result<Edit, BasketError> {
    let (next, undo) = BASKET.with(|signal| signal.with_untracked(|basket| basket.apply(edit)))?;
    let first = BASKET.with(|signal| signal.with_untracked(|basket| basket.lines.is_empty()));
    if first && !next.lines.is_empty() && !ipc::present() {
        // From here on there is something to lose.
        storage::ask_to_stay();
    }
    BASKET.with(|signal| signal.set(next.clone()));
    spawn_local(async move {
        // The basket on the page is right whether or not the disk took it; the next change tries again.
        let _ = call(SaveBasket { basket: next }).await;
    });
    Ok(undo)
}

/// Puts a product in: what the scanned code says, else one piece, else [`FIRST_GRAMS`]. None for a product without a
/// code, which nothing could be ordered by.
pub(crate) fn add(product: &Product, measure: Option<Measure>) -> Option<Result<Edit, BasketError>> {
    let measure = measure.unwrap_or(match product.sold_by {
        SoldBy::Piece => Measure::Pieces(1),
        SoldBy::Weight => Measure::Grams(FIRST_GRAMS),
    });
    let product = BasketProduct::of(product)?;
    Some(apply(Edit::Add(BasketLine { id: new_id(), product, measure })))
}

/// Makes a product's line hold so many pieces; none takes it out. Gives the change that takes it back, None where
/// there is nothing to change.
pub(crate) fn set_pieces(product: &Product, pieces: u32) -> Option<Result<Edit, BasketError>> {
    let there = BASKET.with(|signal| signal.with_untracked(|basket| basket.pieces_of(product.id)));
    match (there, pieces) {
        (None, 0) => None,
        (None, pieces) => add(product, Some(Measure::Pieces(pieces))),
        (Some((line, _)), 0) => Some(apply(Edit::Remove(line))),
        (Some((line, _)), pieces) => Some(apply(Edit::Set { line, measure: Measure::Pieces(pieces) })),
    }
}

/// Takes the kept basket out of its store, and follows it when another window of this page changes it.
pub(crate) fn start() {
    if ipc::present() {
        spawn_local(async {
            if let Ok(kept) = call(GetBasket {}).await {
                BASKET.with(|signal| signal.set(kept));
            }
        });
        return;
    }
    read_kept();
    storage::on_change(device::BASKET, read_kept);
}

fn read_kept() {
    let kept = storage::get_json(device::BASKET).unwrap_or_default();
    BASKET.with(|signal| signal.set(kept));
}
