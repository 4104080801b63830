//! What has happened at tills: kept where it happens, sent on until the hub has it, booked there once and never refused.

use std::collections::HashSet;

use ministore_core::code::CardNumber;
use ministore_core::deposit::Empties;
use ministore_core::device::sign_of;
use ministore_core::fact::{
    Count, CountStock, Credit, Fact, GetRecounts, GetSale, GetSales, LineSerial, PUSH_LIMIT, Push, Pushed,
    RecordSale, Recounts, Refund, Sale, Sales, SoldTicket, TakenOff,
};
use ministore_core::id::{DeviceId, ProductId, SaleId, StaffId};
use ministore_core::member::PointsRule;
use ministore_core::money::Price;
use ministore_core::payment::Tender;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::stock::StockReason;
use ministore_core::sync::{Changed, Cursor, Event};
use ministore_core::ticket::{CardPaid, ForeignCash, Laid, MAX_SERIAL, TicketError, TillRules, paid};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine, Seat};
use crate::fault::Fault;
use crate::goods_back::refunds_of;
use crate::order::quote::{self, Goods};
use crate::row::{self, product_columns};
use crate::shop::Terms;
use crate::sync::{Audience, Notice};
use crate::ticket as ticket_store;
use crate::write::{Head, Write};
use crate::{
    campaign, catalogue, coupon, deposit, exit, gift_card, journal, member, receipt, sale_payment, shift,
    sql, stock, stored_value,
};

/// The most products that one list of those to be counted gives.
const LIST_LIMIT: i64 = 200;

/// At which till, by whom.
pub(crate) fn at_till(caller: &Caller) -> Result<(DeviceId, StaffId), Fault> {
    match caller.actor {
        Actor::Staff { device, staff, .. } => Ok((device, staff)),
        Actor::Visitor | Actor::Shopper(_) => Err(Refusal::SignInFirst.into()),
    }
}

