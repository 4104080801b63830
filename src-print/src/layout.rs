//! A receipt or a report as parts, one under the other, whatever they come out of.

use jiff::Timestamp as Instant;
use jiff::tz::TimeZone;
use ministore_core::money::Money;
use ministore_core::paper::{By, GiftCardSlip, Heading, Kind, Receipt, ReceiptLine, ShiftReport};
use ministore_core::payment::Tender;
use ministore_core::printer::Printer;
use ministore_core::quantity::Measure;
use ministore_core::time::Timestamp;

use crate::words::{Words, words};

/// A part, as wide as the paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// Text, on as many lines as it takes.
    Text {
        /// Which. No control characters.
        text: String,
        /// Where on the line.
        at: At,
        /// How it stands out.
        weight: Weight,
    },
    /// What is left on the line, and what is right of it. The left side goes on below; the right one is short.
    Row {
        /// The left side.
        left: String,
        /// The right side.
        right: String,
        /// How both stand out.
        weight: Weight,
    },
    /// A line across.
    Rule,
    /// A Code 128 of ASCII.
    Barcode(String),
    /// A QR code.
    Qr(String),
    /// An empty line.
    Gap,
}

/// Where text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// Where its language begins to read.
    Start,
    /// In the middle.
    Middle,
}

/// How text stands out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// Not at all.
    Plain,
    /// Bold.
    Bold,
    /// Bold, and twice as high.
    Tall,
}

/// `text` as one line that commands nothing: a printer takes control characters for commands.
fn plain(text: &str) -> String {
    let words: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    words.trim().to_owned()
}

/// Parts under construction.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn text(&mut self, text: &str, at: At, weight: Weight) {
        let text = plain(text);
        if !text.is_empty() {
            self.0.push(Part::Text { text, at, weight });
        }
    }

    fn row(&mut self, left: &str, right: &str, weight: Weight) {
        self.0.push(Part::Row { left: plain(left), right: plain(right), weight });
    }

    fn rule(&mut self) {
        self.0.push(Part::Rule);
    }

    fn money(&mut self, left: &str, amount: Money) {
        self.row(left, &amount.to_decimal(), Weight::Plain);
    }

    fn heading(&mut self, heading: &Heading, words: &Words) {
        self.text(&heading.shop, At::Middle, Weight::Tall);
        self.text(&heading.address, At::Middle, Weight::Plain);
        if !heading.tax_number.is_empty() {
            self.text(&[words.tax_number, " ", &heading.tax_number].concat(), At::Middle, Weight::Plain);
        }
        if heading.demo {
            self.text(words.demo, At::Middle, Weight::Bold);
        }
    }
}

/// When, in the shop's zone: the day and the minute. A zone that this program does not know is said as it is, in UTC.
fn when(at: Timestamp, zone: &str) -> String {
    let Ok(instant) = Instant::from_millisecond(at.0) else { return String::new() };
    match TimeZone::get(zone) {
        Ok(zone) => instant.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => [&instant.strftime("%Y-%m-%d %H:%M").to_string(), " UTC"].concat(),
    }
}

/// How much of something: `2 x 5.90`, `358 g x 29.80/kg`. Of one piece nothing needs to be said.
fn how_much(measure: Measure, price: Money, priced: bool) -> String {
    let price = price.to_decimal();
    match (measure, priced) {
        (Measure::Pieces(1) | Measure::Labelled(_), _) => String::new(),
        (Measure::Pieces(count), true) => format!("{count} x {price}"),
        (Measure::Pieces(count), false) => format!("x {count}"),
        (Measure::Grams(grams), true) => format!("{grams} g x {price}/kg"),
        (Measure::Grams(grams), false) => format!("{grams} g"),
    }
}

fn line(parts: &mut Parts, line: &ReceiptLine, words: &Words, priced: bool) {
    let measure = how_much(line.measure, line.price, priced);
    if !priced {
        parts.row(&line.name, &measure, Weight::Plain);
        return;
    }
    parts.row(&line.name, &line.amount.to_decimal(), Weight::Plain);
    let off = line.off.filter(|off| !off.is_zero());
    let off = off.map(|off| format!("-{} {}", off.to_decimal(), words.off)).unwrap_or_default();
    let below = [measure, off].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("  ");
    if !below.is_empty() {
        parts.0.push(Part::Text { text: format!("  {below}"), at: At::Start, weight: Weight::Plain });
    }
    for deposit in &line.deposits {
        let count = if deposit.count == 1 { String::new() } else { format!("{} x ", deposit.count) };
        let name = format!("  {} {count}{}", words.deposit, deposit.name);
        parts.row(&name, &deposit.amount.to_decimal(), Weight::Plain);
    }
}

