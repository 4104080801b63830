//! What a table owes, and how guests share it so that the parts add up exactly.

use serde::{Deserialize, Serialize};

use super::{LineState, TabLine};
use crate::deposit::Deposits;
use crate::id::{LineId, PaymentId};
use crate::money::{Currency, Money, MoneyError};
use crate::payment::Tender;
use crate::pricing::{self, PriceLine, Totals};
use crate::quantity::Measure;
use crate::refusal::{Refusal, Thing};
use crate::tax::TaxRules;
use crate::time::Timestamp;

/// The most equal parts that a bill is split into.
pub const MAX_PARTS: u32 = 50;

/// Some pieces of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Portion {
    /// Of which line.
    pub line: LineId,
    /// How many, at least 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub pieces: u32,
}

/// What a payment is for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "pays", rename_all = "snake_case")]
pub enum PayFor {
    /// All that is still due.
    Rest,
    /// One of the equal parts into which the rest is split.
    Part,
    /// These dishes.
    Portions {
        /// Each line at most once.
        #[cfg_attr(feature = "schema", schemars(length(min = 1, max = super::MAX_TAB_LINES)))]
        portions: Vec<Portion>,
    },
}

/// Where a table's payment stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TabPaymentState {
    /// Sent to the provider, whose answer has not come: neither paid nor unpaid until it is asked again.
    Asked,
    /// Received.
    Paid,
    /// Not received, and not wanted any more.
    Declined,
    /// Received, and to be given back: the provider's answer has not come.
    Returning,
    /// Received and given back.
    Returned,
}

impl TabPaymentState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Asked, Self::Paid, Self::Declined, Self::Returning, Self::Returned];

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Paid => "paid",
            Self::Declined => "declined",
            Self::Returning => "returning",
            Self::Returned => "returned",
        }
    }

    /// Whether a payment may go from here to `next`.
    pub const fn can_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Asked, Self::Paid | Self::Declined)
                | (Self::Paid, Self::Returning | Self::Returned)
                | (Self::Returning, Self::Returned)
        )
    }

    /// Whether what it pays for is nobody else's to pay.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Asked | Self::Paid)
    }
}

/// A payment of a table's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TabPayment {
    /// Its key.
    pub id: PaymentId,
    /// What it is for.
    pub pays: PayFor,
    /// How much.
    pub amount: Money,
    /// By what means.
    pub tender: Tender,
    /// Where it stands.
    pub state: TabPaymentState,
    /// Which guest pays; None where staff took it.
    pub guest: Option<u32>,
    /// Since when it was asked for.
    pub at: Timestamp,
}

/// What a table owes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bill {
    /// What was sent to the kitchen and not cancelled, with the tax in it.
    pub totals: Totals,
    /// What was received and not given back.
    pub paid: Money,
    /// What was asked for and is not answered yet.
    pub asked: Money,
    /// What is still to be paid.
    pub due: Money,
}

/// What `lines` come to, and what `payments` leave of it. Errors on sums beyond the range.
pub fn bill(lines: &[TabLine], payments: &[TabPayment], currency: Currency) -> Result<Bill, MoneyError> {
    let nothing = currency.minor(0);
    // What is drunk in the house stays in the house with its bottle.
    let deposits = Deposits::none();
    let ordered: Vec<PriceLine<'_>> = lines
        .iter()
        .filter(|line| line.state.is_ordered())
        .map(|line| PriceLine {
            price: line.price,
            measure: Measure::Pieces(line.pieces),
            tax: line.tax,
            deposits,
        })
        .collect();
    // A menu's prices have the tax in them, whatever stands on the shelf: guests split what they see.
    let totals = pricing::price(&ordered, nothing, currency, TaxRules::default())?;
    let sum = |state: TabPaymentState| {
        let of = payments.iter().filter(|payment| payment.state == state);
        of.map(|payment| payment.amount).try_fold(nothing, Money::plus)
    };
    let (paid, asked) = (sum(TabPaymentState::Paid)?, sum(TabPaymentState::Asked)?);
    let due = totals.total.minus(paid)?.minus(asked)?;
    Ok(Bill { totals, paid, asked, due })
}

/// `amount` in so many parts that differ by at most one minor unit and add up to it exactly, the larger ones first: each
/// gets the whole part of its share, and the first ones a unit more of what is left (the method of the largest remainder,
/// where all remainders are alike). Empty for no parts, and for an amount below zero.
pub fn split_equally(amount: Money, parts: u32) -> Vec<Money> {
    if parts == 0 || amount.minor < 0 {
        return Vec::new();
    }
    let (share, left) = (amount.minor / i64::from(parts), amount.minor % i64::from(parts));
    (0..i64::from(parts)).map(|part| amount.currency.minor(share + i64::from(part < left))).collect()
}

/// How many pieces of `line` nobody has paid for, or is paying for, by themselves.
pub fn unpaid_pieces(line: &TabLine, payments: &[TabPayment]) -> u32 {
    let paid = payments.iter().filter(|payment| payment.state.holds()).flat_map(|payment| {
        let portions: &[Portion] = match &payment.pays {
            PayFor::Portions { portions } => portions,
            PayFor::Rest | PayFor::Part => &[],
        };
        portions.iter().filter(|portion| portion.line == line.id).map(|portion| portion.pieces)
    });
    let paid = paid.fold(0u32, u32::saturating_add);
    if line.state.is_ordered() { line.pieces.saturating_sub(paid) } else { 0 }
}

