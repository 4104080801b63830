//! `ministore-hub device`: which devices are counters. For whoever sits at the hub itself, as when no manager can sign in
//! anywhere.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp as Time;
use ministore_core::device::{Approval, DeviceName, KnownDevice, Standing, sign_of};
use ministore_core::role::StaffRole;
use ministore_store::Engine;

use super::DataFolder;
use super::staff::Role;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// The devices that are counters, ask to be one, or were shut out.
    List,
    /// Let a device be a counter, call it something else, or let it in again.
    Approve {
        /// Its sign, such as 4F2-9C1, which its own screen shows, or its id.
        device: String,
        /// What staff will call it, such as "Till 2".
        #[arg(long)]
        name: DeviceName,
        /// The most that anybody may be there.
        #[arg(long, value_enum, default_value = "cashier")]
        role: Role,
    },
    /// Shut a device out: lost, stolen, or not wanted any more.
    ShutOut {
        /// Its sign, its name, or its id.
        device: String,
    },
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let engine = options.folder.open().await?;
    let done = act(&engine, options.action).await;
    engine.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn act(engine: &Engine, action: Action) -> Result<()> {
    let devices = engine.devices().await?;
    match action {
        Action::List if devices.is_empty() => {
            println!("No device is a counter yet, and none asks to be: sign in at one.");
        }
        Action::List => {
            for device in devices {
                let name = device.name.as_ref().map(ToString::to_string).unwrap_or_default();
                let seen = device.last_sign_in.and_then(|at| Time::from_millisecond(at.0).ok());
                let seen = seen.map(|at| at.strftime("%F %R UTC").to_string());
                println!(
                    "{}  {:<9} {name:<20} last sign-in: {} {}  {}",
                    sign_of(device.device),
                    word(device.standing),
                    seen.as_deref().unwrap_or("never"),
                    device.last_staff.as_deref().unwrap_or_default(),
                    device.device,
                );
            }
        }
        Action::Approve { device, name, role } => {
            let device = find(devices, &device)?;
            let role = StaffRole::from(role);
            let approval = Approval { name: name.clone(), role };
            engine.approve_device(device.device, &approval).await.context("nothing was changed")?;
            println!("{name} ({}) is a counter for a {}.", sign_of(device.device), role.word());
        }
        Action::ShutOut { device } => {
            let device = find(devices, &device)?;
            engine.shut_device_out(device.device).await.context("nothing was changed")?;
            println!("{} is shut out; whoever was signed in there is signed out.", sign_of(device.device));
        }
    }
    Ok(())
}

const fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Shopper => "shopper",
        Standing::Asked => "asks",
        Standing::Cashier => "cashier",
        Standing::Manager => "manager",
        Standing::ShutOut => "shut out",
    }
}

fn find(devices: Vec<KnownDevice>, which: &str) -> Result<KnownDevice> {
    let mut found: Vec<KnownDevice> = devices
        .into_iter()
        .filter(|one| {
            sign_of(one.device).eq_ignore_ascii_case(which)
                || one.device.to_string() == which
                || one.name.as_ref().is_some_and(|name| name.as_str() == which)
        })
        .collect();
    match (found.pop(), found.is_empty()) {
        (Some(device), true) => Ok(device),
        (Some(_), false) => {
            bail!("several devices are {which:?}: name one by its id, which `device list` shows last")
        }
        (None, _) => {
            bail!("no device is {which:?}: `device list` shows which there are; sign in at it first")
        }
    }
}
