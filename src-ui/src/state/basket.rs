//! The basket: one for the whole page, kept at every change.

use leptos::prelude::*;
use ministore_core::basket::{Basket, BasketError, BasketLine, BasketProduct, Edit, GetBasket, SaveBasket};
use ministore_core::catalogue::{Product, SoldBy};
use ministore_core::fulfilment::{DeliveryTerms, Mode};
use ministore_core::id::ProductId;
use ministore_core::pricing::Totals;
use ministore_core::quantity::Measure;
use wasm_bindgen_futures::spawn_local;

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

/// What the basket comes to with this way of handing over; None while the shop is not known. Tracked.
pub(crate) fn totals(mode: Option<Mode>) -> Option<Totals> {
    let shop = shop()?;
    with_basket(|basket| basket.totals(shop.currency, mode, shop.delivery.as_ref(), shop.taxes)).ok()
}

/// What the basket comes to when it is brought by these terms; None while the shop is not known. Tracked.
pub(crate) fn brought(terms: &DeliveryTerms) -> Option<Totals> {
    let shop = shop()?;
    with_basket(|basket| basket.totals(shop.currency, Some(Mode::Delivery), Some(terms), shop.taxes)).ok()
}

/// What some of its lines come to, brought by these terms or by the shop's own; None where there are none. Tracked.
pub(crate) fn totals_of(
    mode: Mode,
    terms: Option<&DeliveryTerms>,
    wanted: impl Fn(&BasketLine) -> bool,
) -> Option<Totals> {
    let shop = shop()?;
    let lines =
        with_basket(|basket| basket.lines.iter().filter(|line| wanted(line)).cloned().collect::<Vec<_>>());
    let some = Basket { lines };
    (!some.lines.is_empty())
        .then(|| some.totals(shop.currency, Some(mode), terms.or(shop.delivery.as_ref()), shop.taxes).ok())
        .flatten()
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
