//! Deposits on containers: taken with the goods that come in them, and given back for empties.
//!
//! A deposit is the shop's own: what it is called, how much one container costs, and the tax in it. A product carries so many
//! of it: a crate of 20 bottles carries 20 of one and 1 of another. What a deposit comes to stands beside a line's amount and
//! never in it, so nothing that reckons from what goods cost, such as a promotion, a discount or points, can touch it.
//!
//! A deposit's amount is what is paid and given back, its tax inside, whatever the shop's shelf prices are: the customer who
//! brings the bottle back gets what stands on it. It has a rate of its own, as a bottle comes back without the drink it was sold
//! with; where the law taxes it as the goods in it (in Germany UStAE 10.1 (8)), a shop that sells at two rates has two deposits.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Product, SoldBy};
use crate::fact::{Refund, Sale};
use crate::id::ProductId;
use crate::money::{Currency, Money, MoneyError, Price};
use crate::order::OrderLine;
use crate::quantity::Measure;
use crate::tax::{Prices, TaxRate, TaxRules, TaxShare};
use crate::text::LocalText;

/// The most deposits that a shop has.
pub const MAX_DEPOSITS: usize = 40;

/// The most different deposits that a product carries.
pub const MAX_CARRIED: usize = 4;

/// The most containers of one deposit that a piece of a product carries.
pub const MAX_CONTAINERS: u16 = 999;

/// The most empties of one deposit that a ticket takes back.
pub const MAX_EMPTIES: u32 = 9_999;

/// The longest name in one language, in characters.
pub const MAX_NAME: usize = 40;

/// A deposit's short name in files and calls: 1 to 20 small letters, digits and dashes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DepositCode(String);

impl DepositCode {
    /// The code's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DepositCode {
    type Err = DepositError;

    fn from_str(text: &str) -> Result<Self, DepositError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=20).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(DepositError::Code)
        }
    }
}

impl fmt::Display for DepositCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_on_the_wire!(DepositCode, "bottle", "^[a-z0-9-]{1,20}$");

/// A deposit as the shop takes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deposit {
    /// Its key.
    pub code: DepositCode,
    /// What customers read, at most [`MAX_NAME`] characters in each language.
    pub name: LocalText,
    /// For one container, tax included; above zero.
    pub amount: Price,
    /// The tax in it.
    pub tax: TaxRate,
    /// Whether it is taken with goods and given back for empties. One that is not is neither.
    #[serde(default = "yes")]
    pub active: bool,
}

const fn yes() -> bool {
    true
}

impl Deposit {
    /// Refused where a field breaks its rule, which is named.
    pub fn checked(&self, currency: Currency) -> Result<(), &'static str> {
        let name = |text: &str| text.trim() == text && text.chars().count() <= MAX_NAME;
        if self.name.is_empty() || !name(&self.name.en) || !name(&self.name.zh) {
            return Err("name");
        }
        let amount = self.amount.money();
        if amount.is_zero() || amount.currency != currency {
            return Err("amount");
        }
        if self.tax.0 >= 10_000 { Err("tax") } else { Ok(()) }
    }
}

/// A deposit that a product carries.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Carried {
    /// Which, as it is now.
    #[serde(flatten)]
    pub deposit: Deposit,
    /// How many containers of it a piece has, 1 to [`MAX_CONTAINERS`].
    pub count: u16,
}

/// The deposits that a piece of a product carries: none for most, at most [`MAX_CARRIED`], each once.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "Vec<Carried>", into = "Vec<Carried>")]
pub struct Deposits(Vec<Carried>);

static NONE: Deposits = Deposits(Vec::new());

impl TryFrom<Vec<Carried>> for Deposits {
    type Error = DepositError;

    fn try_from(carried: Vec<Carried>) -> Result<Self, DepositError> {
        let each: HashSet<_> = carried.iter().map(|one| &one.deposit.code).collect();
        let counts = carried.iter().all(|one| (1..=MAX_CONTAINERS).contains(&one.count));
        if each.len() != carried.len() || carried.len() > MAX_CARRIED || !counts {
            return Err(DepositError::Links);
        }
        Ok(Self(carried))
    }
}

