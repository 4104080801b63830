//! A day at a till, from a script: the same seed is the same day.
//!
//! [`Day`] drives a page as fast as it takes it: codes come in by events as a scanner's keys make them, and fields are
//! filled by script; buttons are tapped. What the day comes to is not known here: see [`crate::books`].

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use ministore_core::gtin::check_digit;
use ministore_core::quantity::Measure;
use ministore_hub::founding::DEMO_STAFF;
use serde_json::{Value, json};

use crate::books::Books;
use crate::page::Page;

/// Goods of the demo shop that are sold by the piece to anybody, each above five yuan.
const PIECES: [&str; 6] =
    ["9520110000109", "9520130000134", "9520130002138", "9520130000431", "9520610002214", "9520130001735"];

/// Those that are weighed, taxed at another rate.
const WEIGHED: [&str; 3] = ["01001", "01002", "01003"];

/// Beer: its buyer must be of age.
const LAGER: &str = "9520240000154";

/// Cola in a bottle that carries a deposit.
const BOTTLE: &str = "9520280000107";

/// A code comes in key by key, each a real event of the page, faster than any scanner.
pub async fn scan(page: &Page, codes: &[impl AsRef<str>]) -> Result<()> {
    let codes: Vec<&str> = codes.iter().map(AsRef::as_ref).collect();
    page.run(SCAN, vec![json!(codes)]).await?;
    Ok(())
}

const SCAN: &str = "
    for (const code of arguments[0]) {
        for (const key of [...code, 'Enter']) {
            (document.activeElement ?? document.body).dispatchEvent(
                new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        }
    }
";

/// Presses a key that has a name, such as `F2`.
pub async fn press(page: &Page, key: &str) -> Result<()> {
    let script = "(document.activeElement ?? document.body).dispatchEvent(
        new KeyboardEvent('keydown', { key: arguments[0], bubbles: true, cancelable: true }));";
    page.run(script, vec![json!(key)]).await?;
    Ok(())
}

/// A field holds this at once, whatever it allows to be typed.
pub async fn put(page: &Page, part: &str, text: &str) -> Result<()> {
    let field = page.sees(part).await?;
    let script = "arguments[0].value = arguments[1];
        arguments[0].dispatchEvent(new InputEvent('input', { bubbles: true }));";
    page.driver().execute(script, vec![field.to_json()?, json!(text)]).await?;
    Ok(())
}

/// The key of the sale that the ticket on this page becomes, once the ticket is kept.
pub async fn key_of_ticket(page: &Page) -> Result<String> {
    page.eventually("the ticket to be kept", async || {
        let kept = page.kept("ministore.till").await.map_err(|error| error.to_string())?;
        let kept: Value = serde_json::from_str(&kept.unwrap_or_default()).unwrap_or_default();
        match (kept["ticket"]["lines"].as_array(), kept["ticket"]["sale"].as_str()) {
            (Some(lines), Some(sale)) if !lines.is_empty() => Ok(sale.to_owned()),
            _ => Err(format!("{kept} is kept")),
        }
    })
    .await
}

/// An amount in minor units, as a page writes it in a currency of two decimals.
pub fn minor_of(text: &str) -> Result<i64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let minor: i64 = digits.parse().with_context(|| format!("{text:?} is no amount"))?;
    Ok(if text.contains(['-', '−']) { -minor } else { minor })
}

/// Numbers that are the same for a seed (SplitMix64, by Sebastiano Vigna).
#[derive(Clone, Debug)]
pub struct Seeded(pub u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of `0..below`.
    pub fn below(&mut self, below: u64) -> u64 {
        self.next() % below.max(1)
    }
}

/// What is special about a ticket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ticket {
    /// Goods by the piece.
    Pieces,
    /// Several at once.
    Times,
    /// Something that is weighed here.
    Weighed,
    /// A pack whose label carries its price.
    Labelled,
    /// Beer.
    Aged,
    /// Five percent off a line.
    OffLine,
    /// An amount off all of it.
    OffAll,
    /// More than a cashier may take off.
    OffByManager,
    /// Another price, which a manager allows.
    OtherPrice,
    /// Put aside and taken up again.
    Held,
    /// A line too many, which is taken off.
    LineVoided,
    /// A line too many, which is undone.
    Undone,
    /// With a member's card.
    Member,
}

