//! `ministore-hub member`: what the shop holds about somebody who asks on paper, given out or erased.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use ministore_core::code::CardNumber;
use ministore_core::refusal::Refusal;
use ministore_store::{Engine, Person};

use super::DataFolder;
use crate::SOME_REFUSED;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Write all that the shop holds about them into a new file, as JSON.
    Export {
        #[command(flatten)]
        who: Who,
        /// The file, which must not exist yet. Only its owner may read it.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Forget them. What the books need stays, under no name. Refused while an order of theirs is open, and while
    /// there is money on their card.
    Erase {
        #[command(flatten)]
        who: Who,
        /// Really do it; without, it is only said what would be erased.
        #[arg(long)]
        yes: bool,
    },
}

/// Somebody, by their card, or by the phone number that they give with orders.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// The card's number: the card, and all orders of its device.
    #[arg(long, value_name = "NUMBER")]
    card: Option<CardNumber>,
    /// A phone number, of which digits alone count: the orders that name it, whoever placed them.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
}

impl Who {
    fn person(self) -> Result<Person> {
        match (self.card, self.phone) {
            (Some(number), _) => Ok(Person::Card(number)),
            (None, Some(number)) => Ok(Person::Phone(number)),
            // The argument parser asks for one of them.
            (None, None) => bail!("say whose, with --card or --phone"),
        }
    }
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let engine = options.folder.open().await?;
    let done = act(&engine, options.action).await;
    engine.close().await;
    done
}

async fn act(engine: &Engine, action: Action) -> Result<ExitCode> {
    match action {
        Action::Export { who, to } => {
            let data = engine.personal_data(&who.person()?).await?;
            if data.card.is_none() && data.orders.is_empty() {
                eprintln!("The shop holds nothing about them; no file was written.");
                return Ok(ExitCode::from(SOME_REFUSED));
            }
            write_new(&to, &serde_json::to_vec_pretty(&data)?).with_context(|| to.display().to_string())?;
            let card = if data.card.is_some() { "a card and " } else { "" };
            println!("{}: {card}{} orders", to.display(), data.orders.len());
        }
        Action::Erase { who, yes: false } => {
            let data = engine.personal_data(&who.person()?).await?;
            let card = if data.card.is_some() { "a card and " } else { "" };
            println!("{card}{} orders would be erased; nothing was. Say --yes to do it.", data.orders.len());
        }
        Action::Erase { who, yes: true } => match engine.erase_person(&who.person()?).await {
            Ok(erased) => {
                let card = if erased.card { "a card and " } else { "" };
                println!("Erased: {card}{} orders. Backups made before still hold them.", erased.orders);
            }
            Err(Refusal::OrderOpen { number }) => {
                eprintln!(
                    "Order {number} is still open, so nothing was erased. Hand it over or cancel it first."
                );
                return Ok(ExitCode::from(SOME_REFUSED));
            }
            Err(Refusal::BalanceLeft { balance }) => {
                eprintln!(
                    "There is {balance} on the card, so nothing was erased. Pay it out at the counter first."
                );
                return Ok(ExitCode::from(SOME_REFUSED));
            }
            Err(refusal) => return Err(refusal.into()),
        },
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that was not there, for its owner alone.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
