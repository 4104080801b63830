use ministore_core::catalogue::{Browse, Lookup};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;

use super::test_shop::{APPLES, MILK, TestShop, code};

#[tokio::test]
async fn a_product_is_found_by_its_code_however_it_was_read() {
    let shop = TestShop::open().await;
    let milk = shop.product(MILK).await;
    assert_eq!(milk.name.get(ministore_core::text::Language::Zh), "纯牛奶");
    assert_eq!(shop.product(&format!("0{MILK}")).await, milk);
    assert_eq!(shop.product(APPLES).await.available, 16_140, "weighed goods are counted in grams");
    let unknown = shop.call(Actor::Visitor, Lookup { code: code("9520000000998") }).await.unwrap_err();
    assert_eq!(unknown, Refusal::NotFound { what: Thing::Product });
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let shop = TestShop::open().await;
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let browse = Browse { category: None, after, limit: 2 };
        let page = shop.call(Actor::Visitor, browse).await.unwrap();
        names.extend(page.products.into_iter().map(|product| product.name.en));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(names, ["Whole milk", "Plain yoghurt", "Cream cake", "Red Fuji apples", "Plum wine"]);
    let fruit = Browse { category: Some("fruit".parse().unwrap()), after: None, limit: 100 };
    assert_eq!(shop.call(Actor::Visitor, fruit).await.unwrap().products.len(), 2);
    for (after, limit) in [(Some("nonsense"), 2), (Some("gone:1"), 2), (None, 0), (None, 101)] {
        let browse = Browse { category: None, after: after.map(str::to_owned), limit };
        let refused = shop.call(Actor::Visitor, browse).await.unwrap_err();
        assert!(matches!(refused, Refusal::Invalid { .. }), "{after:?} {limit}");
    }
}
