use std::io::{Cursor, Write};

use ministore_core::catalogue::{Browse, ContentUnit, PictureId, SoldBy};
use ministore_core::role::Actor;
use ministore_store::catalogue::Picture;
use ministore_store::export;
use ministore_store::import::{self, ImportError, ImportReport};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::test_shop::{APPLES, CATEGORIES, MILK, PRODUCTS, TestShop, yuan};

fn refused(report: &ImportReport) -> Vec<(u64, &str, &str)> {
    report
        .bad_rows
        .iter()
        .map(|bad| (bad.line, bad.column.as_deref().unwrap_or(""), bad.reason.as_str()))
        .collect()
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    let shop = TestShop::open().await;
    let cursor = shop.engine.newest_change().await.unwrap();
    let again = shop.import(PRODUCTS).await;
    assert_eq!((again.added, again.updated, again.unchanged, again.refused), (0, 0, 5, 0));
    let categories = import::categories(&shop.engine, Cursor::new(CATEGORIES)).await.unwrap();
    assert_eq!((categories.added, categories.updated, categories.unchanged), (0, 0, 2));
    assert_eq!(shop.engine.newest_change().await.unwrap(), cursor);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn bad_rows_are_named_and_good_ones_kept() {
    let shop = TestShop::open().await;
    let mut file = b"gtin,plu,category,name_en,price,sold_by,stock,content,tax_rate,min_age\n".to_vec();
    let mut line = |text: &[u8]| {
        file.extend_from_slice(text);
        file.push(b'\n');
    };
    line(b"9520000000073,,dairy,Good one,1.00,,,,,");
    line(b"9520000000074,,dairy,Wrong check digit,1.00,,,,,");
    line(b"9520000000080,,dairy,Below zero,-1.00,,,,,");
    line(b"9520000000097,,toys,No such shelf,1.00,,,,,");
    line(b"9520000000103,,dairy,Broken \xff\xfe text,1.00,,,,,");
    line(b"9520000000110,,dairy,Too many columns,1.00,,,,,,,,");
    line(b"9520000000127,,dairy,,1.00,,,,,");
    line(b"9520000000134,01002,dairy,Two codes,1.00,,,,,");
    line(b"9520000000141,,dairy,Half a piece,1.00,piece,0.5,,,");
    line(b"9520000000158,,dairy,\"Two\nlines\",1.00,,,,,");
    line(b"9520000000165,,dairy,Odd content,1.00,,,plenty,,");
    line(b"9520000000172,,dairy,Odd tax,1.00,,,,much,");
    line(b"9520000000073,,dairy,Twice,1.00,,,,,");
    line(b"9520000000189,,dairy,Good last one,1.005,,,,,");
    line(b"9520000000196,,dairy,Short row,2.00");
    let report = shop.import(file).await;
    assert_eq!((report.added, report.refused), (3, 12), "{:#?}", report.bad_rows);
    let found = refused(&report);
    let columns: Vec<_> = found.iter().map(|(line, column, _)| (*line, *column)).collect();
    assert_eq!(
        columns,
        [
            (3, "gtin"),
            (4, "price"),
            (5, "category"),
            (6, "name_en"),
            (7, ""),
            (8, "name_en"),
            (9, "gtin"),
            (10, "stock"),
            (13, "content"),
            (14, "tax_rate"),
            (15, ""),
            (16, "price"),
        ]
    );
    assert!(found[0].2.contains("last digit"), "{found:?}");
    assert!(found[1].2.contains("below zero"), "{found:?}");
    assert!(found[10].2.contains("line 2"), "{found:?}");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_million_columns_are_one_bad_row() {
    let shop = TestShop::open().await;
    let file = format!(
        "gtin,category,name_en,price\n{}\n9520000000073,dairy,Good one,1.00\n",
        ",".repeat(1_000_000)
    );
    let report = shop.import(file).await;
    assert_eq!((report.added, report.refused), (1, 1));
    assert!(report.bad_rows[0].reason.starts_with("1000001 columns"), "{:?}", report.bad_rows);
}

#[tokio::test]
async fn a_quote_left_open_ends_the_import_and_keeps_what_came_before() {
    let shop = TestShop::open().await;
    let file = format!(
        "gtin,category,name_en,price\n9520000000073,dairy,Good one,1.00\n9520000000080,dairy,\"Open{}",
        "x".repeat(18 * 1024 * 1024)
    );
    let none = |_: &str| Err(String::new());
    let ended = import::products(&shop.engine, Cursor::new(file), none, |_| {}).await.unwrap_err();
    assert!(matches!(&ended, ImportError::Unreadable { line: 3, .. }), "{ended}");
    assert!(ended.to_string().contains("quote"), "{ended}");
    assert_eq!(shop.product("9520000000073").await.name.en, "Good one");
}

#[tokio::test]
async fn a_file_that_is_no_catalogue_says_which_column_is_missing() {
    let shop = TestShop::open().await;
    for (file, word) in [
        ("", "gtin or plu"),
        ("gtin,category,name_en\n", "price"),
        ("gtin,category,name_en,price,colour\n", "colour"),
        ("gtin,gtin,category,name_en,price\n", "twice"),
    ] {
        let none = |_: &str| Err(String::new());
        let ended = import::products(&shop.engine, Cursor::new(file), none, |_| {}).await.unwrap_err();
        assert!(matches!(ended, ImportError::Header(_)), "{file}: {ended}");
        assert!(ended.to_string().contains(word), "{file}: {ended}");
    }
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn a_gzipped_file_with_a_mark_is_read_alike_and_progress_reaches_its_end() {
    let shop = TestShop::open().await;
    let packed = gzipped(&format!("\u{feff}{PRODUCTS}"));
    let size = packed.len() as u64;
    let last = std::sync::Arc::new(std::sync::Mutex::new(None));
    let seen = last.clone();
    let none = |_: &str| Err(String::new());
    let report = import::products(&shop.engine, Cursor::new(packed), none, move |progress| {
        *seen.lock().unwrap() = Some(progress);
    })
    .await
    .unwrap();
    assert_eq!(report.unchanged, 5);
    let last = last.lock().unwrap().unwrap();
    assert_eq!((last.rows, last.bytes), (5, size));
}

#[tokio::test]
async fn a_cut_gzip_file_is_reported_and_what_was_read_is_kept() {
    let shop = TestShop::open().await;
    let rows: String = (0..2000)
        .map(|number| {
            let body = format!("952{:09}", 1000 + number);
            let check = ministore_core::gtin::check_digit(&body).unwrap();
            format!("{body}{check},dairy,Product {number},1.00\n")
        })
        .collect();
    let mut packed = gzipped(&format!("gtin,category,name_en,price\n{rows}"));
    packed.truncate(packed.len() / 2);
    let none = |_: &str| Err(String::new());
    let ended = import::products(&shop.engine, Cursor::new(packed), none, |_| {}).await.unwrap_err();
    assert!(matches!(ended, ImportError::Unreadable { .. }), "{ended}");
    let page = Browse { category: None, after: None, limit: 100 };
    assert!(shop.call(Actor::Visitor, page).await.unwrap().products.len() > 5);
}

#[tokio::test]
async fn a_count_moves_stock_by_the_difference() {
    let shop = TestShop::open().await;
    shop.import("gtin,category,name_en,price,stock\n9520000000011,dairy,Whole milk,12.50,4\n").await;
    assert_eq!(shop.product(MILK).await.available, 4);
    shop.import("gtin,category,name_en,price\n9520000000011,dairy,Whole milk,12.50\n").await;
    assert_eq!(shop.product(MILK).await.available, 4);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn pictures_are_found_once_and_kept_under_their_hash() {
    let shop = TestShop::open().await;
    let file = "gtin,category,name_en,price,picture
9520000000073,dairy,One,1.00,cow
9520000000080,dairy,Two,1.00,cow
9520000000097,dairy,Three,1.00,unicorn
";
    let find = |name: &str| match name {
        "cow" => Ok(Picture { media_type: "image/svg+xml".to_owned(), bytes: b"<svg/>".to_vec() }),
        other => Err(format!("no picture of a {other}")),
    };
    let report = import::products(&shop.engine, Cursor::new(file), find, |_| {}).await.unwrap();
    assert_eq!(refused(&report), [(4, "picture", "no picture of a unicorn")]);
    let id: PictureId = shop.product("9520000000073").await.picture.unwrap();
    let picture = shop.engine.picture(&id).await.unwrap().unwrap();
    assert_eq!(
        (picture.media_type.as_str(), picture.bytes.as_slice()),
        ("image/svg+xml", b"<svg/>".as_slice())
    );
}

#[tokio::test]
async fn an_export_imports_as_unchanged_here_and_as_the_same_elsewhere() {
    let shop = TestShop::open().await;
    let picture = |_: &str| Ok(Picture { media_type: "image/png".to_owned(), bytes: vec![1, 2, 3] });
    let file = "gtin,category,name_en,name_zh,price,tax_rate,notes_en,picture
9520000000073,dairy,\"Quotes \"\" and, commas\",逗号，,1.05,5.5,\"Two
lines\",cow
";
    import::products(&shop.engine, Cursor::new(file), picture, |_| {}).await.unwrap();
    let mut exported = Vec::new();
    assert_eq!(export::products(&shop.engine, &mut exported).await.unwrap(), 6);
    let again = shop.import(&exported).await;
    assert_eq!((again.unchanged, again.updated, again.added, again.refused), (6, 0, 0, 0));

    let mut categories = Vec::new();
    export::categories(&shop.engine, &mut categories).await.unwrap();
    assert_eq!(String::from_utf8(categories).unwrap(), CATEGORIES);
    let other = TestShop::open().await;
    let text = String::from_utf8(exported).unwrap();
    let (without_picture, _) = text.rsplit_once(",sha256:").unwrap();
    let report = other.import(format!("{without_picture},\n")).await;
    assert_eq!((report.added, report.refused), (1, 0), "{:?}", report.bad_rows);
    let (mut here, mut there) = (shop.product("9520000000073").await, other.product("9520000000073").await);
    here.picture = None;
    there.id = here.id;
    assert_eq!(here, there);
}

#[test]
fn whatever_a_shop_sells_survives_export_and_import() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let row = ("[ -~\u{4e00}-\u{4e20}]{1,30}", 0i64..1_000_000, 0u32..2000, 0u16..9999, prop::bool::ANY);
    runner
        .run(&prop::collection::vec(row, 1..12), |rows| {
            runtime.block_on(async {
                let shop = TestShop::open().await;
                let mut csv = csv::Writer::from_writer(Vec::new());
                csv.write_record(["plu", "category", "name_en", "price", "stock", "tax_rate", "sold_by"])
                    .unwrap();
                let count = rows.len() as u64;
                for (number, (name, price, stock, tax, weighed)) in rows.into_iter().enumerate() {
                    let name = if name.trim().is_empty() { "nameless".to_owned() } else { name };
                    csv.write_record([
                        format!("{:05}", 20_000 + number),
                        "dairy".to_owned(),
                        name,
                        yuan(price).to_decimal(),
                        stock.to_string(),
                        ministore_core::tax::TaxRate(tax).to_string(),
                        if weighed { "weight" } else { "piece" }.to_owned(),
                    ])
                    .unwrap();
                }
                let report = shop.import(csv.into_inner().unwrap()).await;
                assert_eq!((report.added, report.refused), (count, 0), "{:?}", report.bad_rows);
                let mut exported = Vec::new();
                export::products(&shop.engine, &mut exported).await.unwrap();
                let again = shop.import(exported).await;
                assert_eq!((again.unchanged, again.updated, again.refused), (count + 5, 0, 0));
            });
            Ok(())
        })
        .unwrap();
}

const FACTS_CSV: &str = "code\tproduct_name\tbrands\tquantity\tcategories_tags\tallergens
4006381333931\tMarker juice\tSto \"x\", Other\t75 cl\ten:beverages,en:fruit\ten:nuts
3017620422003\tSpread\tFer\t400 g\t\ten:milk,en:nuts
124\tNo real code\t\t\t\t
3017620422003\tSpread again\t\t\t\t
5449000000996\t\t\t\t\t
";

const FACTS_JSONL: &str = r#"{"code":"4006381333931","product_name":"Marker juice","brands":"Sto \"x\"","quantity":"75 cl","categories_tags":["en:beverages","en:fruit"],"allergens_tags":["en:nuts"]}
{"code":"6901234567892","product_name":"纯牛奶","quantity":"about a litre"}

not json
{"code":"2012345678900","product_name":"Own code"}
"#;

#[tokio::test]
async fn open_food_facts_comes_in_unpriced_and_leaves_known_prices_alone() {
    let shop = TestShop::open().await;
    let report =
        import::open_food_facts(&shop.engine, Cursor::new(gzipped(FACTS_CSV)), |_| {}).await.unwrap();
    assert_eq!((report.added, report.refused), (2, 3), "{:?}", report.bad_rows);
    let juice = shop.product("4006381333931").await;
    assert_eq!((juice.category.as_str(), juice.brand.as_str()), ("fruit", "Sto \"x\""));
    assert_eq!(
        juice.content.map(|content| (content.amount, content.unit)),
        Some((750, ContentUnit::Millilitre))
    );
    assert_eq!((juice.price.money(), juice.available, juice.sold_by), (yuan(0), 0, SoldBy::Piece));
    assert_eq!(shop.product("3017620422003").await.category.as_str(), "open-food-facts");

    shop.import("gtin,category,name_en,brand,content,price,stock,allergens_en\n4006381333931,dairy,Marker juice,\"Sto \"\"x\"\"\",75 cl,3.00,7,nuts\n").await;
    let report = import::open_food_facts(&shop.engine, Cursor::new(FACTS_JSONL), |_| {}).await.unwrap();
    assert_eq!((report.added, report.unchanged, report.refused), (1, 1, 2), "{report:?}");
    assert_eq!(refused(&report).iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [4, 5]);
    let juice = shop.product("4006381333931").await;
    assert_eq!((juice.price.money(), juice.available), (yuan(300), 7));
    assert_eq!(shop.product("6901234567892").await.name.zh, "纯牛奶");
    assert_eq!(shop.product(APPLES).await.available, 16_140);
    shop.assert_ledgers_agree().await;
}
