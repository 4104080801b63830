//! A receipt printer is set up by a manager, prints what a cashier sells, runs out of paper, and is taken away again.

use std::time::Duration;

use anyhow::{Result, ensure};
use ministore_test_printer::{Fault, Paper, TestPrinter};
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::journey::{ENTER, sign_in, wedge};
use ministore_tests::{Browser, Gallery, Screen, story};

const SMALL_MILK: &str = "9520130000431";

/// The newest print, once there are so many.
async fn print(printer: &TestPrinter, count: usize) -> Result<Paper> {
    for _ in 0..100 {
        let mut prints = printer.prints();
        if prints.len() >= count {
            ensure!(prints.len() == count, "{} prints came out, not {count}", prints.len());
            return Ok(prints.remove(count - 1));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("{} prints came out, not {count}", printer.prints().len())
}

#[test]
fn a_printer_prints_what_is_sold_and_its_troubles_are_told() -> Result<()> {
    story("printing", async |story| {
        let printer = TestPrinter::start().await;
        let hub = story.hub().await?;
        let desk = story.browser("desk", Browser::new(Screen::TABLET)).await?;
        let till = story.browser("till", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;

        // A manager adds it.
        desk.open(&hub.url("/counter")).await?;
        desk.sees("@counter-sign-in").await?;
        desk.presses("9753").await?;
        desk.presses(ENTER).await?;
        desk.reads("@signed-in", "Lin Mei").await?;
        desk.taps("@to-manage").await?;
        desk.taps("@manage-printers").await?;
        desk.arrives_at("/counter/printers").await?;
        desk.sees("@no-printers").await?;
        gallery.look(&desk, "printers-none.en", Screen::TABLET).await?;
        desk.taps("@add-printer").await?;
        desk.types("@field-printer-address", "8.8.8.8").await?;
        desk.types("@field-printer-name", "Front till").await?;
        desk.taps("@save-printer").await?;
        desk.reads("@printer-form", "shop’s own network").await?;
        desk.types("@field-printer-address", &printer.address().ip().to_string()).await?;
        desk.types("@field-printer-port", &printer.address().port().to_string()).await?;
        desk.taps("@check-drawer").await?;
        desk.taps("@check-by-itself").await?;
        for (language, tag) in LANGUAGES.into_iter().take(1) {
            choose_language(&desk, tag).await?;
            gallery.look(&desk, &format!("printer-form.{language}"), Screen::TABLET).await?;
        }
        desk.taps("@save-printer").await?;
        desk.reads("@printer", "Front till").await?;
        desk.taps("@test-printer").await?;
        desk.reads("@printers-said", "Printed at Front till").await?;
        ensure!(print(&printer, 1).await?.says("Test page"), "no test page came out");
        for (language, tag) in LANGUAGES {
            choose_language(&desk, tag).await?;
            desk.reload().await?;
            desk.sees("@printer").await?;
            gallery.look(&desk, &format!("printers.{language}"), Screen::TABLET).await?;
        }

        // A cash sale prints by itself, and opens the drawer.
        sign_in(&till, &hub).await?;
        till.open(&hub.url("/counter/printers")).await?;
        till.sees("@nowhere").await?;
        till.open(&hub.url("/counter/drawer")).await?;
        till.types("@field-float", "200").await?;
        till.taps("@open-till").await?;
        till.arrives_at("/counter/till").await?;
        wedge(&till, SMALL_MILK).await?;
        till.counts("@ticket-line", 1).await?;
        till.presses(ENTER).await?;
        till.sees("@due").await?;
        till.presses(ENTER).await?;
        till.sees("@sold").await?;
        till.reads("@print-said", "Printed at Front till").await?;
        let receipt = print(&printer, 2).await?;
        ensure!(receipt.says("Receipt 1") && !receipt.says("COPY"), "{:?}", receipt.lines());
        ensure!(printer.pulses() == 1, "the drawer opened {} times", printer.pulses());
        for (language, tag) in LANGUAGES {
            choose_language(&till, tag).await?;
            gallery.look(&till, &format!("till-printed.{language}"), Screen::TABLET).await?;
        }
        choose_language(&till, "en").await?;

        // Once more is a copy; without paper nothing comes, until there is some.
        till.taps("@print").await?;
        till.reads("@print-said", "copy").await?;
        ensure!(print(&printer, 3).await?.says("*** COPY ***"), "a copy does not say so");
        printer.set(Fault::NoPaper);
        till.taps("@print-gift").await?;
        till.reads("@error", "out of paper").await?;
        till.reads("@error", "What was sold is kept").await?;
        gallery.look(&till, "till-no-paper.en", Screen::TABLET).await?;
        printer.set(Fault::None);
        till.taps("@error @retry").await?;
        till.reads("@print-said", "Printed at Front till").await?;
        let gift = print(&printer, 4).await?;
        ensure!(gift.says("Gift receipt 1") && !gift.says("Total"), "{:?}", gift.lines());

        till.taps("@print-invoice").await?;
        till.taps("@invoice-print").await?;
        till.reads("@invoice-form", "1 to 120").await?;
        till.types("@field-buyer", "Harbour Trading Ltd").await?;
        gallery.look(&till, "till-invoice.en", Screen::TABLET).await?;
        till.taps("@invoice-print").await?;
        let invoice = print(&printer, 5).await?;
        ensure!(invoice.says("Buyer: Harbour Trading Ltd"), "{:?}", invoice.lines());
        till.taps("@print-pdf").await?;
        till.reads("@print-said", ".pdf is saved").await?;
        ensure!(printer.pulses() == 1, "the drawer opened {} times", printer.pulses());

        // The drawer without a sale.
        till.open(&hub.url("/counter/drawer")).await?;
        till.taps("@open-drawer").await?;
        till.reads("@print-said", "The drawer is open").await?;
        ensure!(printer.pulses() == 2, "the drawer opened {} times", printer.pulses());

        choose_language(&desk, "en").await?;
        desk.reload().await?;
        desk.taps("@change-printer").await?;
        desk.taps("@remove-printer").await?;
        desk.sees("@no-printers").await?;
        gallery.close()
    })
}
