//! The client against a simulator of the service, over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that panics has failed")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use ministore_core::hours::Day;
use ministore_core::id::PaymentId;
use ministore_core::money::{Currency, Money};
use ministore_core::time::Timestamp;
use ministore_pay::cashier::{CodeOutcome, CodeQuestion, Taken};
use ministore_pay::client::{Asked, Clock};
use ministore_pay::error::Code;
use ministore_pay::notification::{NotTaken, Notification};
use ministore_pay::number::{RefundNumber, TradeNumber};
use ministore_pay::platform::Unproved;
use ministore_pay::settings::Road;
use ministore_pay::trade::{RefundState, TradeState};
use ministore_pay::{Cashier, Charged, Client, PayError, Returned, Settings};
use ministore_test_wechat_pay::bill::Bills;
use ministore_test_wechat_pay::books::{PayOutcome, Payer, State};
use ministore_test_wechat_pay::fault::{Faults, RequestFault};
use ministore_test_wechat_pay::{Options, Simulator};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// How long a dead line stays open here; the client waits for less.
const SILENCE: Duration = Duration::from_millis(400);

/// A day that is over, whatever the time is.
fn a_past_day() -> Day {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Day::since_1970(i32::try_from(since.as_secs() / 86_400).unwrap() - 3)
}