/// The parts of a receipt.
pub fn receipt(receipt: &Receipt) -> Vec<Part> {
    let heading = &receipt.heading;
    let words = words(heading.language);
    let mut parts = Parts::default();
    parts.heading(heading, words);
    if receipt.copy {
        parts.text(&format!("*** {} ***", words.copy), At::Middle, Weight::Tall);
    }
    parts.0.push(Part::Gap);
    let number = receipt.number.to_string();
    let (name, number) = match &receipt.kind {
        _ if receipt.number == 0 => (words.training, String::new()),
        Kind::Sale => (words.receipt, number),
        Kind::Gift => (words.gift, number),
        Kind::Invoice(_) => (words.invoice, number),
        Kind::Return { .. } => (words.returned, number),
    };
    parts.row(&format!("{name} {number}"), &when(receipt.at, &heading.zone), Weight::Bold);
    if let Kind::Return { sale: Some(sale) } = receipt.kind {
        parts.row(words.of_receipt, &sale.to_string(), Weight::Plain);
    }
    let cashier = if heading.cashier.is_empty() {
        String::new()
    } else {
        format!("{} {}", words.cashier, heading.cashier)
    };
    parts.row(&format!("{} {}", words.till, heading.till), &cashier, Weight::Plain);
    if let Kind::Invoice(buyer) = &receipt.kind {
        parts.rule();
        parts.text(&format!("{}: {}", words.buyer, buyer.name), At::Start, Weight::Bold);
        if !buyer.tax_number.is_empty() {
            let text = format!("{}: {}", words.buyer_tax_number, buyer.tax_number);
            parts.text(&text, At::Start, Weight::Plain);
        }
    }
    parts.rule();
    let priced = receipt.kind != Kind::Gift;
    for sold in &receipt.lines {
        line(&mut parts, sold, words, priced);
    }
    if priced {
        for empties in &receipt.empties {
            let back = empties.amount.currency.minor(empties.amount.minor.saturating_neg());
            parts.row(&format!("{} {}", words.deposit_back, empties.name), &back.to_decimal(), Weight::Plain);
            let each = format!("{} x {}", empties.count, empties.each.to_decimal());
            parts.text(&["  ", &each].concat(), At::Start, Weight::Plain);
        }
    }
    parts.rule();
    if priced {
        sums(&mut parts, receipt, words);
    }
    parts.text(&heading.footer, At::Middle, Weight::Plain);
    parts.0.push(Part::Gap);
    parts.0.push(Part::Barcode(receipt.code.clone()));
    if let Some(link) = &receipt.link {
        parts.0.push(Part::Gap);
        parts.text(words.see_again, At::Middle, Weight::Plain);
        parts.0.push(Part::Qr(plain(link)));
    }
    parts.0
}

fn sums(parts: &mut Parts, receipt: &Receipt, words: &Words) {
    let total = match receipt.kind {
        Kind::Return { .. } => words.given_back,
        Kind::Sale | Kind::Gift | Kind::Invoice(_) => words.total,
    };
    let currency = receipt.total.currency;
    parts.row(&format!("{total} {currency}"), &receipt.total.to_decimal(), Weight::Tall);
    if !receipt.saved.is_zero() {
        parts.money(words.saved, receipt.saved);
    }
    if let Some(deposit) = receipt.deposit {
        parts.money(words.deposit, deposit);
    }
    for tax in &receipt.taxes {
        parts.money(&format!("{} {}% ({})", words.tax, tax.rate, tax.gross.to_decimal()), tax.tax);
    }
    for tender in &receipt.tenders {
        let by = match &tender.by {
            By::Cash => words.cash.to_owned(),
            By::Card(slip) => format!("{} {slip}", words.card),
            By::StoredValue => words.stored_value.to_owned(),
            By::GiftCard => words.gift_card.to_owned(),
            By::Wallet => words.wallet.to_owned(),
            By::Foreign(given) => format!("{} {}", given.currency, given.to_decimal()),
            By::Exchange => words.exchange.to_owned(),
        };
        parts.money(&by, tender.amount);
    }
    if !receipt.rounding.is_zero() {
        parts.money(words.rounding, receipt.rounding);
    }
    if !receipt.change.is_zero() {
        parts.row(words.change, &receipt.change.to_decimal(), Weight::Bold);
    }
    if let Some(points) = receipt.points {
        parts.row(words.points, &points.to_string(), Weight::Plain);
    }
    parts.rule();
}