impl Ticket {
    /// Whether a till can do it without its hub.
    pub const fn is_alone(self) -> bool {
        !matches!(self, Self::Held | Self::OffByManager | Self::OtherPrice)
    }

    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Pieces,
        Self::Times,
        Self::Weighed,
        Self::Labelled,
        Self::Aged,
        Self::OffLine,
        Self::OffAll,
        Self::OffByManager,
        Self::OtherPrice,
        Self::Held,
        Self::LineVoided,
        Self::Undone,
        Self::Member,
    ];
}

/// How a ticket is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pay {
    /// Exactly what is due.
    Exact,
    /// More than is due.
    Note,
    /// By card.
    Card,
    /// A part by card, the rest in cash.
    Split,
}

impl Pay {
    const ALL: [Self; 4] = [Self::Exact, Self::Note, Self::Card, Self::Split];
}

/// A cashier at a till that is open, and what the receipts should be numbered.
pub struct Day {
    page: Page,
    seeded: Seeded,
    /// A member's card.
    card: String,
    /// The number of the last receipt.
    pub number: u32,
    items: usize,
}

impl Day {
    /// Begins with the first ticket. `card` is a member's.
    pub fn begin(page: &Page, seed: u64, card: &str) -> Self {
        Self { page: page.clone(), seeded: Seeded(seed), card: card.to_owned(), number: 0, items: 0 }
    }

    /// Goes on at another page, with so many items on the ticket.
    pub fn goes_on_at(&mut self, page: &Page, items: usize) {
        (self.page, self.items) = (page.clone(), items);
    }

    /// How many items are on the ticket.
    pub const fn items(&self) -> usize {
        self.items
    }

