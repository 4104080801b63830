//! A shop on this machine: the hub, the page, and the window where there is a display.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::{Running, check_interrupted, run as run_child};
use crate::setup::{self, Consent, Purpose, has_display};
use crate::web;
use crate::workspace::Workspace;

#[derive(Args)]
pub(crate) struct Options {
    /// The port to serve on.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Build for speed: slower to build, as fast as the real thing.
    #[arg(long)]
    release: bool,
    /// Open no window, also where there is a display.
    #[arg(long)]
    no_window: bool,
}

/// How long the first start may take: it seeds the shop.
const START: Duration = Duration::from_secs(120);

pub(crate) fn run(workspace: &Workspace, consent: Consent, options: &Options) -> Result<()> {
    // Told now rather than after minutes of building.
    if TcpListener::bind((Ipv4Addr::UNSPECIFIED, options.port)).is_err() {
        bail!("port {} is taken: choose another with --port", options.port);
    }
    let window = has_display() && !options.no_window;
    setup::set_up(workspace, consent, if window { Purpose::Window } else { Purpose::Hub })?;
    web::run(workspace, consent, &web::Options::default())?;

    let profile_folder = if options.release { "release" } else { "debug" };
    build(workspace, options.release, "ministore-hub")?;
    if window {
        build(workspace, options.release, "ministore")?;
    }

    let data = workspace.target.join("demo");
    let mut serve = std::process::Command::new(workspace.binary(profile_folder, "ministore-hub"));
    serve.arg("serve").arg("--data").arg(&data);
    serve.args(["--listen", &format!("0.0.0.0:{}", options.port), "--demo"]);
    serve.env("MINISTORE_DIST", workspace.dist()).current_dir(&workspace.root);
    if std::env::var_os("RUST_LOG").is_none() {
        // A line a request would push the addresses and the codes for phones off the screen.
        serve.env("RUST_LOG", "warn");
    }
    let mut hub = Running::start(&mut serve)?;
    wait_for(&mut hub, options.port)?;

    let mut shell = None;
    if window {
        let mut open = std::process::Command::new(workspace.binary(profile_folder, "ministore"));
        open.args(["--hub", &format!("http://localhost:{}", options.port), "--no-keychain"]);
        open.arg("--device-dir").arg(workspace.target.join("demo-window")).current_dir(&workspace.root);
        shell = Some(Running::start(&mut open)?);
    }
    loop {
        if check_interrupted().is_err() {
            println!("\n   Stopping the shop …");
            if let Some(mut shell) = shell {
                shell.stop();
            }
            hub.stop();
            println!("   Stopped. Its data is kept in {}.", data.display());
            return Ok(());
        }
        if let Some(status) = hub.poll()? {
            bail!("the hub ended by itself ({status})");
        }
        if let Some(running) = &mut shell
            && running.poll()?.is_some()
        {
            println!("   The window is closed; the shop stays open until Ctrl-C.");
            shell = None;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn build(workspace: &Workspace, release: bool, package: &str) -> Result<()> {
    let mut command = workspace.cargo();
    command.args(["build", "--package", package, "--bin", package]);
    if release {
        command.arg("--release");
    }
    run_child(&mut command).with_context(|| format!("{package} does not build"))
}

fn wait_for(hub: &mut Running, port: u16) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let started = Instant::now();
    while TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_err() {
        check_interrupted()?;
        if let Some(status) = hub.poll()? {
            bail!("the hub did not start ({status}); its own words are above");
        }
        if started.elapsed() > START {
            bail!("the hub does not answer on port {port} after {} s", START.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
