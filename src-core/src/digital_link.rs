//! GS1 Digital Link: the elements of an element string as a web address, in any domain. Source: GS1 Digital Link
//! Standard: URI Syntax, release 1.4 (ISO/IEC 18975), section 4; its compressed form is not read.

use std::fmt::Write as _;

use crate::gs1::{self, Element, Fault, Value};
use crate::gtin::Gtin;

/// Keys that an address may be about, each with the qualifiers that may follow it, in this order (section 4.9). A bar
/// parts qualifiers that exclude each other.
const KEYS: &[(&str, &[&[&str]])] = &[
    ("00", &[]),
    ("01", &[&["22", "10", "21"], &["235"]]),
    ("253", &[]),
    ("255", &[]),
    ("401", &[]),
    ("402", &[]),
    ("414", &[&["254"], &["7040"]]),
    ("415", &[&["8020"]]),
    ("417", &[&["7040"]]),
    ("8003", &[]),
    ("8004", &[&["7040"]]),
    ("8006", &[&["22", "10", "21"]]),
    ("8010", &[&["8011"]]),
    ("8013", &[]),
    ("8017", &[&["8019"]]),
    ("8018", &[&["8019"]]),
];

/// What an address says: a key, its qualifiers, and attributes of what they name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DigitalLink {
    elements: Vec<Element>,
    /// How many of them stand in the path: the key and its qualifiers.
    in_path: usize,
}

impl DigitalLink {
    /// A link that says these elements, each an identifier and its data: a key first, then its qualifiers in the
    /// standard's order, then attributes. Errors where the first is no key, where data does not fit its identifier, and
    /// where an identifier is there twice.
    pub fn new<'a>(elements: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, LinkFault> {
        let mut link = Self { elements: Vec::new(), in_path: 0 };
        for (ai, data) in elements {
            let qualifies = link.elements.len() == link.in_path && link.is_path_with(ai);
            link.push(ai, data)?;
            link.in_path += usize::from(qualifies);
        }
        if link.in_path == 0 { Err(LinkFault::NoKey) } else { Ok(link) }
    }

    /// Reads an address with the scheme `http` or `https`. Where a key begins in its path is found, so that the shop's
    /// own pages may stand in front; queries that are no identifier's, and what follows `#`, are passed over.
    pub fn parse(text: &str) -> Result<Self, DigitalLinkError> {
        Self::read(text).map_err(|fault| DigitalLinkError { text: text.to_owned(), fault })
    }

    fn read(text: &str) -> Result<Self, LinkFault> {
        let (scheme, rest) = text.split_once("://").ok_or(LinkFault::Address)?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return Err(LinkFault::Address);
        }
        let rest = rest.split('#').next().unwrap_or(rest);
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (_, path) = address.split_once('/').ok_or(LinkFault::NoKey)?;
        let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();

        let begins = |at: &usize| (segments.len() - at).is_multiple_of(2) && is_key(segments[*at]);
        let mut found = Err(LinkFault::NoKey);
        for at in (0..segments.len()).filter(begins) {
            found = Self::read_path(&segments[at..]);
            if found.is_ok() {
                break;
            }
        }
        let mut link = found?;
        for pair in query.split(['&', ';']) {
            let (ai, data) = pair.split_once('=').unwrap_or((pair, ""));
            if !ai.is_empty() && ai.bytes().all(|byte| byte.is_ascii_digit()) {
                link.push(ai, &decoded(data)?)?;
            }
        }
        Ok(link)
    }

    /// Reads a path that begins with a key: identifiers and their data in turn.
    fn read_path(segments: &[&str]) -> Result<Self, LinkFault> {
        let mut link = Self { elements: Vec::new(), in_path: 0 };
        for pair in segments.chunks_exact(2) {
            if !link.is_path_with(pair[0]) {
                return Err(LinkFault::Qualifier);
            }
            let mut data = decoded(pair[1])?;
            // Until release 1.2 a GTIN was written as short as it is.
            if pair[0] == "01" && matches!(data.len(), 8 | 12 | 13) {
                data = format!("{data:0>14}");
            }
            link.push(pair[0], &data)?;
            link.in_path += 1;
        }
        Ok(link)
    }

    /// Writes the link behind `stem`, a scheme and domain with or without the beginning of a path.
    pub fn uri(&self, stem: &str) -> String {
        let mut uri = stem.trim_end_matches('/').to_owned();
        for (place, element) in self.elements.iter().enumerate() {
            let (before, between) = match place.checked_sub(self.in_path) {
                None => ('/', '/'),
                Some(0) => ('?', '='),
                Some(_) => ('&', '='),
            };
            uri.push(before);
            uri.push_str(&element.ai);
            uri.push(between);
            encode(&element.data, &mut uri);
        }
        uri
    }

    /// The key, its qualifiers and then the attributes.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The item that the link is about. None for one about something else.
    pub fn gtin(&self) -> Option<Gtin> {
        match self.elements.first() {
            Some(Element { ai, value: Value::Gtin(gtin), .. }) if ai == "01" => Some(*gtin),
            _ => None,
        }
    }

    /// Whether the path may go on with this identifier: a key to begin with, then qualifiers of it in their order.
    fn is_path_with(&self, ai: &str) -> bool {
        let Some((key, there)) = self.elements[..self.in_path].split_first() else { return is_key(ai) };
        let wanted = there.iter().map(|element| element.ai.as_str()).chain([ai]).peekable();
        let sequences = KEYS.iter().find(|(there, _)| *there == key.ai).map_or(&[][..], |(_, all)| *all);
        sequences.iter().any(|sequence| {
            let mut wanted = wanted.clone();
            for qualifier in *sequence {
                wanted.next_if_eq(qualifier);
            }
            wanted.peek().is_none()
        })
    }

    fn push(&mut self, ai: &str, data: &str) -> Result<(), LinkFault> {
        if self.elements.iter().any(|element| element.ai == ai) {
            return Err(LinkFault::Repeated);
        }
        self.elements.push(gs1::element(ai, data)?);
        Ok(())
    }
}

