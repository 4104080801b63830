//! What a symbol says of the very thing it is on, beside which product that is: its measure, lot, serial number and dates.
//! Source: GS1 General Specifications, release 25, sections 3.4 (dates), 3.5 (lot and serial number) and 3.6 (measures of
//! variable trade items).

use crate::code::Symbology;
use crate::digital_link::DigitalLink;
use crate::gs1::{self, Date, Element, Value};
use crate::money::{Currency, Price};
use crate::quantity::Measure;

/// What stands on a thing itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    /// How much of it there is, of a trade item that is measured.
    pub measure: Option<Measure>,
    /// Its lot, AI (10).
    pub lot: Option<String>,
    /// Its serial number, AI (21).
    pub serial: Option<String>,
    /// Until when it is at its best, AI (15).
    pub best_before: Option<Date>,
    /// After when it must not be sold, AI (16) or (17), whichever is first.
    pub sell_by: Option<Date>,
}

impl Marks {
    /// Those in an element string or a GS1 Digital Link; none in any other text.
    pub fn of(text: &str, symbology: Option<Symbology>, currency: Currency) -> Self {
        if let Ok(link) = DigitalLink::parse(text) {
            return Self::of_elements(link.elements(), currency);
        }
        match says_elements(text, symbology).then(|| gs1::parse(text)) {
            Some(Ok(elements)) => Self::of_elements(&elements, currency),
            _ => Self::default(),
        }
    }

    /// Those among the elements of one symbol.
    pub fn of_elements(elements: &[Element], currency: Currency) -> Self {
        let find = |ai: &str| elements.iter().find(|element| element.ai == ai);
        let text = |ai: &str| find(ai).map(|element| element.data.clone());
        let date = |ai: &str| match find(ai)?.value {
            Value::Date(date) => Some(date),
            _ => None,
        };
        // What else has a measure in its symbol is packed the same each time, and sold by the piece.
        let is_measured = find("01").is_some_and(|item| item.data.starts_with('9'));
        let measure = elements.iter().filter(|_| is_measured).find_map(|element| measure(element, currency));
        let sell_by = [date("16"), date("17")].into_iter().flatten().min_by_key(|date| day_number(*date));
        Self { measure, lot: text("10"), serial: text("21"), best_before: date("15"), sell_by }
    }

    /// What tells this thing from others of its kind: its serial number, or its lot.
    pub fn number(&self) -> Option<&str> {
        self.serial.as_deref().or(self.lot.as_deref())
    }
}

/// Whether a text is told to be an element string, by its symbology or by how it begins.
pub(crate) fn says_elements(text: &str, symbology: Option<Symbology>) -> bool {
    text.starts_with([']', '(', gs1::SEPARATOR])
        || matches!(
            symbology,
            Some(Symbology::Gs1_128 | Symbology::DataBarExpanded | Symbology::Gs1DataMatrix)
        )
}

/// Two days of elements in the order in which they come, within one century.
fn day_number(date: Date) -> (u8, u8, u8) {
    (date.year, date.month, date.day.unwrap_or(31))
}

/// A net weight (310n, in kilograms), a price (392n in the shop's currency) or a count (30).
fn measure(element: &Element, currency: Currency) -> Option<Measure> {
    let measure = match (element.ai.get(..3)?, &element.value) {
        ("310", Value::Measure(weight)) => Measure::Grams(weight.scaled(3)?.try_into().ok()?),
        ("392", Value::Amount { amount, .. }) => {
            let exponent = u8::try_from(currency.exponent()).ok()?;
            let minor = i64::try_from(amount.scaled(exponent)?).ok()?;
            Measure::Labelled(Price::new(currency.minor(minor)).ok()?)
        }
        _ => return None,
    };
    measure.checked().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Marks {
        Marks::of(text, None, Currency::CNY)
    }

    #[test]
    fn a_weighed_pack_says_its_weight_or_its_price() {
        let weighed = of("(01)99520130000014(3103)000750(10)A7");
        assert_eq!(weighed.measure, Some(Measure::Grams(750)));
        assert_eq!(weighed.number(), Some("A7"));
        let priced = of("(01)99520130000014(3922)1250");
        assert_eq!(priced.measure, Some(Measure::Labelled(Price::new(Currency::CNY.minor(1250)).unwrap())));
        let in_tenths = of("(01)99520130000014(3101)000012");
        assert_eq!(in_tenths.measure, Some(Measure::Grams(1200)));
        assert_eq!(of("(01)99520130000014(3105)000751").measure, None, "7.51 g is no whole gram");
        assert_eq!(of("(01)99520130000014(3103)000000").measure, None);
    }

    #[test]
    fn a_fixed_pack_is_a_piece_whatever_it_weighs() {
        assert_eq!(of("(01)09520130000011(3103)000750").measure, None);
    }

    #[test]
    fn a_serial_number_says_more_than_a_lot_and_the_earlier_date_counts() {
        let marks = of("(01)09520130000011(17)270131(16)270115(15)261224(10)L1(21)S9");
        assert_eq!(marks.number(), Some("S9"));
        assert_eq!(marks.lot.as_deref(), Some("L1"));
        assert_eq!(marks.sell_by.map(day_number), Some((27, 1, 15)));
        assert_eq!(marks.best_before.map(day_number), Some((26, 12, 24)));
    }

    #[test]
    fn plain_digits_say_nothing_of_the_thing() {
        assert_eq!(of("9520130000011"), Marks::default());
        let by_scanner = "0199520130000014310300075010A7";
        assert_eq!(of(by_scanner), Marks::default(), "nobody says that these are elements");
        let marks = Marks::of(by_scanner, Some(Symbology::Gs1_128), Currency::CNY);
        assert_eq!(marks.measure, Some(Measure::Grams(750)));
    }
}
