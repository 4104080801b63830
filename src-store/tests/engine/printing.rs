//! Receipts, reports and the drawer: who may, what the books say of it, and what a copy says.

#![expect(clippy::panic, reason = "what a story takes for granted fails its test")]

use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::fact::{Fact, RecordRefund, RecordSale, Sale};
use ministore_core::gift_card::SellGiftCard;
use ministore_core::id::{DeviceId, PrinterId};
use ministore_core::issued::GiftCardNumber;
use ministore_core::money::Price;
use ministore_core::order::PlaceLine;
use ministore_core::paper::{Buyer, Kind, Receipt};
use ministore_core::printer::{
    CodePage, Connection, Form, GetPdf, GetPrinters, Job, Outcome, Page, Paper, Print, PrintTrouble, Printed,
    Printer, Printers, RemovePrinter, SavePrinter, SetWords, What,
};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shift::{CloseShift, OpenShift};
use ministore_core::text::{Language, LocalText};
use ministore_core::ticket::CardPaid;
use ministore_store::printer::Press;

use super::test_shop::{CAKE, MILK, TestShop, id, yuan};

/// Takes all that is printed.
#[derive(Default)]
struct Tray {
    jobs: Mutex<Vec<(Printer, Job)>>,
    next: Mutex<Option<Outcome>>,
}

impl Tray {
    fn taken(&self) -> Vec<(Printer, Job)> {
        std::mem::take(&mut *self.jobs.lock().unwrap())
    }

    /// The one receipt that came out since it was asked last.
    fn receipt(&self) -> Receipt {
        let taken = self.taken();
        let [(_, Job { page: Some(Page::Receipt(receipt)), .. })] = taken.as_slice() else {
            panic!("not one receipt: {taken:?}")
        };
        (**receipt).clone()
    }

    fn fails(&self, outcome: Outcome) {
        *self.next.lock().unwrap() = Some(outcome);
    }
}

impl Press for Tray {
    fn print(&self, printer: Printer, job: Job) -> BoxFuture<'_, Outcome> {
        let outcome = self.next.lock().unwrap().take();
        let well = Outcome { begun: job.page.is_some(), kicked: job.pulse, done: Ok(true) };
        self.jobs.lock().unwrap().push((printer, job));
        async move { outcome.unwrap_or(well) }.boxed()
    }

    fn pdf(&self, receipt: Receipt) -> BoxFuture<'_, Result<Vec<u8>, PrintTrouble>> {
        async move { Ok(receipt.code.into_bytes()) }.boxed()
    }
}

struct Story {
    shop: TestShop,
    tray: Arc<Tray>,
    cashier: Actor,
    boss: Actor,
}

