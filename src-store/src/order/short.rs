//! What is not there after all, what comes in its place, and what comes back.

use std::collections::HashSet;

use ministore_core::basket::MAX_LINES;
use ministore_core::catalogue::{Product, SoldBy};
use ministore_core::id::{LineId, StaffId};
use ministore_core::order::{
    AnswerOffer, CancelReason, Offer, OfferAnswer, Order, OrderLine, OrderState, PlaceLine, RefundLines,
    ReturnedLine, Short, Step, Substitute,
};
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::stock::StockReason;

use super::rows::stock_of;
use super::steps::{done, lines_changed, visible};
use super::{Kept, advance, quote, return_stock};
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::reply::{Act, body_hash};
use crate::write::Write;
use crate::{catalogue, payment, shift, stock, stored_value};

macro_rules! answered_and_settled {
    ($($call:ty),*) => {$(
        impl Answer<$call> for Engine {
            async fn answer(&self, caller: &Caller, call: $call) -> Result<Order, Fault> {
                let hash = body_hash(&call)?;
                let order = self.once(caller, call).await?;
                self.settled::<$call>(caller, &hash, order).await
            }
        }
    )*};
}
answered_and_settled!(Short, RefundLines, AnswerOffer);

impl Act for Short {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let mut kept = visible(write, caller, self.order).await?;
        let next = kept.order.after(Step::Pick)?;
        let were = kept.order.lines.clone();
        let at = place_of(&kept.order, self.line)?;
        let line = &kept.order.lines[at];
        if self.missing > line.measure.items() - line.picked {
            return Err(Fault::invalid("missing", "what is collected is there"));
        }
        if line.offer.as_ref().is_some_and(|offer| offer.answer == OfferAnswer::Accepted) {
            return Err(Fault::invalid("line", "something else was taken in its place"));
        }
        let offer = match self.substitute {
            None => None,
            Some(_) if self.missing == 0 => return Err(Fault::invalid("substitute", "nothing is missing")),
            Some(substitute) => Some(offered(write, &kept.order, line, self.missing, substitute).await?),
        };
        let line = &mut kept.order.lines[at];
        line.missing = self.missing;
        line.offer = offer;
        let product = line.product;
        if self.missing > 0 {
            stock::to_be_counted(write, product).await?;
        }
        advance(write, &mut kept, next);
        if !kept.order.has_goods() && kept.order.open_offers().next().is_none() {
            cancel(write, &mut kept, CancelReason::OutOfStock, caller.staff()).await?;
        }
        lines_changed(write, &mut kept, &were).await?;
        done(write, caller, kept).await
    }
}

/// Ends an order of which nothing is left.
async fn cancel(
    write: &mut Write,
    kept: &mut Kept,
    reason: CancelReason,
    by: Option<StaffId>,
) -> Result<(), Fault> {
    kept.order.cancelled = Some(reason);
    return_stock(write, &kept.order).await?;
    payment::withdraw(write, &mut kept.order, by).await?;
    advance(write, kept, OrderState::Cancelled);
    Ok(())
}

fn place_of(order: &Order, line: LineId) -> Result<usize, Fault> {
    let at = order.lines.iter().position(|known| known.id == line);
    at.ok_or_else(|| Fault::not_found(Thing::Line))
}

/// What is offered for the missing items of `line`: at its own price, and never above what they would have cost.
async fn offered(
    write: &mut Write,
    order: &Order,
    line: &OrderLine,
    missing: u32,
    substitute: Substitute,
) -> Result<Offer, Fault> {
    let measure = substitute.measure.checked().map_err(|error| Fault::invalid("substitute", error))?;
    if order.lines.iter().any(|known| known.id == substitute.line) {
        return Err(Fault::invalid("substitute", "its line has its own id"));
    }
    let head = write.head;
    let product = catalogue::by_code(write.conn(), head, substitute.code).await?;
    let product = product.ok_or_else(|| Fault::not_found(Thing::Product))?;
    if product.id == line.product {
        return Err(Fault::invalid("substitute", "another product"));
    }
    let cost = measure.cost(product.price).map_err(|error| Fault::invalid("substitute", error))?;
    let without = OrderLine { missing, ..line.clone() };
    let credit = OrderLine { missing: 0, ..line.clone() }.settled().minus(without.settled())?;
    let fits = matches!(
        (product.sold_by, measure),
        (SoldBy::Piece, Measure::Pieces(_)) | (SoldBy::Weight, Measure::Grams(_) | Measure::Labelled(_))
    );
    if !fits {
        return Err(Fault::invalid("substitute", "pieces of what is sold by piece, a weight of the rest"));
    }
    enough(&product, measure)?;
    let currency = head.currency;
    let deposits = product.deposits.frozen();
    let gone = line.settled_deposit()?.minus(without.settled_deposit()?)?;
    // Its deposit cannot be less than it is: its price is, so that both are no more than what is missing would have been.
    let most = credit.plus(gone)?.minus(deposits.of(measure, currency)?)?.minor.min(credit.minor);
    if most < 0 {
        return Err(Fault::invalid(
            "substitute",
            "its deposit alone is more than what is missing would have been",
        ));
    }
    Ok(Offer {
        line: substitute.line,
        product: product.id,
        code: substitute.code,
        name: product.name,
        picture: product.picture,
        measure,
        amount: currency.minor(cost.minor.min(most)),
        deposits,
        answer: OfferAnswer::Open,
    })
}

