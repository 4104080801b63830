//! Reviews: by who has bought, their words read before they are shown, their stars counted whatever becomes of the words.

use ministore_core::member::{Erase, Export, Join};
use ministore_core::order::{Accept, HandOver, Order, Pick, Ready};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::review::{
    GetMyReviews, GetReviewDesk, GetReviews, HideReason, JudgeReview, OwnReview, ReviewState, Stars, Subject,
    TakeReviewBack, WriteReview,
};
use ministore_core::role::{Actor, StaffRole};

use super::test_shop::{MILK, TestShop, call_id, code, id};

async fn hand_over(shop: &TestShop, cashier: Actor, order: Order) {
    let (order, code_shown, cash) = (order.id, order.pickup.unwrap(), order.totals.total);
    shop.call(cashier, Accept { order }).await.unwrap();
    shop.call(cashier, Pick { order, code: code(MILK), count: 2, label: None }).await.unwrap();
    shop.call(cashier, Ready { order }).await.unwrap();
    shop.call(cashier, HandOver { order, code: code_shown, cash: Some(cash) }).await.unwrap();
}

fn manager_at(staff: Actor) -> Actor {
    let Actor::Staff { device, session, staff, .. } = staff else { unreachable!() };
    Actor::Staff { device, session, staff, role: StaffRole::Manager }
}

fn say(subject: Subject, stars: u8, words: &str) -> WriteReview {
    WriteReview { review: id(), subject, stars: Stars::new(stars).unwrap(), words: words.to_owned() }
}

async fn milk(shop: &TestShop) -> Subject {
    Subject::Product { product: shop.product(MILK).await.id }
}

/// Somebody who has bought milk and has it.
async fn buyer(shop: &TestShop, cashier: Actor) -> Actor {
    let shopper = shop.shopper().await;
    let order = shop.order(shopper, &[(MILK, Pieces(2))]).await;
    hand_over(shop, cashier, order).await;
    shopper
}

fn judge(review: &OwnReview, hide: Option<HideReason>, answer: &str) -> JudgeReview {
    JudgeReview { review: review.id, at: review.at, hide, answer: answer.to_owned() }
}