fn printer() -> Printer {
    Printer {
        id: id(),
        name: "Till 1".into(),
        connection: Connection::Network { address: "192.168.1.50".parse().unwrap(), port: 9100 },
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

impl Story {
    async fn begin() -> Self {
        let tray = Arc::new(Tray::default());
        let shop = TestShop::open().await.reopened_with_press(tray.clone()).await;
        let cashier = shop.cashier().await;
        let staff = shop.add_staff(StaffRole::Manager, "8642").await;
        let Actor::Staff { device, session, .. } = cashier else { panic!("staff") };
        let boss = Actor::Staff { device, session, staff, role: StaffRole::Manager };
        Self { shop, tray, cashier, boss }
    }

    async fn with(printer: Printer) -> Self {
        let story = Self::begin().await;
        story.shop.call(story.boss, SavePrinter { printer }).await.unwrap();
        story
    }

    fn till(&self) -> DeviceId {
        self.cashier.device().unwrap()
    }

    async fn sell(&self, by_card: bool) -> Sale {
        let mut lines = Vec::new();
        let mut total = 0;
        for (text, pieces) in [(MILK, 2), (CAKE, 1)] {
            let product = self.shop.product(text).await;
            // There is one cake, and more than one sale.
            if text == CAKE && product.available < 1 {
                continue;
            }
            total += product.price.money().minor * pieces;
            let measure = Pieces(u32::try_from(pieces).unwrap());
            lines.push(PlaceLine { id: id(), product: product.id, measure });
        }
        let mut sale = RecordSale::in_cash(id(), lines, yuan(total), yuan(total));
        if by_card {
            sale.cash = yuan(0);
            sale.cards = vec![CardPaid { amount: Price::new(yuan(total)).unwrap(), reference: "A1".into() }];
        }
        self.shop.call(self.cashier, sale).await.unwrap()
    }

    async fn print(&self, what: What) -> Result<Printed, Refusal> {
        self.shop.call(self.cashier, Print { note: id(), what, printer: None }).await
    }

    /// What the books have noted, oldest first.
    async fn noted(&self) -> Vec<(String, String)> {
        let notes =
            "SELECT f.body FROM fact f JOIN journal j ON j.shop_id = f.shop_id AND j.fact_id = f.fact_id
             WHERE f.kind = 'noted' ORDER BY j.till, j.entry";
        let notes = self.shop.home.texts(notes).await;
        notes
            .iter()
            .map(|body| {
                let Fact::Noted(noted) = serde_json::from_str(body).unwrap() else { panic!("{body}") };
                let word = serde_json::to_value(noted.action).unwrap();
                (word.as_str().unwrap().to_owned(), noted.about)
            })
            .collect()
    }
}

fn receipt_of(sale: &Sale) -> What {
    What::Sale { sale: sale.id, form: Form::Receipt }
}

#[tokio::test]
async fn managers_keep_printers_and_staff_uses_them() {
    let story = Story::begin().await;
    let (shop, cashier, boss) = (&story.shop, story.cashier, story.boss);
    let printer = printer();
    let save = SavePrinter { printer: printer.clone() };
    assert_eq!(shop.call(cashier, save.clone()).await, Err(Refusal::NotAllowed));
    let kept = Printers { printers: vec![printer.clone()] };
    assert_eq!(shop.call(boss, save).await, Ok(kept.clone()));
    assert_eq!(shop.call(cashier, GetPrinters {}).await, Ok(kept));

    let renamed = Printer { name: " Kitchen ".into(), tills: vec![story.till()], ..printer.clone() };
    let now = shop.call(boss, SavePrinter { printer: renamed }).await.unwrap().printers;
    assert_eq!((now.len(), now[0].name.as_str()), (1, "Kitchen"));

    let far = Connection::Network { address: "93.184.216.34".parse().unwrap(), port: 9100 };
    let far = Printer { connection: far, ..printer.clone() };
    let refusal = shop.call(boss, SavePrinter { printer: far }).await.unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid { field, .. } if field == "connection"));

    let gone = RemovePrinter { printer: id::<PrinterId>() };
    assert_eq!(shop.call(boss, gone).await, Err(Refusal::NotFound { what: Thing::Printer }));
    assert_eq!(shop.call(cashier, RemovePrinter { printer: printer.id }).await, Err(Refusal::NotAllowed));
    let left = shop.call(boss, RemovePrinter { printer: printer.id }).await.unwrap();
    assert_eq!(left, Printers::default());
    let sale = story.sell(false).await;
    let none = Err(Refusal::NotFound { what: Thing::Printer });
    assert_eq!(story.print(receipt_of(&sale)).await, none);
    let nothing = story.print(What::AfterSale { sale: sale.id }).await.unwrap();
    assert_eq!(nothing.printer, None, "where no printer is, nothing follows a sale");
}