impl Answer<RecordSale> for Engine {
    async fn answer(&self, caller: &Caller, call: RecordSale) -> Result<Sale, Fault> {
        let (till, by) = at_till(caller)?;
        if !call.lines.is_empty() || call.empties.is_empty() {
            quote::check_lines(&call.lines)?;
        }
        check_cards(&call.cards)?;
        let serials = checked_serials(&call)?;
        check_promotions(&call)?;
        coupon::check_list(&call.coupons)?;
        let note = shift::words("note", &call.note, 0)?;
        let mut write = Write::begin(self).await?;
        let (head, now) = (write.head, write.now);
        match find(write.conn(), head, call.sale.0).await? {
            Some(Fact::Sale(sale)) if sale.till == till && asked_for(&sale, &call) => {
                write.commit_seen(self).await?;
                return Ok(*sale);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        let asked = [Terms::ask(head), Goods::ask(head, &call.lines)];
        let [terms, goods] = sql::fetch_each(asked, write.conn()).await?;
        let (terms, goods) = (Terms::of(&terms, head)?, Goods::of(&goods, head, &call.lines)?);
        let empties = deposit::given_back(&call.empties, &terms)?;
        let (lines, rung) =
            goods.rung(&call.lines, &call.changes, call.off, &call.promotions, &empties, &terms)?;
        let totals = rung.totals.clone();
        if totals.total != call.expected_total {
            return Err(Refusal::TotalChanged { now: totals.total }.into());
        }
        check_foreign(call.foreign, &terms.till)?;
        self.check_taken(&mut write, &call).await?;
        if self.seat() == Seat::Hub {
            coupon::check(&mut write, call.sale, &call.coupons).await?;
        }
        let refund = match &call.exchange {
            Some(back) => Some(self.goods_back(&mut write, caller, back, Some(call.sale)).await?),
            None => None,
        };
        let credit = match &refund {
            Some(refund) => Some(Credit { refund: refund.id, amount: Price::new(refund.amount)? }),
            None => None,
        };
        let laid = Laid {
            cards: &call.cards,
            taken: &call.taken,
            credit: credit.map_or(head.currency.minor(0), |credit| credit.amount.money()),
            cash: call.cash,
            foreign: call.foreign,
        };
        let paid = paid(totals.total, &laid, terms.till.rounding).map_err(not_paid)?;
        if let Some(refund) = &refund {
            // Goods for cheaper ones would turn a card into cash as well.
            let onto = self.left_on_gift_cards(&mut write, refund.sale).await?;
            let most = refund.amount.minor.saturating_sub(onto.minor).max(0);
            let most = most.saturating_add(totals.empties.map_or(0, |empties| empties.minor));
            if paid.cash_due.minor.saturating_neg() > most {
                return Err(Fault::invalid("exchange", "what gift cards paid goes back onto them"));
            }
        }
        let change = paid.change;
        let mut allowed_by = None;
        if rung.deepest() > terms.till.cashier_off {
            allowed_by = self.leave(&mut write, caller, call.sale, call.allowed_by).await?;
        }
        let taken_off = lines.iter().zip(rung.taken_off()).filter(|(_, amount)| amount.minor > 0);
        let taken_off = taken_off.map(|(line, amount)| TakenOff { line: line.id, amount }).collect();
        if let Some(refund) = refund {
            self.keep(&mut write, &Fact::Refund(Box::new(refund))).await?;
        }
        let number = next_number(&mut write, till).await?;
        let sale = Sale {
            id: call.sale,
            till,
            number,
            by,
            at: now,
            lines,
            totals,
            cash: call.cash,
            change,
            cards: call.cards,
            taken_off,
            note,
            card: call.card,
            allowed_by,
            shift: shift::open_at(write.conn(), head, till).await?,
            taken: call.taken,
            foreign: call.foreign,
            credit,
            serials,
            promotions: call.promotions,
            coupons: call.coupons,
            empties,
        };
        self.keep(&mut write, &Fact::Sale(Box::new(sale.clone()))).await?;
        write.commit(self).await?;
        Ok(sale)
    }
}

/// Whether `sale` is what `call` asks for.
fn asked_for(sale: &Sale, call: &RecordSale) -> bool {
    let sold = sale.lines.iter().map(|line| (line.id, line.product, line.measure));
    sold.eq(call.lines.iter().map(|line| (line.id, line.product, line.measure)))
        && (sale.cash, sale.totals.total, &sale.cards) == (call.cash, call.expected_total, &call.cards)
        && (&sale.taken, sale.foreign, &sale.coupons) == (&call.taken, call.foreign, &call.coupons)
        && sale.empties.iter().map(Empties::asked).eq(call.empties.iter().cloned())
        && sale.credit.map(|credit| credit.refund) == call.exchange.as_ref().map(|back| back.refund)
}

/// The serial numbers without blanks at their ends.
fn checked_serials(call: &RecordSale) -> Result<Vec<LineSerial>, Fault> {
    let mut seen = HashSet::new();
    let serials = call.serials.iter().map(|kept| {
        let serial = kept.serial.trim();
        let of_line = call.lines.iter().any(|line| line.id == kept.line) && seen.insert(kept.line);
        if of_line && (1..=MAX_SERIAL).contains(&serial.chars().count()) {
            Ok(LineSerial { line: kept.line, serial: serial.to_owned() })
        } else {
            Err(Fault::invalid("serials", format!("of lines that are sold, 1 to {MAX_SERIAL} characters")))
        }
    });
    serials.collect()
}

/// Each promotion once for each line that it is on.
fn check_promotions(call: &RecordSale) -> Result<(), Fault> {
    let mut seen = HashSet::new();
    let sound = call.promotions.iter().all(|off| {
        let of_line = call.lines.iter().any(|line| line.id == off.line);
        of_line && off.off.minor > 0 && seen.insert((off.line, off.promotion))
    });
    if sound {
        Ok(())
    } else {
        Err(Fault::invalid("promotions", "off lines that are sold, more than nothing, each once for a line"))
    }
}

fn check_foreign(foreign: Option<ForeignCash>, rules: &TillRules) -> Result<(), Fault> {
    let Some(foreign) = foreign else { return Ok(()) };
    let given = foreign.given.money();
    let rate = rules.foreign.iter().find(|rate| rate.currency == given.currency);
    let rate = rate.ok_or_else(|| Fault::invalid("foreign", "the shop does not take this currency"))?;
    let worth = rate.worth(given).map_err(|error| Fault::invalid("foreign", error))?;
    if given.is_zero() || worth != foreign.worth.money() {
        return Err(Fault::invalid("foreign", format!("{given} counts for {worth}")));
    }
    Ok(())
}

impl Engine {
    /// What was taken before the sale was made: at the hub it has to be there, for this sale.
    async fn check_taken(&self, write: &mut Write, call: &RecordSale) -> Result<(), Fault> {
        let mut keys: Vec<_> = call.taken.iter().map(|taken| taken.payment).collect();
        keys.sort();
        keys.dedup();
        if keys.len() != call.taken.len() || keys.len() > 5 {
            return Err(Fault::invalid("taken", "at most 5, each once"));
        }
        if self.seat() == Seat::Device {
            return Ok(());
        }
        for taken in &call.taken {
            if !sale_payment::is_there(write, call.sale, taken).await? {
                return Err(Fault::not_found(Thing::Payment));
            }
            if taken.tender == Tender::GiftCard && gift_card::is_frozen_for(write, taken.payment).await? {
                return Err(Refusal::GiftCardFrozen.into());
            }
        }
        Ok(())
    }

    /// Who allows what a cashier may not do alone; nobody has to allow a manager anything. A hub knows what its managers
    /// allowed; a device was told so by its hub.
    pub(crate) async fn leave(
        &self,
        write: &mut Write,
        caller: &Caller,
        for_what: SaleId,
        told: Option<StaffId>,
    ) -> Result<Option<StaffId>, Fault> {
        if matches!(caller.actor, Actor::Staff { role: StaffRole::Manager, .. }) {
            return Ok(None);
        }
        let by = match self.seat() {
            Seat::Hub => ticket_store::allowed(write, for_what).await?,
            Seat::Device => told,
        };
        by.map(Some).ok_or_else(|| Refusal::NeedsManager.into())
    }
}

pub(crate) fn check_cards(cards: &[CardPaid]) -> Result<(), Fault> {
    let sound = |card: &CardPaid| !card.amount.money().is_zero() && card.reference.chars().count() <= 40;
    if cards.len() <= 5 && cards.iter().all(sound) {
        Ok(())
    } else {
        Err(Fault::invalid("cards", "at most 5, each of an amount, with at most 40 characters of its slip"))
    }
}

fn not_paid(error: TicketError) -> Fault {
    match error {
        TicketError::TooLittle { due } => Refusal::PaymentDue { due }.into(),
        other => Fault::invalid("cash", other),
    }
}

impl Answer<GetSale> for Engine {
    async fn answer(&self, caller: &Caller, call: GetSale) -> Result<SoldTicket, Fault> {
        let (till, _) = at_till(caller)?;
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let numbered = match &call {
            GetSale::Barcode { till: sign, .. } => till_of_sign(&mut tx, head, sign).await?,
            GetSale::Key(_) | GetSale::Number(_) => Some(till),
        };
        let id = match (call, numbered) {
            (GetSale::Key(sale), _) => Some(sale.0),
            (_, None) => None,
            (GetSale::Number(number) | GetSale::Barcode { number, .. }, Some(till)) => sql::query_scalar(
                "SELECT fact_id FROM fact WHERE shop_id = $1 AND till = $2 AND number = $3 AND kind = 'sale'",
            )
            .bind(head.shop.0)
            .bind(till.0)
            .bind(number)
            .fetch_optional(&mut tx)
            .await?,
        };
        let found = match id {
            Some(id) => find(&mut tx, head, id).await?,
            None => None,
        };
        let Some(Fact::Sale(sale)) = found else { return Err(Fault::not_found(Thing::Sale)) };
        let refunds = refunds_of(&mut tx, head, sale.id).await?;
        Ok(SoldTicket { sale: *sale, refunds })
    }
}

/// The till whose receipts have this sign.
async fn till_of_sign(conn: &mut sql::Connection, head: Head, sign: &str) -> Result<Option<DeviceId>, Fault> {
    let rows: Vec<Uuid> = sql::query_scalar("SELECT DISTINCT till FROM journal WHERE shop_id = $1")
        .bind(head.shop.0)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(DeviceId).find(|till| sign_of(*till).replace('-', "") == sign))
}

impl Answer<GetSales> for Engine {
    async fn answer(&self, caller: &Caller, call: GetSales) -> Result<Sales, Fault> {
        let (till, _) = at_till(caller)?;
        let head = self.head().await?;
        let asked = match call.card {
            Some(card) => sql::query(
                "SELECT body FROM fact WHERE shop_id = $1 AND card = $2 AND kind = 'sale'
                 ORDER BY happened DESC, fact_id DESC LIMIT 50",
            )
            .bind(head.shop.0)
            .bind(card.to_string()),
            None => sql::query(
                "SELECT body FROM fact WHERE shop_id = $1 AND till = $2 AND number IS NOT NULL AND kind = 'sale'
                 ORDER BY number DESC LIMIT 50",
            )
            .bind(head.shop.0)
            .bind(till.0),
        };
        let rows = asked.fetch_all(&mut *self.snapshot().await?).await?;
        let mut sales = Vec::with_capacity(rows.len());
        for row in &rows {
            if let Fact::Sale(sale) = serde_json::from_str(row.try_get(0)?)? {
                sales.push(*sale);
            }
        }
        Ok(Sales { sales })
    }
}

impl Answer<CountStock> for Engine {
    async fn answer(&self, caller: &Caller, call: CountStock) -> Result<Count, Fault> {
        let (till, by) = at_till(caller)?;
        if call.counted < 0 {
            return Err(Fault::invalid("counted", "nothing, or more"));
        }
        let mut write = Write::begin(self).await?;
        let (head, now) = (write.head, write.now);
        match find(write.conn(), head, call.count.0).await? {
            Some(Fact::Count(count)) if same_count(&count, &call, till) => {
                write.commit_seen(self).await?;
                return Ok(count);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        let product = catalogue::by_id(write.conn(), head, call.product).await?;
        let expected = product.ok_or_else(|| Fault::not_found(Thing::Product))?.available;
        let (product, counted) = (call.product, call.counted);
        let count = Count { id: call.count, till, by, at: now, product, expected, counted };
        self.keep(&mut write, &Fact::Count(count)).await?;
        write.commit(self).await?;
        Ok(count)
    }
}

fn same_count(count: &Count, call: &CountStock, till: DeviceId) -> bool {
    (count.till, count.product, count.counted) == (till, call.product, call.counted)
}

impl Answer<Push> for Engine {
    async fn answer(&self, caller: &Caller, call: Push) -> Result<Pushed, Fault> {
        if !(1..=PUSH_LIMIT).contains(&call.facts.len()) {
            return Err(Fault::invalid("facts", format!("1 to {PUSH_LIMIT}")));
        }
        let till = caller.device()?;
        let mut write = Write::begin(self).await?;
        // Only a device at which staff has signed in is a till, and it speaks for itself alone.
        if !is_till(&mut write, till).await? || call.facts.iter().any(|fact| fact.till() != till) {
            return Err(Refusal::NotAllowed.into());
        }
        let head = write.head;
        let mut pushed = Pushed { booked: Vec::new(), clashing: Vec::new() };
        for fact in &call.facts {
            match find(write.conn(), head, fact.id()).await? {
                None => {
                    self.keep(&mut write, fact).await?;
                    pushed.booked.push(fact.id());
                }
                Some(known) if known == *fact => pushed.booked.push(fact.id()),
                Some(_) => pushed.clashing.push(fact.id()),
            }
        }
        write.commit(self).await?;
        Ok(pushed)
    }
}

async fn is_till(write: &mut Write, device: DeviceId) -> Result<bool, Fault> {
    let shop = write.shop();
    let known: Option<i64> =
        sql::query_scalar("SELECT known FROM device WHERE shop_id = $1 AND device_id = $2")
            .bind(shop)
            .bind(device.0)
            .fetch_optional(write.conn())
            .await?;
    Ok(known == Some(1))
}

impl Answer<GetRecounts> for Engine {
    async fn answer(&self, _: &Caller, _: GetRecounts) -> Result<Recounts, Fault> {
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        let rows = sql::query(concat!(
            "SELECT ",
            product_columns!(),
            " FROM product p WHERE p.shop_id = $1 AND p.recount = 1 ORDER BY p.position LIMIT $2"
        ))
        .bind(head.shop.0)
        .bind(LIST_LIMIT)
        .fetch_all(&mut conn)
        .await?;
        let products = rows.iter().map(|row| row::product(row, head.currency));
        Ok(Recounts { products: products.collect::<Result<_, _>>()? })
    }
}

pub(crate) async fn find(conn: &mut sql::Connection, head: Head, id: Uuid) -> Result<Option<Fact>, Fault> {
    let body: Option<String> = sql::query_scalar("SELECT body FROM fact WHERE shop_id = $1 AND fact_id = $2")
        .bind(head.shop.0)
        .bind(id)
        .fetch_optional(conn)
        .await?;
    body.map(|body| Ok(serde_json::from_str(&body)?)).transpose()
}

pub(crate) async fn next_number(write: &mut Write, till: DeviceId) -> Result<u32, Fault> {
    let shop = write.shop();
    Ok(sql::query_scalar(
        "SELECT COALESCE(MAX(number), 0) + 1 FROM fact WHERE shop_id = $1 AND till = $2 AND number IS NOT NULL",
    )
    .bind(shop)
    .bind(till.0)
    .fetch_one(write.conn())
    .await?)
}

impl Engine {
    /// Keeps a fact with all that follows from it here: at the hub it is booked, on a device it waits to be sent.
    pub(crate) async fn keep(&self, write: &mut Write, fact: &Fact) -> Result<(), Fault> {
        keep(write, self.seat(), fact).await
    }
}

/// As [`Engine::keep`], where an engine is.
pub(crate) async fn keep(write: &mut Write, seat: Seat, fact: &Fact) -> Result<(), Fault> {
    let (shop, now) = (write.shop(), write.now);
    let sale = match fact {
        Fact::Refund(refund) => refund.sale.map(|sale| sale.0),
        Fact::Noted(noted) => noted.of,
        _ => None,
    };
    let card = match fact {
        Fact::Sale(sale) => sale.card.map(|card| card.to_string()),
        _ => None,
    };
    let order = match fact {
        Fact::Exit(exit) => Some(exit.order.0),
        _ => None,
    };
    let body = serde_json::to_string(fact)?;
    sql::query(
            "INSERT INTO fact (shop_id, fact_id, kind, till, number, sale_id, by_staff, happened, booked, cash, body,
                 order_id, shift_id, card)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        )
        .bind(shop)
        .bind(fact.id())
        .bind(fact.word())
        .bind(fact.till().0)
        .bind(fact.number())
        .bind(sale)
        .bind(fact.by().0)
        .bind(fact.at().0)
        .bind(now.0)
        .bind(fact.cash())
        .bind(&body)
        .bind(order)
        .bind(fact.shift().map(|shift| shift.0))
        .bind(card)
        .execute(write.conn())
        .await?;
    journal::enter(write, fact, &body).await?;
    shift::follow(write, fact).await?;
    match seat {
        Seat::Hub => book(write, fact).await,
        Seat::Device => wait(write, fact).await,
    }
}

/// The hub's side: the shelf's ledger moves, whatever it held.
async fn book(write: &mut Write, fact: &Fact) -> Result<(), Fault> {
    let reason = match fact {
        Fact::Sale(_) => StockReason::Sale,
        Fact::Refund(_) => StockReason::Return,
        Fact::Count(_) => StockReason::Count,
        Fact::Exit(left) => return exit::book(write, left).await,
        Fact::ShiftOpened(_)
        | Fact::CashMoved(_)
        | Fact::ShiftClosed(_)
        | Fact::Noted(_)
        | Fact::GiftCardSold(_) => return Ok(()),
    };
    earn(write, fact).await?;
    pay(write, fact).await?;
    campaign::book(write, fact).await?;
    coupon::follow(write, fact).await?;
    for (product, quantity) in fact.stock() {
        stock::happened(write, product, quantity, reason, fact.id()).await?;
    }
    Ok(())
}

/// What was taken before the sale was made is part of it now; what came back goes where it is to go.
async fn pay(write: &mut Write, fact: &Fact) -> Result<(), Fault> {
    match fact {
        Fact::Sale(sale) => {
            for taken in &sale.taken {
                sale_payment::sold(write, sale.id, taken, sale.by).await?;
            }
            Ok(())
        }
        Fact::Refund(refund) => {
            if let Some(to) = refund.to_member {
                stored_value::credit(write, refund.id, to, refund.by).await?;
            }
            sale_payment::give_back_on_gift_cards(write, refund).await?;
            sale_payment::give_back(write, refund).await
        }
        _ => Ok(()),
    }
}

/// The points of a sale, for the member whose card was shown or who claimed them since; what came back takes its part of
/// them with it.
async fn earn(write: &mut Write, fact: &Fact) -> Result<(), Fault> {
    let head = write.head;
    match fact {
        Fact::Sale(sale) => match sale.card {
            Some(card) => earn_for(write, sale, card).await,
            None => Ok(()),
        },
        Fact::Refund(refund) => {
            let Some(sale) = refund.sale else { return Ok(()) };
            let Some(Fact::Sale(sale)) = find(write.conn(), head, sale.0).await? else {
                return Ok(());
            };
            let card = match sale.card {
                Some(card) => Some(card),
                None => receipt::claimed_by(write, sale.id).await?,
            };
            match card {
                Some(card) => earn_for(write, &sale, card).await,
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Books for whoever has `card` what `sale` has earned so far.
pub(crate) async fn earn_for(write: &mut Write, sale: &Sale, card: CardNumber) -> Result<(), Fault> {
    let head = write.head;
    let terms = Terms::of(&Terms::ask(head).fetch_all(write.conn()).await?, head)?;
    let refunds = refunds_of(write.conn(), head, sale.id).await?;
    member::book_sale(write, card, sale.id, earned(sale, &refunds, terms.points)?).await
}

/// The points that a sale earns without what came back of it.
pub(crate) fn earned(sale: &Sale, refunds: &[Refund], rule: PointsRule) -> Result<u32, Fault> {
    let mut goods = sale.totals.goods;
    for line in refunds.iter().flat_map(|refund| &refund.lines) {
        goods = goods.minus(line.amount).map_err(|error| Fault::row("fact", error))?;
    }
    Ok(rule.earned(goods))
}

/// A device's side: the fact takes its place in the queue, and the stock shown here is already without it.
async fn wait(write: &mut Write, fact: &Fact) -> Result<(), Fault> {
    let shop = write.shop();
    sql::query(
        "INSERT INTO fact_outbox (position, fact_id)
         SELECT COALESCE(MAX(position), 0) + 1, $1 FROM fact_outbox",
    )
    .bind(fact.id())
    .execute(write.conn())
    .await?;
    for (product, quantity) in fact.stock() {
        sql::query("INSERT INTO pending_stock (fact_id, product_id, quantity) VALUES ($1, $2, $3)")
            .bind(fact.id())
            .bind(product.0)
            .bind(quantity)
            .execute(write.conn())
            .await?;
        shift(write.conn(), shop, product, quantity).await?;
        let what = Changed::Product { product };
        write.tell_later(Notice { event: Event { cursor: Cursor(0), what }, audience: Audience::Everyone });
    }
    Ok(())
}

/// Moves the stock that this device shows.
async fn shift(
    conn: &mut sql::Connection,
    shop: Uuid,
    product: ProductId,
    quantity: i64,
) -> Result<(), Fault> {
    sql::query("UPDATE product SET available = available + $3 WHERE shop_id = $1 AND product_id = $2")
        .bind(shop)
        .bind(product.0)
        .bind(quantity)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lays what waits here over the stock that the hub has just told of.
pub(crate) async fn lay_over(
    conn: &mut sql::Connection,
    shop: Uuid,
    product: ProductId,
) -> Result<(), Fault> {
    sql::query(
        "UPDATE product SET available = available
             + (SELECT COALESCE(SUM(quantity), 0) FROM pending_stock WHERE product_id = $2)
         WHERE shop_id = $1 AND product_id = $2
           AND EXISTS (SELECT 1 FROM pending_stock WHERE product_id = $2)",
    )
    .bind(shop)
    .bind(product.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// How far a device's facts have come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Unsent {
    /// How many wait to be sent.
    pub waiting: u64,
    /// How many the hub knows otherwise.
    pub clashing: u64,
    /// Since when the oldest waits.
    pub since: Option<Timestamp>,
}

/// What an installed app does with its own facts.
impl Engine {
    /// The facts to be sent next, oldest first, at most [`PUSH_LIMIT`].
    pub async fn unsent_facts(&self) -> Result<Vec<Fact>, Refusal> {
        let list = async {
            let rows = sql::query(
                "SELECT f.body FROM fact_outbox o JOIN fact f ON f.fact_id = o.fact_id
                 WHERE o.clashing = 0 ORDER BY o.position LIMIT $1",
            )
            .bind(i64::try_from(PUSH_LIMIT).unwrap_or(i64::MAX))
            .fetch_all(&mut *self.reader().await?)
            .await?;
            rows.iter().map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).collect::<Result<_, Fault>>()
        };
        list.await.map_err(Fault::refusal)
    }

    /// How many of them there are.
    pub async fn count_unsent(&self) -> Result<Unsent, Refusal> {
        let count = async {
            let row = sql::query(
                "SELECT CAST(COALESCE(SUM(1 - o.clashing), 0) AS BIGINT),
                     CAST(COALESCE(SUM(o.clashing), 0) AS BIGINT), MIN(f.happened)
                 FROM fact_outbox o JOIN fact f ON f.fact_id = o.fact_id",
            )
            .fetch_one(&mut *self.reader().await?)
            .await?;
            let number = |at: usize| Ok::<_, Fault>(row.try_get::<i64>(at)?.unsigned_abs());
            Ok::<_, Fault>(Unsent {
                waiting: number(0)?,
                clashing: number(1)?,
                since: row.try_get::<Option<i64>>(2)?.map(Timestamp),
            })
        };
        count.await.map_err(Fault::refusal)
    }

    /// Notes what the hub said: what it booked waits no more, and comes back in the stock that the hub tells of.
    pub async fn settle_facts(&self, pushed: &Pushed) -> Result<(), Refusal> {
        let settle = async {
            let head = self.head().await?;
            let mut tx = self.begin_immediate().await?;
            for id in &pushed.booked {
                let rows = sql::query("SELECT product_id, quantity FROM pending_stock WHERE fact_id = $1")
                    .bind(*id)
                    .fetch_all(&mut tx)
                    .await?;
                for row in &rows {
                    let (product, quantity) = (ProductId(row.try_get(0)?), row.try_get::<i64>(1)?);
                    shift(&mut tx, head.shop.0, product, quantity.saturating_neg()).await?;
                }
                for table in [
                    "DELETE FROM pending_stock WHERE fact_id = $1",
                    "DELETE FROM fact_outbox WHERE fact_id = $1",
                ] {
                    sql::query(table).bind(*id).execute(&mut tx).await?;
                }
            }
            for id in &pushed.clashing {
                sql::query("UPDATE fact_outbox SET clashing = 1 WHERE fact_id = $1")
                    .bind(*id)
                    .execute(&mut tx)
                    .await?;
            }
            Ok::<_, Fault>(tx.commit().await?)
        };
        settle.await.map_err(Fault::refusal)
    }
}