impl From<Deposits> for Vec<Carried> {
    fn from(deposits: Deposits) -> Self {
        deposits.0
    }
}

impl Deposits {
    /// Those of goods that carry none.
    pub fn none() -> &'static Self {
        &NONE
    }

    /// Whether it carries none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, also those that are not taken.
    pub fn carried(&self) -> &[Carried] {
        &self.0
    }

    /// Those that are taken.
    pub fn taken(&self) -> impl Iterator<Item = &Carried> {
        self.0.iter().filter(|carried| carried.deposit.active)
    }

    /// Those that are taken, as a line keeps them.
    pub fn frozen(&self) -> Self {
        Self(self.taken().cloned().collect())
    }

    /// With what has become of one of them; the same where it carries none of it.
    pub fn with(&self, changed: &Deposit) -> Self {
        let now = |carried: &Carried| {
            let same = carried.deposit.code == changed.code;
            Carried {
                deposit: if same { changed.clone() } else { carried.deposit.clone() },
                count: carried.count,
            }
        };
        Self(self.0.iter().map(now).collect())
    }

    /// What so much of the product carries, by deposit. What is sold by weight carries none.
    fn amounts(&self, measure: Measure) -> impl Iterator<Item = Result<(TaxRate, Money), MoneyError>> {
        let pieces = pieces(measure);
        self.taken().filter(move |_| pieces > 0).map(move |carried| {
            let containers = i64::from(pieces) * i64::from(carried.count);
            Ok((carried.deposit.tax, carried.deposit.amount.money().times_ratio(containers, 1)?))
        })
    }

    /// What so much of the product carries, one deposit after another: how many containers, and what they come to. One beyond
    /// the range is left out: no line that was priced has it.
    pub fn containers(&self, measure: Measure) -> impl Iterator<Item = (&Carried, u64, Money)> {
        let pieces = pieces(measure);
        self.taken().filter(move |_| pieces > 0).filter_map(move |carried| {
            let count = u64::from(pieces) * u64::from(carried.count);
            let amount = carried.deposit.amount.money().times_ratio(i64::try_from(count).ok()?, 1).ok()?;
            Some((carried, count, amount))
        })
    }

    /// What so much of the product carries in all. Errors beyond the range.
    pub fn of(&self, measure: Measure, currency: Currency) -> Result<Money, MoneyError> {
        self.amounts(measure).try_fold(currency.minor(0), |sum, one| sum.plus(one?.1))
    }
}

/// How many of its pieces carry a deposit.
const fn pieces(measure: Measure) -> u32 {
    match measure {
        Measure::Pieces(count) => count,
        Measure::Grams(_) | Measure::Labelled(_) => 0,
    }
}

/// Which deposits a product is to carry, and how many of each, as a file says it: `bottle`, or `bottle:20 crate:1`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Link {
    /// Which.
    pub deposit: DepositCode,
    /// How many a piece has, 1 to [`MAX_CONTAINERS`].
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_CONTAINERS)))]
    pub count: u16,
}

impl fmt::Display for Deposits {
    /// As a file says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, carried) in self.0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            match carried.count {
                1 => write!(f, "{space}{}", carried.deposit.code)?,
                count => write!(f, "{space}{}:{count}", carried.deposit.code)?,
            }
        }
        Ok(())
    }
}

/// Reads what a file says of a product's deposits, such as `bottle:20 crate:1`.
pub fn read_links(text: &str) -> Result<Vec<Link>, DepositError> {
    let one = |word: &str| {
        let (code, count) = word.split_once(':').unwrap_or((word, "1"));
        Ok(Link { deposit: code.parse()?, count: count.parse().map_err(|_| DepositError::Links)? })
    };
    text.split_whitespace().map(one).collect()
}

/// What a product carries that has these links, in a shop with these deposits.
pub fn linked(links: &[Link], known: &[Deposit]) -> Result<Deposits, DepositError> {
    let carried = links.iter().map(|link| {
        let deposit = known.iter().find(|deposit| deposit.code == link.deposit);
        let deposit = deposit.ok_or(DepositError::Unknown)?.clone();
        Ok(Carried { deposit, count: link.count })
    });
    carried.collect::<Result<Vec<_>, DepositError>>()?.try_into()
}

