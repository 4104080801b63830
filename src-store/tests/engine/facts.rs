use std::collections::HashMap;

use ministore_core::fact::{CountStock, Fact, GetRecounts, Push, RecordRefund, RecordSale, Sale};
use ministore_core::id::LineId;
use ministore_core::order::PlaceLine;
use ministore_core::quantity::Measure::{self, Grams, Pieces};
use ministore_core::refusal::Refusal;
use ministore_core::role::Actor;
use ministore_core::sync::{Cursor, Pull};
use ministore_store::Seat;
use ministore_store::payment::Providers;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::test_shop::{APPLES, MILK, TestShop, YOGHURT, code, id, yuan};

/// A till of `hub` with a database of its own, in step with it.
pub(crate) struct Till {
    pub(crate) shop: TestShop,
    pub(crate) staff: Actor,
    cursor: Cursor,
}

impl Till {
    pub(crate) async fn pair(hub: &TestShop) -> Self {
        let shop = TestShop::empty(Providers::default(), Seat::Device).await;
        let staff = hub.cashier().await;
        let mut till = Self { shop, staff, cursor: Cursor(0) };
        till.pull(hub).await;
        till
    }

    fn device(&self) -> Actor {
        Actor::Shopper(self.staff.device().unwrap())
    }

    pub(crate) async fn pull(&mut self, hub: &TestShop) {
        loop {
            let pull = Pull { after: self.cursor, limit: 100 };
            let changes = hub.call(self.device(), pull).await.unwrap();
            self.shop.engine.apply(self.staff.device().unwrap(), &changes).await.unwrap();
            self.cursor = changes.next;
            if !changes.more {
                return;
            }
        }
    }

    /// Sends what waits. The answer is lost where `heard` is false.
    pub(crate) async fn push(&mut self, hub: &TestShop, heard: bool) {
        let facts = self.shop.engine.unsent_facts().await.unwrap();
        if facts.is_empty() {
            return;
        }
        let pushed = hub.call(self.device(), Push { facts }).await.unwrap();
        assert!(pushed.clashing.is_empty());
        if heard {
            self.shop.engine.settle_facts(&pushed).await.unwrap();
        }
    }

    async fn lines(&self, items: &[(&str, Measure)]) -> (Vec<PlaceLine>, i64) {
        let (mut lines, mut total) = (Vec::new(), 0);
        for (text, measure) in items {
            let product = self.shop.product(text).await;
            total += measure.cost(product.price).unwrap().minor;
            lines.push(PlaceLine { id: id(), product: product.id, measure: *measure });
        }
        (lines, total)
    }

    pub(crate) async fn sell(&self, items: &[(&str, Measure)]) -> Sale {
        let (lines, total) = self.lines(items).await;
        let (cash, expected_total) = (yuan(total + 50), yuan(total));
        let sale = RecordSale::in_cash(id(), lines, cash, expected_total);
        self.shop.call(self.staff, sale).await.unwrap()
    }
}

async fn stock(shop: &TestShop, text: &str) -> i64 {
    shop.product(text).await.available
}