/// A merchant of a simulator, whose clock can be moved.
struct Shop {
    simulator: Simulator,
    settings: Settings,
    ahead: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Shop {
    async fn open(by_public_key: bool, options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { notify_by_public_key: by_public_key, ..options };
        let simulator = Simulator::start(folder.path(), options).await.unwrap();
        // Nobody listens there: what is told is read by the tests themselves.
        let path = simulator.write_settings("http://127.0.0.1:9/pay/wechat/notify", by_public_key).unwrap();
        let mut settings = Settings::from_file(&path).unwrap();
        settings.timeout = SILENCE / 2;
        settings.pause = Duration::ZERO;
        Self { simulator, settings, ahead: Arc::default(), _folder: folder }
    }

    async fn plain() -> Self {
        Self::open(false, Options::default()).await
    }

    fn clock(&self) -> Clock {
        let ahead = Arc::clone(&self.ahead);
        Arc::new(move || {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
            Timestamp(i64::try_from(since.as_millis()).unwrap() + ahead.load(Ordering::SeqCst))
        })
    }

    fn client(&self) -> Client {
        Client::new(self.settings.clone(), self.clock()).unwrap()
    }

    /// A cashier as after a start of the program.
    fn cashier(&self) -> Cashier {
        Cashier::new(self.client())
    }

    fn headers(&self, number: TradeNumber) -> (HeaderMap, Vec<u8>) {
        let told = self.simulator.paid_notification(&number.to_string()).unwrap();
        let headers = told.headers.into_iter().map(|(name, value)| {
            (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap())
        });
        (headers.collect(), told.body)
    }
}

fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

fn payment() -> PaymentId {
    PaymentId(Uuid::now_v7())
}

fn asked(shop: &Shop, payment: PaymentId, minor: i64) -> Asked {
    let cashier = shop.cashier();
    Asked { number: TradeNumber(payment), amount: yuan(minor), until: cashier.until(payment) }
}

#[tokio::test]
async fn a_code_on_the_screen_is_scanned_and_paid() {
    for by_public_key in [false, true] {
        let shop = Shop::open(by_public_key, Options::default()).await;
        let (cashier, payment) = (shop.cashier(), payment());
        let waiting = cashier.charge(payment, yuan(3860)).await.unwrap();
        assert_eq!(waiting, Charged::Waiting { until: cashier.until(payment) });
        let way = cashier.way(payment).unwrap();
        assert!(way.url.starts_with("weixin://wxpay/bizpayurl?pr="), "{}", way.url);
        assert_eq!(cashier.charge(payment, yuan(3860)).await.unwrap(), waiting, "asked again, it waits on");
        assert!(matches!(shop.simulator.pay(&way.url), PayOutcome::Paid(_)));
        assert_eq!(cashier.charge(payment, yuan(3860)).await.unwrap(), Charged::Captured);
        assert_eq!(cashier.way(payment), None, "nothing is left to pay");
        let trade = shop.simulator.trade(&TradeNumber(payment).to_string()).unwrap();
        assert_eq!((trade.taken, trade.total), (1, 3860));
    }
}

#[tokio::test]
async fn a_restarted_program_shows_the_same_code() {
    let shop = Shop::plain().await;
    let payment = payment();
    let first = shop.cashier();
    first.charge(payment, yuan(100)).await.unwrap();
    let second = shop.cashier();
    second.charge(payment, yuan(100)).await.unwrap();
    assert_eq!(second.way(payment), first.way(payment));
    shop.simulator.pay(&first.way(payment).unwrap().url);
    assert_eq!(shop.cashier().charge(payment, yuan(100)).await.unwrap(), Charged::Captured);
}

#[tokio::test]
async fn who_does_not_pay_in_time_cannot_pay_any_more() {
    let shop = Shop::plain().await;
    let (cashier, payment) = (shop.cashier(), payment());
    cashier.charge(payment, yuan(100)).await.unwrap();
    let way = cashier.way(payment).unwrap();
    // Both clocks differ by less than what would make signatures old.
    let mut short = shop.settings.clone();
    short.patience = Duration::ZERO;
    let late = Cashier::new(Client::new(short, shop.clock()).unwrap());
    assert_eq!(late.charge(payment, yuan(100)).await.unwrap(), Charged::Expired);
    assert_eq!(shop.simulator.pay(&way.url), PayOutcome::Over);
    assert_eq!(shop.simulator.trade(&TradeNumber(payment).to_string()).unwrap().state, State::Closed);
}

#[tokio::test]
async fn who_pays_at_the_last_moment_has_paid() {
    let shop = Shop::plain().await;
    let (cashier, payment) = (shop.cashier(), payment());
    cashier.charge(payment, yuan(100)).await.unwrap();
    shop.simulator.pay(&cashier.way(payment).unwrap().url);
    let mut short = shop.settings.clone();
    short.patience = Duration::ZERO;
    let late = Cashier::new(Client::new(short, shop.clock()).unwrap());
    assert_eq!(late.charge(payment, yuan(100)).await.unwrap(), Charged::Captured);
}

#[tokio::test]
async fn what_is_given_back_is_given_back_once() {
    let shop = Shop::plain().await;
    let (cashier, payment) = (shop.cashier(), payment());
    cashier.charge(payment, yuan(500)).await.unwrap();
    shop.simulator.pay(&cashier.way(payment).unwrap().url);
    for _ in 0..3 {
        assert_eq!(cashier.refund(payment, 1, yuan(200)).await.unwrap(), Returned::Returned);
    }
    assert_eq!(cashier.refund(payment, 2, yuan(300)).await.unwrap(), Returned::Returned);
    let trade = shop.simulator.trade(&TradeNumber(payment).to_string()).unwrap();
    assert_eq!((trade.given_back, trade.refunds.len()), (500, 2));
    assert!(cashier.refund(payment, 3, yuan(1)).await.is_err(), "more than was taken");
}

#[tokio::test]
async fn a_refund_on_its_way_is_asked_about_until_it_is_there() {
    let takes = Duration::from_millis(150);
    let shop = Shop::open(false, Options { refund_takes: takes, ..Options::default() }).await;
    let (cashier, payment) = (shop.cashier(), payment());
    cashier.charge(payment, yuan(500)).await.unwrap();
    shop.simulator.pay(&cashier.way(payment).unwrap().url);
    assert!(cashier.refund(payment, 1, yuan(500)).await.is_err());
    let number = RefundNumber { trade: TradeNumber(payment), sequence: 1 };
    let client = shop.client();
    let refund = client.query_refund(number, yuan(500), yuan(500)).await.unwrap();
    assert_eq!(refund.status, RefundState::Processing);
    tokio::time::sleep(takes).await;
    assert_eq!(cashier.refund(payment, 1, yuan(500)).await.unwrap(), Returned::Returned);
}

#[tokio::test]
async fn what_is_withdrawn_before_it_is_paid_cannot_be_paid() {
    let shop = Shop::plain().await;
    let (cashier, payment) = (shop.cashier(), payment());
    assert_eq!(
        cashier.refund(payment, 1, yuan(100)).await.unwrap(),
        Returned::NothingTaken,
        "never asked for"
    );
    cashier.charge(payment, yuan(100)).await.unwrap();
    let way = cashier.way(payment).unwrap();
    assert_eq!(cashier.refund(payment, 1, yuan(100)).await.unwrap(), Returned::NothingTaken);
    assert_eq!(shop.simulator.pay(&way.url), PayOutcome::Over);
    assert_eq!(cashier.way(payment), None);
}

#[tokio::test]
async fn the_other_roads_lead_there_too() {
    let shop = Shop::plain().await;
    let client = shop.client();
    let link = client.h5(&asked(&shop, payment(), 100), "203.0.113.7").await.unwrap();
    assert!(link.starts_with("https://wx.tenpay.com/"), "{link}");
    let page = client.jsapi(&asked(&shop, payment(), 100), "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o").await.unwrap();
    assert!(page.package.starts_with("prepay_id=wx"));
    let told = serde_json::to_value(&page).unwrap();
    for field in ["appId", "timeStamp", "nonceStr", "package", "signType", "paySign"] {
        assert!(told[field].is_string(), "{field}");
    }
}

#[tokio::test]
async fn a_phone_opens_what_others_scan_and_one_payment_is_paid_one_way() {
    let mut shop = Shop::plain().await;
    shop.settings.road = Road::Open { payer_ip: "203.0.113.7".to_owned() };
    let (cashier, on_phone, on_screen) = (shop.cashier(), payment(), payment());
    assert!(matches!(cashier.charge(on_phone, yuan(100)).await.unwrap(), Charged::Waiting { .. }));
    assert_eq!(cashier.way(on_phone), None, "nobody has said how it is paid");
    assert_eq!(shop.simulator.trade(&TradeNumber(on_phone).to_string()).map(|trade| trade.total), None);
    for (payment, opens) in [(on_phone, true), (on_screen, false)] {
        cashier.prefer(payment, opens);
        cashier.charge(payment, yuan(100)).await.unwrap();
        assert_eq!(cashier.way(payment).unwrap().opens, opens);
        // As after a restart, and asked for the other way: it stays what it was.
        let restarted = shop.cashier();
        restarted.prefer(payment, !opens);
        restarted.charge(payment, yuan(100)).await.unwrap();
        assert_eq!(restarted.way(payment), cashier.way(payment));
        shop.simulator.pay(&cashier.way(payment).unwrap().url);
        assert_eq!(restarted.charge(payment, yuan(100)).await.unwrap(), Charged::Captured);
    }
}

#[tokio::test]
async fn the_bill_of_a_day_says_what_was_paid_and_given_back() {
    let shop = Shop::plain().await;
    let (cashier, first, second) = (shop.cashier(), payment(), payment());
    let day = a_past_day();
    assert_eq!(shop.client().trade_bill(day).await.unwrap(), Some(Vec::new()), "nothing was paid");
    for (payment, amount) in [(first, 3860), (second, 100)] {
        cashier.charge(payment, yuan(amount)).await.unwrap();
        shop.simulator.pay(&cashier.way(payment).unwrap().url);
        assert_eq!(cashier.charge(payment, yuan(amount)).await.unwrap(), Charged::Captured);
    }
    cashier.refund(first, 1, yuan(860)).await.unwrap();
    let undone = payment();
    cashier.ask_code(undone, yuan(500), CodeQuestion::Take("130061098828009406")).await.unwrap();
    cashier.ask_code(undone, yuan(500), CodeQuestion::Undo).await.unwrap();
    shop.simulator.move_to(&day.to_string()).unwrap();
    let mut lines = shop.client().trade_bill(day).await.unwrap().unwrap();
    lines.sort_by_key(|line| (line.payment, line.refund));
    let told: Vec<_> =
        lines.iter().map(|line| (line.payment, line.refund, line.part, line.amount, line.fee)).collect();
    let mut wanted = vec![
        (Some(first), false, None, 3860, 23_160),
        (Some(first), true, Some(1), 860, -5160),
        (Some(second), false, None, 100, 600),
        (Some(undone), false, None, 500, 3000),
        (Some(undone), true, None, 500, -3000),
    ];
    wanted.sort_by_key(|line| (line.0, line.1));
    assert_eq!(told, wanted);

    shop.simulator.set_bills(Bills::InTheMaking);
    assert_eq!(shop.client().trade_bill(day).await.unwrap(), None);
    shop.simulator.set_bills(Bills::CutOff);
    let cut = shop.client().trade_bill(day).await.unwrap_err();
    assert!(cut.to_string().contains("hash"), "{cut}");
}

#[tokio::test]
async fn a_payers_code_is_asked_about_question_by_question() {
    let shop = Shop::plain().await;
    let cashier = shop.cashier();
    let ask = |payment, question| cashier.ask_code(payment, yuan(100), question);
    let slow = payment();
    let code = "130061098828009402";
    shop.simulator.set_payer(code, Payer::Types(Duration::from_millis(300)));
    assert_eq!(ask(slow, CodeQuestion::Look).await.unwrap(), CodeOutcome::NoTrade);
    assert_eq!(ask(slow, CodeQuestion::Take(code)).await.unwrap(), CodeOutcome::Confirming);
    assert_eq!(ask(slow, CodeQuestion::Look).await.unwrap(), CodeOutcome::Confirming);
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(ask(slow, CodeQuestion::Look).await.unwrap(), CodeOutcome::Captured);
    shop.simulator.set_payer("130061098828009401", Payer::Poor);
    let poor = ask(payment(), CodeQuestion::Take("130061098828009401")).await.unwrap();
    assert_eq!(poor, CodeOutcome::NotTaken(Some(Code::NotEnough)));
    let lost = payment();
    shop.simulator.set_faults(Faults::every_request(RequestFault::LostBack, Duration::ZERO));
    assert!(ask(lost, CodeQuestion::Take("130061098828009406")).await.is_err(), "neither a yes nor a no");
    shop.simulator.heal();
    assert_eq!(ask(lost, CodeQuestion::Undo).await.unwrap(), CodeOutcome::NotTaken(None));
    let trade = shop.simulator.trade(&TradeNumber(lost).to_string()).unwrap();
    assert_eq!((trade.state, trade.given_back), (State::Revoked, 100));
}

#[tokio::test]
async fn one_number_is_one_trade() {
    let shop = Shop::plain().await;
    let (client, payment) = (shop.client(), payment());
    let first = asked(&shop, payment, 100);
    let code = client.native(&first).await.unwrap();
    assert_eq!(client.native(&first).await.unwrap(), code);
    let other = Asked { amount: yuan(101), ..first.clone() };
    assert_eq!(client.native(&other).await.unwrap_err().refusal(), Some(&Code::NumberUsed));
    shop.simulator.pay(&code);
    assert_eq!(client.native(&first).await.unwrap_err().refusal(), Some(&Code::OrderPaid));
    assert_eq!(client.close(first.number).await.unwrap_err().refusal(), Some(&Code::OrderPaid));
}

#[tokio::test]
async fn a_scanned_code_is_taken_at_the_counter() {
    let shop = Shop::plain().await;
    let cashier = shop.cashier();
    let take = |payment, code: &'static str, patience| {
        let cashier = cashier.clone();
        async move {
            let pause = Duration::from_millis(20);
            cashier.take_code_within(payment, yuan(100), code, Duration::from_millis(patience), pause).await
        }
    };
    let quick = payment();
    assert_eq!(take(quick, "130061098828009406", 500).await, Taken::Captured);
    assert_eq!(shop.client().query(TradeNumber(quick)).await.unwrap().trade_state, TradeState::Success);

