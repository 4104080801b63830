//! `ministore-hub staff`: who works here. A PIN is never an argument: arguments show in the list of processes.

use std::io::{IsTerminal, stdin};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use ministore_core::id::StaffId;
use ministore_core::role::StaffRole;
use ministore_core::staff::Pin;
use ministore_store::Engine;
use ministore_store::staff::StaffMember;
use uuid::Uuid;

use super::DataFolder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Take somebody on. The PIN is asked for, or read from standard input.
    Add {
        /// As colleagues call them.
        #[arg(long)]
        name: String,
        /// What they may do.
        #[arg(long, value_enum)]
        role: Role,
    },
    /// Who works here.
    List,
    /// Give somebody a new PIN, which ends their sessions. It is asked for, or read from standard input.
    SetPin {
        /// Their name, or their id.
        who: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Role {
    Cashier,
    Manager,
}

impl From<Role> for StaffRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Cashier => Self::Cashier,
            Role::Manager => Self::Manager,
        }
    }
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let engine = options.folder.open().await?;
    let done = act(&engine, options.action).await;
    engine.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn act(engine: &Engine, action: Action) -> Result<()> {
    match action {
        Action::Add { name, role } => {
            let role = StaffRole::from(role);
            let member = StaffMember { id: StaffId(Uuid::now_v7()), name, role };
            let pin = ask_pin(&member.name)?;
            engine.add_staff(&member, &pin).await.context("nobody was added")?;
            println!("{} can sign in as {}.", member.name, role.word());
        }
        Action::List => {
            for member in engine.staff().await? {
                println!("{}  {:<8} {}", member.id, member.role.word(), member.name);
            }
        }
        Action::SetPin { who } => {
            let member = find(engine.staff().await?, &who)?;
            let pin = ask_pin(&member.name)?;
            engine.set_pin(member.id, &pin).await.context("the PIN stays as it was")?;
            println!("{} has a new PIN and signs in anew.", member.name);
        }
    }
    Ok(())
}

fn find(staff: Vec<StaffMember>, who: &str) -> Result<StaffMember> {
    let mut found: Vec<StaffMember> =
        staff.into_iter().filter(|member| member.name == who || member.id.to_string() == who).collect();
    match (found.pop(), found.is_empty()) {
        (Some(member), true) => Ok(member),
        (Some(_), false) => bail!("several are called {who:?}: name one by the id that `staff list` shows"),
        (None, _) => bail!("nobody is called {who:?}: `staff list` shows who works here"),
    }
}

/// Asks twice on a terminal; takes one line from anything else.
fn ask_pin(name: &str) -> Result<Pin> {
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().read_line(&mut line).context("the PIN cannot be read")?;
        return Ok(line.trim_end_matches(['\r', '\n']).parse()?);
    }
    let first = rpassword::prompt_password(format!("PIN for {name} (4 to 8 digits): "))?;
    let pin = first.parse()?;
    if rpassword::prompt_password("Once more: ")? != first {
        bail!("these were two different PINs; nothing was changed");
    }
    Ok(pin)
}