#[tokio::test]
async fn a_sale_made_with_no_network_is_booked_once_whatever_is_lost_on_the_way() {
    let hub = TestShop::open().await;
    let mut till = Till::pair(&hub).await;
    let before = stock(&hub, MILK).await;
    let first = till.sell(&[(MILK, Pieces(2)), (APPLES, Grams(500))]).await;
    let second = till.sell(&[(MILK, Pieces(1))]).await;
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!(first.change, yuan(50));
    assert_eq!(stock(&till.shop, MILK).await, before - 3, "the till's own shelf at once");
    assert_eq!(stock(&hub, MILK).await, before);

    till.push(&hub, false).await;
    assert_eq!(stock(&hub, MILK).await, before - 3);
    till.push(&hub, true).await;
    till.push(&hub, true).await;
    assert_eq!(stock(&hub, MILK).await, before - 3, "sent twice, booked once");
    till.pull(&hub).await;
    assert_eq!(stock(&till.shop, MILK).await, before - 3);
    assert_eq!(till.shop.engine.count_unsent().await.unwrap().waiting, 0);
    hub.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_sale_of_what_was_not_there_is_booked_and_the_product_is_to_be_counted() {
    let hub = TestShop::open().await;
    let (mut one, mut other) = (Till::pair(&hub).await, Till::pair(&hub).await);
    let all = u32::try_from(stock(&hub, YOGHURT).await).unwrap();
    one.sell(&[(YOGHURT, Pieces(all))]).await;
    other.sell(&[(YOGHURT, Pieces(all))]).await;
    one.push(&hub, true).await;
    other.push(&hub, true).await;
    assert_eq!(stock(&hub, YOGHURT).await, -i64::from(all));
    let recounts = hub.call(one.staff, GetRecounts {}).await.unwrap().products;
    assert_eq!(recounts.iter().map(|product| product.code()).collect::<Vec<_>>(), [Some(code(YOGHURT))]);

    one.pull(&hub).await;
    let product = recounts[0].id;
    let count = CountStock { count: id(), product, counted: 4 };
    let booked = one.shop.call(one.staff, count).await.unwrap();
    assert_eq!(booked.expected, -i64::from(all));
    one.push(&hub, true).await;
    assert_eq!(stock(&hub, YOGHURT).await, 4);
    assert!(hub.call(one.staff, GetRecounts {}).await.unwrap().products.is_empty());
    hub.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_count_undoes_no_sale_that_its_till_had_not_heard_of() {
    let hub = TestShop::open().await;
    let (mut one, mut other) = (Till::pair(&hub).await, Till::pair(&hub).await);
    let before = stock(&hub, MILK).await;
    let product = hub.product(MILK).await.id;
    // Two are missing from the shelf, and a third is sold at the other till before the count arrives.
    one.shop.call(one.staff, CountStock { count: id(), product, counted: before - 2 }).await.unwrap();
    other.sell(&[(MILK, Pieces(1))]).await;
    other.push(&hub, true).await;
    one.push(&hub, true).await;
    assert_eq!(stock(&hub, MILK).await, before - 3);
}

#[tokio::test]
async fn a_line_comes_back_once_and_its_money_with_it() {
    let hub = TestShop::open().await;
    let mut till = Till::pair(&hub).await;
    let before = stock(&hub, MILK).await;
    let sale = till.sell(&[(MILK, Pieces(2)), (YOGHURT, Pieces(1))]).await;
    let back = |lines: Vec<LineId>| RecordRefund::in_cash(id(), sale.id, lines);
    let milk = sale.lines[0].id;
    let refund = back(vec![milk]);
    let booked = till.shop.call(till.staff, refund.clone()).await.unwrap();
    assert_eq!((booked.amount, booked.number), (sale.lines[0].amount, 2));
    assert_eq!(till.shop.call(till.staff, refund).await.unwrap(), booked, "a repeat is the same refund");
    let again = till.shop.call(till.staff, back(vec![milk])).await.unwrap_err();
    assert!(matches!(again, Refusal::Invalid { .. }), "{again:?}");
    till.push(&hub, true).await;
    assert_eq!(stock(&hub, MILK).await, before);
    hub.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_till_speaks_for_itself_alone_and_a_key_means_one_thing() {
    let hub = TestShop::open().await;
    let till = Till::pair(&hub).await;
    let sale = till.sell(&[(MILK, Pieces(1))]).await;
    let fact = |sale: &Sale| Push { facts: vec![Fact::Sale(Box::new(sale.clone()))] };
    let shopper = hub.shopper().await;
    assert_eq!(hub.call(shopper, fact(&sale)).await.unwrap_err(), Refusal::NotAllowed);
    let elsewhere = Actor::Shopper(hub.cashier().await.device().unwrap());
    assert_eq!(hub.call(elsewhere, fact(&sale)).await.unwrap_err(), Refusal::NotAllowed);
    hub.call(till.device(), fact(&sale)).await.unwrap();
    let mut changed = sale.clone();
    changed.cash = yuan(1);
    let pushed = hub.call(till.device(), fact(&changed)).await.unwrap();
    assert_eq!((pushed.booked, pushed.clashing), (vec![], vec![sale.id.0]));
}

/// What can happen between two tills and their hub.
#[derive(Clone, Debug)]
enum Step {
    Sell {
        till: usize,
        pieces: u32,
    },
    Count {
        till: usize,
        missing: i64,
    },
    /// Sent and answered, or the answer is lost.
    Push {
        till: usize,
        heard: bool,
    },
    Pull {
        till: usize,
    },
    /// The till's program ends and starts again over its file.
    Crash {
        till: usize,
    },
    Order {
        pieces: u32,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let till = 0_usize..2;
    prop_oneof![
        3 => (till.clone(), 1_u32..4).prop_map(|(till, pieces)| Step::Sell { till, pieces }),
        1 => (till.clone(), 0_i64..3).prop_map(|(till, missing)| Step::Count { till, missing }),
        2 => (till.clone(), any::<bool>()).prop_map(|(till, heard)| Step::Push { till, heard }),
        2 => till.clone().prop_map(|till| Step::Pull { till }),
        1 => till.prop_map(|till| Step::Crash { till }),
        1 => (1_u32..3).prop_map(|pieces| Step::Order { pieces }),
    ]
}

/// The reference: stock is what was there, less what was sold and ordered, more or less what each count found.
#[derive(Default)]
struct Model {
    moved: i64,
    numbers: HashMap<usize, u32>,
}

async fn play(steps: &[Step]) {
    let hub = TestShop::open().await;
    let mei = hub.shopper().await;
    let mut tills = vec![Till::pair(&hub).await, Till::pair(&hub).await];
    let before = stock(&hub, MILK).await;
    let product = hub.product(MILK).await.id;
    let mut model = Model::default();
    for step in steps {
        match *step {
            Step::Sell { till, pieces } => {
                let sale = tills[till].sell(&[(MILK, Pieces(pieces))]).await;
                let number = model.numbers.entry(till).or_default();
                *number += 1;
                assert_eq!(sale.number, *number, "receipt numbers have no gap");
                model.moved -= i64::from(pieces);
            }
            Step::Count { till, missing } => {
                let believed = stock(&tills[till].shop, MILK).await;
                let counted = (believed - missing).max(0);
                let count = CountStock { count: id(), product, counted };
                tills[till].shop.call(tills[till].staff, count).await.unwrap();
                model.moved += counted - believed;
            }
            Step::Push { till, heard } => tills[till].push(&hub, heard).await,
            Step::Pull { till } => tills[till].pull(&hub).await,
            Step::Crash { till } => {
                let Till { shop, staff, .. } = tills.remove(till);
                let shop = shop.restarted(Providers::default()).await;
                let cursor = shop.engine.cursor().await.unwrap();
                tills.insert(till, Till { shop, staff, cursor });
            }
            Step::Order { pieces } => {
                let there = stock(&hub, MILK).await;
                let place = hub.basket(&[(MILK, Pieces(pieces))]).await;
                match hub.call(mei, place).await {
                    Ok(_) => {
                        assert!(there >= i64::from(pieces), "sold beyond what was there");
                        model.moved -= i64::from(pieces);
                    }
                    Err(Refusal::SoldOut { .. }) => assert!(there < i64::from(pieces)),
                    Err(Refusal::SlotFull) => {}
                    Err(other) => unreachable!("{other:?}"),
                }
            }
        }
    }
    for till in &mut tills {
        till.push(&hub, true).await;
        assert_eq!(till.shop.engine.count_unsent().await.unwrap().waiting, 0);
    }
    assert_eq!(stock(&hub, MILK).await, before + model.moved, "no fact is lost, none is booked twice");
    for till in &mut tills {
        till.pull(&hub).await;
        assert_eq!(stock(&till.shop, MILK).await, before + model.moved, "the tills agree with the hub");
    }
    hub.assert_ledgers_agree().await;
}

#[test]
fn tills_and_hub_agree_however_they_were_cut_off() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, ..Config::default() });
    runner
        .run(&prop::collection::vec(step(), 1..40), |steps| {
            runtime.block_on(play(&steps));
            Ok(())
        })
        .unwrap();
}
