//! At the table: several phones share what one table has open, send it to the kitchen in rounds, and pay it together or
//! in parts.
//!
//! A [`Tab`] is what a table has open from the first guest to the last payment. Its lines begin as drafts that all guests
//! of the table see and may change; [`SendRound`] makes a [`Round`] of them, with a number that is called out. From there each
//! line goes its way by itself ([`LineStep::taken_at`]), because the bar is quicker than the kitchen. What is owed and how
//! it is shared is in [`bill`](fn@bill) and beside it.

mod bill;
pub mod menu;

use serde::{Deserialize, Serialize};

use crate::catalogue::PictureId;
use crate::id::{LineId, PaymentId, ProductId, RoundId, TabId};
use crate::issued::TableNumber;
use crate::money::{Money, Price};
use crate::payment::Tender;
use crate::quantity::Measure;
use crate::refusal::Refusal;
use crate::tax::TaxRate;
use crate::text::LocalText;
use crate::time::Timestamp;
use menu::{Choice, Chosen, MenuKey};

pub use bill::{
    Bill, MAX_PARTS, PayFor, Portion, TabPayment, TabPaymentState, amounts_for, bill, cost_of_portions,
    split_equally, unpaid_pieces,
};

/// The most lines that a table has open.
pub const MAX_TAB_LINES: usize = 300;

/// The most phones that share a table.
pub const MAX_GUESTS: u32 = 50;

/// The most pieces of one line.
pub const MAX_PIECES: u32 = 99;

/// The most characters of a note to the kitchen.
pub const MAX_NOTE: usize = 120;

/// Where a dish stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// Chosen, and not sent to the kitchen.
    Draft,
    /// The kitchen has it.
    Sent,
    /// It is being made.
    Preparing,
    /// It is made and waits.
    Ready,
    /// The guests have it.
    Served,
    /// The shop cannot make it.
    Cancelled,
}

impl LineState {
    /// Every state, in the order of a good journey.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Sent, Self::Preparing, Self::Ready, Self::Served, Self::Cancelled];

    /// Whether it is on the bill.
    pub const fn is_ordered(self) -> bool {
        matches!(self, Self::Sent | Self::Preparing | Self::Ready | Self::Served)
    }

    /// Whether it is still to be made or served.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Sent | Self::Preparing | Self::Ready)
    }

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Served => "served",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Something done to a dish.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineStep {
    /// A guest wants more or less of it.
    Change,
    /// A guest sends it to the kitchen.
    Send,
    /// Somebody begins to make it.
    Start,
    /// It is made.
    Ready,
    /// The guests have it.
    Serve,
    /// The step before was a slip.
    Back,
    /// The shop cannot make it.
    Cancel,
}

impl LineStep {
    /// Every step.
    pub const ALL: [Self; 7] =
        [Self::Change, Self::Send, Self::Start, Self::Ready, Self::Serve, Self::Back, Self::Cancel];

    /// Where a dish stands after this step, taken at `state`. None where it cannot be taken: what is served stays on the
    /// bill, what is cancelled stays off it.
    pub const fn taken_at(self, state: LineState) -> Option<LineState> {
        use LineState::{Cancelled, Draft, Preparing, Ready, Sent, Served};
        match (self, state) {
            (Self::Change, Draft) => Some(Draft),
            (Self::Send, Draft) => Some(Sent),
            (Self::Start, Sent) => Some(Preparing),
            (Self::Ready, Sent | Preparing) => Some(Ready),
            (Self::Serve, Ready) => Some(Served),
            (Self::Back, Preparing) => Some(Sent),
            (Self::Back, Ready) => Some(Preparing),
            (Self::Back, Served) => Some(Ready),
            (Self::Cancel, Sent | Preparing | Ready) => Some(Cancelled),
            _ => None,
        }
    }

    /// Where it always leads, so that whoever takes it second finds it done. None for those that depend on where they
    /// are taken.
    pub const fn leads_to(self) -> Option<LineState> {
        match self {
            Self::Start => Some(LineState::Preparing),
            Self::Ready => Some(LineState::Ready),
            Self::Serve => Some(LineState::Served),
            Self::Cancel => Some(LineState::Cancelled),
            Self::Change | Self::Send | Self::Back => None,
        }
    }

