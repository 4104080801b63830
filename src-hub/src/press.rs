//! The shop's receipt printers, as the hub reaches them.

use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::paper::Receipt;
use ministore_core::printer::{Job, Outcome, PrintTrouble, Printer};
use ministore_print::{Desk, desk};
use ministore_store::printer::Press;

/// Prints what the engine puts together.
#[derive(Debug, Default)]
pub struct HubPress(Desk);

impl Press for HubPress {
    fn print(&self, printer: Printer, job: Job) -> BoxFuture<'_, Outcome> {
        self.0.print(printer, job).boxed()
    }

    fn pdf(&self, receipt: Receipt) -> BoxFuture<'_, Result<Vec<u8>, PrintTrouble>> {
        desk::pdf(receipt).boxed()
    }
}