    shop.simulator.set_payer("130061098828009401", Payer::Poor);
    assert_eq!(take(payment(), "130061098828009401", 500).await, Taken::NotTaken);

    shop.simulator.set_payer("130061098828009402", Payer::Types(Duration::from_millis(60)));
    assert_eq!(take(payment(), "130061098828009402", 2000).await, Taken::Captured);

    let slow = payment();
    shop.simulator.set_payer("130061098828009403", Payer::Types(Duration::from_secs(60)));
    assert_eq!(take(slow, "130061098828009403", 100).await, Taken::NotTaken);
    assert_eq!(shop.simulator.trade(&TradeNumber(slow).to_string()).unwrap().state, State::Revoked);
}

#[tokio::test]
async fn a_scanned_code_whose_answer_is_lost_is_taken_or_undone() {
    let shop = Shop::plain().await;
    let (cashier, payment) = (shop.cashier(), payment());
    shop.client().close(TradeNumber(payment)).await.unwrap(); // The certificates are there from now on.
    shop.simulator.set_faults(Faults::every_request(RequestFault::LostBack, Duration::ZERO));
    let patience = Duration::from_millis(120);
    let pause = Duration::from_millis(20);
    let asking = tokio::spawn({
        let cashier = cashier.clone();
        async move { cashier.take_code_within(payment, yuan(100), "130061098828009406", patience, pause).await }
    });
    tokio::time::sleep(patience * 2).await;
    assert!(!asking.is_finished(), "nothing is certain yet");
    shop.simulator.heal();
    assert_eq!(asking.await.unwrap(), Taken::NotTaken);
    let trade = shop.simulator.trade(&TradeNumber(payment).to_string()).unwrap();
    assert_eq!(trade.given_back, 100 * i64::from(trade.taken), "what was taken was given back");
}