fn is_key(ai: &str) -> bool {
    KEYS.iter().any(|(key, _)| *key == ai)
}

/// `text` without its percent-encoding (RFC 3986, section 2.1).
fn decoded(text: &str) -> Result<String, LinkFault> {
    let hex = |byte: Option<u8>| char::from(byte?).to_digit(16);
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'%' => match (hex(bytes.next()), hex(bytes.next())) {
                (Some(high), Some(low)) => (high * 16 + low) as u8,
                _ => return Err(LinkFault::Encoding),
            },
            other => other,
        });
    }
    String::from_utf8(plain).map_err(|_| LinkFault::Encoding)
}

/// Adds `data` with everything but the unreserved characters of RFC 3986, section 2.3, percent-encoded.
fn encode(data: &str, uri: &mut String) {
    for byte in data.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}

/// A text that is no GS1 Digital Link. It is kept whole.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{fault} (in \"{text}\")")]
pub struct DigitalLinkError {
    /// All that was read.
    pub text: String,
    /// What is wrong with it.
    pub fault: LinkFault,
}

/// What is wrong with a GS1 Digital Link.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LinkFault {
    /// No address with the scheme `http` or `https`.
    #[error("this is no web address")]
    Address,
    /// No key that a link may be about.
    #[error("the address names no GS1 key")]
    NoKey,
    /// An identifier behind the key that does not qualify it, or not there.
    #[error("the key is followed by something that does not qualify it")]
    Qualifier,
    /// A percent sign without two hexadecimal digits, or bytes that are no text.
    #[error("the address is not properly percent-encoded")]
    Encoding,
    /// An identifier twice.
    #[error("the address says the same thing twice")]
    Repeated,
    /// Data that does not fit its identifier.
    #[error(transparent)]
    Element(#[from] Fault),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gs1::{Date, Decimal};

    const GTIN: &str = "09520000000011";

    fn fault(text: &str) -> LinkFault {
        let error = DigitalLink::parse(text).unwrap_err();
        assert_eq!(error.text, text, "nothing of it is lost");
        error.fault
    }

    fn pairs(link: &DigitalLink) -> Vec<(&str, &str)> {
        link.elements().iter().map(|element| (element.ai.as_str(), element.data.as_str())).collect()
    }

    #[test]
    fn a_link_says_what_an_element_string_says() {
        let link = DigitalLink::parse(&format!(
            "https://shop.example/de/produkte/01/{GTIN}/10/A%2F7/21/5%25?17=261231&3103=001250&linkType=gs1:pip#top"
        ))
        .unwrap();
        assert_eq!(link.gtin(), Some(GTIN.parse().unwrap()));
        assert_eq!(
            pairs(&link),
            [("01", GTIN), ("10", "A/7"), ("21", "5%"), ("17", "261231"), ("3103", "001250")]
        );
        let values: Vec<&Value> = link.elements().iter().map(|element| &element.value).collect();
        let date = Date { year: 26, month: 12, day: Some(31), hour: None };
        assert_eq!(values[3], &Value::Date(date));
        assert_eq!(values[4], &Value::Measure(Decimal { digits: 1250, decimals: 3 }));
        let string = gs1::write(pairs(&link));
        assert_eq!(gs1::parse(&string).unwrap(), link.elements());
    }

    #[test]
    fn a_key_is_found_wherever_the_path_has_it() {
        for address in [
            format!("https://id.gs1.org/01/{GTIN}"),
            format!("HTTP://10.0.0.5:8787/01/{GTIN}/"),
            format!("https://a.example/01/01/{GTIN}"),
            format!("https://a.example/00/shelf/01/{GTIN}?"),
            "https://id.gs1.org/01/9520000000011".to_owned(),
        ] {
            let link = DigitalLink::parse(&address).unwrap();
            assert_eq!(pairs(&link), [("01", GTIN)], "{address}");
        }
        let pallet = DigitalLink::parse(&format!("https://id.gs1.org/00/095200000000000110?02={GTIN}&37=25"));
        let pallet = pallet.unwrap();
        assert_eq!(pallet.gtin(), None);
        assert_eq!(pairs(&pallet)[1..], [("02", GTIN), ("37", "25")]);
    }

    #[test]
    fn each_fault_is_told_apart() {
        let at = |rest: &str| fault(&format!("https://id.gs1.org{rest}"));
        assert_eq!(fault("ftp://id.gs1.org/01/1"), LinkFault::Address);
        assert_eq!(fault("01/09520000000011"), LinkFault::Address);
        assert_eq!(at(""), LinkFault::NoKey);
        assert_eq!(at("/10/LOT"), LinkFault::NoKey);
        assert_eq!(at(&format!("/01/{GTIN}/10")), LinkFault::NoKey);
        assert_eq!(at("/01/09520000000012"), LinkFault::Element(Fault::CheckDigit { expected: 1 }));
        assert_eq!(at(&format!("/01/{GTIN}/21/S/10/L")), LinkFault::Qualifier);
        assert_eq!(at(&format!("/01/{GTIN}/10/L/10/M")), LinkFault::Qualifier);
        assert_eq!(at(&format!("/01/{GTIN}/21/S/235/T")), LinkFault::Qualifier);
        assert_eq!(at(&format!("/01/{GTIN}/10/L%2")), LinkFault::Encoding);
        assert_eq!(at(&format!("/01/{GTIN}/10/%FF")), LinkFault::Encoding);
        assert_eq!(at(&format!("/01/{GTIN}/10/")), LinkFault::NoKey);
        assert_eq!(at(&format!("/01/{GTIN}/10/a%20b")), LinkFault::Element(Fault::Letter));
        assert_eq!(at(&format!("/01/{GTIN}?17=261332")), LinkFault::Element(Fault::Date));
        assert_eq!(at(&format!("/01/{GTIN}?17=2612311")), LinkFault::Element(Fault::TooLong));
        assert_eq!(at(&format!("/01/{GTIN}?05=1")), LinkFault::Element(Fault::UnknownIdentifier));
        assert_eq!(at(&format!("/01/{GTIN}/10/L?10=M")), LinkFault::Repeated);
    }

    #[test]
    fn every_qualifier_is_an_identifier() {
        for (key, sequences) in KEYS {
            for ai in sequences.iter().flat_map(|sequence| sequence.iter()).chain([key]) {
                assert_ne!(gs1::element(ai, ""), Err(Fault::UnknownIdentifier), "{ai}");
            }
        }
    }

    fn any_link() -> impl Strategy<Value = DigitalLink> {
        let text = "[!-\"%-?A-Z_a-z]{1,20}";
        let gtin = (0u64..10_000_000_000_000).prop_map(|body| Gtin::from_body(body).to_gtin14());
        let maybe = proptest::option::of::<&str>;
        (gtin, maybe(text), maybe(text), maybe(text), maybe("[0-9]{2}1231"), maybe("[0-9]{6}")).prop_map(
            |(gtin, variant, lot, serial, expiry, weight)| {
                let qualifiers = [("22", &variant), ("10", &lot), ("21", &serial)];
                let all = qualifiers.into_iter().chain([("17", &expiry), ("3103", &weight)]);
                let said = all.filter_map(|(ai, data)| Some((ai, data.as_deref()?)));
                DigitalLink::new([("01", gtin.as_str())].into_iter().chain(said)).unwrap()
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(link in any_link(), place in 0usize..14, by in 1u8..10) {
            for stem in ["https://id.gs1.org", "http://10.0.0.5:8787/de/", "https://a.example/01"] {
                prop_assert_eq!(DigitalLink::parse(&link.uri(stem)), Ok(link.clone()));
            }
            let mut misread = link.uri("https://a.example").into_bytes();
            let place = "https://a.example/01/".len() + place;
            misread[place] = b'0' + (misread[place] - b'0' + by) % 10;
            let misread = DigitalLink::parse(std::str::from_utf8(&misread).unwrap());
            let fault = misread.unwrap_err().fault;
            prop_assert!(matches!(fault, LinkFault::Element(Fault::CheckDigit { .. })), "{}", fault);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,60}|https://[a/0-9%?&=;#é]{0,60}") {
            let _ = DigitalLink::parse(&text);
        }
    }
}
