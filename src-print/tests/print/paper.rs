use base64::Engine as _;
use cosmic_text::fontdb::Database;
use image::{GrayImage, Luma};
use ministore_core::deposit::DepositSums;
use ministore_core::gift_card::SoldGiftCards;
use ministore_core::issued::GiftCardNumber;
use ministore_core::money::Currency;
use ministore_core::paper::{Buyer, GiftCardSlip, Kind, Receipt, ShiftReport};
use ministore_core::payment::Tender;
use ministore_core::printer::{Paper as Wide, PrintTrouble, Printer};
use ministore_core::shift::{Report, TenderSum};
use ministore_core::time::Timestamp;
use ministore_print::commands::commands;
use ministore_print::layout;
use ministore_print::letters::Letters;
use ministore_test_printer::{Paper, Piece, Reader};
use rxing::{BarcodeFormat, helpers};

use super::sample::{AT, arabic, artefacts, chinese, english, line, printer, yuan};

fn on(receipt: &Receipt, printer: &Printer) -> Paper {
    let bytes = commands(&layout::receipt(receipt), printer, &Letters::of_system()).unwrap();
    Reader::read(&bytes)
}

/// Keeps a picture of it, and gives what its codes say.
fn seen(name: &str, paper: &Paper, wide: Wide) -> Vec<(BarcodeFormat, String)> {
    let picture = paper.picture(wide.dots());
    picture.save(artefacts().join(format!("{name}.png"))).unwrap();
    let (width, height) = picture.dimensions();
    // Where there are none it is an error: a report has no codes.
    let found = helpers::detect_multiple_in_luma(picture.into_raw(), width, height).unwrap_or_default();
    found.iter().map(|code| (*code.getBarcodeFormat(), code.getText().to_owned())).collect()
}

fn ink(picture: &GrayImage) -> usize {
    picture.pixels().filter(|dot| dot.0[0] < 128).count()
}

#[test]
fn an_english_receipt_keeps_its_columns_on_both_papers() {
    for wide in [Wide::Mm58, Wide::Mm80] {
        let printer = printer(wide);
        let paper = on(&english(), &printer);
        let columns = wide.columns();
        assert!(paper.pictures().is_empty(), "ASCII needs no pictures");
        for line in paper.lines() {
            assert!(line.chars().count() <= columns, "{line:?}");
        }
        let lines = paper.lines();
        let row = |left: &str, right: &str| {
            let found =
                lines.iter().find(|line| line.trim_start().starts_with(left) && line.ends_with(right));
            let found = found.unwrap_or_else(|| panic!("no row {left} … {right} in {lines:#?}"));
            assert_eq!(found.chars().count(), columns, "{found:?}: the right side ends at the edge");
        };
        row("Fresh whole milk", " 11.80");
        row("Red apples", " 10.67");
        row("Chocolate cake", " 28.80");
        row("Total CNY", " 51.27");
        row("Card A1042", " 10.00");
        row("Cash", " 100.00");
        row("Receipt 1042", " 2026-11-02 10:15");
        row("Tax 13%", " 5.90");
        row("Rounding", " -0.02");
        row("Change", " 58.75");
        for said in ["  2 x 5.90", "358 g x 29.80/kg", "-3.20 off", "Tax no. 91310000MA1FL0000X"] {
            assert!(paper.says(said), "{said}");
        }
        assert_eq!(paper.cuts(), 1);
        assert_eq!(paper.pulses, 0);
        let codes = seen(&format!("english-{columns}"), &paper, wide);
        assert!(codes.contains(&(BarcodeFormat::CODE_128, "R4F2A19-1042".into())), "{codes:?}");
        let link = (BarcodeFormat::QR_CODE, "https://shop.example/r/4F2A19-1042".into());
        assert!(codes.contains(&link), "{codes:?}");
    }
}

#[test]
fn what_a_printer_has_no_letters_for_comes_as_dots() {
    for (name, receipt) in [("chinese", chinese()), ("arabic", arabic())] {
        for wide in [Wide::Mm58, Wide::Mm80] {
            let paper = on(&receipt, &printer(wide));
            let pictures = paper.pictures();
            assert!(pictures.len() >= 4, "the shop, the address and the goods at least");
            for picture in &pictures {
                assert_eq!(picture.width(), wide.dots());
                assert!(ink(picture) > 50, "a picture without ink");
            }
            let codes = seen(&format!("{name}-{}", wide.columns()), &paper, wide);
            for code in [
                (BarcodeFormat::CODE_128, receipt.code.clone()),
                (BarcodeFormat::QR_CODE, receipt.link.clone().unwrap()),
            ] {
                assert!(codes.contains(&code), "{code:?} is not among {codes:?}");
            }
        }
    }
    // The printer's own letters are used where it has them.
    let paper = on(&arabic(), &printer(Wide::Mm80));
    assert!(paper.says("Total CNY"));
}