#[tokio::test]
async fn no_answer_is_neither_a_yes_nor_a_no() {
    for fault in [
        RequestFault::LostThere,
        RequestFault::LostBack,
        RequestFault::IllBefore,
        RequestFault::IllAfter,
        RequestFault::TooOften,
        RequestFault::SignedByStranger,
        RequestFault::Unsigned,
    ] {
        let shop = Shop::plain().await;
        let (cashier, payment) = (shop.cashier(), payment());
        shop.simulator.set_faults(Faults::every_request(fault, SILENCE));
        let asked = cashier.charge(payment, yuan(100)).await;
        assert!(matches!(asked, Err(PayError::Unknown(_))), "{fault:?} {asked:?}");
        assert_eq!(cashier.way(payment), None, "{fault:?}: a code that is not proved is not shown");
        shop.simulator.heal();
        assert!(matches!(cashier.charge(payment, yuan(100)).await.unwrap(), Charged::Waiting { .. }));
        shop.simulator.pay(&cashier.way(payment).unwrap().url);
        shop.simulator.set_faults(Faults::every_request(fault, SILENCE));
        assert!(matches!(cashier.charge(payment, yuan(100)).await, Err(PayError::Unknown(_))), "{fault:?}");
        shop.simulator.heal();
        assert_eq!(cashier.charge(payment, yuan(100)).await.unwrap(), Charged::Captured, "{fault:?}");
    }
}

