//! Coupons: given out as far as there are any, set aside for one sale however many tills ask, used up by it, and given back
//! with its goods.

use std::collections::HashSet;
use std::time::Duration;

use futures::future::join_all;
use ministore_core::campaign::{Campaign, GetCampaigns, SavePromotion, StopPromotion, TryPromotion};
use ministore_core::code::CardNumber;
use ministore_core::coupon::{
    ClaimCoupon, Coupon, CouponFault, CouponState, CouponTerms, GetCoupon, GetCoupons, GetMemberCoupons,
    Holder, IssueCoupon, Lasts, MOST_PRINTED, Offered, PrintCoupons, ReleaseCoupon, ReserveCoupon,
};
use ministore_core::fact::{Back, BackLine, RecordRefund, RecordSale};
use ministore_core::id::{CouponId, PromotionId, SaleId};
use ministore_core::issued::CouponCode;
use ministore_core::member::{Export, Join};
use ministore_core::order::{Cancel, CancelReason, PlaceLine};
use ministore_core::promotion::{Allocation, At, Cut, Goods, Names, Offer, Promotion, Stacking, When};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::text::LocalText;
use ministore_core::ticket::Share;
use ministore_store::payment::Providers;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::facts::Till;
use super::test_shop::{MILK, TestShop, call_id, id, yuan};

/// In minutes, and an hour.
const A_DAY: i64 = 25 * 60;

fn manager_at(staff: Actor) -> Actor {
    let Actor::Staff { device, session, staff, .. } = staff else { unreachable!() };
    Actor::Staff { device, session, staff, role: StaffRole::Manager }
}

/// A fifth off milk, with a coupon.
async fn fifth_off(shop: &TestShop) -> Promotion {
    let products = vec![shop.product(MILK).await.id];
    let goods = Goods { named: Names { products, ..Names::default() }, ..Goods::default() };
    Promotion {
        id: id(),
        name: LocalText::new("Milk coupon", "牛奶券"),
        when: When::default(),
        at: At::default(),
        members: None,
        coupon: true,
        needs: Vec::new(),
        offer: Offer::Reduction { goods, cut: Cut::Share(Share::new(2_000).unwrap()) },
        per_basket: None,
        stacking: Stacking::default(),
        changed_prices: false,
    }
}

pub(crate) const TERMS: CouponTerms =
    CouponTerms { most: Some(20), per_member: 1, lasts: Lasts::Days(30), offered: Offered::Page };

/// Puts one up.
pub(crate) async fn put_up(shop: &TestShop, manager: Actor, terms: CouponTerms) -> PromotionId {
    let promotion = fifth_off(shop).await;
    let save = SavePromotion { promotion: promotion.clone(), budget: None, coupons: Some(terms) };
    shop.call(manager, save).await.unwrap();
    promotion.id
}

/// A shopper who is a member.
async fn member(shop: &TestShop) -> (Actor, CardNumber) {
    let shopper = shop.shopper().await;
    let card = shop.call(shopper, Join { member: id() }).await.unwrap();
    (shopper, card.number)
}

fn claim(promotion: PromotionId) -> ClaimCoupon {
    ClaimCoupon { coupon: id(), promotion, after: None }
}

async fn printed(shop: &TestShop, manager: Actor, promotion: PromotionId) -> Coupon {
    let coupons = shop.call(manager, PrintCoupons { promotion, coupons: vec![id()] }).await.unwrap();
    coupons.coupons.into_iter().next().unwrap()
}

/// Four cartons of milk at 12.50, with a fifth off for this coupon.
async fn sale_with(shop: &TestShop, coupon: &Coupon) -> RecordSale {
    let line = PlaceLine { id: id(), product: shop.product(MILK).await.id, measure: Pieces(4) };
    let off = Allocation { line: line.id, promotion: coupon.promotion, off: yuan(1_000) };
    let mut sale = RecordSale::in_cash(id(), vec![line], yuan(4_000), yuan(4_000));
    (sale.promotions, sale.coupons) = (vec![off], vec![coupon.id]);
    sale
}

