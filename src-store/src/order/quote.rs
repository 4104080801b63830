//! What lines come to at the prices of now: told by `order.quote`, and held to by `order.place`.

use std::collections::{HashMap, HashSet};

use ministore_core::basket::MAX_LINES;
use ministore_core::catalogue::{Product, SoldBy};
use ministore_core::deposit::Empties;
use ministore_core::fact::LineChange;
use ministore_core::fulfilment::Mode;
use ministore_core::id::ProductId;
use ministore_core::money::MoneyError;
use ministore_core::order::{OrderLine, PlaceLine, Quote, Quoted};
use ministore_core::pricing::{self, PriceLine, Totals};
use ministore_core::promoted::Promoted;
use ministore_core::promotion::Allocation;
use ministore_core::quantity::Measure;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::ticket::{self, Off, Rung, RungLine};
use uuid::Uuid;

use crate::campaign::Buyer;
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::shop::Terms;
use crate::write::Head;
use crate::{campaign, catalogue, sql};

impl Answer<Quote> for Engine {
    async fn answer(&self, caller: &Caller, call: Quote) -> Result<Quoted, Fault> {
        check_lines(&call.lines)?;
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let asked = [Terms::ask(head), Goods::ask(head, &call.lines)];
        let [terms, goods] = sql::fetch_each(asked, &mut tx).await?;
        let (mut terms, goods) = (Terms::of(&terms, head)?, Goods::of(&goods, head, &call.lines)?);
        if call.point.is_some() {
            terms.bring_to(call.mode, call.point)?;
        }
        let priced = goods.priced(&call.lines, call.mode, &terms)?;
        let buyer = Buyer { head, at: self.now(), mode: call.mode, device: caller.device().ok() };
        let Priced { lines, promotions, totals } =
            campaign::promoted(&mut tx, buyer, &goods, priced, &terms).await?;
        Ok(Quoted { amounts: lines.into_iter().map(|line| line.amount).collect(), promotions, totals })
    }
}

/// Whether lines can be ordered at all: their number, their measures, their keys.
pub(crate) fn check_lines(lines: &[PlaceLine]) -> Result<(), Fault> {
    if !(1..=MAX_LINES).contains(&lines.len()) {
        return Err(Fault::invalid("lines", format!("1 to {MAX_LINES} lines")));
    }
    for line in lines {
        line.measure.checked().map_err(|error| Fault::invalid("lines", error))?;
    }
    let ids: HashSet<_> = lines.iter().map(|line| line.id).collect();
    if ids.len() == lines.len() { Ok(()) } else { Err(Fault::invalid("lines", "each has its own id")) }
}

/// The products of some lines, as they are sold now.
pub(crate) struct Goods(HashMap<ProductId, Product>);

impl Goods {
    /// Asks for them.
    pub(crate) fn ask(head: Head, lines: &[PlaceLine]) -> sql::Query<'static> {
        let mut ids: Vec<_> = wanted(lines).into_iter().collect();
        if ids.is_empty() {
            // Empties come back without goods, and a list of keys has one at least.
            ids.push(ProductId(Uuid::nil()));
        }
        catalogue::by_ids(head, ids)
    }

    /// What was answered. Refused where one is not sold.
    pub(crate) fn of(rows: &[sql::Row], head: Head, lines: &[PlaceLine]) -> Result<Self, Fault> {
        let products = catalogue::products(rows, head)?;
        if products.len() < wanted(lines).len() {
            return Err(Fault::not_found(Thing::Product));
        }
        Ok(Self(products.into_iter().map(|product| (product.id, product)).collect()))
    }

    pub(crate) fn product(&self, id: ProductId) -> Result<&Product, Fault> {
        self.0.get(&id).ok_or_else(|| Fault::not_found(Thing::Product))
    }

    /// The lines as they are frozen at the shop's own prices, and what they come to when they are handed over by `mode`.
    pub(crate) fn priced(&self, wanted: &[PlaceLine], mode: Mode, terms: &Terms) -> Result<Priced, Fault> {
        let broken = |error: MoneyError| Fault::invalid("lines", error);
        let mut lines = Vec::with_capacity(wanted.len());
        let mut prices = Vec::with_capacity(wanted.len());
        for line in wanted {
            let product = self.product(line.product)?;
            if product.price.money().is_zero() {
                // Its price is asked for at the till.
                return Err(Fault::not_found(Thing::Product));
            }
            prices.push(PriceLine {
                price: product.price,
                measure: line.measure,
                tax: product.tax,
                deposits: &product.deposits,
            });
            lines.push(frozen(line, product)?);
        }
        let nothing = terms.currency.minor(0);
        let mut totals = pricing::price(&prices, nothing, terms.currency, terms.taxes).map_err(broken)?;
        if mode == Mode::Delivery {
            let delivery = terms.delivery.ok_or(Refusal::SlotClosed)?;
            totals = pricing::price(&prices, delivery.fee_for(totals.goods), terms.currency, terms.taxes)
                .map_err(broken)?;
        }
        Ok(Priced { lines, promotions: Vec::new(), totals })
    }
}

