use ministore_core::catalogue::{Found, Search};
use ministore_core::role::Actor;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::test_shop::TestShop;

const SHELF: &str = "\
gtin,plu,category,name_en,name_zh,brand,price,stock
9520000000011,,dairy,Whole milk,纯牛奶,Morningfield,12.50,10
9520000000028,,dairy,Milkshake with chocolate,巧克力奶昔,,6.80,2
9520000000035,,dairy,Skimmed milk,脱脂牛奶,Greenlane,9.80,0
9520000000042,,dairy,Lay's crisps,乐事薯片,,7.50,3
9520000000059,,dairy,Crème fraîche,法式酸奶油,,14.00,3
9520000000066,,dairy,Chongqing noodles,重庆小面,,8.00,3
,01001,fruit,Red Fuji apples,红富士苹果,,11.80,16
";

async fn shelf() -> TestShop {
    let shop = TestShop::open().await;
    // The shelf's own products take the place of the shop's under the same codes.
    assert_eq!(shop.import(SHELF).await.refused, 0);
    shop
}

async fn search(shop: &TestShop, text: &str) -> Found {
    shop.call(Actor::Visitor, Search { text: text.to_owned(), limit: 20 }).await.unwrap()
}

async fn names(shop: &TestShop, text: &str) -> Vec<String> {
    search(shop, text).await.products.into_iter().map(|product| product.name.en).collect()
}

#[tokio::test]
async fn what_is_typed_finds_what_is_meant() {
    let shop = shelf().await;
    for (typed, first) in [
        ("who", "Whole milk"),
        ("WHOLE MI", "Whole milk"),
        ("milk whole", "Whole milk"),
        ("choc", "Milkshake with chocolate"),
        ("morning", "Whole milk"),
        ("lays", "Lay's crisps"),
        ("lay’s", "Lay's crisps"),
        ("creme", "Crème fraîche"),
        ("纯牛奶", "Whole milk"),
        ("薯片", "Lay's crisps"),
        ("富士", "Red Fuji apples"),
        ("苹", "Red Fuji apples"),
        ("chunniunai", "Whole milk"),
        ("shupian", "Lay's crisps"),
        ("shu pian", "Lay's crisps"),
        ("shup", "Lay's crisps"),
        ("cnn", "Whole milk"),
        ("hfspg", "Red Fuji apples"),
        ("chongqing", "Chongqing noodles"),
        ("zhongqing", "Chongqing noodles"),
        ("cqxm", "Chongqing noodles"),
        ("952000000001", "Whole milk"),
        ("0100", "Red Fuji apples"),
        ("1001", "Red Fuji apples"),
        ("greenlane 牛奶", "Skimmed milk"),
    ] {
        let found = search(&shop, typed).await;
        let best = found.products.first().map(|product| product.name.en.as_str());
        assert_eq!(best, Some(first), "{typed}");
        assert_eq!(found.corrected, None, "{typed}");
    }
}

#[tokio::test]
async fn one_typing_error_a_word_is_understood_and_said() {
    let shop = shelf().await;
    for (typed, corrected, first) in [
        ("chocolte", "chocolate", "Milkshake with chocolate"),
        ("chocolatee", "chocolate", "Milkshake with chocolate"),
        ("hcocolate", "chocolate", "Milkshake with chocolate"),
        ("chacolate", "chocolate", "Milkshake with chocolate"),
        ("whole mlik", "whole milk", "Whole milk"),
        ("whloe mlik", "whole milk", "Whole milk"),
        ("chocilat", "chocolat", "Milkshake with chocolate"),
    ] {
        let found = search(&shop, typed).await;
        assert_eq!(found.corrected.as_deref(), Some(corrected), "{typed}");
        assert_eq!(found.products[0].name.en, first, "{typed}");
    }
    let nothing = search(&shop, "qwertyuiop").await;
    assert_eq!((nothing.products.len(), nothing.corrected), (0, None));
}

#[tokio::test]
async fn whole_words_come_before_prefixes_and_what_is_there_before_what_is_not() {
    let shop = shelf().await;
    assert_eq!(names(&shop, "milk").await, ["Whole milk", "Skimmed milk", "Milkshake with chocolate"]);
}

#[tokio::test]
async fn the_thing_itself_comes_before_what_is_made_of_it() {
    let shop = TestShop::open().await;
    let shelf = "\
gtin,category,name_en,name_zh,price,stock
9520000000011,dairy,Milk toast,牛奶吐司,12.50,10
9520000000028,dairy,Fresh whole milk,全脂鲜牛奶,6.80,2
";
    assert_eq!(shop.import(shelf).await.refused, 0);
    for typed in ["milk", "mil", "牛奶"] {
        assert_eq!(names(&shop, typed).await[..2], ["Fresh whole milk", "Milk toast"], "{typed}");
    }
}

#[tokio::test]
async fn a_renamed_product_is_found_by_its_new_name_only() {
    let shop = shelf().await;
    shop.import("gtin,category,name_en,price\n9520000000011,dairy,Barista drink,12.50\n").await;
    assert_eq!(names(&shop, "barista").await, ["Barista drink"]);
    assert!(!names(&shop, "纯牛").await.contains(&"Barista drink".to_owned()));
}

#[test]
fn nothing_that_is_typed_breaks_the_search() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let shop = runtime.block_on(shelf());
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    let words = [
        "milk", "\"", "*", "AND", "OR", "NOT", "NEAR(", "word:", "{han}", "^", "-", "'", "牛", "\0", "(",
        ")", "+",
    ];
    let typed = prop_oneof![
        any::<String>(),
        prop::collection::vec(prop::sample::select(words.to_vec()), 0..8).prop_map(|words| words.join(" ")),
        prop::collection::vec(prop::sample::select(words.to_vec()), 0..8).prop_map(|words| words.concat()),
    ];
    runner
        .run(&typed, |text| {
            let found = runtime.block_on(shop.call(Actor::Visitor, Search { text, limit: 5 }));
            prop_assert!(found.is_ok(), "{found:?}");
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn the_number_of_all_that_fits_is_told_with_the_first() {
    let shop = shelf().await;
    let call = Search { text: "milk".to_owned(), limit: 1 };
    let first = shop.call(Actor::Visitor, call).await.unwrap();
    let all = search(&shop, "milk").await;
    assert_eq!((first.products.len(), first.total as usize), (1, all.products.len()));
    assert!(all.products.len() > 1);
    assert_eq!(search(&shop, "xyzzy plugh").await.total, 0);
}
