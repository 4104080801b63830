use std::collections::{BTreeMap, BTreeSet};

use rxing::common::HybridBinarizer;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, MultiFormatReader, Reader};

use ministore_core::deposit::{linked, read_links};
use ministore_core::instore::Plu;
use ministore_core::money::Currency;
use ministore_core::quantity::Measure;
use ministore_core::table::menu::DiningRoom;

use super::*;

type Record = BTreeMap<String, String>;

fn records(csv: &str) -> Vec<Record> {
    csv::Reader::from_reader(csv.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap_or_default()
}

/// What is on the shelves, and what the tables can order.
fn sold() -> Vec<Record> {
    let all = [products_csv(), cafe_csv(), scan_and_go_csv(), returnable_csv()];
    all.map(records).concat()
}

#[test]
fn every_dish_is_a_product_of_the_cafe_and_the_other_way_round() {
    let room: DiningRoom = serde_json::from_str(dining_room_json()).unwrap_or_default();
    assert_eq!(room.check(Currency::CNY), Ok(()));
    assert_eq!(room.tables.len(), 8);
    let dishes: BTreeSet<String> = room.menu.items().map(|item| item.product.to_string()).collect();
    let cafe: BTreeSet<String> = records(cafe_csv()).into_iter().map(|dish| dish["gtin"].clone()).collect();
    assert_eq!(dishes, cafe);
    assert!(cafe.iter().all(|gtin| gtin.starts_with("952") && check_digit_fits(gtin)), "{cafe:?}");
    let others: BTreeSet<String> =
        records(products_csv()).into_iter().map(|product| product["gtin"].clone()).collect();
    assert!(cafe.is_disjoint(&others));
}

/// The check digit by GS1's own description for a person with pencil and paper, not by the code under test.
fn check_digit_fits(gtin: &str) -> bool {
    let digits: Vec<u32> = gtin.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let weighted: u32 = digits.iter().rev().skip(1).zip([3, 1].into_iter().cycle()).map(|(d, w)| d * w).sum();
    digits.len() == gtin.len() && digits.last().is_some_and(|last| (weighted + last).is_multiple_of(10))
}

#[test]
fn every_product_has_its_own_valid_demonstration_gtin_or_plu() {
    let products = records(products_csv());
    assert!(products.len() >= 300, "{}", products.len());
    let (mut gtins, mut plus) = (BTreeSet::new(), BTreeSet::new());
    for product in &products {
        let (gtin, plu) = (&product["gtin"], &product["plu"]);
        if product["sold_by"] == "weight" {
            assert!(gtin.is_empty() && plu.len() == 5 && plu.parse::<u32>().is_ok(), "{product:?}");
            assert!(plus.insert(plu), "{plu} twice");
            assert!(product["content"].is_empty(), "{product:?}");
        } else {
            assert!(plu.is_empty() && product["sold_by"] == "piece", "{product:?}");
            assert!(matches!(gtin.len(), 8 | 13) && gtin.starts_with("952"), "{product:?}");
            assert!(check_digit_fits(gtin), "{gtin}");
            assert!(gtins.insert(gtin), "{gtin} twice");
            assert!(!product["content"].is_empty(), "{product:?}");
        }
    }
    assert!(gtins.iter().any(|gtin| gtin.len() == 8), "no GTIN-8");
    assert!(plus.len() >= 40, "{}", plus.len());
}

#[test]
fn every_category_is_known_used_and_named_in_both_languages() {
    let categories: BTreeSet<String> =
        records(categories_csv()).into_iter().map(|category| category["slug"].clone()).collect();
    assert_eq!(categories.len(), 14);
    let used: BTreeSet<String> = sold().into_iter().map(|product| product["category"].clone()).collect();
    assert_eq!(categories, used);
    for named in records(categories_csv()).iter().chain(&sold()) {
        assert!(named["name_zh"].chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{named:?}");
        assert!(named["name_en"].chars().all(|c| c.is_ascii() || "×éè".contains(c)), "{named:?}");
    }
}

#[test]
fn every_product_says_what_a_shelf_and_a_till_need() {
    for product in records(products_csv()) {
        let price: f64 = product["price"].parse().unwrap_or(-1.0);
        assert!((1.0..=200.0).contains(&price), "{product:?}");
        assert!(matches!(product["tax_rate"].as_str(), "9" | "13"), "{product:?}");
        assert!(product["stock"].parse::<f64>().is_ok_and(|stock| stock >= 0.0), "{product:?}");
        assert!(matches!(product["min_age"].as_str(), "" | "18"), "{product:?}");
        for field in ["allergens", "notes"] {
            let (en, zh) = (&product[&format!("{field}_en")], &product[&format!("{field}_zh")]);
            assert_eq!(en.is_empty(), zh.is_empty(), "{product:?}");
        }
        assert_eq!(
            product["allergens_en"].matches(", ").count(),
            product["allergens_zh"].matches('、').count(),
            "{product:?}"
        );
    }
}

#[test]
fn scan_and_go_has_bags_and_something_under_a_tag() {
    let products = records(scan_and_go_csv());
    assert!(products.iter().any(|product| product["category"] == "bags"));
    assert!(products.iter().any(|product| product["tagged"] == "yes"));
    let known = records(products_csv());
    for product in &products {
        assert!(check_digit_fits(&product["gtin"]), "{product:?}");
        assert!(known.iter().all(|other| other["gtin"] != product["gtin"]), "{product:?}");
        assert!(picture(&product["picture"]).is_ok(), "{product:?}");
        assert!(known.iter().all(|other| other["picture"] != product["picture"]), "{product:?}");
    }
}

#[test]
fn what_comes_back_carries_deposits_that_the_shop_has() {
    let known = records(products_csv());
    let products = records(returnable_csv());
    assert!(products.iter().any(|product| product["deposit"] == "bottle:20 crate"));
    for product in &products {
        assert!(check_digit_fits(&product["gtin"]), "{product:?}");
        assert!(known.iter().all(|other| other["gtin"] != product["gtin"]), "{product:?}");
        let links = read_links(&product["deposit"]).unwrap_or_default();
        assert!(linked(&links, &deposits()).is_ok_and(|deposits| !deposits.is_empty()), "{product:?}");
    }
}

#[test]
fn every_product_has_a_picture_of_its_own() {
    let mut seen = BTreeMap::new();
    for product in sold() {
        let svg = picture(&product["picture"]);
        let svg = svg.unwrap_or_else(|error| format!("{error}"));
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{}: {svg}", product["name_en"]);
        assert!(svg.len() <= 3072, "{}: {} bytes", product["name_en"], svg.len());
        assert!(["<text", "<script", "href", "url(", " id="].iter().all(|word| !svg.contains(word)), "{svg}");
        if let Some(other) = seen.insert(svg, product["name_en"].clone()) {
            assert_eq!(other, product["name_en"], "the same picture");
        }
    }
}

/// The bars of `code` as a scanner would see them: three pixels a module, with quiet zones.
fn read_bars(code: &str) -> Option<(BarcodeFormat, String)> {
    const PIXELS: usize = 3;
    const QUIET: usize = 11;
    let symbol = ean::symbol(code)?;
    let (width, height) = ((symbol.width + 2 * QUIET) * PIXELS, 40);
    let mut row = vec![255u8; width];
    for bar in &symbol.bars {
        let start = (bar.at + QUIET) * PIXELS;
        row[start..start + bar.width * PIXELS].fill(0);
    }
    let source = Luma8LuminanceSource::new(row.repeat(height), width as u32, height as u32).ok()?;
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let read = MultiFormatReader::default().decode_with_hints(&mut bitmap, &DecodeHints::default()).ok()?;
    Some((*read.getBarcodeFormat(), read.getText().to_owned()))
}

#[test]
fn a_scanner_reads_every_barcode_of_the_sheet() {
    let (mut by_weight, mut by_price) = (0, 0);
    for item in labels() {
        let expected = match item.symbology {
            Symbology::Ean13 => BarcodeFormat::EAN_13,
            Symbology::Ean8 => BarcodeFormat::EAN_8,
            Symbology::Qr => continue,
        };
        let read = read_bars(&item.code);
        assert_eq!(read, Some((expected, item.code.clone())), "{}", item.name_en);
        for pattern in in_store_patterns().unwrap_or_default().iter().filter(|known| known.covers(&item.code))
        {
            let what = pattern.read(&item.code, Currency::CNY).map(|read| read.measure);
            match what {
                Ok(Measure::Grams(315)) => by_weight += 1,
                Ok(Measure::Labelled(price)) if price.money().minor == 315 => by_price += 1,
                _ => {}
            }
        }
    }
    let weighed = records(products_csv()).iter().filter(|product| !product["plu"].is_empty()).count();
    assert_eq!((by_weight, by_price), (weighed, weighed));
}

/// A label for every product: 0.315 kg of what is sold by weight, in every pattern of the shop's scales.
fn labels() -> Vec<SheetItem> {
    let patterns = in_store_patterns().unwrap_or_default();
    let mut labels = vec![label("http://192.168.1.20:8787/", Symbology::Qr, "Open the shop", "扫码进店")];
    for product in records(products_csv()) {
        let (en, zh) = (&product["name_en"], &product["name_zh"]);
        let codes = match product["plu"].parse::<Plu>() {
            Ok(plu) => patterns.iter().filter_map(|pattern| pattern.write(plu, 315).ok()).collect(),
            Err(_) => vec![product["gtin"].clone()],
        };
        labels.extend(codes.iter().map(|code| match code.len() {
            8 => label(code, Symbology::Ean8, en, zh),
            _ => label(code, Symbology::Ean13, en, zh),
        }));
    }
    labels
}

fn label(code: &str, symbology: Symbology, name_en: &str, name_zh: &str) -> SheetItem {
    SheetItem {
        code: code.to_owned(),
        symbology,
        name_en: name_en.to_owned(),
        name_zh: name_zh.to_owned(),
        price: "¥1.00".to_owned(),
        detail: String::new(),
    }
}

fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    assert!(text.starts_with("%PDF-"), "no PDF");
    text.matches("/Type /Page\n").count() + text.matches("/Type/Page/").count()
}

#[test]
fn the_demo_sheet_has_24_labels_a_page() {
    let items = labels();
    let pdf = barcode_sheet(&items, "Demo shop · 示范店").unwrap_or_default();
    assert_eq!(pages(&pdf), items.len().div_ceil(sheet::LABELS_PER_PAGE));
    assert_eq!(pages(&pdf), 18);
    assert_eq!(barcode_sheet(&items, "Demo shop · 示范店"), Ok(pdf), "the same sheet twice differs");
}

#[test]
fn names_that_the_font_lacks_do_not_stop_a_sheet() {
    let rare = label("9520110000109", Symbology::Ean13, "Dumplings", "龘龘龘");
    let neither = label("95200071", Symbology::Ean8, "ᚠᚢᚦ 🥟", "龘");
    let long = label("9520110000109", Symbology::Ean13, &"very long name ".repeat(30), &"长".repeat(200));
    let nameless = label("https://shop.example/", Symbology::Qr, "", "");
    let pdf = barcode_sheet(&[rare, neither, long, nameless], "龘").unwrap_or_default();
    assert_eq!(pages(&pdf), 1);
}

#[test]
fn a_code_that_no_scanner_would_accept_is_refused_by_name() {
    for (code, symbology) in [
        ("9520110000108", Symbology::Ean13),
        ("952011000010", Symbology::Ean13),
        ("95200071", Symbology::Ean13),
        ("9520110000109", Symbology::Ean8),
        ("95200072", Symbology::Ean8),
        ("952011000010x", Symbology::Ean13),
        ("", Symbology::Ean13),
        ("９５２０００７１", Symbology::Ean8),
    ] {
        let sheet = barcode_sheet(&[label(code, symbology, "Apple", "苹果")], "Shop");
        assert_eq!(sheet, Err(SheetError::Code { code: code.to_owned(), symbology }));
    }
    let endless = "x".repeat(8000);
    let sheet = barcode_sheet(&[label(&endless, Symbology::Qr, "Apple", "苹果")], "Shop");
    assert_eq!(sheet, Err(SheetError::Code { code: endless, symbology: Symbology::Qr }));
    assert_eq!(barcode_sheet(&[], "Shop"), Err(SheetError::Empty));
}