    /// Whether staff takes it, rather than a guest.
    pub const fn is_staffs(self) -> bool {
        !matches!(self, Self::Change | Self::Send)
    }
}

/// Whether a table still has something open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TabState {
    /// Guests sit there.
    Open,
    /// All is served and paid, or nothing was ordered: the table is free.
    Closed,
}

/// A dish that a table has chosen: the menu's, frozen when it was put in, and how far it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TabLine {
    /// Its key.
    pub id: LineId,
    /// Of which product.
    pub product: ProductId,
    /// Its name then.
    pub name: LocalText,
    /// Its picture.
    pub picture: Option<PictureId>,
    /// Who makes it.
    pub station: MenuKey,
    /// What was chosen of it.
    pub chosen: Vec<Chosen>,
    /// How many, 1 to [`MAX_PIECES`].
    pub pieces: u32,
    /// What one piece cost then, with what was chosen.
    pub price: Price,
    /// The tax in it.
    pub tax: TaxRate,
    /// What all pieces cost.
    pub amount: Money,
    /// Youngest guest's age in years, to be checked when serving.
    pub min_age: Option<u8>,
    /// What the kitchen should know; may be empty.
    pub note: String,
    /// Which guest put it in; None for staff.
    pub guest: Option<u32>,
    /// Where it stands.
    pub state: LineState,
    /// With which round it was sent.
    pub round: Option<RoundId>,
}

/// What a table sent to the kitchen at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Round {
    /// Its key.
    pub id: RoundId,
    /// The number that is called out: counted in the shop from 1 on, each day anew.
    pub number: u32,
    /// When.
    pub sent: Timestamp,
    /// By which guest; None for staff.
    pub guest: Option<u32>,
}

/// How far a round is, all its dishes together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    /// Something of it is still to be made.
    Preparing,
    /// All of it is made, and something waits.
    Ready,
    /// Nothing of it is under way.
    Over,
}

impl RoundState {
    /// How far a round with these dishes is.
    pub fn of(lines: impl IntoIterator<Item = LineState>) -> Self {
        lines.into_iter().fold(Self::Over, |so_far, line| match (line, so_far) {
            (LineState::Sent | LineState::Preparing, _) | (_, Self::Preparing) => Self::Preparing,
            (LineState::Ready, _) | (_, Self::Ready) => Self::Ready,
            (LineState::Draft | LineState::Served | LineState::Cancelled, Self::Over) => Self::Over,
        })
    }
}

/// What a table has open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tab {
    /// Its key.
    pub id: TabId,
    /// At which table.
    pub table: TableNumber,
    /// Whether it is open.
    pub state: TabState,
    /// Since when guests sit there.
    pub opened: Timestamp,
    /// Since when it is closed.
    pub closed: Option<Timestamp>,
    /// How many phones share it: guests are numbered from 1 on, as they came.
    pub guests: u32,
    /// Which of them asks; None for staff.
    pub me: Option<u32>,
    /// What was chosen, oldest first.
    pub lines: Vec<TabLine>,
    /// What was sent to the kitchen, oldest first.
    pub rounds: Vec<Round>,
    /// Its payments, oldest first.
    pub payments: Vec<TabPayment>,
    /// Into how many equal parts the rest is split: how many of them are still to be paid; 0 where it is not split.
    pub parts: u32,
    /// What it owes.
    pub bill: Bill,
}

impl Tab {
    /// The dishes that are chosen and not sent.
    pub fn drafts(&self) -> impl Iterator<Item = &TabLine> {
        self.lines.iter().filter(|line| line.state == LineState::Draft)
    }

    /// The dishes of a round.
    pub fn lines_of(&self, round: RoundId) -> impl Iterator<Item = &TabLine> {
        self.lines.iter().filter(move |line| line.round == Some(round))
    }

    /// The line of that key.
    pub fn line(&self, id: LineId) -> Option<&TabLine> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// The amounts that a payment for `pays` may have now, as [`amounts_for`] says.
    pub fn amounts_for(&self, pays: &PayFor) -> Result<Vec<Money>, Refusal> {
        amounts_for(pays, &self.lines, &self.payments, self.parts, &self.bill)
    }