/// What an order would be.
pub(crate) struct Priced {
    pub(crate) lines: Vec<OrderLine>,
    pub(crate) promotions: Vec<Promoted>,
    pub(crate) totals: Totals,
}

impl Goods {
    /// The lines as a till sells them, and what they come to with what was changed of their prices.
    pub(crate) fn rung(
        &self,
        wanted: &[PlaceLine],
        changes: &[LineChange],
        off: Option<Off>,
        promotions: &[Allocation],
        empties: &[Empties],
        terms: &Terms,
    ) -> Result<(Vec<OrderLine>, Rung), Fault> {
        let mut changed: HashMap<_, _> = changes.iter().map(|change| (change.line, change.change)).collect();
        if changed.len() < changes.len() {
            return Err(Fault::invalid("changes", "each line once"));
        }
        let mut lines = Vec::with_capacity(wanted.len());
        let mut prices = Vec::with_capacity(wanted.len());
        for line in wanted {
            let product = self.product(line.product)?;
            let (measure, tax) = (line.measure, product.tax);
            let change = changed.remove(&line.id).unwrap_or_default();
            let promoted = ticket::off_line(promotions, line.id, terms.currency)
                .map_err(|error| Fault::invalid("promotions", error))?;
            let deposits = &product.deposits;
            prices.push(RungLine { price: product.price, measure, tax, change, promoted, deposits });
            lines.push(frozen(line, product)?);
        }
        if !changed.is_empty() {
            return Err(Fault::invalid("changes", "of lines that are sold"));
        }
        let rung = ticket::rung(&prices, off, empties, terms.currency, terms.taxes)
            .map_err(|error| Fault::invalid("changes", error))?;
        for ((line, amount), price) in lines.iter_mut().zip(&rung.amounts).zip(&prices) {
            line.amount = *amount;
            line.price = price.change.price.unwrap_or(price.price);
        }
        Ok((lines, rung))
    }
}

/// Each product of some lines once.
fn wanted(lines: &[PlaceLine]) -> HashSet<ProductId> {
    lines.iter().map(|line| line.product).collect()
}

pub(super) fn frozen(line: &PlaceLine, product: &Product) -> Result<OrderLine, Fault> {
    match (product.sold_by, line.measure) {
        (SoldBy::Piece, Measure::Pieces(_)) | (SoldBy::Weight, Measure::Grams(_) | Measure::Labelled(_)) => {}
        _ => return Err(Fault::invalid("lines", "pieces of what is sold by piece, a weight of the rest")),
    }
    Ok(OrderLine {
        id: line.id,
        product: product.id,
        code: product.code().ok_or_else(|| Fault::row("product", "no code"))?,
        name: product.name.clone(),
        picture: product.picture.clone(),
        price: product.price,
        sold_by: product.sold_by,
        tax: product.tax,
        measure: line.measure,
        amount: line.measure.cost(product.price).map_err(|error| Fault::invalid("lines", error))?,
        deposits: product.deposits.frozen(),
        aisle: product.aisle.clone(),
        min_age: product.min_age,
        tagged: product.tagged,
        picked: 0,
        missing: 0,
        returned: 0,
        weighed: None,
        replaces: None,
        offer: None,
    })
}
