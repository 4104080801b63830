//! Scanned and typed texts, and the calls of a page, of any bytes.

use ministore_core::call::Call;
use ministore_core::code::{Code, ProductCode, Symbology};
use ministore_core::digital_link::DigitalLink;
use ministore_core::gs1;
use ministore_core::instore::{InStorePattern, InStoreValue, Layout};
use ministore_core::issued::{ExitPass, TableNumber};
use ministore_core::money::Currency;
use ministore_core::publication::Publication;
use ministore_core::refusal::Refusal;
use ministore_core::with_calls;

/// Kinds of symbol whose texts are read in a way of their own.
const SYMBOLOGIES: [Option<Symbology>; 9] = [
    None,
    Some(Symbology::Ean13),
    Some(Symbology::Ean8),
    Some(Symbology::UpcA),
    Some(Symbology::UpcE),
    Some(Symbology::Code128),
    Some(Symbology::Gs1_128),
    Some(Symbology::Gs1DataMatrix),
    Some(Symbology::QrCode),
];

/// Reads a text as each kind of symbol's. What it means must read back from what is printed for it.
pub fn code(text: &str) {
    let patterns: Vec<InStorePattern> = [
        ("21PPPPPVVVVVC", InStoreValue::Weight),
        ("02PPPPPKVVVVC", InStoreValue::Price),
        ("22PPPPKVVVVVC", InStoreValue::Price),
        ("29PPPPVVVVVVC", InStoreValue::Count),
    ]
    .into_iter()
    .filter_map(|(digits, value)| InStorePattern::new(digits, value).ok())
    .collect();
    for symbology in SYMBOLOGIES {
        match Code::read(text, symbology, &patterns, Currency::USD) {
            Ok(code) => code_reads_back(&code),
            Err(unread) => assert_eq!(unread.text, text),
        }
    }
    if let Ok(layout) = text.parse::<Layout>() {
        assert_eq!(layout.to_string(), text);
    }
    if let Some(Ok(publication)) = Publication::read_typed(text) {
        assert_eq!(Publication::of(publication.gtin()), Some(publication));
    }
}

fn code_reads_back(code: &Code) {
    match code {
        Code::Product { code, add_on, .. } => {
            assert_eq!(code.to_string().parse(), Ok(*code));
            if let ProductCode::Gtin(gtin) = code {
                assert_eq!(gtin.to_gtin14().parse(), Ok(*gtin));
            }
            if let Some(add_on) = add_on {
                assert_eq!(add_on.to_string().parse(), Ok(*add_on));
            }
        }
        Code::Member(card) => assert_eq!(card.to_string().parse(), Ok(*card)),
        Code::MemberCode(code) => assert_eq!(code.to_string().parse(), Ok(*code)),
        Code::Order(pickup) => assert_eq!(pickup.to_string().parse(), Ok(*pickup)),
        Code::Shop(link) => {
            assert!(link.address.starts_with("http"));
            assert_eq!(link.to_string().parse().as_ref(), Ok(link));
        }
        Code::ShopCode(shop) => assert_eq!(shop.symbol_text().parse(), Ok(*shop)),
        Code::Table(table) => assert_eq!(TableNumber::read_symbol(&table.symbol_text()), Ok(*table)),
        Code::GiftCard(card) => assert_eq!(card.symbol_text().parse(), Ok(*card)),
        Code::Coupon(coupon) => assert_eq!(coupon.symbol_text().parse(), Ok(*coupon)),
        Code::ExitPass(pass) => assert_eq!(ExitPass::read_symbol(&pass.symbol_text()).as_ref(), Ok(pass)),
    }
}

/// Reads a text as an element string and as a GS1 Digital Link. What it says must read back from what is written.
pub fn elements(text: &str) {
    match gs1::parse(text) {
        Ok(elements) => {
            let pairs = elements.iter().map(|element| (element.ai.as_str(), element.data.as_str()));
            let again = gs1::parse(&gs1::write(pairs));
            assert_eq!(again.as_deref(), Ok(elements.as_slice()));
        }
        Err(error) => {
            assert_eq!(error.text, text);
            assert!(text.is_char_boundary(error.at));
        }
    }
    match DigitalLink::parse(text) {
        Ok(link) => assert_eq!(DigitalLink::parse(&link.uri("https://id.gs1.org")), Ok(link)),
        Err(error) => assert_eq!(error.text, text),
    }
}

/// Reads bytes as the body of every call, as every call's reply and as a refusal. What is taken must be written and
/// read again as the same.
pub fn calls(body: &[u8]) {
    macro_rules! each {
        (() $($call:ty;)*) => {$(
            json_reads_back::<$call>(body);
            json_reads_back::<<$call as Call>::Reply>(body);
        )*};
    }
    with_calls!(each);
    json_reads_back::<Refusal>(body);
}

fn json_reads_back<T: serde::Serialize + serde::de::DeserializeOwned>(body: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(body) else { return };
    let written = serde_json::to_string(&value).unwrap_or_default();
    let again = serde_json::from_str::<T>(&written).and_then(|value| serde_json::to_string(&value));
    assert_eq!(again.ok().as_ref(), Some(&written));
}