/// What `portions` cost. Refused where a line is not there, named twice, not ordered, or has fewer pieces left to be paid.
pub fn cost_of_portions(
    lines: &[TabLine],
    payments: &[TabPayment],
    portions: &[Portion],
    currency: Currency,
) -> Result<Money, Refusal> {
    let wrong = |reason: &str| Refusal::invalid("portions", reason);
    let mut seen: Vec<LineId> = Vec::with_capacity(portions.len());
    let mut sum = currency.minor(0);
    for portion in portions {
        let line = lines.iter().find(|line| line.id == portion.line);
        let line = line.ok_or(Refusal::NotFound { what: Thing::Line })?;
        if portion.pieces == 0 || seen.contains(&line.id) {
            return Err(wrong("each line once, with at least one piece"));
        }
        seen.push(line.id);
        if line.state == LineState::Draft {
            return Err(wrong("only what was sent to the kitchen is paid"));
        }
        if portion.pieces > unpaid_pieces(line, payments) {
            return Err(Refusal::PaidAlready);
        }
        let cost = Measure::Pieces(portion.pieces).cost(line.price);
        sum = cost.and_then(|cost| sum.plus(cost)).map_err(|error| wrong(&error.to_string()))?;
    }
    if portions.is_empty() { Err(wrong("at least one line")) } else { Ok(sum) }
}

