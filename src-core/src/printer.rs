//! The shop's printers, what is printed at them, and what can go wrong on the way.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::id::{ClosingId, DeviceId, NoteId, PrinterId, RefundId, SaleId};
use crate::issued::GiftCardNumber;
use crate::nearby::is_near;
use crate::paper::{Buyer, GiftCardSlip, Receipt, ShiftReport};
use crate::text::{Language, LocalText};

/// The most printers of a shop.
pub const MOST_PRINTERS: usize = 40;

/// The longest name of a printer, in characters.
pub const MAX_NAME: usize = 60;

/// The longest logo, in characters of base64: a black and white drawing as wide as the paper is a tenth of it.
pub const MAX_LOGO: usize = 60_000;

/// The longest tax number of a shop or a buyer, in characters.
pub const MAX_TAX_NUMBER: usize = 40;

/// A receipt printer, as managers set it up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Printer {
    /// Its key.
    pub id: PrinterId,
    /// As staff calls it, 1 to [`MAX_NAME`] characters.
    pub name: String,
    /// How it is reached from the shop's hub.
    pub connection: Connection,
    /// How wide its paper is.
    pub paper: Paper,
    /// Which letters it has by itself. All others are sent to it as pictures.
    pub page: CodePage,
    /// In which language it prints.
    pub language: Language,
    /// Whether a cash drawer hangs at it, to be opened when a sale takes cash.
    pub drawer: bool,
    /// Whether it cuts the paper.
    pub cuts: bool,
    /// Whether each sale is printed by itself.
    pub by_itself: bool,
    /// For which tills; none for all that have no printer of their own.
    pub tills: Vec<DeviceId>,
    /// What stands above the shop's name: a PNG in base64 (RFC 4648, section 4), at most [`MAX_LOGO`] characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
}

impl Printer {
    /// Whether it can be kept. Errors name the field that breaks its rule.
    pub fn checked(&self) -> Result<(), &'static str> {
        let name = self.name.trim().chars().count();
        let logo = self.logo.as_ref().is_none_or(|logo| (1..=MAX_LOGO).contains(&logo.len()));
        let connection = match &self.connection {
            Connection::Network { address, port } => is_near(*address) && *port != 0,
            Connection::Usb { .. } => true,
            Connection::Serial { path, baud } => is_serial_port(path) && (300..=921_600).contains(baud),
        };
        match (connection, (1..=MAX_NAME).contains(&name), logo, self.tills.len() <= MOST_PRINTERS) {
            (false, ..) => Err("connection"),
            (_, false, ..) => Err("name"),
            (_, _, false, _) => Err("logo"),
            (.., false) => Err("tills"),
            _ => Ok(()),
        }
    }
}

/// A serial port's own name, and no way to other files: `/dev/ttyUSB0`, `/dev/tty.usbserial-1`, `COM3`.
fn is_serial_port(path: &str) -> bool {
    let name = path.strip_prefix("/dev/").unwrap_or(path);
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let known = ["tty", "cu", "rfcomm", "COM"].iter().any(|start| name.starts_with(start));
    known && name.len() <= 60 && name.chars().all(plain)
}

/// How a printer is reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "via", rename_all = "snake_case")]
pub enum Connection {
    /// Over the shop's own network, as raw bytes.
    Network {
        /// Its address: a private one.
        address: IpAddr,
        /// Its port, [`RAW_PORT`] unless it says otherwise.
        port: u16,
    },
    /// At a USB port.
    Usb {
        /// Its maker's number.
        vendor: u16,
        /// Its model's number.
        product: u16,
    },
    /// At a serial port, or over Bluetooth as one.
    Serial {
        /// The port, such as `/dev/ttyUSB0` or `COM3`.
        path: String,
        /// Bits in a second.
        baud: u32,
    },
}

/// The port at which printers on a network take raw bytes.
pub const RAW_PORT: u16 = 9100;

/// How wide paper is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 58 mm, 384 dots of it printed on.
    Mm58,
    /// 80 mm, 576 dots of it printed on.
    Mm80,
}

impl Paper {
    /// How many dots lie in a row, at 203 in an inch.
    pub const fn dots(self) -> u32 {
        match self {
            Self::Mm58 => 384,
            Self::Mm80 => 576,
        }
    }