#[tokio::test]
async fn another_amount_is_not_believed() {
    let shop = Shop::plain().await;
    let (cashier, payment) = (shop.cashier(), payment());
    cashier.charge(payment, yuan(100)).await.unwrap();
    shop.simulator.pay(&cashier.way(payment).unwrap().url);
    shop.simulator.set_faults(Faults::every_request(RequestFault::WrongAmount, SILENCE));
    assert!(matches!(cashier.charge(payment, yuan(100)).await, Err(PayError::Unknown(_))));
    shop.simulator.heal();
    assert_eq!(cashier.charge(payment, yuan(100)).await.unwrap(), Charged::Captured);
}

#[tokio::test]
async fn a_notification_hastens_what_asking_finds_out() {
    for by_public_key in [false, true] {
        let shop = Shop::open(by_public_key, Options::default()).await;
        let (cashier, payment) = (shop.cashier(), payment());
        cashier.charge(payment, yuan(100)).await.unwrap();
        shop.simulator.pay(&cashier.way(payment).unwrap().url);
        let (headers, body) = shop.headers(TradeNumber(payment));
        // As after a start: whose key it is has to be found out first.
        let cashier = shop.cashier();
        let told = cashier.client().notification(&headers, &body).await.unwrap();
        assert!(matches!(&told, Notification::Trade(number, trade)
            if number.0 == payment && trade.trade_state == TradeState::Success));
        assert_eq!(cashier.hear(told), Some(payment));
        // Nobody is asked any more.
        shop.simulator.set_faults(Faults::every_request(RequestFault::LostThere, SILENCE));
        assert_eq!(cashier.charge(payment, yuan(100)).await.unwrap(), Charged::Captured);
    }
}