#[tokio::test]
async fn a_copy_says_so_and_is_in_the_journal() {
    let story = Story::with(printer()).await;
    let sale = story.sell(false).await;
    let first = Print { note: id(), what: receipt_of(&sale), printer: None };
    let printed = story.shop.call(story.cashier, first.clone()).await.unwrap();
    let expected =
        Printed { printer: Some("Till 1".into()), page: true, sure: true, copy: false, drawer: false };
    assert_eq!(printed, expected);
    let receipt = story.tray.receipt();
    assert!(!receipt.copy);
    assert_eq!((receipt.number, receipt.total), (sale.number, sale.totals.total));
    assert_eq!(receipt.heading.cashier, "Lin");
    assert_eq!(receipt.lines.len(), sale.lines.len());

    let again = story.shop.call(story.cashier, first).await.unwrap();
    assert!(!again.copy);
    assert!(story.tray.taken().is_empty(), "a repeat prints nothing");

    let copy = story.print(receipt_of(&sale)).await.unwrap();
    assert!(copy.copy && story.tray.receipt().copy);

    let gift = What::Sale { sale: sale.id, form: Form::Gift };
    assert!(!story.print(gift.clone()).await.unwrap().copy, "a gift receipt is no copy");
    assert_eq!(story.tray.receipt().kind, Kind::Gift);
    let buyer = Buyer { name: " Harbour Ltd ".into(), tax_number: "91-7".into() };
    let invoice = What::Sale { sale: sale.id, form: Form::Invoice(buyer) };
    assert!(!story.print(invoice.clone()).await.unwrap().copy);
    let Kind::Invoice(buyer) = story.tray.receipt().kind else { panic!("an invoice") };
    assert_eq!(buyer.name, "Harbour Ltd");
    assert!(story.print(invoice).await.unwrap().copy, "a second invoice is a copy");

    let number = sale.number.to_string();
    let words = ["printed", "reprinted", "gift_printed", "invoice_printed", "reprinted"];
    let expected: Vec<_> = words.iter().map(|word| (word.to_string(), number.clone())).collect();
    assert_eq!(story.noted().await, expected);
    let nobody = Form::Invoice(Buyer { name: " ".into(), tax_number: String::new() });
    let nobody = story.print(What::Sale { sale: sale.id, form: nobody }).await;
    assert!(matches!(nobody, Err(Refusal::Invalid { field, .. }) if field == "buyer"));
    let unknown = story.print(What::Sale { sale: id(), form: Form::Receipt }).await;
    assert_eq!(unknown, Err(Refusal::NotFound { what: Thing::Sale }));
    story.shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn the_drawer_opens_once_for_each_cash_sale() {
    let story = Story::with(Printer { by_itself: true, ..printer() }).await;
    let cash = story.sell(false).await;
    let after = Print { note: id(), what: What::AfterSale { sale: cash.id }, printer: None };
    let printed = story.shop.call(story.cashier, after.clone()).await.unwrap();
    assert!(printed.drawer && !printed.copy);
    let taken = story.tray.taken();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].1.pulse && taken[0].1.page.is_some());
    story.shop.call(story.cashier, after).await.unwrap();
    let again = story.print(What::AfterSale { sale: cash.id }).await.unwrap();
    assert_eq!((again.printer, again.drawer), (None, false));
    assert!(story.print(receipt_of(&cash)).await.unwrap().copy);
    let taken = story.tray.taken();
    assert_eq!(taken.len(), 1, "the copy alone");
    assert!(!taken[0].1.pulse);

    let card = story.sell(true).await;
    let printed = story.print(What::AfterSale { sale: card.id }).await.unwrap();
    assert!(!printed.drawer, "no cash, no drawer");
    assert!(!story.tray.taken()[0].1.pulse);
    let words: Vec<_> = story.noted().await.into_iter().map(|(word, _)| word).collect();
    assert_eq!(words, ["printed", "drawer_for_sale", "reprinted", "printed"]);

    let elsewhere = story.shop.cashier().await;
    let call = Print { note: id(), what: What::AfterSale { sale: cash.id }, printer: None };
    let refusal = story.shop.call(elsewhere, call).await.unwrap_err();
    assert_eq!(refusal, Refusal::NotFound { what: Thing::Sale });
}

