//! What is printed, as plain data: a receipt or a report, whatever it comes out of.

use serde::{Deserialize, Serialize};

use crate::device::sign_of;
use crate::fact::{Refund, Sale};
use crate::id::DeviceId;
use crate::issued::GiftCardNumber;
use crate::money::Money;
use crate::order::OrderLine;
use crate::payment::Tender;
use crate::quantity::Measure;
use crate::shift::Report;
use crate::shop::Shop;
use crate::tax::TaxShare;
use crate::text::Language;
use crate::time::Timestamp;

/// Who an invoice is for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Buyer {
    /// Their name, 1 to [`Buyer::MAX_NAME`] characters.
    pub name: String,
    /// Their tax number, at most [`crate::printer::MAX_TAX_NUMBER`] characters; may be empty.
    #[serde(default)]
    pub tax_number: String,
}

impl Buyer {
    /// The longest name, in characters.
    pub const MAX_NAME: usize = 120;

    /// Whether it is somebody. Errors name the field that breaks its rule.
    pub fn checked(&self) -> Result<(), &'static str> {
        if !(1..=Self::MAX_NAME).contains(&self.name.trim().chars().count()) {
            Err("buyer")
        } else if self.tax_number.chars().count() > crate::printer::MAX_TAX_NUMBER {
            Err("tax_number")
        } else {
            Ok(())
        }
    }
}

/// Who gives a receipt, and in which words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// In which language its own words are.
    pub language: Language,
    /// The shop's name.
    pub shop: String,
    /// Where it is.
    pub address: String,
    /// Its tax number; may be empty.
    pub tax_number: String,
    /// The text at the foot.
    pub footer: String,
    /// The shop's time zone by IANA name.
    pub zone: String,
    /// Whether all of it is for show.
    pub demo: bool,
    /// The till's sign.
    pub till: String,
    /// Who sold; may be empty.
    pub cashier: String,
}

impl Heading {
    /// Of a shop, for what happened at a till.
    pub fn of(shop: &Shop, language: Language, till: DeviceId, cashier: String) -> Self {
        Self {
            language,
            shop: shop.name.get(language).to_owned(),
            address: shop.address.get(language).to_owned(),
            tax_number: shop.till.tax_number.clone(),
            footer: shop.till.footer.get(language).to_owned(),
            zone: shop.zone.clone(),
            demo: shop.demo,
            till: sign_of(till),
            cashier,
        }
    }
}

/// Which paper this is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A sale's receipt.
    Sale,
    /// The same without prices.
    Gift,
    /// The same with who buys.
    Invoice(Buyer),
    /// For goods that came back, with the number of the sale's receipt.
    Return {
        /// Which receipt they were on; None where it was not there.
        sale: Option<u32>,
    },
}

/// A receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Who gives it.
    pub heading: Heading,
    /// Which paper this is.
    pub kind: Kind,
    /// Whether the same was printed before.
    pub copy: bool,
    /// Its number, counted by the till.
    pub number: u32,
    /// When it was sold.
    pub at: Timestamp,
    /// What was sold, or came back.
    pub lines: Vec<ReceiptLine>,
    /// Empties that came back for it.
    pub empties: Vec<ReceiptEmpties>,
    /// The deposits that lines carry, in all; None where they carry none.
    pub deposit: Option<Money>,
    /// What was taken off in all.
    pub saved: Money,
    /// What it came to.
    pub total: Money,
    /// The tax in it by rate.
    pub taxes: Vec<TaxShare>,
    /// What it was paid with, or given back by.
    pub tenders: Vec<Tendered>,
    /// What cash was rounded by.
    pub rounding: Money,
    /// What was given back.
    pub change: Money,
    /// What a member earns by it; None where no card was shown.
    pub points: Option<u32>,
    /// What its barcode says: ASCII.
    pub code: String,
    /// Where it can be seen again: what its QR code says.
    pub link: Option<String>,
}

/// A line of a receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiptLine {
    /// What.
    pub name: String,
    /// How much.
    pub measure: Measure,
    /// For a piece or a kilogram.
    pub price: Money,
    /// What it cost.
    pub amount: Money,
    /// What was taken off.
    pub off: Option<Money>,
    /// The deposits on its containers: what each is called, how many, and what they come to.
    pub deposits: Vec<ReceiptDeposit>,
}

/// A deposit under a receipt's line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiptDeposit {
    /// What it is called.
    pub name: String,
    /// How many containers.
    pub count: u64,
    /// For all of them.
    pub amount: Money,
}

/// Empties on a receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiptEmpties {
    /// What the deposit is called.
    pub name: String,
    /// How many.
    pub count: u32,
    /// For one.
    pub each: Money,
    /// What was given back for them, above zero.
    pub amount: Money,
}

/// One means of payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tendered {
    /// Which.
    pub by: By,
    /// How much.
    pub amount: Money,
}

/// Which means of payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum By {
    /// Notes and coins.
    Cash,
    /// A card at the bank's terminal, with what its slip says.
    Card(String),
    /// Money on a member's card.
    StoredValue,
    /// A gift card.
    GiftCard,
    /// A payer's wallet.
    Wallet,
    /// Cash of another currency, and what of it was received.
    Foreign(Money),
    /// Goods that came back for these, or, on a return, those that were taken for it.
    Exchange,
}