async fn reserve(shop: &TestShop, staff: Actor, coupon: CouponId, sale: SaleId) -> Result<Coupon, Refusal> {
    shop.call(staff, ReserveCoupon { coupon, sale }).await
}

async fn state(shop: &TestShop, staff: Actor, code: CouponCode) -> CouponState {
    shop.call(staff, GetCoupon { code }).await.unwrap().state
}

async fn figures(shop: &TestShop, manager: Actor, promotion: PromotionId) -> (u32, u32, u64) {
    let all = shop.call(manager, GetCampaigns {}).await.unwrap().campaigns;
    let Campaign { coupons, tickets, .. } =
        all.into_iter().find(|one| one.promotion.id == promotion).unwrap();
    let coupons = coupons.unwrap();
    (coupons.issued, coupons.redeemed, tickets)
}

const fn refused(coupon: CouponFault) -> Refusal {
    Refusal::CouponRefused { coupon }
}

fn back(sale: &ministore_core::fact::Sale, pieces: u32) -> RecordRefund {
    let lines = vec![BackLine { line: sale.lines[0].id, measure: Some(Pieces(pieces)) }];
    RecordRefund::of(id(), Back::Sale { sale: sale.id, lines })
}

#[tokio::test]
async fn a_coupon_is_claimed_used_once_and_comes_back_with_all_of_its_goods() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let manager = manager_at(cashier);
    let promotion = put_up(&shop, manager, TERMS).await;
    let (mei, number) = member(&shop).await;

    let offered = shop.call(mei, GetCoupons::default()).await.unwrap();
    assert_eq!((offered.member, offered.mine.len(), offered.offered.len()), (true, 0, 1));
    assert_eq!((offered.offered[0].promotion, offered.offered[0].left), (promotion, Some(20)));
    let asked = claim(promotion);
    let coupon = shop.call(mei, asked).await.unwrap();
    assert_eq!((coupon.id, coupon.holder, coupon.state), (asked.coupon, Holder::Member, CouponState::Issued));
    assert_eq!(coupon.until, offered.offered[0].until);
    assert_eq!(shop.call(mei, asked).await.unwrap(), coupon, "the same again");
    assert_eq!(shop.call(mei, claim(promotion)).await.unwrap_err(), refused(CouponFault::EnoughForMember));
    let mine = shop.call(mei, GetCoupons::default()).await.unwrap();
    assert_eq!((mine.mine, mine.offered.len()), (vec![coupon.clone()], 0));
    assert_eq!(figures(&shop, manager, promotion).await, (1, 0, 0));

    let of_member = shop.call(cashier, GetMemberCoupons { number }).await.unwrap().coupons;
    assert_eq!(of_member, std::slice::from_ref(&coupon));
    let record = sale_with(&shop, &coupon).await;
    let early = shop.call(cashier, record.clone()).await.unwrap_err();
    assert_eq!(early, refused(CouponFault::NotSetAside));
    let aside = reserve(&shop, cashier, coupon.id, record.sale).await.unwrap();
    assert_eq!(aside.state, CouponState::Reserved);
    assert_eq!(reserve(&shop, cashier, coupon.id, record.sale).await.unwrap(), aside, "the same again");
    let elsewhere = reserve(&shop, cashier, coupon.id, id()).await.unwrap_err();
    assert_eq!(elsewhere, refused(CouponFault::Reserved));
    let none = shop.call(cashier, GetMemberCoupons { number }).await.unwrap().coupons;
    assert!(none.is_empty(), "what is set aside is offered nowhere else");
    let other = RecordSale { sale: id(), ..record.clone() };
    assert_eq!(shop.call(cashier, other).await.unwrap_err(), refused(CouponFault::NotSetAside));

    let sold = shop.call(cashier, record.clone()).await.unwrap();
    assert_eq!(sold.coupons, [coupon.id]);
    assert_eq!(shop.call(cashier, record).await.unwrap(), sold, "sent again");
    assert_eq!(state(&shop, cashier, coupon.code).await, CouponState::Redeemed);
    assert_eq!(figures(&shop, manager, promotion).await, (1, 1, 1));
    assert_eq!(reserve(&shop, cashier, coupon.id, id()).await.unwrap_err(), refused(CouponFault::Redeemed));
    let release = ReleaseCoupon { coupon: coupon.id, sale: sold.id };
    let still = shop.call(cashier, release).await.unwrap();
    assert_eq!(still.state, CouponState::Redeemed, "what was sold stays sold");

    shop.call(cashier, back(&sold, 3)).await.unwrap();
    assert_eq!(state(&shop, cashier, coupon.code).await, CouponState::Redeemed, "one carton is kept");
    shop.call(cashier, back(&sold, 1)).await.unwrap();
    assert_eq!(state(&shop, cashier, coupon.code).await, CouponState::Returned);
    assert_eq!(figures(&shop, manager, promotion).await, (1, 0, 1));
    shop.assert_ledgers_agree().await;

    // It can be used once more, and does not come back when it is over by then.
    let record = sale_with(&shop, &coupon).await;
    reserve(&shop, cashier, coupon.id, record.sale).await.unwrap();
    let sold = shop.call(cashier, record).await.unwrap();
    shop.pass(31 * 24 * 60);
    shop.call(cashier, back(&sold, 4)).await.unwrap();
    assert_eq!(state(&shop, cashier, coupon.code).await, CouponState::Redeemed);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn no_more_are_given_out_than_there_are_and_only_where_they_are_offered() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let manager = manager_at(cashier);
    let (mei, number) = member(&shop).await;
    let stranger = shop.shopper().await;

    let few = put_up(&shop, manager, CouponTerms { most: Some(2), ..TERMS }).await;
    assert_eq!(shop.call(stranger, claim(few)).await.unwrap_err(), refused(CouponFault::MembersOnly));
    let theirs = shop.call(stranger, GetCoupons::default()).await.unwrap();
    assert_eq!((theirs.member, theirs.offered.len()), (false, 1), "told, to become a member for it");
    shop.call(mei, claim(few)).await.unwrap();
    let keys: Vec<CouponId> = vec![id(), id()];
    let two = PrintCoupons { promotion: few, coupons: keys.clone() };
    assert_eq!(shop.call(manager, two).await.unwrap_err(), refused(CouponFault::AllGone));
    assert_eq!(figures(&shop, manager, few).await.0, 1, "all of them, or none");
    printed(&shop, manager, few).await;
    let (li, _) = member(&shop).await;
    assert_eq!(shop.call(li, claim(few)).await.unwrap_err(), refused(CouponFault::AllGone));
    assert!(shop.call(li, GetCoupons::default()).await.unwrap().offered.is_empty());

    let hidden = put_up(&shop, manager, CouponTerms { offered: Offered::Nowhere, ..TERMS }).await;
    assert_eq!(shop.call(li, claim(hidden)).await.unwrap_err(), refused(CouponFault::NotOffered));
    let call = IssueCoupon { coupon: id(), promotion: hidden, number };
    for (caller, refusal) in [(cashier, Refusal::NotAllowed), (mei, Refusal::NotAllowed)] {
        assert_eq!(shop.call(caller, call).await.unwrap_err(), refusal);
    }
    let given = shop.call(manager, call).await.unwrap();
    assert_eq!(shop.call(manager, call).await.unwrap(), given, "the same again");
    let again = IssueCoupon { coupon: id(), ..call };
    assert_eq!(shop.call(manager, again).await.unwrap_err(), refused(CouponFault::EnoughForMember));
    let other = IssueCoupon { promotion: few, ..call };
    assert_eq!(shop.call(manager, other).await.unwrap_err(), Refusal::IdReused);
    let nobody = IssueCoupon { coupon: id(), number: CardNumber::from_body(1), ..call };
    assert_eq!(shop.call(manager, nobody).await.unwrap_err(), Refusal::NotFound { what: Thing::Member });
    assert!(shop.call(mei, Export {}).await.unwrap().coupons.contains(&given));

    let after = put_up(&shop, manager, CouponTerms { offered: Offered::AfterOrder, ..TERMS }).await;
    assert_eq!(shop.call(li, claim(after)).await.unwrap_err(), refused(CouponFault::NotOffered));
    assert!(shop.call(li, GetCoupons::default()).await.unwrap().offered.is_empty());
    let order = shop.order(li, &[(MILK, Pieces(1))]).await;
    let with = |order| GetCoupons { after: Some(order) };
    let offered = shop.call(li, with(order.id)).await.unwrap().offered;
    assert_eq!(offered.iter().map(|one| one.promotion).collect::<Vec<_>>(), [after]);
    let unknown = shop.call(mei, with(order.id)).await.unwrap_err();
    assert_eq!(unknown, Refusal::NotFound { what: Thing::Order }, "another's order");
    let claim_after = ClaimCoupon { after: Some(order.id), ..claim(after) };
    assert_eq!(shop.call(mei, claim_after).await.unwrap_err(), Refusal::NotFound { what: Thing::Order });
    shop.call(li, claim_after).await.unwrap();
    let second = shop.order(mei, &[(MILK, Pieces(1))]).await;
    let cancel = Cancel { order: second.id, reason: CancelReason::ChangedMind };
    shop.call(mei, cancel).await.unwrap();
    let late = ClaimCoupon { after: Some(second.id), ..claim(after) };
    assert_eq!(shop.call(mei, late).await.unwrap_err(), refused(CouponFault::NotOffered));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_nothing_is_kept() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let manager = manager_at(cashier);
    let promotion = fifth_off(&shop).await;
    let free = Promotion { coupon: false, ..promotion.clone() };
    for (promotion, coupons) in [
        (promotion.clone(), None),
        (free, Some(TERMS)),
        (promotion.clone(), Some(CouponTerms { most: Some(0), ..TERMS })),
        (promotion.clone(), Some(CouponTerms { per_member: 0, ..TERMS })),
        (promotion.clone(), Some(CouponTerms { lasts: Lasts::Days(0), ..TERMS })),
    ] {
        let call = SavePromotion { promotion, budget: None, coupons };
        let refused = shop.call(manager, call).await.unwrap_err();
        assert!(matches!(refused, Refusal::Invalid { .. }), "{refused:?}");
    }
    assert!(shop.call(manager, GetCampaigns {}).await.unwrap().campaigns.is_empty());

    let there = put_up(&shop, manager, TERMS).await;
    let same: CouponId = id();
    for coupons in [vec![], vec![same, same], (0..=MOST_PRINTED).map(|_| id()).collect()] {
        let refused = shop.call(manager, PrintCoupons { promotion: there, coupons }).await.unwrap_err();
        assert!(matches!(refused, Refusal::Invalid { .. }), "{refused:?}");
    }
    let unknown = PrintCoupons { promotion: id(), coupons: vec![id()] };
    assert_eq!(shop.call(manager, unknown).await.unwrap_err(), Refusal::NotFound { what: Thing::Promotion });
    let nothing = Refusal::NotFound { what: Thing::Coupon };
    assert_eq!(reserve(&shop, cashier, id(), id()).await.unwrap_err(), nothing);
    let code = CouponCode::from_bits(1);
    assert_eq!(shop.call(cashier, GetCoupon { code }).await.unwrap_err(), nothing);
    let coupon = printed(&shop, manager, there).await;
    let mut twice = sale_with(&shop, &coupon).await;
    twice.coupons = vec![coupon.id, coupon.id];
    let refused = shop.call(cashier, twice).await.unwrap_err();
    assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "coupons"), "{refused:?}");
    shop.assert_ledgers_agree().await;

    for statement in [
        "UPDATE coupon_entry SET step = 'returned'",
        "DELETE FROM coupon_entry",
        "DELETE FROM coupon",
        "UPDATE coupon SET state = 'reserved'",
        "UPDATE coupon SET state = 'sold'",
        "UPDATE coupon_campaign SET redeemed = 2",
    ] {
        assert!(shop.home.execute(statement).await.is_err(), "{statement}");
    }
    for (statement, count) in [
        ("UPDATE coupon SET state = 'returned'", 1),
        ("UPDATE coupon_campaign SET redeemed = 1", 2),
        ("UPDATE coupon SET state = 'issued'", 1),
        ("UPDATE coupon_campaign SET redeemed = 0", 0),
    ] {
        shop.home.execute(statement).await.unwrap();
        assert_eq!(shop.engine.check().await.unwrap().len(), count, "{statement}");
    }
}

