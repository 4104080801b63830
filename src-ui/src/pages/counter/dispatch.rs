//! What a code means where it was read.

use ministore_core::card_code::CardCode;
use ministore_core::code::{CardNumber, Code, CodeError, PickupCode, ProductCode, Symbology, may_be_word};
use ministore_core::code_payment::PaymentCode;
use ministore_core::id::OrderId;
use ministore_core::issued::{CouponCode, GiftCardNumber, TableNumber};
use ministore_core::order::Order;
use ministore_core::quantity::Measure;

use super::named::numbered;
use super::place::Place;

/// How a text came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// From a scanner or a camera, which said what kind of symbol it was, or did not.
    Scanned(Option<Symbology>),
    /// By hand.
    Typed,
}

/// What is done with a code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Meaning {
    /// One of this is collected for the order.
    Pick {
        /// The order.
        order: OrderId,
        /// The product.
        code: ProductCode,
        /// How much is in it, where its label says so.
        label: Option<Measure>,
    },
    /// The order of this code is opened. Where there is none, what was typed is looked for as a product's name.
    Open {
        /// The code.
        code: PickupCode,
        /// What was typed, where it may as well be a word.
        or_search: Option<String>,
    },
    /// An order is opened, because its number was typed.
    Order(OrderId),
    /// A payer's wallet is asked for what is due.
    Payer(PaymentCode),
    /// A member's card.
    Card(CardNumber),
    /// A member's card that is on a phone, by the code that it shows.
    CardCode(CardCode),
    /// What a table has open.
    Table(TableNumber),
    /// A product is looked up.
    LookUp(ProductCode),
    /// Products are looked for by name.
    Search(String),
    /// Nothing, for this reason.
    Nothing(CodeError),
}

/// What `text`, read as `code`, means at `place` while these are the orders.
pub(crate) fn meaning(
    place: Place,
    text: &str,
    code: Result<Code, CodeError>,
    source: Source,
    orders: &[Order],
) -> Meaning {
    let picking = match place {
        Place::Pick(order) => Some(order),
        _ => None,
    };
    // Four digits are a PLU too; while goods are picked, that is what they are.
    if source == Source::Typed
        && let Some(order) = numbered(orders, text, picking.is_none())
    {
        return Meaning::Order(order);
    }
    if matches!(place, Place::HandOver(_))
        && let Ok(code) = text.parse::<PaymentCode>()
    {
        return Meaning::Payer(code);
    }
    // At the hand-over eight digits are the shopper's code, whatever else they may be.
    let wants_pickup = matches!(place, Place::HandOver(_)) && source == Source::Typed;
    let pickup = text.trim().parse::<PickupCode>().ok();
    let word = source == Source::Typed && may_be_word(text) && picking.is_none();
    let or_search = word.then(|| text.trim().to_owned());
    match (code, pickup) {
        (Ok(Code::Product { .. }) | Err(_), Some(code)) if wants_pickup => {
            Meaning::Open { code, or_search: None }
        }
        (Ok(Code::Product { code, measure: label, .. }), _) => match picking {
            Some(order) => Meaning::Pick { order, code, label },
            None => Meaning::LookUp(code),
        },
        (Ok(Code::Order(code)), _) | (Err(_), Some(code)) => Meaning::Open { code, or_search },
        (Ok(Code::Member(card)), _) => Meaning::Card(card),
        (Ok(Code::MemberCode(code)), _) => Meaning::CardCode(code),
        (Ok(Code::Table(table)), _) => Meaning::Table(table),
        (
            Ok(Code::Shop(_) | Code::ShopCode(_) | Code::GiftCard(_) | Code::Coupon(_) | Code::ExitPass(_)),
            _,
        ) => Meaning::Nothing(CodeError::Unknown),
        (Err(CodeError::Unknown), None) if source == Source::Typed && picking.is_none() => {
            Meaning::Search(text.trim().to_owned())
        }
        (Err(error), _) => Meaning::Nothing(error),
    }
}

/// The gift card that is meant, wherever it is read. Typed, its number may lack its `MG`; what has no digit in it is a word
/// that happens to pass for one.
pub(crate) fn gift_card(
    text: &str,
    code: &Result<Code, CodeError>,
    source: Source,
) -> Option<GiftCardNumber> {
    match code {
        Ok(Code::GiftCard(number)) => Some(*number),
        Err(CodeError::Unknown) if source == Source::Typed && text.contains(|c: char| c.is_ascii_digit()) => {
            text.trim().parse().ok()
        }
        _ => None,
    }
}