#[tokio::test]
async fn who_has_the_goods_reviews_them_and_nobody_else_does() {
    let shop = TestShop::open().await;
    let (mei, cashier, milk) = (shop.shopper().await, shop.cashier().await, milk(&shop).await);
    let order = shop.order(mei, &[(MILK, Pieces(2))]).await;
    for subject in [milk, Subject::Shop] {
        let refused = shop.call(mei, say(subject, 5, "")).await.unwrap_err();
        assert_eq!(refused, Refusal::NotBought, "an order that is not there yet is no reason");
    }
    hand_over(&shop, cashier, order).await;
    let mine = shop.call(mei, GetMyReviews {}).await.unwrap();
    let bought: Vec<_> = mine.bought.iter().map(|one| Subject::Product { product: one.product }).collect();
    assert_eq!((bought, mine.mine), (vec![milk], vec![]));

    let review = shop.call(mei, say(milk, 4, "  ")).await.unwrap();
    assert_eq!((review.state, review.words.as_str()), (ReviewState::Shown, ""), "stars alone count at once");
    let of_shop = WriteReview { review: review.id, ..say(Subject::Shop, 5, "") };
    assert_eq!(shop.call(mei, of_shop).await.unwrap_err(), Refusal::IdReused, "it is of something else");
    shop.call(mei, say(Subject::Shop, 5, "Kind people.")).await.unwrap();
    let of_milk = shop.call(Actor::Visitor, GetReviews { subject: milk }).await.unwrap();
    assert_eq!((of_milk.rating.counts, of_milk.shown.len()), ([0, 0, 0, 1, 0], 0));

    let stranger = shop.shopper().await;
    assert_eq!(shop.call(stranger, say(milk, 1, "")).await.unwrap_err(), Refusal::NotBought);
    let other = WriteReview { review: review.id, ..say(milk, 1, "") };
    let bought_too = buyer(&shop, cashier).await;
    assert_eq!(shop.call(bought_too, other).await.unwrap_err(), Refusal::IdReused, "it is another's");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn words_are_read_before_they_are_shown_and_hiding_them_takes_no_star_away() {
    let shop = TestShop::open().await;
    let (cashier, milk) = (shop.cashier().await, milk(&shop).await);
    let manager = manager_at(cashier);
    let (mei, tom) = (buyer(&shop, cashier).await, buyer(&shop, cashier).await);
    let hers = shop.call(mei, say(milk, 5, "Fresh.")).await.unwrap();
    let his = shop.call(tom, say(milk, 1, "Call me: 139…")).await.unwrap();
    let shown = async || shop.call(Actor::Visitor, GetReviews { subject: milk }).await.unwrap();
    let words = |reviews: &ministore_core::review::Reviews| -> Vec<(String, String)> {
        reviews.shown.iter().map(|one| (one.words.clone(), one.answer.clone())).collect()
    };
    assert_eq!((shown().await.rating.counts, words(&shown().await)), ([1, 0, 0, 0, 1], vec![]));
    let desk = shop.call(manager, GetReviewDesk {}).await.unwrap();
    assert_eq!(desk.waiting.iter().map(|one| one.review.id).collect::<Vec<_>>(), [hers.id, his.id]);

    shop.call(manager, judge(&hers, None, "Thank you!")).await.unwrap();
    shop.call(manager, judge(&his, Some(HideReason::PersonalData), "not told")).await.unwrap();
    let now = shown().await;
    assert_eq!(words(&now), [("Fresh.".to_owned(), "Thank you!".to_owned())]);
    assert_eq!((now.rating.counts, now.rating.tenths()), ([1, 0, 0, 0, 1], Some(30)));
    let mine = shop.call(tom, GetMyReviews {}).await.unwrap().mine;
    assert_eq!(mine[0].state, ReviewState::Hidden { why: HideReason::PersonalData });

    // Changed words are read anew, and what was read before is not shown for them.
    shop.pass(1);
    let again = shop.call(mei, say(milk, 2, "Sour today.")).await.unwrap();
    assert_eq!((again.id, again.state), (hers.id, ReviewState::Waiting));
    assert_eq!((shown().await.rating.counts, words(&shown().await)), ([1, 1, 0, 0, 0], vec![]));
    let late = shop.call(manager, judge(&hers, None, "")).await.unwrap_err();
    assert_eq!(late, Refusal::ReviewChanged);

    shop.call(mei, TakeReviewBack { review: again.id }).await.unwrap();
    shop.call(mei, TakeReviewBack { review: again.id }).await.unwrap();
    assert_eq!(shown().await.rating.counts, [1, 0, 0, 0, 0]);
    let gone = shop.call(manager, judge(&again, None, "")).await.unwrap_err();
    assert_eq!(gone, Refusal::NotFound { what: Thing::Review });
    shop.call(mei, TakeReviewBack { review: his.id }).await.unwrap();
    assert_eq!(shown().await.rating.counts, [1, 0, 0, 0, 0], "another's stays");
}

#[tokio::test]
async fn a_repeat_is_answered_alike_and_too_many_words_are_refused() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let mei = buyer(&shop, cashier).await;
    let (call, write) = (call_id(), say(milk(&shop).await, 3, "So so."));
    let first = shop.engine.call(&mei, call, write.clone()).await.unwrap();
    let again = shop.engine.call(&mei, call, write).await.unwrap();
    assert_eq!(first, again);
    let long = say(Subject::Shop, 3, &"很".repeat(1_001));
    assert!(matches!(shop.call(mei, long).await, Err(Refusal::Invalid { .. })));
    let fits = say(Subject::Shop, 3, &"很".repeat(1_000));
    assert_eq!(shop.call(mei, fits).await.unwrap().words.chars().count(), 1_000);
}

#[tokio::test]
async fn who_is_forgotten_leaves_no_words_and_no_stars() {
    let shop = TestShop::open().await;
    let (cashier, milk) = (shop.cashier().await, milk(&shop).await);
    let mei = buyer(&shop, cashier).await;
    shop.call(mei, Join { member: id() }).await.unwrap();
    let review = shop.call(mei, say(milk, 5, "Unforgettable.")).await.unwrap();
    shop.call(manager_at(cashier), judge(&review, None, "")).await.unwrap();
    let held = shop.call(mei, Export {}).await.unwrap();
    assert_eq!(held.reviews.iter().map(|one| one.words.as_str()).collect::<Vec<_>>(), ["Unforgettable."]);
    shop.call(mei, Erase {}).await.unwrap();
    let left = shop.call(Actor::Visitor, GetReviews { subject: milk }).await.unwrap();
    assert_eq!(left, ministore_core::review::Reviews::default());
    let desk = shop.call(manager_at(cashier), GetReviewDesk {}).await.unwrap();
    assert_eq!((desk.waiting, desk.read), (vec![], vec![]));
    shop.assert_ledgers_agree().await;
}