/// The amounts that a payment for `pays` may have now: one, or the different equal parts, the largest first. Refused where
/// nothing is due, where there is no such part, and where more is asked for than is due.
pub fn amounts_for(
    pays: &PayFor,
    lines: &[TabLine],
    payments: &[TabPayment],
    parts: u32,
    bill: &Bill,
) -> Result<Vec<Money>, Refusal> {
    if bill.due.minor <= 0 {
        return Err(Refusal::PaidAlready);
    }
    match pays {
        PayFor::Rest => Ok(vec![bill.due]),
        PayFor::Part => {
            let mut shares = split_equally(bill.due, parts);
            shares.retain(|share| share.minor > 0);
            shares.dedup();
            if shares.is_empty() {
                Err(Refusal::invalid("pays", "the rest is not split into parts"))
            } else {
                Ok(shares)
            }
        }
        PayFor::Portions { portions } => {
            let cost = cost_of_portions(lines, payments, portions, bill.due.currency)?;
            if cost.minor > bill.due.minor {
                Err(Refusal::TotalChanged { now: bill.due })
            } else if cost.minor == 0 {
                Err(Refusal::PaidAlready)
            } else {
                Ok(vec![cost])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::tests::line;
    use super::*;

    fn yuan(minor: i64) -> Money {
        Currency::CNY.minor(minor)
    }

    fn paid(number: u128, pays: PayFor, amount: Money) -> TabPayment {
        TabPayment {
            id: PaymentId(Uuid::from_u128(number)),
            pays,
            amount,
            tender: Tender::DemoWallet,
            state: TabPaymentState::Paid,
            guest: Some(1),
            at: Timestamp(0),
        }
    }

    fn dishes() -> impl Strategy<Value = Vec<TabLine>> {
        prop::collection::vec((1u32..=9, 1i64..20_000), 1..8).prop_map(|dishes| {
            let numbered = (1u128..).zip(dishes);
            numbered.map(|(id, (pieces, price))| line(id, LineState::Served, pieces, price)).collect()
        })
    }

    proptest! {
        #[test]
        fn equal_parts_add_up_exactly_and_differ_by_one_at_most(minor in 0i64..i64::MAX, parts in 1u32..=200) {
            let shares = split_equally(yuan(minor), parts);
            prop_assert_eq!(shares.len(), parts as usize);
            prop_assert_eq!(shares.iter().map(|share| i128::from(share.minor)).sum::<i128>(), i128::from(minor));
            let (most, least) = (shares[0].minor, shares[shares.len() - 1].minor);
            prop_assert!(most - least <= 1 && least >= 0);
        }

        /// Whichever of the equal parts each guest takes, the last one leaves nothing.
        #[test]
        fn parts_paid_one_after_the_other_leave_nothing(lines in dishes(), parts in 1u32..=12, picks in prop::collection::vec(any::<prop::sample::Index>(), 12)) {
            let mut payments = Vec::new();
            let total = bill(&lines, &payments, Currency::CNY).unwrap().totals.total;
            let (mut most, mut least) = (0, i64::MAX);
            for (left, pick) in (1..=parts).rev().zip(picks) {
                let now = bill(&lines, &payments, Currency::CNY).unwrap();
                let Ok(amounts) = amounts_for(&PayFor::Part, &lines, &payments, left, &now) else { break };
                let amount = amounts[pick.index(amounts.len())];
                (most, least) = (most.max(amount.minor), least.min(amount.minor));
                payments.push(paid(left.into(), PayFor::Part, amount));
            }
            let end = bill(&lines, &payments, Currency::CNY).unwrap();
            prop_assert_eq!((end.paid, end.due), (total, yuan(0)));
            prop_assert!(most - least <= 1);
        }

        /// Whoever takes which piece, all pieces together cost what the bill says, and none can be paid twice.
        #[test]
        fn pieces_shared_out_add_up_to_the_bill(lines in dishes(), owners in prop::collection::vec(0usize..4, 80)) {
            let mut owner = owners.into_iter().cycle();
            let mut portions: Vec<Vec<Portion>> = vec![Vec::new(); 4];
            for line in &lines {
                for _ in 0..line.pieces {
                    let own = &mut portions[owner.next().unwrap()];
                    match own.iter_mut().find(|portion| portion.line == line.id) {
                        Some(portion) => portion.pieces += 1,
                        None => own.push(Portion { line: line.id, pieces: 1 }),
                    }
                }
            }
            let mut payments = Vec::new();
            for (number, portions) in (0u128..).zip(portions).filter(|(_, portions)| !portions.is_empty()) {
                let pays = PayFor::Portions { portions };
                let now = bill(&lines, &payments, Currency::CNY).unwrap();
                let amount = amounts_for(&pays, &lines, &payments, 0, &now).unwrap()[0];
                payments.push(paid(number, pays.clone(), amount));
            }
            prop_assert_eq!(bill(&lines, &payments, Currency::CNY).unwrap().due, yuan(0));
            for line in &lines {
                let again = [Portion { line: line.id, pieces: 1 }];
                let refused = cost_of_portions(&lines, &payments, &again, Currency::CNY);
                prop_assert_eq!(refused, Err(Refusal::PaidAlready));
            }
        }

        #[test]
        fn nobody_pays_more_than_is_due(lines in dishes(), part in 1i64..5_000) {
            let total = bill(&lines, &[], Currency::CNY).unwrap().totals.total;
            let payments = vec![paid(1, PayFor::Rest, yuan(part.min(total.minor)))];
            let now = bill(&lines, &payments, Currency::CNY).unwrap();
            let all = PayFor::Portions {
                portions: lines.iter().map(|line| Portion { line: line.id, pieces: line.pieces }).collect(),
            };
            let wanted = [PayFor::Rest, PayFor::Part, all];
            for pays in &wanted {
                if let Ok(amounts) = amounts_for(pays, &lines, &payments, 3, &now) {
                    prop_assert!(amounts.iter().all(|amount| (1..=now.due.minor).contains(&amount.minor)));
                }
            }
        }
    }

    #[test]
    fn three_share_a_hundred() {
        let shares: Vec<i64> = split_equally(yuan(10_000), 3).iter().map(|share| share.minor).collect();
        assert_eq!(shares, [3334, 3333, 3333]);
        assert!(split_equally(yuan(10_000), 0).is_empty());
        assert!(split_equally(yuan(-1), 2).is_empty());
    }

    #[test]
    fn what_is_not_ordered_is_not_paid() {
        let lines = [line(1, LineState::Draft, 2, 500), line(2, LineState::Cancelled, 1, 900)];
        let now = bill(&lines, &[], Currency::CNY).unwrap();
        assert_eq!(now.totals.total, yuan(0));
        assert_eq!(amounts_for(&PayFor::Rest, &lines, &[], 0, &now), Err(Refusal::PaidAlready));
        let of = |id, pieces| {
            let portions = [Portion { line: LineId(Uuid::from_u128(id)), pieces }];
            cost_of_portions(&lines, &[], &portions, Currency::CNY)
        };
        assert!(matches!(of(1, 1), Err(Refusal::Invalid { .. })));
        assert_eq!(of(2, 1), Err(Refusal::PaidAlready));
        assert_eq!(of(3, 1), Err(Refusal::NotFound { what: Thing::Line }));
        assert!(matches!(of(1, 0), Err(Refusal::Invalid { .. })));
    }

    #[test]
    fn what_came_back_or_never_came_is_due_again() {
        let lines = [line(1, LineState::Served, 2, 500)];
        let mut payment = paid(
            1,
            PayFor::Portions { portions: vec![Portion { line: lines[0].id, pieces: 2 }] },
            yuan(1000),
        );
        for (state, due, left) in [
            (TabPaymentState::Asked, 0, 0),
            (TabPaymentState::Paid, 0, 0),
            (TabPaymentState::Declined, 1000, 2),
            (TabPaymentState::Returning, 1000, 2),
            (TabPaymentState::Returned, 1000, 2),
        ] {
            payment.state = state;
            let payments = [payment.clone()];
            assert_eq!(bill(&lines, &payments, Currency::CNY).unwrap().due, yuan(due), "{state:?}");
            assert_eq!(unpaid_pieces(&lines[0], &payments), left, "{state:?}");
        }
    }

    #[test]
    fn money_that_came_back_never_moves_again() {
        for next in TabPaymentState::ALL {
            assert!(!TabPaymentState::Returned.can_become(next));
            assert!(!TabPaymentState::Declined.can_become(next));
            assert!(!next.can_become(next));
        }
    }
}