#[tokio::test]
async fn what_is_set_aside_for_no_sale_is_free_again_and_what_was_stopped_is_withdrawn() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let manager = manager_at(cashier);
    let promotion = put_up(&shop, manager, TERMS).await;
    let coupon = printed(&shop, manager, promotion).await;
    let sale: SaleId = id();
    reserve(&shop, cashier, coupon.id, sale).await.unwrap();
    let other = ReleaseCoupon { coupon: coupon.id, sale: id() };
    assert_eq!(shop.call(cashier, other).await.unwrap().state, CouponState::Reserved, "another's ticket");
    let own = ReleaseCoupon { coupon: coupon.id, sale };
    for _ in 0..2 {
        assert_eq!(shop.call(cashier, own).await.unwrap().state, CouponState::Issued);
    }
    reserve(&shop, cashier, coupon.id, id()).await.unwrap();
    shop.pass(A_DAY);
    shop.engine.settle_payments().await.unwrap();
    assert_eq!(state(&shop, cashier, coupon.code).await, CouponState::Issued);

    // As if everybody had the coupon.
    let milk = shop.product(MILK).await;
    let line = PlaceLine { id: id(), product: milk.id, measure: Pieces(1) };
    let total = milk.price.money();
    shop.call(cashier, RecordSale::in_cash(id(), vec![line], total, total)).await.unwrap();
    let tried = TryPromotion { promotion: fifth_off(&shop).await };
    assert_eq!(shop.call(manager, tried).await.unwrap().had, 1);

    shop.call(manager, StopPromotion { promotion }).await.unwrap();
    assert_eq!(state(&shop, cashier, coupon.code).await, CouponState::Withdrawn);
    let gone = refused(CouponFault::Withdrawn);
    assert_eq!(reserve(&shop, cashier, coupon.id, id()).await.unwrap_err(), gone);
    let more = PrintCoupons { promotion, coupons: vec![id()] };
    assert_eq!(shop.call(manager, more).await.unwrap_err(), gone);
    shop.assert_ledgers_agree().await;

    let short = put_up(&shop, manager, CouponTerms { lasts: Lasts::Days(1), ..TERMS }).await;
    let coupon = printed(&shop, manager, short).await;
    shop.pass(2 * 24 * 60);
    assert_eq!(state(&shop, cashier, coupon.code).await, CouponState::Expired);
    assert_eq!(reserve(&shop, cashier, coupon.id, id()).await.unwrap_err(), refused(CouponFault::Expired));
}