/// Empties that come back at a till, as it asks for them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EmptiesBack {
    /// Of which deposit: one of the shop's that is active.
    pub deposit: DepositCode,
    /// How many, 1 to [`MAX_EMPTIES`].
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_EMPTIES)))]
    pub count: u32,
}

/// Empties that came back: so many containers of one deposit, as it was then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Empties {
    /// Which.
    pub deposit: Deposit,
    /// How many, at least 1.
    pub count: u32,
}

impl Empties {
    /// What is given back for them. Errors beyond the range.
    pub fn amount(&self) -> Result<Money, MoneyError> {
        self.deposit.amount.money().times_ratio(i64::from(self.count), 1)
    }

    /// As a till asks for them.
    pub fn asked(&self) -> EmptiesBack {
        EmptiesBack { deposit: self.deposit.code.clone(), count: self.count }
    }
}

/// The empties that a till asks for, in a shop with these deposits: each deposit once, and only those that are given back.
pub fn given_back(asked: &[EmptiesBack], known: &[Deposit]) -> Result<Vec<Empties>, DepositError> {
    let each: HashSet<_> = asked.iter().map(|back| &back.deposit).collect();
    if each.len() != asked.len() || asked.iter().any(|back| !(1..=MAX_EMPTIES).contains(&back.count)) {
        return Err(DepositError::Count);
    }
    let one = |back: &EmptiesBack| {
        let deposit = known.iter().find(|deposit| deposit.code == back.deposit && deposit.active);
        Ok(Empties { deposit: deposit.ok_or(DepositError::Unknown)?.clone(), count: back.count })
    };
    asked.iter().map(one).collect()
}

/// Puts empties among others: those of a deposit that is there are counted with it. Errors beyond [`MAX_EMPTIES`].
pub fn put_empties(all: &mut Vec<Empties>, more: Empties) -> Result<(), DepositError> {
    let at = all.iter().position(|there| there.deposit.code == more.deposit.code);
    let before = at.map_or(0, |at| all[at].count);
    let count = before.saturating_add(more.count);
    if !(1..=MAX_EMPTIES).contains(&count) {
        return Err(DepositError::Count);
    }
    match at {
        Some(at) => all[at] = Empties { count, ..more },
        None => all.push(more),
    }
    Ok(())
}

/// What containers come to beside goods: taken with them, and given back for empties, each at its own rate.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Containers {
    taken: Vec<(TaxRate, Money)>,
    back: Vec<(TaxRate, Money)>,
}

impl Containers {
    /// Those of goods: what carries them, and how much of it. Errors beyond the range.
    pub fn of<'a>(goods: impl IntoIterator<Item = (&'a Deposits, Measure)>) -> Result<Self, MoneyError> {
        let mut all = Self::default();
        for (deposits, measure) in goods {
            for one in deposits.amounts(measure) {
                all.taken.push(one?);
            }
        }
        Ok(all)
    }

    /// Those of lines, as they were sold or ordered.
    pub fn of_lines(lines: &[OrderLine]) -> Result<Self, MoneyError> {
        Self::of(lines.iter().map(|line| (&line.deposits, line.measure)))
    }

    /// With these empties.
    pub fn with_back(mut self, empties: &[Empties]) -> Result<Self, MoneyError> {
        for one in empties {
            self.back.push((one.deposit.tax, one.amount()?));
        }
        Ok(self)
    }

    /// What is taken; None where nothing carries a deposit.
    pub fn taken(&self, currency: Currency) -> Result<Option<Money>, MoneyError> {
        sum(&self.taken, currency)
    }

    /// What is given back; None where no empties come back.
    pub fn back(&self, currency: Currency) -> Result<Option<Money>, MoneyError> {
        sum(&self.back, currency)
    }

    /// Adds them to what `goods` are taxed with. Their own tax is inside them, whatever the shop's prices are.
    pub fn taxed(&self, goods: &[(TaxRate, Money)], rules: TaxRules) -> Result<Vec<TaxShare>, MoneyError> {
        let mut own = self.taken.clone();
        for (rate, money) in &self.back {
            own.push((*rate, money.currency.minor(money.minor.saturating_neg())));
        }
        match rules.prices {
            Prices::Inclusive => rules.by_rate(&[goods, &own].concat()),
            Prices::Exclusive => {
                let inside = TaxRules { prices: Prices::Inclusive, ..rules };
                let mut shares = rules.by_rate(goods)?;
                for share in inside.by_rate(&own)? {
                    match shares.binary_search_by(|there| share.rate.cmp(&there.rate)) {
                        Ok(at) => {
                            shares[at].gross = shares[at].gross.plus(share.gross)?;
                            shares[at].tax = shares[at].tax.plus(share.tax)?;
                        }
                        Err(at) => shares.insert(at, share),
                    }
                }
                Ok(shares)
            }
        }
    }
}