/// The parts of an X or Z report.
pub fn report(page: &ShiftReport) -> Vec<Part> {
    let heading = &page.heading;
    let words = words(heading.language);
    let report = &page.report;
    let mut parts = Parts::default();
    parts.heading(heading, words);
    let name = if page.counted.is_some() { words.z_report } else { words.x_report };
    parts.text(name, At::Middle, Weight::Tall);
    parts.row(&format!("{} {}", words.till, heading.till), &heading.cashier, Weight::Plain);
    parts.row(words.opened, &when(page.opened, &heading.zone), Weight::Plain);
    parts.row(words.until, &when(page.until, &heading.zone), Weight::Plain);
    if let Some((first, last)) = report.receipts {
        parts.row(words.receipts, &format!("{first} - {last}"), Weight::Plain);
    }
    parts.rule();
    parts.row(words.sales, &report.sales.to_string(), Weight::Plain);
    parts.row(&format!("{} {}", words.sold, report.sold.currency), &report.sold.to_decimal(), Weight::Bold);
    parts.money(words.saved, report.taken_off);
    if let Some(deposits) = report.deposits {
        parts.money(words.deposit, deposits.taken);
        parts.money(words.deposit_back, deposits.back);
    }
    parts.row(words.returns, &report.refunds.to_string(), Weight::Plain);
    parts.money(words.given_back, report.returned);
    for tax in &report.tax {
        parts.money(&format!("{} {}% ({})", words.tax, tax.rate, tax.gross.to_decimal()), tax.tax);
    }
    parts.rule();
    parts.money(words.by_card, report.by_card);
    for other in &report.by_other {
        let by = match other.tender {
            Tender::StoredValue => words.stored_value,
            Tender::GiftCard => words.gift_card,
            Tender::CashAtHandover => words.cash,
            Tender::DemoWallet | Tender::WechatPay => words.wallet,
        };
        parts.money(by, other.amount);
    }
    for foreign in &report.foreign {
        parts.money(&foreign.currency.to_string(), *foreign);
    }
    parts.money(words.in_cash, report.in_cash);
    if let Some(sold) = report.gift_cards {
        parts.row(words.gift_cards, &sold.count.to_string(), Weight::Plain);
        parts.money(words.gift_cards_by_card, sold.by_card);
        parts.money(words.gift_cards_in_cash, sold.in_cash);
    }
    parts.money(words.rounding, report.rounding);
    parts.money(words.float, report.float);
    parts.money(words.put_in, report.put_in);
    parts.money(words.taken_out, report.taken_out);
    parts.row(words.expected, &report.expected_cash.to_decimal(), Weight::Bold);
    if let Some(counted) = page.counted {
        parts.row(words.counted, &counted.to_decimal(), Weight::Bold);
        let difference = counted.minor.saturating_sub(report.expected_cash.minor);
        parts.row(words.difference, &counted.currency.minor(difference).to_decimal(), Weight::Tall);
    }
    parts.0
}

/// The parts of a gift card's slip.
pub fn gift_card(slip: &GiftCardSlip) -> Vec<Part> {
    let heading = &slip.heading;
    let words = words(heading.language);
    let mut parts = Parts::default();
    parts.heading(heading, words);
    parts.0.push(Part::Gap);
    parts.text(words.gift_card, At::Middle, Weight::Tall);
    let amount = format!("{} {}", slip.balance.currency, slip.balance.to_decimal());
    parts.text(&amount, At::Middle, Weight::Tall);
    parts.text(&slip.message, At::Middle, Weight::Bold);
    parts.0.push(Part::Gap);
    parts.0.push(Part::Qr(slip.number.symbol_text()));
    parts.text(&slip.number.to_string(), At::Middle, Weight::Bold);
    parts.text(words.gift_card_rule, At::Middle, Weight::Plain);
    parts.rule();
    parts.row(&format!("{} {}", words.till, heading.till), &when(slip.at, &heading.zone), Weight::Plain);
    parts.0
}

/// The parts of a page that shows what a printer can do.
pub fn test(printer: &Printer) -> Vec<Part> {
    let words = words(printer.language);
    let mut parts = Parts::default();
    parts.text(words.test, At::Middle, Weight::Tall);
    parts.text(&printer.name, At::Middle, Weight::Plain);
    parts.rule();
    parts.row("ABC abc 0123456789", "1234.50", Weight::Plain);
    parts.row("ÄÖÜ éèñ", "ßçå", Weight::Plain);
    parts.row("收银小票", "合计", Weight::Bold);
    let digits: String = ('1'..='9').chain(['0']).cycle().take(printer.paper.columns()).collect();
    parts.text(&digits, At::Start, Weight::Plain);
    parts.0.push(Part::Barcode("TEST-12345".into()));
    parts.0.push(Part::Qr("MINISTORE".into()));
    parts.text(words.test_done, At::Middle, Weight::Plain);
    parts.0
}