#[tokio::test]
async fn a_till_that_was_cut_off_has_used_what_was_set_aside_for_it_and_no_coupon_twice() {
    let hub = TestShop::open().await;
    let (mut one, mut other) = (Till::pair(&hub).await, Till::pair(&hub).await);
    let manager = manager_at(one.staff);
    let promotion = put_up(&hub, manager, TERMS).await;
    let coupon = printed(&hub, manager, promotion).await;

    let record = sale_with(&hub, &coupon).await;
    reserve(&hub, one.staff, coupon.id, record.sale).await.unwrap();
    one.shop.call(one.staff, record).await.unwrap();
    hub.pass(A_DAY);
    hub.engine.settle_payments().await.unwrap();
    assert_eq!(state(&hub, one.staff, coupon.code).await, CouponState::Issued, "it waited for too long");
    // Meanwhile the other till has it set aside, and is cut off as well.
    let record = sale_with(&hub, &coupon).await;
    reserve(&hub, other.staff, coupon.id, record.sale).await.unwrap();
    other.shop.call(other.staff, record).await.unwrap();
    hub.pass(A_DAY);
    hub.engine.settle_payments().await.unwrap();
    one.push(&hub, false).await;
    one.push(&hub, true).await;
    assert_eq!(state(&hub, one.staff, coupon.code).await, CouponState::Redeemed);
    other.push(&hub, true).await;
    assert_eq!(figures(&hub, manager, promotion).await, (1, 1, 2), "both tickets, one coupon");
    hub.assert_ledgers_agree().await;
}