    /// How many pieces of a line nobody has paid for by themselves.
    pub fn unpaid_pieces(&self, line: &TabLine) -> u32 {
        unpaid_pieces(line, &self.payments)
    }

    /// Whether all that was ordered is served and paid, and nothing more is chosen: then it closes by itself.
    pub fn is_settled(&self) -> bool {
        let served = self.lines.iter().any(|line| line.state == LineState::Served);
        let waits = |line: &TabLine| line.state == LineState::Draft || line.state.is_under_way();
        served && !self.lines.iter().any(waits) && self.is_paid()
    }

    /// Whether staff may close it: nothing is under way, nothing is owed. Refused otherwise.
    pub fn may_close(&self) -> Result<(), Refusal> {
        if self.lines.iter().any(|line| line.state.is_under_way()) {
            return Err(Refusal::TabOpen { table: self.table });
        }
        if self.bill.due.minor > 0 {
            return Err(Refusal::PaymentDue { due: self.bill.due });
        }
        if self.is_paid() { Ok(()) } else { Err(Refusal::TabOpen { table: self.table }) }
    }

    fn is_paid(&self) -> bool {
        self.bill.due.minor <= 0 && self.bill.asked.is_zero()
    }
}

/// What so many pieces cost at `price`. Refused outside 1 to [`MAX_PIECES`], and beyond the range of money.
pub fn amount_of(pieces: u32, price: Price) -> Result<Money, Refusal> {
    if !(1..=MAX_PIECES).contains(&pieces) {
        return Err(Refusal::invalid("pieces", format!("1 to {MAX_PIECES} pieces")));
    }
    Measure::Pieces(pieces).cost(price).map_err(|error| Refusal::invalid("pieces", error))
}

/// A note to the kitchen without white space around it. Refused where it is longer than [`MAX_NOTE`] or has control
/// characters.
pub fn checked_note(note: &str) -> Result<String, Refusal> {
    let note = note.trim();
    if note.chars().count() <= MAX_NOTE && !note.chars().any(char::is_control) {
        Ok(note.to_owned())
    } else {
        Err(Refusal::invalid("note", format!("up to {MAX_NOTE} characters")))
    }
}

/// The address of a table's page at a shop that phones reach at `origin`: what a camera reads from the code on the table.
pub fn table_address(origin: &str, table: TableNumber) -> String {
    format!("{}/t/{table}", origin.trim().trim_end_matches('/'))
}

/// The host, without its port, and the table that an address of [`table_address`] names. None for any other text.
pub fn read_table_address(text: &str) -> Option<(&str, TableNumber)> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let (authority, table) = rest.split_once("/t/")?;
    let number = table.trim_end_matches('/');
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let table = digits.then(|| number.parse().ok()).flatten().and_then(TableNumber::new)?;
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    (!host.is_empty() && !host.contains(['/', '@', '?', '#'])).then_some((host, table))
}

/// Query `table.tables`: the shop's tables, and what each has open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetTables {}

/// What a table has open, in short.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TabSummary {
    /// Its key.
    pub tab: TabId,
    /// Since when guests sit there.
    pub opened: Timestamp,
    /// How many phones share it.
    pub guests: u32,
    /// Pieces that are chosen and not sent.
    pub drafts: u32,
    /// Pieces that are to be made.
    pub to_make: u32,
    /// Pieces that are made and wait.
    pub ready: u32,
    /// What it comes to.
    pub total: Money,
    /// What is still to be paid.
    pub due: Money,
}

impl From<&Tab> for TabSummary {
    fn from(tab: &Tab) -> Self {
        let pieces = |is: fn(LineState) -> bool| {
            let lines = tab.lines.iter().filter(|line| is(line.state));
            lines.map(|line| line.pieces).fold(0u32, u32::saturating_add)
        };
        Self {
            tab: tab.id,
            opened: tab.opened,
            guests: tab.guests,
            drafts: pieces(|state| state == LineState::Draft),
            to_make: pieces(|state| matches!(state, LineState::Sent | LineState::Preparing)),
            ready: pieces(|state| state == LineState::Ready),
            total: tab.bill.totals.total,
            due: tab.bill.due,
        }
    }
}