    fn any_piece(&mut self) -> &'static str {
        PIECES[self.seeded.below(PIECES.len() as u64) as usize]
    }

    /// Waits until the ticket holds `more` items than before.
    async fn holds_more(&mut self, more: i64) -> Result<()> {
        self.items = self.items.saturating_add_signed(more as isize);
        let there = "parseInt(document.querySelector('.till-total dt')?.textContent ?? '0')";
        self.page.until(&format!("{} items", self.items), &format!("{there} === {}", self.items)).await
    }

    /// Sees that the ticket still holds what it held.
    pub async fn still_holds(&mut self) -> Result<()> {
        self.holds_more(0).await
    }

    /// Waits until the ticket is kept with all that it holds.
    pub async fn is_kept(&self) -> Result<()> {
        self.page
            .eventually("all of the ticket to be kept", async || {
                let kept = self.page.kept("ministore.till").await.map_err(|error| error.to_string())?;
                let kept: Value = serde_json::from_str(&kept.unwrap_or_default()).unwrap_or_default();
                let lines = kept["ticket"]["lines"].as_array().into_iter().flatten();
                let measures =
                    lines.filter_map(|line| serde_json::from_value::<Measure>(line["measure"].clone()).ok());
                let items: u32 = measures.map(|measure| measure.items()).sum();
                if items as usize == self.items { Ok(()) } else { Err(format!("{items} items are")) }
            })
            .await
    }

    /// Scans so many pieces of goods.
    pub async fn scans(&mut self, count: usize) -> Result<()> {
        let codes: Vec<&str> = (0..count).map(|_| self.any_piece()).collect();
        scan(&self.page, &codes).await?;
        self.holds_more(count as i64).await
    }

    /// Types into the field that is always there.
    async fn enters(&self, text: &str) -> Result<()> {
        put(&self.page, "@code", text).await?;
        self.page.taps("@code-go").await
    }

    /// Rings up a ticket. Whether a manager has to allow it.
    pub async fn rings(&mut self, ticket: Ticket) -> Result<bool> {
        let page = self.page.clone();
        self.items = 0;
        if ticket == Ticket::Member {
            scan(&page, &[&self.card]).await?;
            page.reads("@ticket-member", &self.card).await?;
        }
        let some = 1 + self.seeded.below(4) as usize;
        self.scans(some).await?;
        match ticket {
            Ticket::Pieces | Ticket::Member => {}
            Ticket::Times => {
                let times = 2 + self.seeded.below(7) as i64;
                self.enters(&format!("{times}*")).await?;
                page.reads("@times", &times.to_string()).await?;
                let code = self.any_piece();
                scan(&page, &[code]).await?;
                self.holds_more(times).await?;
            }
            Ticket::Weighed => {
                let grams = 1 + self.seeded.below(3_000);
                let plu = WEIGHED[self.seeded.below(WEIGHED.len() as u64) as usize];
                self.enters(plu).await?;
                put(&page, "@field-weight", &format!("{}.{:03}", grams / 1000, grams % 1000)).await?;
                page.taps("@weighed").await?;
                self.holds_more(1).await?;
            }
            Ticket::Labelled => {
                let price = 101 + self.seeded.below(4_000);
                let plu = WEIGHED[self.seeded.below(WEIGHED.len() as u64) as usize];
                let body = format!("20{plu}{price:05}");
                let check = check_digit(&body).context("a check digit")?;
                scan(&page, &[format!("{body}{check}")]).await?;
                self.holds_more(1).await?;
            }
            Ticket::Aged => {
                scan(&page, &[LAGER]).await?;
                self.holds_more(1).await?;
            }
            Ticket::OffLine | Ticket::OffByManager => {
                press(&page, "F8").await?;
                let off = if ticket == Ticket::OffLine { "@off-5" } else { "@off-20" };
                page.taps(off).await?;
                page.sees("@saved").await?;
            }
            Ticket::OtherPrice => {
                press(&page, "F8").await?;
                let price = 100 + self.seeded.below(300);
                put(&page, "@field-off-price", &format!("{}.{:02}", price / 100, price % 100)).await?;
                page.taps("@off-set").await?;
                page.sees("@saved").await?;
            }
            Ticket::OffAll => {
                // The line that was rung last is chosen: no line is.
                page.taps(".till-line[data-chosen] .till-line-main").await?;
                press(&page, "F8").await?;
                put(&page, "@field-off-amount", &format!("0.{:02}", 7 + self.seeded.below(30))).await?;
                page.taps("@off-set").await?;
                page.sees("@off-all").await?;
            }
            Ticket::Held => {
                press(&page, "F4").await?;
                page.sees("@ticket-empty").await?;
                press(&page, "F6").await?;
                page.taps("@held").await?;
                self.holds_more(0).await?;
            }
            Ticket::LineVoided | Ticket::Undone => {
                scan(&page, &[LAGER]).await?;
                self.holds_more(1).await?;
                press(&page, if ticket == Ticket::Undone { "F7" } else { "Delete" }).await?;
                self.holds_more(-1).await?;
            }
        }
        Ok(matches!(ticket, Ticket::OffByManager | Ticket::OtherPrice))
    }

    /// Goes on to paying, and does all that is asked before the money is taken.
    pub async fn goes_to_pay(&mut self, ticket: Ticket, pay: Pay, by_manager: bool) -> Result<()> {
        let page = &self.page;
        page.taps("@pay").await?;
        page.sees("@tender").await?;
        if ticket == Ticket::Aged {
            page.taps("@age-check").await?;
        }
        if by_manager {
            let manager = DEMO_STAFF[1];
            put(page, "@field-pin", manager.pin).await?;
            page.taps("@allow").await?;
            page.reads("@allowed", manager.name).await?;
        }
        match pay {
            Pay::Exact => {}
            Pay::Note => {
                let due = minor_of(&page.text("@due").await?)?;
                let step = [1_000, 10_000][self.seeded.below(2) as usize];
                let cash = (due / step + 1) * step;
                put(page, "@cash", &format!("{}.{:02}", cash / 100, cash % 100)).await?;
                let change = page.text("@change").await?;
                ensure!(minor_of(&change)? == cash - due, "{cash} for {due} gives {change} back");
            }
            Pay::Card | Pay::Split => {
                page.taps("@by-card").await?;
                if pay == Pay::Split {
                    put(page, "@field-card-amount", "1.23").await?;
                }
                put(page, "@field-card-reference", "A1042").await?;
                // Below the fold on a low screen: the cashier scrolls.
                let there = "document.querySelector('[data-testid=card-taken]')";
                page.run(&format!("{there}.scrollIntoView({{ block: 'center' }});"), Vec::new()).await?;
                page.taps("@card-taken").await?;
                page.sees("@paid-part").await?;
            }
        }
        Ok(())
    }

    /// Takes the money, sees the receipt, and goes on to the next ticket.
    pub async fn sells(&mut self) -> Result<()> {
        self.page.taps("@sell").await?;
        self.sees_receipt().await
    }

    /// Sees the next receipt, and goes on to the next ticket.
    pub async fn sees_receipt(&mut self) -> Result<()> {
        self.number += 1;
        let wanted = format!("Receipt {}", self.number);
        if let Err(error) = self.page.sees("@sold").await {
            bail!("{error:#}; the page says {:?}", self.page.texts("main").await?);
        }
        let said = self.page.text("@receipt-number").await?;
        ensure!(said == wanted, "after receipt {} comes {said:?}", self.number - 1);
        self.page.taps("@next-sale").await?;
        self.page.sees("@ticket-empty").await?;
        self.items = 0;
        Ok(())
    }

    /// So many tickets, of each kind and paid in each way in turn, from this place in the turn on.
    pub async fn tickets(&mut self, from: usize, count: usize) -> Result<()> {
        for at in from..from + count {
            let (ticket, pay) = turn(at);
            self.ticket(ticket, pay).await.with_context(|| format!("ticket {at}: {ticket:?}, {pay:?}"))?;
        }
        Ok(())
    }

    /// One ticket.
    pub async fn ticket(&mut self, ticket: Ticket, pay: Pay) -> Result<()> {
        let by_manager = self.rings(ticket).await?;
        self.goes_to_pay(ticket, pay, by_manager).await?;
        self.sells().await
    }

    /// A ticket of bottles of which one too many is undone and some empties come back, and a ticket of empties alone.
    pub async fn trades_bottles(&mut self) -> Result<()> {
        let page = self.page.clone();
        self.items = 0;
        self.scans(1).await?;
        scan(&page, &[BOTTLE, BOTTLE, BOTTLE]).await?;
        self.holds_more(3).await?;
        press(&page, "F7").await?;
        self.holds_more(-1).await?;
        self.counts_empties("3").await?;
        self.goes_to_pay(Ticket::Pieces, Pay::Note, false).await?;
        self.sells().await?;
        self.counts_empties("21").await?;
        self.goes_to_pay(Ticket::Pieces, Pay::Exact, false).await?;
        self.sells().await
    }

    async fn counts_empties(&self, count: &str) -> Result<()> {
        press(&self.page, "F3").await?;
        put(&self.page, "@field-empties-count", count).await?;
        self.page.taps("@empties-bottle").await?;
        self.page.taps("@empties-done").await?;
        self.page.reads("@ticket-empties", count).await?;
        Ok(())
    }

    /// A ticket that is thrown away.
    pub async fn voids_one(&mut self) -> Result<()> {
        self.rings(Ticket::Pieces).await?;
        self.page.taps("@void").await?;
        self.page.taps("@void-sure").await?;
        self.page.sees("@ticket-empty").await?;
        Ok(())
    }

    /// Goods of receipt `number` come back: the first line, or all. `by_card` gives to the card as much as it had paid.
    pub async fn takes_back(&mut self, number: u32, all: bool, by_card: bool) -> Result<()> {
        let page = &self.page;
        page.taps("@to-sales").await?;
        put(page, "@field-receipt", &number.to_string()).await?;
        page.taps("@find-sale").await?;
        page.reads("@pane-title", &format!("Receipt {number}")).await?;
        page.sees("@back-line").await?;
        let lines = if all { page.texts("@back-line").await?.len() } else { 1 };
        for line in 1..=lines {
            page.taps(&format!("@back-line:nth-child({line}) label.check")).await?;
        }
        if by_card {
            page.taps("label:has(@back-by-card)").await?;
        }
        page.taps("@give-back").await?;
        page.sees("@refunded").await?;
        self.number += 1;
        page.reads(".receipt-row", &format!("Returned, receipt {}", self.number)).await?;
        page.taps("@pane-back").await?;
        page.taps("@pane-back").await?;
        page.sees("@ticket-empty").await?;
        Ok(())
    }

    /// Cash is put in, or taken out.
    pub async fn moves_cash(&self, amount: &str, reason: &str, button: &str) -> Result<()> {
        put(&self.page, "@field-move-amount", amount).await?;
        put(&self.page, "@field-move-reason", reason).await?;
        self.page.taps(button).await?;
        self.page.reads("@moved", reason).await?;
        Ok(())
    }

    /// Counts the drawer, in coins of at least a jiao, and closes the till.
    pub async fn counts_and_closes(&self, minor: i64) -> Result<()> {
        self.page.taps("@close-open").await?;
        let mut left = minor;
        for worth in [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10] {
            let field = format!("[data-testid='count-{}.{:02}']", worth / 100, worth % 100);
            put(&self.page, &field, &(left / worth).to_string()).await?;
            left %= worth;
        }
        let counted = self.page.text("@counted").await?;
        ensure!(minor_of(&counted)? == minor - left, "{counted} is not what was counted");
        self.page.taps("@close-till").await?;
        self.page.sees("@z-report").await?;
        Ok(())
    }
}

