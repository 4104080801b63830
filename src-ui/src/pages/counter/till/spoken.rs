//! What happens to the ticket, told to those who do not see it: what was taken off, how many there are now, what is to be
//! paid. What is rung up anew and what was sold tell themselves, and so does whatever was refused.

use leptos::prelude::*;
use ministore_core::id::{LineId, SaleId};
use ministore_core::money::Money;
use ministore_core::quantity::Measure;
use ministore_core::text::LocalText;

use super::rung::{Step, TillDesk};
use crate::i18n::{local, money, say};
use crate::widgets::announcer::announce;
use crate::widgets::measure::measure;

/// A ticket as far as it is told.
#[derive(Clone, PartialEq)]
struct Told {
    sale: SaleId,
    lines: Vec<(LineId, LocalText, Measure)>,
    total: Money,
    paying: Option<Money>,
}

/// What became of a ticket.
#[derive(Clone, PartialEq, Debug)]
enum Change<'t> {
    /// A line was taken off.
    Off(&'t LocalText),
    /// There is more or less of a line.
    Now(&'t LocalText, Measure),
    /// The same goods come to something else.
    Total,
    /// It is being paid.
    Pay(Money),
}

fn change<'t>(before: &'t Told, now: &'t Told) -> Option<Change<'t>> {
    if before.sale != now.sale {
        return None;
    }
    if let (None, Some(due)) = (before.paying, now.paying) {
        return Some(Change::Pay(due));
    }
    let of = |told: &Told, id: LineId| told.lines.iter().find(|line| line.0 == id).map(|line| line.2);
    if let Some((_, name, _)) = before.lines.iter().find(|line| of(now, line.0).is_none()) {
        return Some(Change::Off(name));
    }
    if now.lines.len() > before.lines.len() {
        return None;
    }
    let moved = now.lines.iter().find(|line| of(before, line.0) != Some(line.2));
    match moved {
        Some((_, name, measure)) => Some(Change::Now(name, *measure)),
        None if before.total != now.total => Some(Change::Total),
        None => None,
    }
}

/// Tells it for as long as the till is shown.
pub(super) fn speak(till: TillDesk) {
    Effect::new(move |before: Option<Told>| {
        let now = Told {
            sale: till.ticket.with(|ticket| ticket.sale),
            lines: till.ticket.with(|ticket| {
                ticket.lines.iter().map(|line| (line.id, line.product.name.clone(), line.measure)).collect()
            }),
            total: till.total(),
            paying: till.step.with(|step| matches!(step, Step::Paying)).then(|| till.cash_due()),
        };
        let words = untrack(|| {
            let total = money(now.total);
            Some(match change(before.as_ref()?, &now)? {
                Change::Off(name) => say::front_spoken_off(&local(name), &total),
                Change::Now(name, much) => say::front_spoken_now(&local(name), &measure(much), &total),
                Change::Total => say::front_spoken_total(&total),
                Change::Pay(due) => say::front_spoken_pay(&money(due)),
            })
        });
        if let Some(words) = words {
            announce(&words);
        }
        now
    });
}

#[cfg(test)]
mod tests {
    use ministore_core::money::Currency;
    use uuid::Uuid;

    use super::*;

    fn told(lines: &[(u128, u32)], total: i64) -> Told {
        let lines = lines.iter().map(|(id, count)| {
            (LineId(Uuid::from_u128(*id)), LocalText::new("Milk", "牛奶"), Measure::Pieces(*count))
        });
        Told {
            sale: SaleId(Uuid::nil()),
            lines: lines.collect(),
            total: Currency::CNY.minor(total),
            paying: None,
        }
    }

    #[test]
    fn each_change_is_told_and_what_tells_itself_is_not() {
        let before = told(&[(1, 1), (2, 1)], 200);
        let name = LocalText::new("Milk", "牛奶");
        assert_eq!(change(&before, &told(&[(2, 1)], 100)), Some(Change::Off(&name)));
        assert_eq!(
            change(&before, &told(&[(1, 3), (2, 1)], 400)),
            Some(Change::Now(&name, Measure::Pieces(3)))
        );
        assert_eq!(change(&before, &told(&[(1, 1), (2, 1)], 180)), Some(Change::Total));
        assert_eq!(change(&before, &told(&[(1, 1), (2, 1), (3, 1)], 300)), None);
        assert_eq!(change(&before, &before), None);
        let due = Currency::CNY.minor(200);
        let paying = Told { paying: Some(due), ..before.clone() };
        assert_eq!(change(&before, &paying), Some(Change::Pay(due)));
        let next = Told { sale: SaleId(Uuid::from_u128(9)), ..told(&[], 0) };
        assert_eq!(change(&before, &next), None);
    }
}