/// A table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TableView {
    /// Which.
    pub table: TableNumber,
    /// How many sit there.
    pub seats: u32,
    /// What it has open; None where it is free.
    pub tab: Option<TabSummary>,
}

/// The shop's tables.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tables {
    /// By number.
    pub tables: Vec<TableView>,
}

/// Request `table.sit`: joins what the table has open, or opens it. Refused where the shop has no such table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sit {
    /// Where.
    pub table: TableNumber,
    /// The key under which it is opened, where it is not open yet.
    pub tab: TabId,
}

/// Query `table.tab`: what a table has open, for its guests and for staff.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetTab {
    /// Which.
    pub tab: TabId,
}

/// Request `table.put`: one more dish for the table, not sent yet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Put {
    /// For which tab.
    pub tab: TabId,
    /// The new line's key: the same one again is the same line.
    pub line: LineId,
    /// Of which product of the menu.
    pub product: ProductId,
    /// What is chosen of it.
    #[cfg_attr(feature = "schema", schemars(length(max = 50)))]
    pub choices: Vec<Choice>,
    /// How many, 1 to [`MAX_PIECES`].
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_PIECES)))]
    pub pieces: u32,
    /// What the kitchen should know, up to [`MAX_NOTE`] characters.
    #[cfg_attr(feature = "schema", schemars(length(max = MAX_NOTE)))]
    #[serde(default)]
    pub note: String,
}

/// Request `table.change`: more or less of a dish that is not sent yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeLine {
    /// Of which tab.
    pub tab: TabId,
    /// Which line.
    pub line: LineId,
    /// How many now, up to [`MAX_PIECES`]; 0 takes it out.
    #[cfg_attr(feature = "schema", schemars(range(max = MAX_PIECES)))]
    pub pieces: u32,
}

/// Request `table.send`: dishes go to the kitchen, as one round. Those that another guest has just sent are not sent
/// again; where none is left, there is no new round.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SendRound {
    /// Of which tab.
    pub tab: TabId,
    /// The new round's key: the same one again is the same round.
    pub round: RoundId,
    /// Which lines, as the sender saw them: at least one.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = MAX_TAB_LINES)))]
    pub lines: Vec<LineId>,
}

/// Request `table.split`: what is due is shared in so many equal parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Split {
    /// Of which tab.
    pub tab: TabId,
    /// 2 to [`MAX_PARTS`]; 0 puts it together again.
    #[cfg_attr(feature = "schema", schemars(range(max = MAX_PARTS)))]
    pub parts: u32,
}

/// Request `table.pay`: a guest pays at once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pay {
    /// Of which tab.
    pub tab: TabId,
    /// The payment's key: the same one again is the same payment.
    pub payment: PaymentId,
    /// What for.
    pub pays: PayFor,
    /// What the guest was shown; another amount is refused rather than charged.
    pub expected: Money,
    /// By what means; not cash.
    pub tender: Tender,
}

/// Request `table.take_cash`: staff takes cash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TakeCash {
    /// Of which tab.
    pub tab: TabId,
    /// The payment's key: the same one again is the same payment.
    pub payment: PaymentId,
    /// What for.
    pub pays: PayFor,
    /// What was shown.
    pub expected: Money,
    /// The cash received.
    pub cash: Money,
}

/// Cash taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CashTaken {
    /// The tab.
    pub tab: Tab,
    /// What to give back to the guest.
    pub change: Money,
}

/// Request `table.give_back`: a payment goes back whole, the way it came: cash by hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GiveBack {
    /// Of which tab.
    pub tab: TabId,
    /// Which payment.
    pub payment: PaymentId,
}

/// Request `table.step`: staff takes a step with dishes. Those that are there already are left as they are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TakeStep {
    /// Of which tab.
    pub tab: TabId,
    /// Which lines, at least one.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = MAX_TAB_LINES)))]
    pub lines: Vec<LineId>,
    /// Which step: one that is [`LineStep::is_staffs`].
    pub step: LineStep,
}

/// Request `table.close`: the guests have left. What was chosen and not sent is dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Close {
    /// Which tab.
    pub tab: TabId,
}

/// Query `table.kitchen`: every round of which something is under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetKitchen {}