    /// How many of the printer's own letters lie in a row: each is 12 dots wide.
    pub const fn columns(self) -> usize {
        match self {
            Self::Mm58 => 32,
            Self::Mm80 => 48,
        }
    }
}

/// Which letters a printer has by itself, beside ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CodePage {
    /// Page 437, which every printer starts with.
    #[default]
    Pc437,
    /// Page 858: Western European, with the euro.
    Pc858,
    /// Page 852: Central European.
    Pc852,
    /// Page 866: Cyrillic.
    Pc866,
    /// Windows 1252: Western European.
    Wpc1252,
}

/// Query `printer.list`: the shop's printers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetPrinters {}

/// Printers by name.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Printers {
    /// They, at most [`MOST_PRINTERS`].
    pub printers: Vec<Printer>,
}

impl Printers {
    /// The printer of a till: its own, or one that is for all.
    pub fn of(&self, till: DeviceId) -> Option<&Printer> {
        let own = self.printers.iter().find(|printer| printer.tills.contains(&till));
        own.or_else(|| self.printers.iter().find(|printer| printer.tills.is_empty()))
    }
}

/// Request `printer.save`: a new printer, or another set-up of one that is there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SavePrinter {
    /// As it is to be.
    pub printer: Printer,
}

/// Request `printer.remove`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemovePrinter {
    /// Which.
    pub printer: PrinterId,
}

/// Request `printer.set_words`: what every receipt of the shop says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetWords {
    /// The shop's tax number, at most [`MAX_TAX_NUMBER`] characters; may be empty.
    pub tax_number: String,
    /// The text at the foot, at most 400 characters in each language.
    pub footer: LocalText,
}

/// Fact `printer.print`: something is printed, or the drawer is opened. What it prints the hub reads from its own books.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Print {
    /// The key under which it is noted: the same one again prints nothing more.
    pub note: NoteId,
    /// What.
    pub what: What,
    /// At which printer; None for the calling till's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printer: Option<PrinterId>,
}

/// What is to be printed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum What {
    /// A sale's receipt. After the first time it is a copy, and says so.
    Sale {
        /// Which.
        sale: SaleId,
        /// In which form.
        #[serde(default)]
        form: Form,
    },
    /// What follows a sale by itself: the drawer opens once where cash was taken, and the receipt is printed where the
    /// printer is set to do so.
    AfterSale {
        /// Which.
        sale: SaleId,
    },
    /// The receipt for goods that came back. The drawer opens once with it, where cash is given back.
    Refund {
        /// Which.
        refund: RefundId,
    },
    /// What a shift has taken: of the one that is open (an X report, for managers), or of a closing (its Z report).
    Report {
        /// Which closing.
        closing: Option<ClosingId>,
    },
    /// A gift card's slip, with its number as a QR code.
    GiftCard {
        /// Its number, which the hub only recognises.
        number: GiftCardNumber,
        /// What its buyer says to who gets it, at most [`crate::gift_card::MAX_MESSAGE`] characters; it is kept nowhere.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        message: String,
    },
    /// A page that shows what the printer can do; for managers.
    Test,
    /// Nothing: the drawer is opened without a sale.
    Drawer {
        /// Why, at most [`crate::ticket::MAX_NOTE`] characters.
        reason: String,
    },
}

/// In which form a receipt is given.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// As it is.
    #[default]
    Receipt,
    /// Without prices.
    Gift,
    /// With who buys.
    Invoice(Buyer),
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Printed {
    /// The printer's name; None where there was nothing to do.
    pub printer: Option<String>,
    /// Whether anything was to come on paper.
    pub page: bool,
    /// Whether the printer said that it is on paper. One that says nothing has taken all of it.
    pub sure: bool,
    /// Whether it says that it is a copy.
    pub copy: bool,
    /// Whether the drawer was told to open.
    pub drawer: bool,
}

/// Query `printer.pdf`: a sale's receipt as a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetPdf {
    /// Of which sale.
    pub sale: SaleId,
    /// In which form.
    #[serde(default)]
    pub form: Form,
    /// In which language.
    pub language: Language,
}

/// A file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pdf {
    /// Its name.
    pub name: String,
    /// The PDF in base64 (RFC 4648, section 4).
    pub data: String,
}

