//! The counter's addresses.

use ministore_core::code::{CardNumber, ProductCode};
use ministore_core::id::{OrderId, SaleId};
use ministore_core::issued::TableNumber;

/// A screen of the counter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// The orders, none of them open.
    Queue,
    /// One order.
    Order(OrderId),
    /// Its goods being collected.
    Pick(OrderId),
    /// Its goods changing hands.
    HandOver(OrderId),
    /// A product looked up.
    Product(ProductCode),
    /// A member's card.
    Card(CardNumber),
    /// Orders and products looked for by name; what was typed is the address's `q`.
    Search,
    /// What is to be counted.
    Recounts,
    /// What is brought to doors.
    Courier,
    /// The way out of those who have scanned and paid on the phone.
    Gate,
    /// What managers see to.
    Manage,
    /// The shop's devices, for managers.
    Devices,
    /// Days in money, for managers.
    Settlement,
    /// The receipt printers, for managers.
    Printers,
    /// Promotions, for managers.
    Campaigns,
    /// What shoppers say, for managers.
    Reviews,
    /// The codes by which people come, for managers.
    Touchpoints,
    /// Deposits on containers, for managers.
    Deposits,
    /// The tables.
    Tables,
    /// What one table has open.
    Table(TableNumber),
    /// The codes that stand on the tables, to be printed.
    TableCodes,
    /// What the kitchen has to make.
    Kitchen,
    /// The numbers that are called.
    Display,
    /// What customers see of the till.
    Customer,
    /// Goods rung up and paid.
    Till,
    /// The till's sales.
    Sales,
    /// One of them.
    Sale(SaleId),
    /// The till's drawer and its shift.
    Drawer,
    /// Gift cards sold and looked at. Which one is in no address: its number is worth money.
    GiftCards,
    /// No screen of the counter.
    Nowhere,
}

impl Place {
    /// The screen at a path such as `/counter/orders/…/pick`.
    pub(crate) fn of(path: &str) -> Self {
        let mut parts = path.trim_matches('/').split('/').skip(1);
        let place = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (None | Some(""), None, ..) => Some(Self::Queue),
            (Some("orders"), Some(id), None, _) => id.parse().ok().map(Self::Order),
            (Some("orders"), Some(id), Some("pick"), None) => id.parse().ok().map(Self::Pick),
            (Some("orders"), Some(id), Some("hand-over"), None) => id.parse().ok().map(Self::HandOver),
            (Some("products"), Some(code), None, _) => code.parse().ok().map(Self::Product),
            (Some("cards"), Some(number), None, _) => number.parse().ok().map(Self::Card),
            (Some("search"), None, ..) => Some(Self::Search),
            (Some("recounts"), None, ..) => Some(Self::Recounts),
            (Some("courier"), None, ..) => Some(Self::Courier),
            (Some("gate"), None, ..) => Some(Self::Gate),
            (Some("manage"), None, ..) => Some(Self::Manage),
            (Some("devices"), None, ..) => Some(Self::Devices),
            (Some("settlement"), None, ..) => Some(Self::Settlement),
            (Some("printers"), None, ..) => Some(Self::Printers),
            (Some("promotions"), None, ..) => Some(Self::Campaigns),
            (Some("reviews"), None, ..) => Some(Self::Reviews),
            (Some("touchpoints"), None, ..) => Some(Self::Touchpoints),
            (Some("deposits"), None, ..) => Some(Self::Deposits),
            (Some("tables"), None, ..) => Some(Self::Tables),
            (Some("tables"), Some("codes"), None, _) => Some(Self::TableCodes),
            (Some("tables"), Some(number), None, _) => {
                number.parse().ok().and_then(TableNumber::new).map(Self::Table)
            }
            (Some("kitchen"), None, ..) => Some(Self::Kitchen),
            (Some("display"), None, ..) => Some(Self::Display),
            (Some("customer"), None, ..) => Some(Self::Customer),
            (Some("till"), None, ..) => Some(Self::Till),
            (Some("sales"), None, ..) => Some(Self::Sales),
            (Some("sales"), Some(id), None, _) => id.parse().ok().map(Self::Sale),
            (Some("drawer"), None, ..) => Some(Self::Drawer),
            (Some("gift-cards"), None, ..) => Some(Self::GiftCards),
            _ => None,
        };
        place.unwrap_or(Self::Nowhere)
    }

    /// Its path.
    pub(crate) fn path(self) -> String {
        match self {
            Self::Queue | Self::Nowhere => "/counter".to_owned(),
            Self::Order(id) => ["/counter/orders/", &id.to_string()].concat(),
            Self::Pick(id) => ["/counter/orders/", &id.to_string(), "/pick"].concat(),
            Self::HandOver(id) => ["/counter/orders/", &id.to_string(), "/hand-over"].concat(),
            Self::Product(code) => ["/counter/products/", &code.to_string()].concat(),
            Self::Card(number) => ["/counter/cards/", &number.to_string()].concat(),
            Self::Search => "/counter/search".to_owned(),
            Self::Recounts => "/counter/recounts".to_owned(),
            Self::Courier => "/counter/courier".to_owned(),
            Self::Gate => "/counter/gate".to_owned(),
            Self::Manage => "/counter/manage".to_owned(),
            Self::Devices => "/counter/devices".to_owned(),
            Self::Settlement => "/counter/settlement".to_owned(),
            Self::Printers => "/counter/printers".to_owned(),
            Self::Campaigns => "/counter/promotions".to_owned(),
            Self::Reviews => "/counter/reviews".to_owned(),
            Self::Touchpoints => "/counter/touchpoints".to_owned(),
            Self::Deposits => "/counter/deposits".to_owned(),
            Self::Tables => "/counter/tables".to_owned(),
            Self::Table(number) => ["/counter/tables/", &number.to_string()].concat(),
            Self::TableCodes => "/counter/tables/codes".to_owned(),
            Self::Kitchen => "/counter/kitchen".to_owned(),
            Self::Display => "/counter/display".to_owned(),
            Self::Customer => "/counter/customer".to_owned(),
            Self::Till => "/counter/till".to_owned(),
            Self::Sales => "/counter/sales".to_owned(),
            Self::Sale(id) => ["/counter/sales/", &id.to_string()].concat(),
            Self::Drawer => "/counter/drawer".to_owned(),
            Self::GiftCards => "/counter/gift-cards".to_owned(),
        }
    }

    /// The order that it is about.
    pub(crate) const fn order(self) -> Option<OrderId> {
        match self {
            Self::Order(id) | Self::Pick(id) | Self::HandOver(id) => Some(id),
            Self::Queue
            | Self::Product(_)
            | Self::Card(_)
            | Self::Search
            | Self::Recounts
            | Self::Courier
            | Self::Gate
            | Self::Manage
            | Self::Devices
            | Self::Settlement
            | Self::Printers
            | Self::Campaigns
            | Self::Reviews
            | Self::Touchpoints
            | Self::Deposits
            | Self::Tables
            | Self::Table(_)
            | Self::TableCodes
            | Self::Kitchen
            | Self::Display
            | Self::Customer
            | Self::Till
            | Self::Sales
            | Self::Sale(_)
            | Self::Drawer
            | Self::GiftCards
            | Self::Nowhere => None,
        }
    }

    /// Whether it takes the whole screen, because one thing is being done.
    pub(crate) const fn is_work(self) -> bool {
        matches!(
            self,
            Self::Pick(_)
                | Self::HandOver(_)
                | Self::Tables
                | Self::Table(_)
                | Self::TableCodes
                | Self::Kitchen
                | Self::Display
                | Self::Customer
                | Self::Till
                | Self::Sales
                | Self::Sale(_)
                | Self::Drawer
                | Self::GiftCards
        )
    }
}

