//! All printers of a hub or an app: one print at a time for each.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use ministore_core::id::PrinterId;
use ministore_core::paper::Receipt;
use ministore_core::printer::{Job, Outcome, Page, PrintTrouble, Printer};
use tokio::sync::Mutex as Turn;
use tokio::time::timeout;

use crate::commands::commands;
use crate::connection::open;
use crate::delivery::{Patience, deliver};
use crate::layout::{self, Part};
use crate::letters::Letters;
use crate::pdf;

/// How long a print waits for another at the same printer.
const TURN: Duration = Duration::from_secs(15);

/// The fonts of this machine, looked for when the first is needed.
static LETTERS: LazyLock<Letters> = LazyLock::new(Letters::of_system);

/// Where prints go through.
#[derive(Debug, Default)]
pub struct Desk {
    turns: Mutex<HashMap<PrinterId, Arc<Turn<()>>>>,
    patience: Patience,
}

fn parts(page: &Page, printer: &Printer) -> Vec<Part> {
    match page {
        Page::Receipt(receipt) => layout::receipt(receipt),
        Page::Report(report) => layout::report(report),
        Page::GiftCard(slip) => layout::gift_card(slip),
        Page::Test => layout::test(printer),
    }
}

impl Desk {
    /// With another patience than usual.
    pub fn with(patience: Patience) -> Self {
        Self { patience, ..Self::default() }
    }

    /// Prints a job, and says what came of it. Ends in bounded time whatever the printer does.
    pub async fn print(&self, printer: Printer, job: Job) -> Outcome {
        let turn = self.turn(printer.id);
        let Ok(_mine) = timeout(TURN, turn.lock()).await else { return Outcome::nothing(PrintTrouble::Busy) };
        let connection = printer.connection.clone();
        let pulse = job.pulse;
        let drawn = tokio::task::spawn_blocking(move || match &job.page {
            Some(page) => commands(&parts(page, &printer), &printer, &LETTERS),
            None => Ok(Vec::new()),
        });
        // Letters that cannot be printed keep no drawer shut.
        let (page, unprintable) = match drawn.await {
            Ok(Ok(page)) => (page, None),
            Ok(Err(why)) => (Vec::new(), Some(why)),
            Err(error) => {
                tracing::error!(%error, "a page was not drawn");
                (Vec::new(), Some(PrintTrouble::Faulty))
            }
        };
        if let (Some(why), false) = (&unprintable, pulse) {
            return Outcome::nothing(why.clone());
        }
        let mut way = match open(&connection).await {
            Ok(way) => way,
            Err(error) => {
                tracing::warn!(%error, ?connection, "a printer cannot be reached");
                return Outcome::nothing(PrintTrouble::Unreachable);
            }
        };
        let outcome = deliver(&mut *way, &page, pulse, self.patience).await;
        match unprintable {
            Some(why) => Outcome { done: Err(why), ..outcome },
            None => outcome,
        }
    }

    fn turn(&self, printer: PrinterId) -> Arc<Turn<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.entry(printer).or_default().clone()
    }
}

/// A receipt as a PDF of one page, as wide as the wider paper.
///
/// # Errors
/// [`PrintTrouble::NoFont`].
pub async fn pdf(receipt: Receipt) -> Result<Vec<u8>, PrintTrouble> {
    let title = format!("{} {}", receipt.heading.shop, receipt.code);
    let drawn =
        tokio::task::spawn_blocking(move || pdf::pdf(&layout::receipt(&receipt), &title, &LETTERS)).await;
    drawn.unwrap_or_else(|error| {
        tracing::error!(%error, "a file was not drawn");
        Err(PrintTrouble::Faulty)
    })
}
