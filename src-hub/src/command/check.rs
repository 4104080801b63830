//! `ministore-hub check`: every balance against its ledger.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use ministore_store::check::{Balance, Difference};

use super::DataFolder;
use crate::SOME_REFUSED;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let engine = options.folder.open().await?;
    let found = engine.check().await;
    engine.close().await;
    let differences = found.context("the balances were not checked")?;
    Ok(tell(&differences))
}

/// Says what was found, and what the command ends with.
pub(crate) fn tell(differences: &[Difference]) -> ExitCode {
    if differences.is_empty() {
        println!(
            "Stock, payments, points, money on cards, promotions and receipt numbers all are what their ledgers say."
        );
        return ExitCode::SUCCESS;
    }
    for Difference { of, key, kept, ledger } in differences {
        let balance = match of {
            Balance::Stock => "the stock of product",
            Balance::Payment => "the payment of order",
            Balance::PaymentAmount => "the amount paid for order",
            Balance::TabPayment => "the table's payment",
            Balance::TabPaymentAmount => "the amount of the table's payment",
            Balance::Points => "the points of member",
            Balance::Journal => "the journal, at fact",
            Balance::StoredBalance => "the balance on the card of member, or on gift card,",
            Balance::StoredHeld => "what is set aside on the card of member, or on gift card,",
            Balance::StoredPayment => "what a card paid for order",
            Balance::Promotion => "what came of promotion",
            Balance::Coupon => "where coupon",
            Balance::Coupons => "how many coupons are out and used of promotion",
            Balance::Deposit => "the deposits of product, sale or order",
            Balance::Receipts => "the last receipt number of till",
        };
        eprintln!("{balance} {key} is kept as {kept}; its ledger says {ledger}");
    }
    eprintln!("{} balances differ. The ledgers are right; nothing was changed.", differences.len());
    ExitCode::from(SOME_REFUSED)
}