#[tokio::test]
async fn where_nothing_is_printed_by_itself_the_drawer_opens_alone() {
    let story = Story::with(printer()).await;
    let sale = story.sell(false).await;
    for opened in [true, false] {
        let printed = story.print(What::AfterSale { sale: sale.id }).await.unwrap();
        assert_eq!(printed.drawer, opened);
    }
    let taken = story.tray.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].1, Job { page: None, pulse: true });
    assert!(!story.print(receipt_of(&sale)).await.unwrap().copy, "no receipt was printed before");
}

#[tokio::test]
async fn what_did_not_begin_is_no_first_print_and_what_broke_off_is() {
    let story = Story::with(printer()).await;
    let sale = story.sell(false).await;
    story.tray.fails(Outcome::nothing(PrintTrouble::NoPaper));
    let failed = |trouble| Err(Refusal::PrintFailed { printer: "Till 1".into(), trouble });
    assert_eq!(story.print(receipt_of(&sale)).await, failed(PrintTrouble::NoPaper));
    assert!(story.noted().await.is_empty());
    story.tray.taken();

    let key = id();
    let call = Print { note: key, what: receipt_of(&sale), printer: None };
    story.tray.fails(Outcome { begun: true, kicked: false, done: Err(PrintTrouble::Vanished) });
    let refusal = story.shop.call(story.cashier, call.clone()).await;
    assert_eq!(refusal, failed(PrintTrouble::Vanished));
    assert!(!story.tray.receipt().copy);
    let again = story.shop.call(story.cashier, call).await.unwrap();
    assert!(again.copy && story.tray.receipt().copy, "a part may be on paper: what comes next is a copy");

    // The drawer was told to open though the paper did not come.
    let sale = story.sell(false).await;
    story.tray.fails(Outcome { begun: false, kicked: true, done: Err(PrintTrouble::NoPaper) });
    assert_eq!(story.print(What::AfterSale { sale: sale.id }).await, failed(PrintTrouble::NoPaper));
    let again = story.print(What::AfterSale { sale: sale.id }).await.unwrap();
    assert!(!again.drawer, "it opens once");
}

