//! `wechat-pay-simulator`: a WeChat Pay on this machine, for trials.
#![allow(clippy::print_stdout, reason = "a command line tool talks on standard output")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use ministore_test_wechat_pay::{Options, Simulator};

/// A simulator of WeChat Pay. No money moves.
#[derive(Parser)]
struct Arguments {
    /// Where it listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8686")]
    listen: SocketAddr,
    /// Where it writes the merchant's keys and settings (`wechat-pay.json`).
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// Where it tells that something was paid.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8787/pay/wechat/notify")]
    notify_url: String,
    /// Sign by the public key, as for new merchants, not by a certificate.
    #[arg(long)]
    public_key: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let options = Options {
        listen: arguments.listen,
        notify_by_public_key: arguments.public_key,
        notify_again: Duration::from_secs(5),
        ..Options::default()
    };
    let simulator = Simulator::start(&arguments.folder, options).await?;
    let settings = simulator.write_settings(&arguments.notify_url, arguments.public_key)?;
    println!("WeChat Pay simulator at {}/ (no money moves)", simulator.origin());
    println!("ministore-hub serve --wechat-pay {}", settings.display());
    println!("Ctrl-C stops it.");
    tokio::signal::ctrl_c().await?;
    Ok(())
}