/// A round as the kitchen sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KitchenRound {
    /// The round.
    pub round: Round,
    /// Of which tab.
    pub tab: TabId,
    /// For which table.
    pub table: TableNumber,
    /// All its dishes.
    pub lines: Vec<TabLine>,
}

impl KitchenRound {
    /// How far it is.
    pub fn state(&self) -> RoundState {
        RoundState::of(self.lines.iter().map(|line| line.state))
    }
}

/// What the kitchen has to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Kitchen {
    /// Oldest first.
    pub rounds: Vec<KitchenRound>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::money::Currency;

    /// A line of so many pieces at so many fen.
    pub(super) fn line(id: u128, state: LineState, pieces: u32, fen: i64) -> TabLine {
        let price = Price::new(Currency::CNY.minor(fen)).unwrap();
        TabLine {
            id: LineId(Uuid::from_u128(id)),
            product: ProductId(Uuid::from_u128(id)),
            name: LocalText::new("Latte", "拿铁"),
            picture: None,
            station: "bar".parse().unwrap(),
            chosen: Vec::new(),
            pieces,
            price,
            tax: TaxRate(600),
            amount: amount_of(pieces, price).unwrap(),
            min_age: None,
            note: String::new(),
            guest: Some(1),
            state,
            round: (state != LineState::Draft).then(|| RoundId(Uuid::from_u128(1))),
        }
    }

    fn tab(lines: Vec<TabLine>, payments: Vec<TabPayment>) -> Tab {
        let bill = bill(&lines, &payments, Currency::CNY).unwrap();
        Tab {
            id: TabId(Uuid::nil()),
            table: TableNumber::new(3).unwrap(),
            state: TabState::Open,
            opened: Timestamp(0),
            closed: None,
            guests: 1,
            me: Some(1),
            lines,
            rounds: Vec::new(),
            payments,
            parts: 0,
            bill,
        }
    }

    fn payment(fen: i64, state: TabPaymentState) -> TabPayment {
        TabPayment {
            id: PaymentId(Uuid::nil()),
            pays: PayFor::Rest,
            amount: Currency::CNY.minor(fen),
            tender: Tender::DemoWallet,
            state,
            guest: Some(1),
            at: Timestamp(0),
        }
    }

    proptest! {
        #[test]
        fn no_walk_takes_a_dish_off_the_bill_but_by_cancelling(steps in prop::collection::vec(prop::sample::select(LineStep::ALL.to_vec()), 0..40)) {
            let mut state = LineState::Draft;
            for step in steps {
                let Some(next) = step.taken_at(state) else { continue };
                prop_assert!(state != LineState::Cancelled, "{step:?} leaves a final state");
                prop_assert!(next != LineState::Draft || state == LineState::Draft, "{step:?} unsends");
                if state.is_ordered() && !next.is_ordered() {
                    prop_assert_eq!(step, LineStep::Cancel);
                    prop_assert!(state.is_under_way());
                }
                if let Some(always) = step.leads_to() {
                    prop_assert_eq!(next, always);
                }
                state = next;
            }
        }

        #[test]
        fn a_tables_address_reads_back(number in 1u16..10_000, port in prop::option::of(1u16..)) {
            let table = TableNumber::new(number).unwrap();
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            for host in ["192.168.1.20", "shop.local", "[fe80::1]"] {
                for scheme in ["http", "https"] {
                    let address = table_address(&format!("{scheme}://{host}{port}/"), table);
                    prop_assert_eq!(read_table_address(&address), Some((host, table)), "{}", address);
                }
            }
        }

        #[test]
        fn no_text_that_is_read_as_an_address_panics(text in "\\PC{0,40}|https?://[a-z0-9:/t@.]{0,30}") {
            if let Some((host, _)) = read_table_address(&text) {
                prop_assert!(text.contains("/t/") && text.contains(host));
            }
        }

        #[test]
        fn no_number_of_pieces_overflows(pieces in any::<u32>(), fen in 0i64..=Price::MAX_MINOR) {
            let price = Price::new(Currency::CNY.minor(fen)).unwrap();
            match amount_of(pieces, price) {
                Ok(amount) => {
                    prop_assert!((1..=MAX_PIECES).contains(&pieces));
                    prop_assert_eq!(amount.minor, fen * i64::from(pieces));
                }
                Err(refusal) => {
                    let is_of_pieces = matches!(refusal, Refusal::Invalid { field, .. } if field == "pieces");
                    prop_assert!(is_of_pieces && !(1..=MAX_PIECES).contains(&pieces));
                }
            }
        }
    }

    #[test]
    fn a_negative_quantity_is_no_call() {
        let put = r#"{"tab":"00000000-0000-0000-0000-000000000001","line":"00000000-0000-0000-0000-000000000002",
            "product":"00000000-0000-0000-0000-000000000003","choices":[],"pieces":PIECES}"#;
        let read = |pieces: &str| serde_json::from_str::<Put>(&put.replace("PIECES", pieces));
        assert!(read("1").is_ok());
        for pieces in ["-1", "4294967296", "1.5", "null"] {
            assert!(read(pieces).is_err(), "{pieces}");
        }
        assert!(
            serde_json::from_str::<Sit>(&r#"{"table":0,"tab":"T"}"#.replace('T', &Uuid::nil().to_string()))
                .is_err()
        );
    }

    #[test]
    fn every_state_is_reached_and_no_other_step_is_drawn() {
        let drawn: Vec<(LineStep, LineState)> = LineStep::ALL
            .into_iter()
            .flat_map(|step| LineState::ALL.map(|state| (step, state)))
            .filter(|(step, state)| step.taken_at(*state).is_some())
            .collect();
        assert_eq!(drawn.len(), 12);
        for state in LineState::ALL.into_iter().filter(|state| *state != LineState::Draft) {
            assert!(drawn.iter().any(|(step, from)| step.taken_at(*from) == Some(state)), "{state:?}");
        }
    }

    #[test]
    fn a_round_is_ready_when_its_last_dish_is() {
        use LineState::{Cancelled, Preparing, Ready, Sent, Served};
        assert_eq!(RoundState::of([Ready, Sent]), RoundState::Preparing);
        assert_eq!(RoundState::of([Preparing, Ready]), RoundState::Preparing);
        assert_eq!(RoundState::of([Ready, Served, Cancelled]), RoundState::Ready);
        assert_eq!(RoundState::of([Served, Cancelled]), RoundState::Over);
        assert_eq!(RoundState::of([]), RoundState::Over);
    }

    #[test]
    fn a_table_is_free_when_all_is_served_and_paid() {
        let served = || vec![line(1, LineState::Served, 2, 500)];
        assert!(!tab(served(), Vec::new()).is_settled(), "unpaid");
        assert!(!tab(served(), vec![payment(1000, TabPaymentState::Asked)]).is_settled(), "unanswered");
        assert!(tab(served(), vec![payment(1000, TabPaymentState::Paid)]).is_settled());
        assert!(!tab(Vec::new(), Vec::new()).is_settled(), "somebody has just sat down");
        for waiting in [LineState::Draft, LineState::Sent, LineState::Preparing, LineState::Ready] {
            let mut lines = served();
            lines.push(line(2, waiting, 1, 0));
            assert!(!tab(lines, vec![payment(1000, TabPaymentState::Paid)]).is_settled(), "{waiting:?}");
        }
        assert_eq!(tab(Vec::new(), Vec::new()).may_close(), Ok(()));
        let due = Currency::CNY.minor(1000);
        assert_eq!(tab(served(), Vec::new()).may_close(), Err(Refusal::PaymentDue { due }));
        let table = TableNumber::new(3).unwrap();
        let asked = tab(served(), vec![payment(1000, TabPaymentState::Asked)]);
        assert_eq!(asked.may_close(), Err(Refusal::TabOpen { table }));
        let cooking = tab(vec![line(1, LineState::Preparing, 1, 500)], Vec::new());
        assert_eq!(cooking.may_close(), Err(Refusal::TabOpen { table }));
    }

    #[test]
    fn a_note_is_short_and_of_one_line() {
        assert_eq!(checked_note("  no nuts "), Ok("no nuts".to_owned()));
        assert!(checked_note(&"多".repeat(MAX_NOTE)).is_ok());
        assert!(checked_note(&"多".repeat(MAX_NOTE + 1)).is_err());
        assert!(checked_note("two\nlines").is_err());
    }
}