#[tokio::test]
async fn a_notification_of_another_amount_is_not_believed() {
    let shop = Shop::plain().await;
    let (cashier, payment) = (shop.cashier(), payment());
    cashier.charge(payment, yuan(100)).await.unwrap();
    shop.simulator.pay(&cashier.way(payment).unwrap().url);
    let (headers, body) = shop.headers(TradeNumber(payment));
    let told = cashier.client().notification(&headers, &body).await.unwrap();
    cashier.hear(told);
    // The books say that less was asked for: so the answer to a question is not believed either.
    assert!(cashier.charge(payment, yuan(99)).await.is_err());
}

#[tokio::test]
async fn every_changed_bit_of_a_notification_is_noticed() {
    let shop = Shop::plain().await;
    let payment = payment();
    let cashier = shop.cashier();
    cashier.charge(payment, yuan(100)).await.unwrap();
    shop.simulator.pay(&cashier.way(payment).unwrap().url);
    let client = cashier.client();
    let (headers, body) = shop.headers(TradeNumber(payment));
    assert!(client.notification(&headers, &body).await.is_ok());
    for at in 0..body.len() {
        for bit in 0..8 {
            let mut changed = body.clone();
            changed[at] ^= 1 << bit;
            let outcome = client.notification(&headers, &changed).await;
            assert!(
                matches!(outcome, Err(NotTaken::Unproved(Unproved::Signature))),
                "{at} {bit} {outcome:?}"
            );
        }
    }
    for name in ["wechatpay-serial", "wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature"] {
        let text = headers[name].to_str().unwrap().to_owned();
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
            let mut changed = headers.clone();
            changed.insert(HeaderName::from_static(name), HeaderValue::from_bytes(&bytes).unwrap());
            let outcome = client.notification(&changed, &body).await;
            assert!(matches!(outcome, Err(NotTaken::Unproved(_))), "{name} {at} {outcome:?}");
        }
        let mut without = headers.clone();
        without.remove(name);
        assert!(client.notification(&without, &body).await.is_err());
    }
}

#[tokio::test]
async fn an_old_notification_is_not_taken_again() {
    let shop = Shop::plain().await;
    let payment = payment();
    let cashier = shop.cashier();
    cashier.charge(payment, yuan(100)).await.unwrap();
    shop.simulator.pay(&cashier.way(payment).unwrap().url);
    let (headers, body) = shop.headers(TradeNumber(payment));
    for off in [-360_000, 360_000] {
        shop.ahead.store(off, Ordering::SeqCst);
        let outcome = cashier.client().notification(&headers, &body).await;
        assert!(matches!(outcome, Err(NotTaken::Unproved(Unproved::Time(_)))), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_wrong_clock_of_ours_is_a_no_of_the_service() {
    let shop = Shop::plain().await;
    shop.ahead.store(3_600_000, Ordering::SeqCst);
    let refused = shop.client().query(TradeNumber(payment())).await.unwrap_err();
    assert_eq!(refused.refusal(), Some(&Code::Signature));
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let shop = Shop::open(true, Options::default()).await;
    let shown = format!("{:?} {:?}", shop.settings, shop.client());
    assert!(!shown.contains(ministore_test_wechat_pay::keys::API_KEY));
    assert!(shown.contains("MerchantKey(…)") && shown.contains("ApiKey(…)"), "{shown}");
}