#[test]
fn joined_letters_are_joined_and_run_from_the_right() {
    // Shaped, the letters of one word touch; set one by one from the left they would not.
    let word = |text: &str| {
        let mut receipt = arabic();
        receipt.heading.shop = "Corner".into();
        receipt.heading.address = String::new();
        receipt.heading.footer = String::new();
        receipt.lines = vec![line(text, 1, 590, 0)];
        on(&receipt, &printer(Wide::Mm80)).pictures()[0].clone()
    };
    let columns = |picture: &GrayImage| {
        let dark = |x: u32| (0..picture.height()).any(|y| picture.get_pixel(x, y).0[0] < 128);
        (0..400).filter(|x| dark(*x)).max().unwrap() - (0..400).filter(|x| dark(*x)).min().unwrap()
    };
    let (joined, apart) = (word("بببب"), word("ب ب ب ب"));
    assert!(columns(&joined) < columns(&apart) * 3 / 4, "four joined letters take less room");
    // Alef comes first, so it stands at the right.
    let two = word("اب");
    let right =
        (0..400u32).rev().find(|x| (0..two.height()).any(|y| two.get_pixel(*x, y).0[0] < 128)).unwrap();
    let height = (0..two.height())
        .filter(|y| (right.saturating_sub(3)..=right).any(|x| two.get_pixel(x, *y).0[0] < 128))
        .count();
    assert!(height > 10, "the upright letter is at the right: {height}");
}

#[test]
fn letters_that_no_font_has_are_said_and_never_printed_as_boxes() {
    let parts = layout::receipt(&chinese());
    let none = Letters::of(Database::new());
    assert!(matches!(commands(&parts, &printer(Wide::Mm80), &none), Err(PrintTrouble::NoFont(_))));
    let mut receipt = english();
    // Linear A: on no shop's receipt, and in none of its fonts.
    receipt.lines[0].name = "\u{10600}\u{10601}".into();
    let parts = layout::receipt(&receipt);
    let mut latin = Database::new();
    latin.load_font_file("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf").unwrap();
    let trouble = commands(&parts, &printer(Wide::Mm80), &Letters::of(latin)).unwrap_err();
    assert!(matches!(trouble, PrintTrouble::NoFont(text) if text.contains('\u{10600}')));
}

#[test]
fn other_papers_say_what_they_are() {
    let wide = Wide::Mm80;
    let printer = printer(wide);
    let copy = on(&Receipt { copy: true, ..english() }, &printer);
    assert!(copy.says("*** COPY ***"));
    assert!(!on(&english(), &printer).says("COPY"));

    let gift = on(&Receipt { kind: Kind::Gift, ..english() }, &printer);
    assert!(gift.says("Gift receipt 1042") && gift.says("Fresh whole milk"));
    for price in ["11.80", "5.90", "51.27", "Total", "29.80"] {
        assert!(!gift.says(price), "a gift receipt says {price}");
    }
    let buyer = Buyer { name: "Harbour Trading Ltd".into(), tax_number: "9131-7".into() };
    let invoice = on(&Receipt { kind: Kind::Invoice(buyer), ..english() }, &printer);
    assert!(invoice.says("Invoice 1042") && invoice.says("Buyer: Harbour Trading Ltd"));
    assert!(invoice.says("Buyer's tax no.: 9131-7"));
    let back = on(&Receipt { kind: Kind::Return { sale: Some(1007) }, number: 1043, ..english() }, &printer);
    assert!(back.says("Return 1043") && back.says("1007") && back.says("Given back CNY"));
    for (name, paper) in [("copy", copy), ("gift", gift), ("invoice", invoice), ("return", back)] {
        seen(name, &paper, wide);
    }
}

#[test]
fn a_products_name_commands_nothing() {
    let mut receipt = english();
    receipt.lines[0].name = "Milk\u{1b}p\u{0}\u{19}\u{fa}\u{10}\u{14}\u{1}".into();
    receipt.heading.footer = "Bye\u{1d}V\u{0}\n\u{1b}@".into();
    receipt.heading.address = "\u{85}\u{9b}".into();
    let paper = on(&receipt, &printer(Wide::Mm58));
    assert_eq!((paper.pulses, paper.cuts()), (0, 1));
}

