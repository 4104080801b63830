//! `ministore-hub serve`: runs until Ctrl-C or a request to end.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use ministore_core::money::Currency;
use ministore_core::text::LocalText;
use ministore_hub::addresses::{network_addresses, own_address, terminal_qr};
use ministore_hub::founding::{DEMO_STAFF, NewShop, shop_of};
use ministore_hub::limit::Rate;
use ministore_hub::metrics::MetricsFrom;
use ministore_hub::{Announce, Founding, Hub, HubConfig, PageFiles, serve};

use super::DataFolder;
use super::https::HttpsOptions;
use super::wechat_pay::WechatPayOptions;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// Where to listen. 0.0.0.0 is every network of this machine.
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:8787")]
    listen: SocketAddr,
    #[command(flatten)]
    https: HttpsOptions,
    #[command(flatten)]
    wechat_pay: WechatPayOptions,
    /// Whether apps in the neighbourhood find the hub by themselves (multicast DNS). They do where nothing is said, but
    /// for a hub that listens for its own machine alone.
    #[arg(long, value_enum, value_name = "WHETHER", env = "MINISTORE_ANNOUNCE")]
    announce: Option<Whether>,
    /// Where there is no shop yet, make the demo shop: nothing in it is really sold.
    #[arg(long, conflicts_with_all = ["name", "name_zh", "currency", "zone"])]
    demo: bool,
    /// A new shop's name.
    #[arg(long, default_value = "My store")]
    name: String,
    /// A new shop's name in Chinese.
    #[arg(long, value_name = "NAME", default_value = "")]
    name_zh: String,
    /// A new shop's currency (ISO 4217).
    #[arg(long, value_name = "CODE", default_value = "CNY")]
    currency: Currency,
    /// A new shop's time zone (IANA), such as Asia/Shanghai; this machine's where none is named.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Serve the page from this folder instead of the built-in one.
    #[arg(long, value_name = "DIR", env = "MINISTORE_DIST")]
    page: Option<PathBuf>,
    /// Who may read GET /metrics.
    #[arg(long, value_enum, value_name = "WHO", default_value = "loopback")]
    metrics_from: Readers,
    /// Count no calls by address or device: behind a proxy that does so itself, or to be measured.
    #[arg(long)]
    no_call_limits: bool,
    /// How the log is written, on standard error.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub(crate) log: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Whether {
    /// They do.
    On,
    /// They do not.
    Off,
}

#[derive(Clone, Copy, ValueEnum)]
enum Readers {
    /// Programs on this machine, not those behind a proxy on it.
    Loopback,
    /// Everyone.
    Any,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let founding = if options.demo {
        Founding::Demo
    } else {
        let zone = match options.zone {
            Some(zone) => zone,
            None => {
                own_zone().context("this machine does not say its time zone: name the shop's with --zone")?
            }
        };
        let name = LocalText::new(options.name, options.name_zh);
        Founding::Empty(NewShop { name, currency: options.currency, zone })
    };
    let database = options.folder.server()?;
    let mut config = HubConfig::new(options.folder.data, options.listen);
    config.database = database;
    config.https = options.https.https()?;
    config.wechat_pay = options.wechat_pay.settings()?;
    if options.no_call_limits {
        config.limits.calls_by_address = Rate::UNLIMITED;
        config.limits.calls_by_device = Rate::UNLIMITED;
    }
    config.announce = match options.announce {
        None => Announce::WhereReached,
        Some(Whether::On) => Announce::Always,
        Some(Whether::Off) => Announce::Never,
    };
    config.founding = founding;
    config.page = options.page.map_or(PageFiles::Embedded, PageFiles::Folder);
    config.metrics_from = match options.metrics_from {
        Readers::Loopback => MetricsFrom::Loopback,
        Readers::Any => MetricsFrom::Any,
    };
    // Heard from here on: who interrupts the making of a shop gets none, or a whole one.
    let ended = asked_to_end()?;
    let hub = tokio::select! {
        hub = Box::pin(serve(config)) => hub?,
        () = ended => return Ok(ExitCode::from(130)),
    };
    let again = asked_to_end()?;
    tell(&hub).await?;
    again.await;
    println!("\n   Closing …");
    let in_a_hurry = asked_to_end()?;
    tokio::select! {
        () = hub.shutdown() => println!("   Closed."),
        () = in_a_hurry => println!("   Stopped at once; what was confirmed is kept."),
    }
    Ok(ExitCode::SUCCESS)
}

fn own_zone() -> Option<String> {
    jiff::tz::TimeZone::system().iana_name().map(str::to_owned)
}

/// Waits for Ctrl-C, or for the system to ask for the end.
fn asked_to_end() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let ended = {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for Ctrl-C")?;
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
    };
    #[cfg(not(unix))]
    let ended = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "cannot listen for Ctrl-C");
            std::future::pending::<()>().await;
        }
    };
    Ok(ended)
}

/// Says what runs, where, and how phones come in.
async fn tell(hub: &Hub) -> Result<()> {
    let shop = shop_of(hub.engine()).await?.context("the shop is gone")?;
    let own = own_address(hub.addr());
    println!("\n   {}{}", both(&shop.name), if shop.demo { "  (demo: nothing is really sold)" } else { "" });
    println!("   this machine   http://{own}/");
    println!("   the counter    http://{own}/counter");
    for address in network_addresses(hub.addr()) {
        let link = hub.shop_link(address);
        println!("   phones         {}", link.address);
        if let Some(origin) = hub.https_origin(address).filter(|_| link.authority.is_some()) {
            println!("   with a camera  {origin}/  for those who trust this shop: http://{address}/trust");
        }
        if std::io::stdout().is_terminal()
            && let Some(code) = terminal_qr(&link.to_string())
        {
            println!("\n{code}");
        }
    }
    if let Some(authority) = hub.authority() {
        let grouped = authority.grouped();
        let (first, second) = grouped.split_at(grouped.len() / 2);
        println!("   fingerprint    {}", first.trim());
        println!("                  {}", second.trim());
    }
    if let Some(founded) = hub.founded() {
        for staff in &founded.staff {
            if !shop.demo {
                println!(
                    "   {}'s PIN is {}. It is shown this once: note it, and change it with",
                    staff.name, staff.pin
                );
                println!("   `ministore-hub staff set-pin`.");
            }
        }
    }
    if shop.demo {
        for staff in DEMO_STAFF {
            println!("   demo PIN       {} signs in {}", staff.pin, staff.name);
        }
    }
    println!("   Ctrl-C stops the hub.");
    Ok(())
}

fn both(name: &LocalText) -> String {
    match (name.en.as_str(), name.zh.as_str()) {
        (en, "") => en.to_owned(),
        ("", zh) => zh.to_owned(),
        (en, zh) => format!("{en} · {zh}"),
    }
}
