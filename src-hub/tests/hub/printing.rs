//! Receipts at a printer on the network, from a hub that serves.

use ministore_core::catalogue::Lookup;
use ministore_core::code::ProductCode;
use ministore_core::fact::{RecordSale, Sale};
use ministore_core::id::{LineId, NoteId, PrinterId, SaleId};
use ministore_core::order::PlaceLine;
use ministore_core::printer::{
    CodePage, Connection, Form, GetPdf, GetPrinters, Paper, Print, PrintTrouble, Printer, SavePrinter, What,
};
use ministore_core::quantity::Measure;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Role;
use ministore_core::text::Language;
use ministore_test_printer::{Fault, TestPrinter};
use reqwest::StatusCode;
use uuid::Uuid;

use crate::support::{Caller, TestHub};

const MILK: &str = "9520130000431";

async fn set_up(hub: &TestHub, at: &TestPrinter, by_itself: bool, language: Language) -> PrinterId {
    let address = at.address();
    let printer = Printer {
        id: PrinterId(Uuid::now_v7()),
        name: "Till 1".into(),
        connection: Connection::Network { address: address.ip(), port: address.port() },
        paper: Paper::Mm80,
        page: CodePage::Pc437,
        language,
        drawer: true,
        cuts: true,
        by_itself,
        tills: Vec::new(),
        logo: None,
    };
    let manager = hub.caller(Role::Manager).await;
    manager.call(&SavePrinter { printer: printer.clone() }).await.unwrap();
    printer.id
}

async fn sell(till: &Caller) -> Sale {
    let code: ProductCode = MILK.parse().unwrap();
    let product = till.call(&Lookup { code }).await.unwrap();
    let price = product.price.money();
    let line = PlaceLine { id: LineId(Uuid::now_v7()), product: product.id, measure: Measure::Pieces(1) };
    till.call(&RecordSale::in_cash(SaleId(Uuid::now_v7()), vec![line], price, price)).await.unwrap()
}

fn print(what: What) -> Print {
    Print { note: NoteId(Uuid::now_v7()), what, printer: None }
}

fn receipt(sale: &Sale) -> What {
    What::Sale { sale: sale.id, form: Form::Receipt }
}

#[tokio::test]
async fn a_cash_sale_is_printed_and_its_drawer_opens_exactly_once() {
    let (hub, paper) = (TestHub::start().await, TestPrinter::start().await);
    set_up(&hub, &paper, true, Language::En).await;
    let till = hub.caller(Role::Cashier).await;
    let sale = sell(&till).await;
    // The answer may be lost, the button may be tapped twice: all at once, and again.
    let once = print(What::AfterSale { sale: sale.id });
    let calls: Vec<_> = (0..4).map(|_| till.call(&once)).collect();
    for answer in futures::future::join_all(calls).await {
        assert!(matches!(answer, Ok(_) | Err(Refusal::Busy)), "{answer:?}");
    }
    let twice: Vec<_> = (0..4).map(|_| print(What::AfterSale { sale: sale.id })).collect();
    for answer in futures::future::join_all(twice.iter().map(|call| till.call(call))).await {
        assert!(matches!(answer, Ok(_) | Err(Refusal::Busy)), "{answer:?}");
    }
    till.call(&once).await.unwrap();
    till.call(&print(What::AfterSale { sale: sale.id })).await.unwrap();
    let prints = paper.prints();
    assert_eq!((prints.len(), paper.pulses()), (1, 1));
    assert!(prints[0].says(&format!("Receipt {}", sale.number)), "{:?}", prints[0].lines());
    assert!(prints[0].says("Served by Chen Yu") && prints[0].says("For show: nothing was sold"));
    assert!(!prints[0].says("COPY"));

    let copy = till.call(&print(receipt(&sale))).await.unwrap();
    assert!(copy.copy && copy.sure && !copy.drawer);
    assert!(paper.prints()[1].says("*** COPY ***"));
    assert_eq!(paper.pulses(), 1);

    // Nobody else prints, and what is sent along is not what is printed.
    let shopper = hub.shopper().await;
    assert_eq!(shopper.call(&print(receipt(&sale))).await, Err(Refusal::NotAllowed));
    assert_eq!(shopper.call(&GetPrinters {}).await, Err(Refusal::NotAllowed));
    let unknown = till.call(&print(What::Sale { sale: SaleId(Uuid::now_v7()), form: Form::Receipt })).await;
    assert_eq!(unknown, Err(Refusal::NotFound { what: Thing::Sale }));
    assert_eq!(paper.prints().len(), 2);
    hub.stop().await;
}

#[tokio::test]
async fn what_is_wrong_with_the_printer_is_said_and_the_sale_is_kept() {
    let (hub, paper) = (TestHub::start().await, TestPrinter::start().await);
    set_up(&hub, &paper, false, Language::Zh).await;
    let till = hub.caller(Role::Cashier).await;
    let sale = sell(&till).await;
    paper.set(Fault::NoPaper);
    let body = serde_json::to_vec(&print(receipt(&sale))).unwrap();
    let response = till.post("printer.print", body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let refusal: Refusal = response.json().await.unwrap();
    let failed = |trouble| Refusal::PrintFailed { printer: "Till 1".into(), trouble };
    assert_eq!(refusal, failed(PrintTrouble::NoPaper));
    paper.set(Fault::VanishesAfter(100));
    assert_eq!(till.call(&print(receipt(&sale))).await, Err(failed(PrintTrouble::Vanished)));
    paper.set(Fault::None);
    assert!(till.call(&print(receipt(&sale))).await.unwrap().copy, "a part of it may be on paper");
    let last = paper.prints().pop().unwrap();
    assert!(last.pictures().len() > 3, "Chinese comes as dots");
    drop(paper);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(till.call(&print(receipt(&sale))).await, Err(failed(PrintTrouble::Unreachable)));
    let pdf = GetPdf { sale: sale.id, form: Form::Receipt, language: Language::En };
    let pdf = till.call(&pdf).await.unwrap();
    assert!(pdf.name.ends_with(".pdf") && pdf.data.starts_with("JVBERi0"), "a PDF begins with %PDF-");
    hub.stop().await;
}