fn sum(all: &[(TaxRate, Money)], currency: Currency) -> Result<Option<Money>, MoneyError> {
    if all.is_empty() {
        return Ok(None);
    }
    all.iter().try_fold(currency.minor(0), |sum, (_, money)| sum.plus(*money)).map(Some)
}

impl OrderLine {
    /// What the containers of all of it come to. Errors beyond the range.
    pub fn deposit(&self) -> Result<Money, MoneyError> {
        self.deposits.of(self.measure, self.amount.currency)
    }

    /// Its containers, one deposit after another: how many, and what they come to.
    pub fn containers(&self) -> impl Iterator<Item = (&Carried, u64, Money)> {
        self.deposits.containers(self.measure)
    }

    /// How much of it the shopper has and keeps, as far as it carries deposits.
    pub fn kept(&self) -> Measure {
        match self.measure {
            Measure::Pieces(_) => Measure::Pieces(self.to_have().saturating_sub(self.returned)),
            whole => whole,
        }
    }

    /// What the containers come to of what the shopper keeps. Errors beyond the range.
    pub fn settled_deposit(&self) -> Result<Money, MoneyError> {
        self.deposits.of(self.kept(), self.amount.currency)
    }
}

/// What deposits came to in a shift.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DepositSums {
    /// What was taken with goods.
    pub taken: Money,
    /// What was given back: for empties, and with goods that came back.
    pub back: Money,
}

impl DepositSums {
    /// Nothing.
    pub const fn none(currency: Currency) -> Self {
        Self { taken: currency.minor(0), back: currency.minor(0) }
    }

    /// With those of a sale. Errors beyond the range.
    pub fn with_sale(self, sale: &Sale) -> Result<Self, MoneyError> {
        let nothing = self.taken.currency.minor(0);
        Ok(Self {
            taken: self.taken.plus(sale.totals.deposit.unwrap_or(nothing))?,
            back: self.back.plus(sale.totals.empties.unwrap_or(nothing))?,
        })
    }

    /// With those of goods that came back. Errors beyond the range.
    pub fn with_refund(self, refund: &Refund) -> Result<Self, MoneyError> {
        let back = refund.lines.iter().try_fold(self.back, |sum, line| sum.plus(line.deposit()?))?;
        Ok(Self { back, ..self })
    }

    /// Whether nothing was taken and nothing given back.
    pub const fn is_nothing(&self) -> bool {
        self.taken.is_zero() && self.back.is_zero()
    }
}

/// Request `deposit.save`: a deposit of the shop, new or known by its code. Every product that carries it carries it as it is
/// now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SaveDeposit {
    /// All of it.
    pub deposit: Deposit,
}

/// Request `deposit.link`: what a product carries. Refused for what is sold by weight.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkDeposits {
    /// Which product.
    pub product: ProductId,
    /// All that it carries, at most [`MAX_CARRIED`], each once; none for nothing.
    #[cfg_attr(feature = "schema", schemars(length(max = MAX_CARRIED)))]
    pub links: Vec<Link>,
}

/// The shop's deposits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KnownDeposits {
    /// They, in the order in which they were made; at most [`MAX_DEPOSITS`].
    pub deposits: Vec<Deposit>,
}

/// Whether a product is sold as what can carry deposits.
pub fn can_carry(product: &Product) -> bool {
    product.sold_by == SoldBy::Piece
}