/// The coupon that is meant, wherever it is read. Typed, its code may lack its `MV`; what has no digit in it is a word.
pub(crate) fn coupon(text: &str, code: &Result<Code, CodeError>, source: Source) -> Option<CouponCode> {
    match code {
        Ok(Code::Coupon(coupon)) => Some(*coupon),
        // It may begin like a card or another code of the shop's; its check character tells.
        Err(CodeError::Unknown | CodeError::Card | CodeError::Pickup | CodeError::Issued(_))
            if source == Source::Typed && text.contains(|c: char| c.is_ascii_digit()) =>
        {
            text.trim().parse().ok()
        }
        _ => None,
    }
}

/// Takes off the mark that a scanner may put in front (ISO/IEC 15424), and reads the kind of symbol from it. Marks of
/// GS1 element strings stay, because the text cannot be read without.
pub(crate) fn without_mark(text: &str) -> (&str, Option<Symbology>) {
    let marked = text.strip_prefix(']').and_then(|rest| rest.split_at_checked(2));
    match marked {
        Some(("E0", rest)) => (rest, Some(Symbology::Ean13)),
        Some(("E4", rest)) => (rest, Some(Symbology::Ean8)),
        Some(("C0", rest)) => (rest, Some(Symbology::Code128)),
        Some(("A0", rest)) => (rest, Some(Symbology::Code39)),
        Some(("Q0" | "Q1" | "Q2", rest)) => (rest, Some(Symbology::QrCode)),
        Some(("d0" | "d1", rest)) => (rest, Some(Symbology::DataMatrix)),
        Some(("I0" | "I1", rest)) => (rest, Some(Symbology::Itf14)),
        _ => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use ministore_core::instore::{InStorePattern, InStoreValue, Plu};
    use ministore_core::money::Currency;
    use ministore_core::order::OrderState;
    use uuid::Uuid;

    use super::super::queue::tests::order;
    use super::*;

    const ORDER: OrderId = OrderId(Uuid::from_u128(9));
    const GTIN: &str = "9520000000004";

    fn gtin() -> String {
        let body = &GTIN[..12];
        [body, &ministore_core::gtin::check_digit(body).unwrap().to_string()].concat()
    }

    fn read(text: &str, patterns: &[InStorePattern]) -> Result<Code, CodeError> {
        Code::read(text, None, patterns, Currency::CNY).map_err(|unread| unread.error)
    }

    fn at(place: Place, text: &str, source: Source) -> Meaning {
        meaning(place, text, read(text, &[]), source, &[])
    }

    #[test]
    fn a_gift_card_is_its_symbol_or_its_number_typed() {
        let number = GiftCardNumber::from_bits(0x123_4567_89ab_cdef);
        let meant = |text: &str, source| gift_card(text, &read(text, &[]), source);
        for source in [Source::Typed, Source::Scanned(None)] {
            assert_eq!(meant(&number.symbol_text(), source), Some(number));
        }
        assert_eq!(meant(&number.to_string(), Source::Typed), Some(number));
        assert_eq!(
            meant(&number.to_string(), Source::Scanned(None)),
            None,
            "what is printed beside the symbol"
        );
        for other in [&gtin(), "milk", "K7M4-Q2ZP-M3TX-6"] {
            assert_eq!(meant(other, Source::Typed), None, "{other}");
        }
        let word = "XSPARKLINGWAT";
        assert!(word.parse::<GiftCardNumber>().is_ok());
        assert_eq!(meant(word, Source::Typed), None, "a word that happens to pass for a number");
    }

    #[test]
    fn a_coupon_is_its_symbol_or_its_code_typed() {
        let wanted = CouponCode::from_bits(0x12_3456_789a);
        let meant = |text: &str, source| coupon(text, &read(text, &[]), source);
        for source in [Source::Typed, Source::Scanned(None)] {
            assert_eq!(meant(&wanted.symbol_text(), source), Some(wanted));
        }
        assert_eq!(meant(&wanted.to_string(), Source::Typed), Some(wanted));
        assert_eq!(
            meant(&wanted.to_string(), Source::Scanned(None)),
            None,
            "what is printed beside the symbol"
        );
        // It may begin like another code of the shop's: M, and G, H, S, T, V or X.
        for second in [16, 17, 25, 26, 27, 29] {
            let alike = CouponCode::from_bits(20 << 35 | second << 30 | 0x123_4567);
            assert_eq!(meant(&alike.to_string(), Source::Typed), Some(alike), "{alike}");
        }
        for other in [&gtin(), "milk", "K7M4-Q2ZP", &GiftCardNumber::from_bits(7).to_string()] {
            assert_eq!(meant(other, Source::Typed), None, "{other}");
        }
    }

    #[test]
    fn a_product_is_picked_while_picking_and_looked_up_elsewhere() {
        let code: ProductCode = gtin().parse().unwrap();
        let picked = Meaning::Pick { order: ORDER, code, label: None };
        for source in [Source::Scanned(None), Source::Typed] {
            assert_eq!(at(Place::Pick(ORDER), &gtin(), source), picked);
        }
        for place in [Place::Queue, Place::Order(ORDER), Place::HandOver(ORDER), Place::Search] {
            assert_eq!(at(place, &gtin(), Source::Scanned(None)), Meaning::LookUp(code));
        }
    }

    #[test]
    fn a_scales_label_is_picked_with_what_it_says() {
        let scale = InStorePattern::new("21PPPPPVVVVVC", InStoreValue::Weight).unwrap();
        let code: ProductCode = "40110".parse().unwrap();
        let text = scale.write(Plu::new(40110).unwrap(), 487).unwrap();
        let read = read(&text, &[scale]);
        assert_eq!(
            meaning(Place::Pick(ORDER), &text, read, Source::Scanned(None), &[]),
            Meaning::Pick { order: ORDER, code, label: Some(Measure::Grams(487)) }
        );
    }

    #[test]
    fn a_typed_number_opens_its_order_and_a_scan_stays_a_code() {
        let orders = [order(1001, OrderState::Placed, 0)];
        let at = |place, text: &str, source| meaning(place, text, read(text, &[]), source, &orders);
        let plu: ProductCode = "1001".parse().unwrap();
        for place in [Place::Queue, Place::Search, Place::HandOver(ORDER)] {
            assert_eq!(at(place, "1001", Source::Typed), Meaning::Order(orders[0].id));
            assert_eq!(at(place, "#1001", Source::Typed), Meaning::Order(orders[0].id));
            assert_eq!(at(place, "1001", Source::Scanned(None)), Meaning::LookUp(plu));
        }
        let picked = Meaning::Pick { order: ORDER, code: plu, label: None };
        assert_eq!(at(Place::Pick(ORDER), "1001", Source::Typed), picked);
        assert_eq!(at(Place::Queue, "#1006", Source::Typed), Meaning::Search("#1006".into()));
        assert!(matches!(at(Place::Queue, "4011", Source::Typed), Meaning::LookUp(_)));
    }

    #[test]
    fn an_orders_code_opens_it_from_anywhere() {
        let code: PickupCode = "K7M4-Q2ZP".parse().unwrap();
        for place in [Place::Queue, Place::Pick(ORDER), Place::HandOver(ORDER)] {
            for (text, source) in [
                ("MOK7M4Q2ZP", Source::Scanned(None)),
                ("k7m4-q2zp", Source::Typed),
                ("K7M4 Q2ZP", Source::Typed),
                ("K7M4-Q2ZP", Source::Scanned(None)),
            ] {
                assert_eq!(at(place, text, source), Meaning::Open { code, or_search: None }, "{text}");
            }
        }
    }

    #[test]
    fn letters_that_read_as_a_pickup_code_may_be_a_word() {
        let or_search = |place, text, source| match at(place, text, source) {
            Meaning::Open { or_search, .. } => or_search,
            other => panic!("{other:?}"),
        };
        for word in ["hazelnat", "MOZZARELLA"] {
            assert_eq!(or_search(Place::Queue, word, Source::Typed).as_deref(), Some(word));
            assert_eq!(or_search(Place::Pick(ORDER), word, Source::Typed), None);
            assert_eq!(or_search(Place::Queue, word, Source::Scanned(None)), None);
        }
        assert_eq!(or_search(Place::Queue, "MOK7M4Q2ZP", Source::Typed), None);
    }

    #[test]
    fn eight_digits_are_a_pickup_code_where_one_is_asked_for() {
        let text = "96385074";
        assert!(matches!(at(Place::HandOver(ORDER), text, Source::Typed), Meaning::Open { .. }));
        assert!(matches!(at(Place::Queue, text, Source::Typed), Meaning::LookUp(_)));
        assert!(matches!(at(Place::HandOver(ORDER), text, Source::Scanned(None)), Meaning::LookUp(_)));
    }

    #[test]
    fn a_payers_code_is_one_at_the_hand_over_alone() {
        let text = "134567890123456789";
        for source in [Source::Typed, Source::Scanned(Some(Symbology::Code128))] {
            assert_eq!(at(Place::HandOver(ORDER), text, source), Meaning::Payer(text.parse().unwrap()));
            for place in [Place::Queue, Place::Pick(ORDER)] {
                assert!(!matches!(at(place, text, source), Meaning::Payer(_)), "{place:?}");
            }
        }
    }

    #[test]
    fn words_are_looked_for_and_broken_codes_are_not() {
        assert_eq!(at(Place::Queue, " oat milk ", Source::Typed), Meaning::Search("oat milk".into()));
        assert_eq!(at(Place::Queue, "苹果", Source::Typed), Meaning::Search("苹果".into()));
        assert_eq!(at(Place::Pick(ORDER), "oat milk", Source::Typed), Meaning::Nothing(CodeError::Unknown));
        assert!(matches!(
            at(Place::Queue, "9520000000001", Source::Typed),
            Meaning::Nothing(CodeError::Gtin(_))
        ));
        assert!(matches!(at(Place::Queue, "MS123", Source::Typed), Meaning::Nothing(CodeError::Card)));
        assert_eq!(at(Place::Queue, "MOCHA", Source::Typed), Meaning::Search("MOCHA".into()));
    }

    #[test]
    fn what_the_counter_has_no_use_for_yet_is_told_and_not_searched_for() {
        use ministore_core::issued::{GiftCardNumber, ShopCode};
        for text in [GiftCardNumber::from_bits(7).symbol_text(), ShopCode::from_bits(7).symbol_text()] {
            for place in [Place::Queue, Place::HandOver(ORDER)] {
                assert_eq!(at(place, &text, Source::Typed), Meaning::Nothing(CodeError::Unknown), "{text}");
            }
        }
    }

    #[test]
    fn a_card_is_one_wherever_it_is_read_printed_or_on_a_phone() {
        use ministore_core::card_code::{CardKey, CardSecret, Step};
        let number = CardNumber::from_body(4_820_193_746);
        let code = CardKey { number, secret: CardSecret::from_bytes([7; 32]) }.code_at(Step(59_000_000));
        for place in [Place::Queue, Place::Pick(ORDER), Place::HandOver(ORDER), Place::Gate] {
            for source in [Source::Scanned(Some(Symbology::Code128)), Source::Typed] {
                assert_eq!(at(place, &number.to_string(), source), Meaning::Card(number));
                assert_eq!(at(place, &code.to_string(), source), Meaning::CardCode(code));
            }
        }
    }

    #[test]
    fn a_tables_code_opens_the_table() {
        let table = TableNumber::new(7).unwrap();
        for place in [Place::Queue, Place::Kitchen, Place::HandOver(ORDER)] {
            let scanned = at(place, &table.symbol_text(), Source::Scanned(None));
            assert_eq!(scanned, Meaning::Table(table), "{place:?}");
        }
    }

    #[test]
    fn a_scanners_mark_is_taken_off() {
        assert_eq!(without_mark("]E09520000000004"), ("9520000000004", Some(Symbology::Ean13)));
        assert_eq!(without_mark("]Q1MOK7M4Q2ZP"), ("MOK7M4Q2ZP", Some(Symbology::QrCode)));
        assert_eq!(without_mark("]C10109520000000004"), ("]C10109520000000004", None));
        assert_eq!(without_mark("9520000000004"), ("9520000000004", None));
        assert_eq!(without_mark("]"), ("]", None));
    }
}