/// Which ticket comes at a place in the day, and how it is paid.
pub fn turn(at: usize) -> (Ticket, Pay) {
    // The kinds are thirteen and the ways four: every pair comes once in fifty-two.
    (Ticket::ALL[at % Ticket::ALL.len()], Pay::ALL[at % Pay::ALL.len()])
}

/// Errors where the Z report that is shown says anything else than the books. `counted` is what was counted.
pub async fn report_says(page: &Page, books: &Books, counted: i64) -> Result<()> {
    let rows = page.run(REPORT, Vec::new()).await?;
    let rows: Vec<(String, String, String)> = serde_json::from_value(rows).context("a report has rows")?;
    let mut shown = BTreeMap::new();
    let mut tax = BTreeMap::new();
    let mut receipts = String::new();
    for (id, label, value) in rows {
        match (id.as_str(), label.strip_prefix("Tax ")) {
            ("", Some(rate)) => {
                let rate = rate.trim_end_matches([' ', '%', '\u{a0}']).parse::<f64>()?;
                tax.insert((rate * 100.0).round() as i64, minor_of(&value)?);
            }
            ("", None) => receipts = value,
            (id, _) => _ = shown.insert(id.to_owned(), minor_of(&value)?),
        }
    }
    let mut wanted: BTreeMap<String, i64> = [
        ("report-sales", books.sales),
        ("report-sold", books.sold),
        ("report-off", books.taken_off),
        ("report-refunds", books.refunds),
        ("report-returned", books.returned),
        ("report-card", books.by_card),
        ("report-cash", books.in_cash),
        ("report-rounding", books.rounding),
        ("report-float", books.float),
        ("report-in", books.put_in),
        ("report-out", books.taken_out),
        ("report-expected", books.drawer()),
        ("z-counted", counted),
        ("z-difference", counted - books.drawer()),
    ]
    .map(|(id, minor)| (id.to_owned(), minor))
    .into();
    if (books.deposits, books.deposits_back) != (0, 0) {
        wanted.insert("report-deposits".to_owned(), books.deposits);
        wanted.insert("report-deposits-back".to_owned(), books.deposits_back);
    }
    ensure!(shown == wanted, "the report says {shown:#?}, and the books {wanted:#?}");
    ensure!(tax == books.tax, "the report says {tax:?} of tax, and the books {:?}", books.tax);
    let (first, last) = (books.numbers.first().context("no receipt")?, books.numbers.last().context("none")?);
    ensure!(receipts == format!("{first}–{last}"), "the receipts are {receipts}");
    Ok(())
}

const REPORT: &str = "
    return [...document.querySelectorAll('[data-testid=z-report] .receipt-row')].map(row => {
        const value = row.querySelector('dd');
        return [value.dataset.testid ?? '', row.querySelector('dt').innerText.trim(), value.innerText.trim()];
    });
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_pages_write_them() {
        assert_eq!(minor_of("CN¥1,234.50").unwrap(), 123_450);
        assert_eq!(minor_of("-CN¥0.10").unwrap(), -10);
        assert!(minor_of("–").is_err());
    }

    #[test]
    fn a_seed_is_a_day() {
        let mut first = Seeded(7);
        let mut second = Seeded(7);
        assert_eq!([(); 4].map(|()| first.below(1000)), [(); 4].map(|()| second.below(1000)));
        let pairs: std::collections::BTreeSet<_> = (0..52).map(|at| format!("{:?}", turn(at))).collect();
        assert_eq!(pairs.len(), 52);
    }
}