#[tokio::test]
async fn a_drawer_without_a_sale_and_reports_are_in_the_journal() {
    let story = Story::with(printer()).await;
    let shift = story.shop.call(story.cashier, OpenShift { shift: id(), float: yuan(5_000) }).await.unwrap();
    let sale = story.sell(false).await;
    let opened = story.print(What::Drawer { reason: "Change for the bakery".into() }).await.unwrap();
    assert!(opened.drawer);
    assert_eq!(story.tray.taken()[0].1, Job { page: None, pulse: true });
    let noted = ("drawer_opened".to_owned(), "Change for the bakery".to_owned());
    assert_eq!(story.noted().await, [noted]);

    let x = What::Report { closing: None };
    assert_eq!(story.print(x.clone()).await, Err(Refusal::NotAllowed), "who counts knows no sums");
    assert_eq!(story.print(What::Test).await, Err(Refusal::NotAllowed));
    story.shop.call(story.boss, Print { note: id(), what: x, printer: None }).await.unwrap();
    let taken = story.tray.taken();
    let Some(Page::Report(report)) = &taken[0].1.page else { panic!("{taken:?}") };
    assert_eq!((report.report.sold, report.counted), (sale.totals.total, None));
    story.shop.call(story.boss, Print { note: id(), what: What::Test, printer: None }).await.unwrap();
    assert_eq!(story.tray.taken()[0].1.page, Some(Page::Test));

    let close = CloseShift { closing: id(), shift: shift.id, counted: Vec::new(), foreign: Vec::new() };
    let closed = story.shop.call(story.cashier, close).await.unwrap();
    story.print(What::Report { closing: Some(closed.id) }).await.unwrap();
    let taken = story.tray.taken();
    let Some(Page::Report(report)) = &taken[0].1.page else { panic!("{taken:?}") };
    assert_eq!(report.counted, Some(yuan(0)));
    let unknown = story.print(What::Report { closing: Some(id()) }).await;
    assert_eq!(unknown, Err(Refusal::NotFound { what: Thing::Closing }));
    let elsewhere = story.shop.cashier().await;
    let call = Print { note: id(), what: What::Report { closing: Some(closed.id) }, printer: None };
    let refusal = story.shop.call(elsewhere, call).await.unwrap_err();
    assert_eq!(refusal, Refusal::NotFound { what: Thing::Closing }, "another till's is not a cashier's");
    story.shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn what_receipts_say_of_the_shop_is_its_managers_to_set() {
    let story = Story::with(Printer { language: Language::Zh, ..printer() }).await;
    let words = SetWords { tax_number: " 91310000 ".into(), footer: LocalText::new("Bye", "再见") };
    assert_eq!(story.shop.call(story.cashier, words.clone()).await, Err(Refusal::NotAllowed));
    story.shop.call(story.boss, words).await.unwrap();
    let sale = story.sell(false).await;
    story.print(receipt_of(&sale)).await.unwrap();
    let heading = story.tray.receipt().heading;
    assert_eq!((heading.tax_number.as_str(), heading.footer.as_str()), ("91310000", "再见"));
    assert_eq!(heading.shop, "街角");
    let long = SetWords { tax_number: "9".repeat(41), footer: LocalText::default() };
    assert!(matches!(story.shop.call(story.boss, long).await, Err(Refusal::Invalid { .. })));

    let back = RecordRefund::in_cash(id(), sale.id, vec![sale.lines[0].id]);
    let back = story.shop.call(story.cashier, back).await.unwrap();
    for copy in [false, true] {
        let printed = story.print(What::Refund { refund: back.id }).await.unwrap();
        assert_eq!((printed.copy, printed.drawer), (copy, !copy), "cash is given back once");
        let receipt = story.tray.receipt();
        assert_eq!((receipt.kind, receipt.total), (Kind::Return { sale: Some(sale.number) }, back.amount));
    }
    let pdf = GetPdf { sale: sale.id, form: Form::Receipt, language: Language::En };
    let pdf = story.shop.call(story.cashier, pdf).await.unwrap();
    assert!(pdf.name.starts_with('R') && pdf.name.ends_with(&format!("-{}.pdf", sale.number)));
}

#[tokio::test]
async fn a_gift_cards_slip_says_what_the_books_have_and_is_noted_without_its_number() {
    let story = Story::with(printer()).await;
    let number = GiftCardNumber::from_bits(0x123_4567_89ab_cdef);
    let sell = SellGiftCard { card: id(), number, amount: yuan(10_000), terminal: None };
    story.shop.call(story.cashier, sell).await.unwrap();
    let slip = |number, message: &str| What::GiftCard { number, message: message.to_owned() };
    let printed = story.print(slip(number, " For you ")).await.unwrap();
    assert!(printed.page && printed.sure && !printed.drawer);
    let taken = story.tray.taken();
    let [(_, Job { page: Some(Page::GiftCard(on_paper)), pulse: false })] = taken.as_slice() else {
        panic!("not one slip: {taken:?}")
    };
    assert_eq!((on_paper.balance, on_paper.number), (yuan(10_000), number));
    assert_eq!((on_paper.message.as_str(), on_paper.heading.shop.as_str()), ("For you", "Corner"));
    let ending = ["…", &number.ending()].concat();
    assert_eq!(story.noted().await, [("gift_card_printed".to_owned(), ending)]);

    let unknown = story.print(slip(GiftCardNumber::from_bits(1), "")).await.unwrap_err();
    assert_eq!(unknown, Refusal::NotFound { what: Thing::GiftCard });
    let long = story.print(slip(number, &"x".repeat(201))).await.unwrap_err();
    assert!(matches!(long, Refusal::Invalid { field, .. } if field == "message"));
    assert!(story.tray.taken().is_empty());
}