/// Why something did not come out of a printer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PrintTrouble {
    /// It cannot be reached: nothing was printed.
    #[error("it cannot be reached")]
    Unreachable,
    /// It vanished while it was printing: a part may be on paper.
    #[error("it vanished in the middle")]
    Vanished,
    /// It takes no more, and does not say why.
    #[error("it takes no more")]
    Stuck,
    /// It is out of paper.
    #[error("it is out of paper")]
    NoPaper,
    /// Its cover is open.
    #[error("its cover is open")]
    CoverOpen,
    /// It says that it has a fault, such as a jammed cutter.
    #[error("it says that it has a fault")]
    Faulty,
    /// Somebody else's print takes too long.
    #[error("it is busy with another print")]
    Busy,
    /// No font on the hub's machine has these letters.
    #[error("no font here has the letters of {0:?}")]
    NoFont(String),
    /// The logo is no picture that can be printed.
    #[error("the logo is no picture that can be printed")]
    BadLogo,
}

/// Something to be printed, put together by the engine. It does not travel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// What comes on paper.
    pub page: Option<Page>,
    /// Whether the drawer is opened first.
    pub pulse: bool,
}

/// What comes on paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Page {
    /// A receipt.
    Receipt(Box<Receipt>),
    /// An X or Z report.
    Report(Box<ShiftReport>),
    /// A gift card's slip.
    GiftCard(Box<GiftCardSlip>),
    /// What the printer can do.
    Test,
}

/// What came of a [`Job`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// Whether any of the page was sent.
    pub begun: bool,
    /// Whether the drawer was told to open.
    pub kicked: bool,
    /// Whether the printer said that it is done, or why it is not.
    pub done: Result<bool, PrintTrouble>,
}

impl Outcome {
    /// Nothing was done.
    pub const fn nothing(why: PrintTrouble) -> Self {
        Self { begun: false, kicked: false, done: Err(why) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn printer(connection: Connection) -> Printer {
        Printer {
            id: PrinterId(Uuid::nil()),
            name: "Till 1".into(),
            connection,
            paper: Paper::Mm80,
            page: CodePage::Pc437,
            language: Language::En,
            drawer: true,
            cuts: true,
            by_itself: false,
            tills: Vec::new(),
            logo: None,
        }
    }

    #[test]
    fn a_printer_is_in_the_neighbourhood_and_no_way_to_other_files() {
        let at = |address: &str, port| Connection::Network { address: address.parse().unwrap(), port };
        for near in ["192.168.1.50", "10.0.0.9", "127.0.0.1", "::1", "fd00::9"] {
            assert_eq!(printer(at(near, RAW_PORT)).checked(), Ok(()), "{near}");
        }
        for far in ["8.8.8.8", "169.254.169.254", "224.0.0.1", "0.0.0.0", "2001:4860:4860::8888"] {
            assert_eq!(printer(at(far, RAW_PORT)).checked(), Err("connection"), "{far}");
        }
        assert_eq!(printer(at("10.0.0.9", 0)).checked(), Err("connection"));
        let serial = |path: &str| Connection::Serial { path: path.into(), baud: 115_200 };
        for port in ["/dev/ttyUSB0", "/dev/rfcomm0", "COM3", "/dev/cu.usbserial-110"] {
            assert_eq!(printer(serial(port)).checked(), Ok(()), "{port}");
        }
        for file in ["/etc/passwd", "/dev/tty/../sda", "/dev/sda", "", "../ttyUSB0"] {
            assert_eq!(printer(serial(file)).checked(), Err("connection"), "{file}");
        }
    }

    #[test]
    fn a_tills_own_printer_comes_before_one_for_all() {
        let till = DeviceId(Uuid::from_u128(7));
        let all = printer(Connection::Usb { vendor: 1, product: 2 });
        let own = Printer { tills: vec![till], name: "Own".into(), ..all.clone() };
        let both = Printers { printers: vec![all.clone(), own.clone()] };
        assert_eq!(both.of(till), Some(&own));
        assert_eq!(both.of(DeviceId(Uuid::nil())), Some(&all));
        assert_eq!(Printers { printers: vec![own] }.of(DeviceId(Uuid::nil())), None);
    }
}