impl By {
    fn of(tender: Tender) -> Self {
        match tender {
            Tender::StoredValue => Self::StoredValue,
            Tender::GiftCard => Self::GiftCard,
            Tender::CashAtHandover => Self::Cash,
            Tender::DemoWallet | Tender::WechatPay => Self::Wallet,
        }
    }
}

/// What a receipt's barcode says: the till's sign and the number.
pub fn code(till: DeviceId, number: u32) -> String {
    ["R", &sign_of(till).replace('-', ""), "-", &number.to_string()].concat()
}

impl Receipt {
    /// Of a sale. `points` is what a member earns by it.
    pub fn of_sale(heading: Heading, sale: &Sale, kind: Kind, points: Option<u32>) -> Self {
        let off =
            |line: &OrderLine| sale.taken_off.iter().find(|off| off.line == line.id).map(|off| off.amount);
        let lines = sale.lines.iter().map(|line| printed(line, heading.language, off(line)));
        let mut tenders: Vec<_> = sale
            .cards
            .iter()
            .map(|card| Tendered { by: By::Card(card.reference.clone()), amount: card.amount.money() })
            .collect();
        tenders.extend(
            sale.taken
                .iter()
                .map(|taken| Tendered { by: By::of(taken.tender), amount: taken.amount.money() }),
        );
        if let Some(credit) = sale.credit {
            tenders.push(Tendered { by: By::Exchange, amount: credit.amount.money() });
        }
        if let Some(foreign) = sale.foreign {
            let by = By::Foreign(foreign.given.money());
            tenders.push(Tendered { by, amount: foreign.worth.money() });
        }
        if !sale.cash.is_zero() {
            tenders.push(Tendered { by: By::Cash, amount: sale.cash });
        }
        let empties = sale.empties.iter().filter_map(|empties| {
            Some(ReceiptEmpties {
                name: empties.deposit.name.get(heading.language).to_owned(),
                count: empties.count,
                each: empties.deposit.amount.money(),
                amount: empties.amount().ok()?,
            })
        });
        Self {
            lines: lines.collect(),
            empties: empties.collect(),
            deposit: sale.totals.deposit,
            heading,
            kind,
            copy: false,
            number: sale.number,
            at: sale.at,
            saved: sale.saved(),
            total: sale.totals.total,
            taxes: sale.totals.tax.clone(),
            tenders,
            rounding: sale.rounding(),
            change: sale.change,
            points,
            code: code(sale.till, sale.number),
            link: None,
        }
    }

    /// Of goods that came back.
    pub fn of_refund(heading: Heading, refund: &Refund, sale: Option<&Sale>) -> Self {
        let nothing = refund.amount.currency.minor(0);
        let mut tenders = Vec::new();
        if let Some(card) = &refund.by_card {
            tenders.push(Tendered { by: By::Card(card.reference.clone()), amount: card.amount.money() });
        }
        if let Some(to) = refund.to_member {
            tenders.push(Tendered { by: By::StoredValue, amount: to.amount.money() });
        }
        if let Some(to) = refund.to_wallet {
            tenders.push(Tendered { by: By::Wallet, amount: to.money() });
        }
        if let Some(to) = refund.to_gift_card {
            tenders.push(Tendered { by: By::GiftCard, amount: to.money() });
        }
        if refund.paid_for.is_some() {
            tenders.push(Tendered { by: By::Exchange, amount: refund.amount });
        }
        if !refund.in_cash().is_zero() {
            tenders.push(Tendered { by: By::Cash, amount: refund.in_cash() });
        }
        Self {
            lines: refund.lines.iter().map(|line| printed(line, heading.language, None)).collect(),
            empties: Vec::new(),
            deposit: None,
            heading,
            kind: Kind::Return { sale: sale.map(|sale| sale.number) },
            copy: false,
            number: refund.number,
            at: refund.at,
            saved: nothing,
            total: refund.amount,
            taxes: Vec::new(),
            tenders,
            rounding: nothing,
            change: nothing,
            points: None,
            code: code(refund.till, refund.number),
            link: None,
        }
    }
}

fn printed(line: &OrderLine, language: Language, off: Option<Money>) -> ReceiptLine {
    ReceiptLine {
        name: line.name.get(language).to_owned(),
        measure: line.measure,
        price: line.price.money(),
        amount: line.amount,
        off,
        deposits: line
            .containers()
            .map(|(carried, count, amount)| ReceiptDeposit {
                name: carried.deposit.name.get(language).to_owned(),
                count,
                amount,
            })
            .collect(),
    }
}

/// What a shift has taken, on paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShiftReport {
    /// Who gives it.
    pub heading: Heading,
    /// When it began.
    pub opened: Timestamp,
    /// Up to when it reckons.
    pub until: Timestamp,
    /// What was counted, where it is closed: a Z report. None while it is open: an X report.
    pub counted: Option<Money>,
    /// The sums.
    pub report: Report,
}

/// A gift card on paper: whoever holds it has the card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GiftCardSlip {
    /// Who gives it.
    pub heading: Heading,
    /// When it was printed.
    pub at: Timestamp,
    /// What is on it.
    pub balance: Money,
    /// Its number.
    pub number: GiftCardNumber,
    /// What its buyer says to who gets it; may be empty.
    pub message: String,
}