/// How many schedules a race is run in: `MINISTORE_RACES`, else a few.
fn races() -> usize {
    std::env::var("MINISTORE_RACES").ok().and_then(|count| count.parse().ok()).unwrap_or(25)
}

/// When a till begins, and whether it sends everything twice.
#[derive(Clone, Copy, Debug)]
struct Runner {
    micros: u64,
    yields: u8,
    twice: bool,
}

fn runner() -> impl Strategy<Value = Runner> {
    (0u64..400, 0u8..6, any::<bool>()).prop_map(|(micros, yields, twice)| Runner { micros, yields, twice })
}

impl Runner {
    /// Uses a coupon at a till. Whether it had it.
    async fn uses(self, hub: &TestShop, staff: Actor, coupon: &Coupon, record: RecordSale) -> bool {
        tokio::time::sleep(Duration::from_micros(self.micros)).await;
        for _ in 0..self.yields {
            tokio::task::yield_now().await;
        }
        let (call, aside) = (call_id(), ReserveCoupon { coupon: coupon.id, sale: record.sale });
        let first = hub.engine.call(&staff, call, aside).await;
        if self.twice {
            let second = hub.engine.call(&staff, call, aside).await;
            assert_eq!(first, second, "a repeat has the same end");
        }
        if let Err(refusal) = first {
            let taken = [refused(CouponFault::Reserved), refused(CouponFault::Redeemed)];
            assert!(taken.contains(&refusal), "{refusal:?}");
            return false;
        }
        let done = hub.call(staff, record.clone()).await.unwrap();
        if self.twice {
            assert_eq!(hub.call(staff, record).await.unwrap(), done);
        }
        true
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_tills_that_use_a_coupon_at_once_one_has_it() {
    let shop = TestShop::open().await;
    shop.import("gtin,category,name_en,price,stock\n9520000000011,dairy,Whole milk,12.50,1000000\n").await;
    let hub = shop.another_hub(Providers::demo()).await;
    let mut tills = Vec::new();
    for _ in 0..10 {
        tills.push(shop.cashier().await);
    }
    let manager = manager_at(tills[0]);
    let promotion = put_up(&shop, manager, CouponTerms { most: None, ..TERMS }).await;
    let mut chance = TestRunner::deterministic();
    let mut winners = HashSet::new();
    for race in 1..=races() {
        let coupon = printed(&shop, manager, promotion).await;
        let mut uses = Vec::new();
        for (at, till) in tills.iter().enumerate() {
            let runner = runner().new_tree(&mut chance).unwrap().current();
            let at_hub = if at % 2 == 0 { &shop } else { &hub };
            uses.push(runner.uses(at_hub, *till, &coupon, sale_with(&shop, &coupon).await));
        }
        let had = Box::pin(join_all(uses)).await;
        let won: Vec<_> = (0..had.len()).filter(|at| had[*at]).collect();
        assert_eq!(won.len(), 1, "race {race}: {had:?}");
        winners.extend(won);
        let count = u32::try_from(race).unwrap();
        assert_eq!(figures(&shop, manager, promotion).await, (count, count, u64::from(count)));
    }
    assert!(winners.len() > 1, "each wins now and then: {winners:?}");
    shop.assert_ledgers_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_claim_the_last_ones_at_once_as_many_have_them_as_there_are() {
    let shop = TestShop::open().await;
    let hub = shop.another_hub(Providers::demo()).await;
    let manager = manager_at(shop.cashier().await);
    let promotion = put_up(&shop, manager, CouponTerms { most: Some(3), ..TERMS }).await;
    let mut claims = Vec::new();
    for at in 0..8 {
        let (shopper, _) = member(&shop).await;
        let at_hub = if at % 2 == 0 { &shop } else { &hub };
        // Each tries twice: a member gets one.
        claims.extend([(at_hub, shopper), (at_hub, shopper)]);
    }
    let all = claims.into_iter().map(|(at, shopper)| at.call(shopper, claim(promotion)));
    let had = Box::pin(join_all(all)).await;
    assert_eq!(had.iter().filter(|claimed| claimed.is_ok()).count(), 3, "{had:?}");
    assert_eq!(figures(&shop, manager, promotion).await, (3, 0, 0));
    shop.assert_ledgers_agree().await;
}