/// Why something is no deposit, or cannot be carried or given back so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DepositError {
    /// No code.
    #[error("a deposit's code is 1 to 20 small letters, digits and dashes")]
    Code,
    /// Links that cannot be.
    #[error(
        "at most {MAX_CARRIED} deposits, each once and 1 to {MAX_CONTAINERS} times, such as “bottle:20 crate:1”"
    )]
    Links,
    /// A code that the shop has no deposit for.
    #[error("the shop has no such deposit")]
    Unknown,
    /// A number of empties that cannot be.
    #[error("1 to {MAX_EMPTIES} empties of a deposit, each deposit once")]
    Count,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::fact::Left;
    use crate::id::LineId;
    use crate::pricing;
    use crate::tax::Rounding;
    use crate::ticket::{Change, Off, RungLine, Share, rung};

    fn yuan(minor: i64) -> Money {
        Currency::CNY.minor(minor)
    }

    fn deposit(code: &str, minor: i64, rate: u16, active: bool) -> Deposit {
        Deposit {
            code: code.parse().unwrap(),
            name: LocalText::new(code, code),
            amount: Price::new(yuan(minor)).unwrap(),
            tax: TaxRate(rate),
            active,
        }
    }

    fn rate() -> impl Strategy<Value = u16> {
        prop_oneof![Just(0u16), Just(700), Just(1_900)]
    }

    fn deposits() -> impl Strategy<Value = Deposits> {
        let one = (1i64..2_000, rate(), any::<bool>(), 1u16..30);
        prop::collection::vec(one, 0..MAX_CARRIED).prop_map(|all| {
            let carried = all.into_iter().enumerate().map(|(at, (minor, rate, active, count))| Carried {
                deposit: deposit(&format!("d{at}"), minor, rate, active),
                count,
            });
            carried.collect::<Vec<_>>().try_into().unwrap()
        })
    }

    /// A price, its rate, pieces, what comes off by hand, what promotions take off, and what it carries.
    type Goods = (i64, u16, u32, Option<u16>, i64, Deposits);

    fn goods() -> impl Strategy<Value = Vec<Goods>> {
        let one = (1i64..50_000, rate(), 1u32..20, prop::option::of(1u16..=10_000), 0i64..=100, deposits());
        prop::collection::vec(one, 1..12)
    }

    fn empties() -> impl Strategy<Value = Vec<Empties>> {
        prop::collection::vec((1i64..2_000, rate(), 1u32..300), 0..4).prop_map(|all| {
            let one = |(at, (minor, rate, count)): (usize, (i64, u16, u32))| Empties {
                deposit: deposit(&format!("e{at}"), minor, rate, true),
                count,
            };
            all.into_iter().enumerate().map(one).collect()
        })
    }

    fn lines(goods: &[Goods]) -> Vec<RungLine<'_>> {
        let mut all = Vec::new();
        for (price, tax, count, share, promoted, deposits) in goods {
            let off = share.map(|share| Off::Share(Share::new(share).unwrap()));
            let list = price * i64::from(*count);
            // Promotions take off what the hand leaves.
            let by_hand = off.map_or(0, |off| off.of(yuan(list)).unwrap().minor);
            all.push(RungLine {
                price: Price::new(yuan(*price)).unwrap(),
                measure: Measure::Pieces(*count),
                tax: TaxRate(*tax),
                change: Change { price: None, off },
                promoted: yuan((list - by_hand) * promoted / 100),
                deposits,
            });
        }
        all
    }

    fn rules() -> impl Strategy<Value = TaxRules> {
        let prices = prop_oneof![Just(Prices::Inclusive), Just(Prices::Exclusive)];
        let rounding = prop_oneof![Just(Rounding::Document), Just(Rounding::Line)];
        (prices, rounding).prop_map(|(prices, rounding)| TaxRules { prices, rounding })
    }

    proptest! {
        #[test]
        fn nothing_that_is_taken_off_goods_touches_deposits(
            goods in goods(), whole in prop::option::of(1u16..=10_000), empties in empties(), rules in rules(),
        ) {
            let off = whole.map(|share| Off::Share(Share::new(share).unwrap()));
            let with = lines(&goods);
            let bare: Vec<_> =
                with.iter().map(|line| RungLine { deposits: Deposits::none(), ..*line }).collect();
            let now = rung(&with, off, &empties, Currency::CNY, rules).unwrap();
            let without = rung(&bare, off, &[], Currency::CNY, rules).unwrap();
            // Lines come to the same, and what was taken off them is the same.
            prop_assert_eq!(&now.amounts, &without.amounts);
            prop_assert_eq!((now.saved(), now.deepest()), (without.saved(), without.deepest()));
            prop_assert_eq!(now.totals.goods, without.totals.goods);
            let taken: i64 =
                with.iter().map(|line| line.deposits.of(line.measure, Currency::CNY).unwrap().minor).sum();
            let back: i64 = empties.iter().map(|one| one.amount().unwrap().minor).sum();
            prop_assert_eq!(now.totals.deposit.map_or(0, |deposit| deposit.minor), taken);
            prop_assert_eq!(now.totals.empties.map_or(0, |back| back.minor), back);
            prop_assert_eq!(now.totals.total.minor, without.totals.total.minor + taken - back);
            let gross: i64 = now.totals.tax.iter().map(|share| share.gross.minor).sum();
            prop_assert_eq!(gross, now.totals.total.minor);
            prop_assert!(now.totals.tax.windows(2).all(|pair| pair[0].rate > pair[1].rate));
        }

        #[test]
        fn what_comes_back_piece_by_piece_is_all_that_was_paid(
            goods in goods(), empties in empties(), rules in rules(), first in 1u32..20,
        ) {
            let with = lines(&goods);
            let rung = rung(&with, None, &empties, Currency::CNY, rules).unwrap();
            let amounts: Vec<_> = with.iter().zip(&rung.amounts).map(|(line, amount)| (line.tax, *amount)).collect();
            let paid = rung.totals.of_lines(&amounts).unwrap();
            let mut given = 0;
            for ((line, amount), paid) in with.iter().zip(&rung.amounts).zip(paid) {
                let sold = order_line(line, *amount);
                let Measure::Pieces(all) = line.measure else { unreachable!() };
                let first = first.min(all);
                let mut before: Vec<OrderLine> = Vec::new();
                for part in [first, all - first].into_iter().filter(|part| *part > 0) {
                    let refunds: Vec<Refund> = before.iter().map(refund).collect();
                    let left = Left::of(&sold, &refunds);
                    let measure = Measure::Pieces(part);
                    given += left.share(&sold, measure, paid).unwrap().unwrap().minor;
                    given += sold.deposits.of(measure, Currency::CNY).unwrap().minor;
                    before.push(OrderLine { measure, ..sold.clone() });
                }
            }
            let back = rung.totals.empties.map_or(0, |back| back.minor);
            prop_assert_eq!(given, rung.totals.total.minor + back, "what empties paid comes back as money");
        }

        #[test]
        fn an_order_settles_to_what_its_pieces_carry(goods in goods(), missing in 0u32..30, returned in 0u32..30) {
            for line in lines(&goods) {
                let mut sold = order_line(&line, line.measure.cost(line.price).unwrap());
                let one = sold.deposits.of(Measure::Pieces(1), Currency::CNY).unwrap().minor;
                sold.missing = missing.min(sold.measure.items());
                sold.returned = returned.min(sold.to_have());
                let kept = i64::from(sold.to_have() - sold.returned);
                prop_assert_eq!(sold.settled_deposit().unwrap().minor, one * kept);
            }
        }

        #[test]
        fn whatever_a_file_says_is_read_or_refused(text in ".{0,40}") {
            let known = [deposit("bottle", 25, 1_900, true), deposit("crate", 150, 1_900, true)];
            if let Ok(deposits) = read_links(&text).and_then(|links| linked(&links, &known)) {
                let again = linked(&read_links(&deposits.to_string()).unwrap(), &known);
                prop_assert_eq!(again, Ok(deposits));
            }
        }
    }

    fn order_line(line: &RungLine<'_>, amount: Money) -> OrderLine {
        OrderLine {
            id: LineId(Uuid::nil()),
            product: ProductId(Uuid::nil()),
            code: "40110".parse().unwrap(),
            name: LocalText::new("Cola", "可乐"),
            picture: None,
            price: line.price,
            sold_by: SoldBy::Piece,
            tax: line.tax,
            measure: line.measure,
            amount,
            deposits: line.deposits.frozen(),
            aisle: None,
            min_age: None,
            tagged: false,
            picked: 0,
            missing: 0,
            returned: 0,
            weighed: None,
            replaces: None,
            offer: None,
        }
    }

    fn refund(back: &OrderLine) -> Refund {
        Refund {
            id: crate::id::RefundId(Uuid::nil()),
            till: crate::id::DeviceId(Uuid::nil()),
            number: 1,
            by: crate::id::StaffId(Uuid::nil()),
            at: crate::time::Timestamp(0),
            sale: None,
            lines: vec![back.clone()],
            amount: back.amount,
            by_card: None,
            to_shelf: true,
            shift: None,
            to_member: None,
            to_wallet: None,
            to_gift_card: None,
            paid_for: None,
            reason: String::new(),
            allowed_by: None,
        }
    }

    #[test]
    fn a_crate_carries_its_bottles_and_itself() {
        let known = [deposit("bottle", 8, 1_900, true), deposit("crate", 150, 1_900, true)];
        let crates = linked(&read_links("bottle:20  crate").unwrap(), &known).unwrap();
        assert_eq!(crates.of(Measure::Pieces(2), Currency::CNY), Ok(yuan(2 * (20 * 8 + 150))));
        assert_eq!(crates.to_string(), "bottle:20 crate");
        assert_eq!(
            crates.of(Measure::Grams(500), Currency::CNY),
            Ok(yuan(0)),
            "what is weighed carries none"
        );
        // One that is switched off stays linked, and is not taken.
        let off = crates.with(&deposit("crate", 150, 1_900, false));
        assert_eq!(off.of(Measure::Pieces(1), Currency::CNY), Ok(yuan(160)));
        assert_eq!(
            (off.to_string(), off.frozen().to_string()),
            ("bottle:20 crate".into(), "bottle:20".into())
        );
    }

    #[test]
    fn what_cannot_be_carried_or_given_back_is_refused() {
        let known = [deposit("bottle", 8, 1_900, true), deposit("keg", 3_000, 1_900, false)];
        let read = |text: &str| read_links(text).and_then(|links| linked(&links, &known));
        assert_eq!(read("crate"), Err(DepositError::Unknown));
        assert_eq!(read("Bottle"), Err(DepositError::Code));
        for wrong in ["bottle:0", "bottle:1000", "bottle:x", "bottle bottle", "bottle:-1"] {
            assert_eq!(read(wrong), Err(DepositError::Links), "{wrong}");
        }
        let back = |code: &str, count| EmptiesBack { deposit: code.parse().unwrap(), count };
        assert_eq!(given_back(&[back("keg", 1)], &known), Err(DepositError::Unknown), "switched off");
        assert_eq!(given_back(&[back("bottle", 0)], &known), Err(DepositError::Count));
        assert_eq!(given_back(&[back("bottle", 1), back("bottle", 1)], &known), Err(DepositError::Count));
        let mut all = given_back(&[back("bottle", 3)], &known).unwrap();
        let more = |count| Empties { deposit: known[0].clone(), count };
        put_empties(&mut all, more(4)).unwrap();
        assert_eq!(all, [more(7)]);
        assert_eq!(put_empties(&mut all, more(MAX_EMPTIES)), Err(DepositError::Count));
        assert_eq!(all, [more(7)], "what was refused changed nothing");
    }

    #[test]
    fn goods_alone_say_at_which_rate_they_are_brought() {
        let carried = vec![Carried { deposit: deposit("bottle", 25, 1_900, true), count: 1 }];
        let deposits = Deposits::try_from(carried).unwrap();
        let price = Price::new(yuan(1_000)).unwrap();
        let line =
            pricing::PriceLine { price, measure: Measure::Pieces(1), tax: TaxRate(700), deposits: &deposits };
        let totals = pricing::price(&[line], yuan(600), Currency::CNY, TaxRules::default()).unwrap();
        let gross: Vec<_> = totals.tax.iter().map(|share| (share.rate.0, share.gross.minor)).collect();
        assert_eq!(gross, [(1_900, 25), (700, 1_600)]);
        assert_eq!((totals.goods, totals.total), (yuan(1_000), yuan(1_625)));
    }
}