fn enough(product: &Product, measure: Measure) -> Result<(), Fault> {
    let left = product.available.max(0);
    if measure.stock_units(product.price) > left {
        return Err(Refusal::SoldOut { product: product.id, name: product.name.clone(), left }.into());
    }
    Ok(())
}

impl Act for AnswerOffer {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let mut kept = visible(write, caller, self.order).await?;
        let were = kept.order.lines.clone();
        let at = place_of(&kept.order, self.line)?;
        let offer = match &mut kept.order.lines[at].offer {
            Some(offer) if offer.line == self.offered && offer.answer == OfferAnswer::Open => offer,
            _ => return Err(Fault::not_found(Thing::Line)),
        };
        if kept.order.state != OrderState::Picking {
            return Err(Refusal::WrongStep { state: kept.order.state, step: Step::Pick }.into());
        }
        offer.answer = if self.accept { OfferAnswer::Accepted } else { OfferAnswer::Declined };
        let offer = offer.clone();
        if self.accept {
            let line = accepted(write, &kept.order, at, offer).await?;
            kept.order.lines.push(line);
        }
        if !kept.order.has_goods() && kept.order.open_offers().next().is_none() {
            cancel(write, &mut kept, CancelReason::OutOfStock, caller.staff()).await?;
        }
        lines_changed(write, &mut kept, &were).await?;
        done(write, caller, kept).await
    }
}

/// The line that comes in place of what is missing of the one at `at`; its goods leave the shelf.
async fn accepted(write: &mut Write, order: &Order, at: usize, offer: Offer) -> Result<OrderLine, Fault> {
    if order.lines.len() >= MAX_LINES {
        return Err(Fault::invalid("lines", format!("1 to {MAX_LINES} lines")));
    }
    let head = write.head;
    let wanted = [PlaceLine { id: offer.line, product: offer.product, measure: offer.measure }];
    let rows = quote::Goods::ask(head, &wanted).fetch_all(write.conn()).await?;
    let goods = quote::Goods::of(&rows, head, &wanted)?;
    let product = goods.product(offer.product)?;
    stock::take(write, &[(product, offer.measure.stock_units(product.price))], order.id).await?;
    let mut line = quote::frozen(&wanted[0], product)?;
    line.amount = offer.amount;
    line.deposits = offer.deposits;
    line.replaces = Some(order.lines[at].id);
    Ok(line)
}

impl Act for RefundLines {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let mut kept = visible(write, caller, self.order).await?;
        if kept.order.state != OrderState::HandedOver {
            return Err(Fault::invalid("order", "goods come back after they were handed over"));
        }
        let were = kept.order.lines.clone();
        check_returned(&self.lines)?;
        for back in &self.lines {
            let at = place_of(&kept.order, back.line)?;
            let line = &mut kept.order.lines[at];
            if back.count > line.to_have().saturating_sub(line.returned) {
                return Err(Fault::invalid("count", "at most what was handed over and has not come back"));
            }
            line.returned += back.count;
            let (product, quantity) = (line.product, stock_of(line, back.count));
            if self.to_shelf {
                let order = Some(kept.order.id);
                stock::put_back(write, product, quantity, StockReason::Return, order).await?;
            }
        }
        lines_changed(write, &mut kept, &were).await?;
        let owed = kept.order.payment.owed_back();
        if !kept.order.payment.tender.has_provider() && owed.minor > 0 {
            // Whoever has been forgotten has no card any more, and is given cash.
            if kept.order.payment.tender == Tender::StoredValue && kept.order.member.is_some() {
                stored_value::refund(write, kept.order.payment.id, owed, caller.staff()).await?;
            } else {
                let back = owed.currency.minor(owed.minor.saturating_neg());
                shift::cash_taken(write, caller, back, format!("Order {}", kept.order.number)).await?;
            }
            payment::give_back(write, &mut kept.order, owed, caller.staff())?;
        }
        done(write, caller, kept).await
    }
}

fn check_returned(lines: &[ReturnedLine]) -> Result<(), Fault> {
    if !(1..=MAX_LINES).contains(&lines.len()) {
        return Err(Fault::invalid("lines", format!("1 to {MAX_LINES} lines")));
    }
    if lines.iter().any(|line| line.count == 0) {
        return Err(Fault::invalid("count", "at least 1"));
    }
    let named: HashSet<_> = lines.iter().map(|line| line.line).collect();
    if named.len() == lines.len() { Ok(()) } else { Err(Fault::invalid("lines", "each once")) }
}
