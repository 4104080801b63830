//! The shop's receipt printers, as the hub reaches them.

use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::id::SaleId;
use ministore_core::paper::Receipt;
use ministore_core::printer::{Job, Outcome, PrintTrouble, Printer};
use ministore_core::receipt::ReceiptCode;
use ministore_print::{Desk, desk};
use ministore_store::printer::Press;

/// Prints what the engine puts together.
#[derive(Debug, Default)]
pub struct HubPress {
    desk: Desk,
    /// Under which origin phones reach this hub; None where they do not.
    phones: Option<String>,
}

impl HubPress {
    /// For a hub that phones reach under this origin.
    pub fn new(phones: Option<String>) -> Self {
        Self { desk: Desk::default(), phones }
    }
}

impl Press for HubPress {
    fn print(&self, printer: Printer, job: Job) -> BoxFuture<'_, Outcome> {
        self.desk.print(printer, job).boxed()
    }

    fn pdf(&self, receipt: Receipt) -> BoxFuture<'_, Result<Vec<u8>, PrintTrouble>> {
        desk::pdf(receipt).boxed()
    }

    fn link(&self, sale: SaleId) -> Option<String> {
        self.phones.as_ref().map(|origin| ReceiptCode::of(sale).address(origin))
    }
}
