use std::time::{Duration, Instant};

use ministore_core::printer::{Connection, Job, Outcome, Paper as Wide, PrintTrouble, Printer};
use ministore_print::Desk;
use ministore_print::delivery::Patience;
use ministore_test_printer::{Fault, TestPrinter};

use super::sample::{chinese, english, job, printer};

fn desk() -> Desk {
    Desk::with(Patience {
        answer: Duration::from_millis(300),
        chunk: Duration::from_millis(500),
        print: Duration::from_secs(4),
    })
}

fn at(there: &TestPrinter) -> Printer {
    let address = there.address();
    let connection = Connection::Network { address: address.ip(), port: address.port() };
    Printer { connection, ..printer(Wide::Mm80) }
}

#[tokio::test]
async fn a_receipt_comes_out_and_the_drawer_opens_once() {
    let there = TestPrinter::start().await;
    let outcome = desk().print(at(&there), job(english(), true)).await;
    assert_eq!(outcome, Outcome { begun: true, kicked: true, done: Ok(true) });
    let prints = there.prints();
    assert_eq!(prints.len(), 1);
    assert!(prints[0].says("Fresh whole milk"));
    assert_eq!((prints[0].pulses, prints[0].cuts()), (1, 1));
    let outcome = desk().print(at(&there), Job { page: None, pulse: true }).await;
    assert_eq!(outcome, Outcome { begun: false, kicked: true, done: Ok(true) });
    assert_eq!(there.pulses(), 2);
}

#[tokio::test]
async fn one_that_says_nothing_is_believed_and_that_is_said() {
    let there = TestPrinter::start().await;
    there.set(Fault::Silent);
    let outcome = desk().print(at(&there), job(english(), false)).await;
    assert_eq!(outcome, Outcome { begun: true, kicked: false, done: Ok(false) });
    // It may still be printing.
    let mut prints = there.printed(1).await;
    for _ in 0..100 {
        if prints[0].cuts() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        prints = there.prints();
    }
    assert!(prints[0].says("Total CNY"));
}

#[tokio::test]
async fn without_paper_nothing_is_sent_but_the_drawer_opens() {
    for (fault, why) in [(Fault::NoPaper, PrintTrouble::NoPaper), (Fault::CoverOpen, PrintTrouble::CoverOpen)]
    {
        let there = TestPrinter::start().await;
        there.set(fault);
        let outcome = desk().print(at(&there), job(english(), false)).await;
        assert_eq!(outcome, Outcome::nothing(why.clone()));
        assert!(there.prints().is_empty());
        let outcome = desk().print(at(&there), job(english(), true)).await;
        assert_eq!(outcome, Outcome { begun: false, kicked: true, done: Err(why) });
        there.printed(1).await;
        assert_eq!(there.pulses(), 1);
        there.set(Fault::None);
        assert_eq!(desk().print(at(&there), job(english(), false)).await.done, Ok(true));
    }
}

#[tokio::test]
async fn paper_that_runs_out_in_the_middle_is_noticed() {
    let there = TestPrinter::start().await;
    there.set(Fault::RunsOutAfter(2_000));
    let outcome = desk().print(at(&there), job(chinese(), false)).await;
    assert_eq!(outcome, Outcome { begun: true, kicked: false, done: Err(PrintTrouble::NoPaper) });
}

#[tokio::test]
async fn one_that_vanishes_in_the_middle_is_no_success_and_nothing_hangs() {
    for (fault, why) in
        [(Fault::VanishesAfter(200), PrintTrouble::Vanished), (Fault::StuckAfter(400), PrintTrouble::Stuck)]
    {
        let there = TestPrinter::start().await;
        there.set(fault);
        let begun = Instant::now();
        // Larger than what the network holds back for a printer that does not read.
        let mut long = chinese();
        long.lines = std::iter::repeat_n(long.lines.clone(), 400).flatten().collect();
        let outcome = desk().print(at(&there), job(long, false)).await;
        assert_eq!(outcome, Outcome { begun: true, kicked: false, done: Err(why) });
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn one_that_is_not_there_is_said_so() {
    let there = TestPrinter::start().await;
    let gone = at(&there);
    drop(there);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let outcome = desk().print(gone, job(english(), true)).await;
    assert_eq!(outcome, Outcome::nothing(PrintTrouble::Unreachable));
    let unplugged = [
        Connection::Serial { path: "/dev/ttyNONE7".into(), baud: 9_600 },
        Connection::Usb { vendor: 0xffff, product: 0xffff },
    ];
    for connection in unplugged {
        let printer = Printer { connection, ..printer(Wide::Mm58) };
        assert_eq!(
            desk().print(printer, job(english(), false)).await,
            Outcome::nothing(PrintTrouble::Unreachable)
        );
    }
}

#[tokio::test]
async fn two_tills_at_one_printer_take_turns() {
    let there = TestPrinter::start().await;
    let (desk, printer) = (desk(), at(&there));
    let (one, two) = tokio::join!(
        desk.print(printer.clone(), job(english(), false)),
        desk.print(printer.clone(), job(chinese(), false))
    );
    assert_eq!((one.done, two.done), (Ok(true), Ok(true)));
    let prints = there.prints();
    assert_eq!(prints.len(), 2);
    assert!(prints.iter().all(|paper| paper.cuts() == 1));
}