/// The path of a search for `text`, percent-encoded (RFC 3986, section 2.1).
pub(crate) fn search_path(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut path = [&Place::Search.path(), "?q="].concat();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            path.push(char::from(byte));
        } else {
            path.push('%');
            path.push(char::from(HEX[usize::from(byte >> 4)]));
            path.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_screen_is_found_again_by_its_path() {
        let id = OrderId(Uuid::from_u128(7));
        for place in [
            Place::Queue,
            Place::Customer,
            Place::Till,
            Place::Sales,
            Place::Sale(SaleId(Uuid::from_u128(8))),
            Place::Drawer,
            Place::GiftCards,
            Place::Order(id),
            Place::Pick(id),
            Place::HandOver(id),
            Place::Product("40110".parse().unwrap()),
            Place::Card(CardNumber::from_body(4_820_193_746)),
            Place::Search,
            Place::Recounts,
            Place::Courier,
            Place::Gate,
            Place::Devices,
            Place::Settlement,
            Place::Deposits,
            Place::Tables,
            Place::Table(TableNumber::new(12).unwrap()),
            Place::TableCodes,
            Place::Kitchen,
            Place::Display,
        ] {
            assert_eq!(Place::of(&place.path()), place);
            assert_eq!(Place::of(&[&place.path(), "/"].concat()), place);
        }
    }

    #[test]
    fn what_is_no_screen_leads_nowhere() {
        for path in [
            "/counter/orders",
            "/counter/orders/7",
            "/counter/products/1x",
            "/counter/till/1/2/3",
            "/counter/tables/0",
        ] {
            assert_eq!(Place::of(path), Place::Nowhere, "{path}");
        }
    }

    #[test]
    fn a_search_keeps_every_letter() {
        assert_eq!(search_path("milk"), "/counter/search?q=milk");
        assert_eq!(search_path("奶 &a"), "/counter/search?q=%E5%A5%B6%20%26a");
    }
}