#[test]
fn reports_say_the_sums_and_what_was_counted() {
    let report = Report {
        sales: 12,
        sold: yuan(123_450),
        taken_off: yuan(300),
        refunds: 1,
        returned: yuan(590),
        by_card: yuan(50_000),
        in_cash: yuan(72_860),
        rounding: yuan(-1),
        put_in: yuan(0),
        taken_out: yuan(5_000),
        float: yuan(20_000),
        expected_cash: yuan(87_860),
        tax: Vec::new(),
        receipts: Some((1, 13)),
        by_other: vec![
            TenderSum { tender: Tender::StoredValue, amount: yuan(700) },
            TenderSum { tender: Tender::GiftCard, amount: yuan(1_250) },
        ],
        foreign: vec![Currency::USD.minor(2_000)],
        foreign_worth: Some(yuan(14_200)),
        gift_cards: Some(SoldGiftCards { count: 3, in_cash: yuan(20_000), by_card: yuan(5_000) }),
        deposits: Some(DepositSums { taken: yuan(1_825), back: yuan(425) }),
    };
    let heading = english().heading;
    let opened = Timestamp(AT.0 - 4 * 3_600_000);
    let x = ShiftReport { heading, opened, until: AT, counted: None, report };
    let z = ShiftReport { counted: Some(yuan(87_800)), ..x.clone() };
    let print = |report: &ShiftReport| {
        let parts = layout::report(report);
        Reader::read(&commands(&parts, &printer(Wide::Mm58), &Letters::of_system()).unwrap())
    };
    let (x, z) = (print(&x), print(&z));
    assert!(x.says("X report") && x.says("878.60") && !x.says("Counted"));
    assert!(x.says("Money on the card") && x.says("USD") && x.says("20.00"));
    assert!(x.says("Gift card") && x.says("12.50"), "what gift cards paid");
    assert!(x.says("Deposit") && x.says("18.25") && x.says("Deposit back") && x.says("4.25"));
    assert!(x.says("Gift cards sold") && x.says("200.00") && x.says("50.00"), "apart from goods");
    assert!(z.says("Z report") && z.says("878.00") && z.says("-0.60") && z.says("06:15"));
    seen("z-report", &z, Wide::Mm58);
}

#[test]
fn a_gift_cards_slip_is_the_card() {
    let number = GiftCardNumber::from_bits(0x123_4567_89ab_cdef);
    let message = "Happy birthday!\u{1b}p\u{0}".to_owned();
    let heading = english().heading;
    let slip = GiftCardSlip { heading, at: AT, balance: yuan(10_000), number, message };
    for (name, wide) in [("gift-card-58", Wide::Mm58), ("gift-card-80", Wide::Mm80)] {
        let bytes = commands(&layout::gift_card(&slip), &printer(wide), &Letters::of_system()).unwrap();
        let paper = Reader::read(&bytes);
        assert_eq!((paper.pulses, paper.cuts()), (0, 1), "a message commands nothing");
        for said in ["Gift card", "CNY 100.00", "Happy birthday!", &number.to_string()] {
            assert!(paper.says(said), "{said}");
        }
        let codes = seen(name, &paper, wide);
        assert!(codes.contains(&(BarcodeFormat::QR_CODE, number.symbol_text())), "{codes:?}");
    }
}

#[test]
fn a_logo_stands_above_and_a_bad_one_is_said() {
    let logo = GrayImage::from_fn(1200, 400, |x, y| Luma([if (x / 60 + y / 60) % 2 == 0 { 0 } else { 255 }]));
    let mut png = Vec::new();
    logo.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    let logo = base64::engine::general_purpose::STANDARD.encode(png);
    let with = Printer { logo: Some(logo), ..printer(Wide::Mm58) };
    let paper = on(&english(), &with);
    let Some(Piece::Picture(picture)) = paper.pieces.first() else { panic!("{:?}", paper.pieces.first()) };
    assert_eq!(picture.width(), 384);
    assert!(ink(picture) > 10_000);
    seen("logo", &paper, Wide::Mm58);
    let bad = Printer { logo: Some("bm8gcGljdHVyZQ==".into()), ..with };
    let parts = layout::receipt(&english());
    assert_eq!(commands(&parts, &bad, &Letters::of_system()), Err(PrintTrouble::BadLogo));
}

#[test]
fn letters_of_its_page_are_the_printers_own() {
    use ministore_core::printer::CodePage;
    let mut receipt = english();
    receipt.heading.shop = "Café Österreich".into();
    let own = |page, text: &str| {
        let mut receipt = receipt.clone();
        receipt.heading.footer = text.into();
        let printer = Printer { page, ..printer(Wide::Mm80) };
        on(&receipt, &printer).says(text)
    };
    assert!(own(CodePage::Pc437, "Café Österreich"));
    assert!(own(CodePage::Pc858, "10 € für Käse"));
    assert!(own(CodePage::Pc866, "Спасибо за покупку"));
    assert!(own(CodePage::Pc852, "Dziękujemy za zakupy"));
    assert!(own(CodePage::Wpc1252, "10 € für Käse"));
    assert!(!own(CodePage::Pc437, "10 € für Käse"), "the euro is not in page 437: it comes as dots");
}

#[test]
fn a_test_page_shows_letters_dots_and_codes() {
    let printer = printer(Wide::Mm58);
    let bytes = commands(&layout::test(&printer), &printer, &Letters::of_system()).unwrap();
    let paper = Reader::read(&bytes);
    assert!(paper.says("12345678901234567890123456789012"));
    assert!(!paper.pictures().is_empty());
    let codes = seen("test-page", &paper, Wide::Mm58);
    assert!(codes.contains(&(BarcodeFormat::CODE_128, "TEST-12345".into())), "{codes:?}");
    assert!(codes.contains(&(BarcodeFormat::QR_CODE, "MINISTORE".into())), "{codes:?}");
}
