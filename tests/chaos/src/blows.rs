//! The storm itself: what is started, killed, filled and set wrong, and when it is over.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use ministore_core::catalogue::{Browse, PAGE_LIMIT};
use ministore_core::fact::Fact;
use ministore_core::id::OrderId;
use ministore_core::money::Money;
use ministore_hub::server::database_path;
use ministore_store::{Engine, EngineOptions};
use ministore_tests::environment::program;
use ministore_tests::measure::http::{Connection, until_answered};
use ministore_tests::process::{Process, free_port};
use tokio::time::sleep;
use uuid::Uuid;

use crate::clock::Clock;
use crate::device::FINISH;
use crate::line::{Harm, Line};
use crate::note::Note;
use crate::{Storm, shop, verdict};

/// How long a hub may take to answer after it was started.
const START: Duration = Duration::from_secs(60);

/// How long devices may take to get in step when all is calm.
const CALM: Duration = Duration::from_secs(150);

/// A program of the storm.
struct Runner {
    command: Box<dyn Fn() -> Result<Command>>,
    name: String,
    clock: Option<Clock>,
    process: Process,
}

impl Runner {
    fn start(
        name: &str,
        clock: Option<Clock>,
        command: impl Fn() -> Result<Command> + 'static,
    ) -> Result<Self> {
        let process = launch(name, clock.as_ref(), command()?)?;
        Ok(Self { command: Box::new(command), name: name.to_owned(), clock, process })
    }

    fn start_again(&mut self) -> Result<()> {
        self.process = launch(&self.name, self.clock.as_ref(), (self.command)()?)?;
        Ok(())
    }
}

fn launch(name: &str, clock: Option<&Clock>, mut command: Command) -> Result<Process> {
    if let Some(clock) = clock {
        clock.give(&mut command);
    }
    Process::start(name, &mut command)
}

/// All that devices said.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) tried: HashSet<Uuid>,
    pub(crate) happened: HashMap<Uuid, Fact>,
    pub(crate) ordered: HashMap<OrderId, Money>,
    pub(crate) cancelled: HashSet<OrderId>,
    pub(crate) refused: HashMap<OrderId, String>,
    /// The stock that each device shows, by its name, once nothing waits there.
    pub(crate) shelves: BTreeMap<String, HashMap<Uuid, i64>>,
    pub(crate) not_done: Vec<String>,
    pub(crate) faults: Vec<String>,
}

impl Said {
    /// Takes in what a process has said since the last time.
    fn hear(&mut self, runner: &mut Runner) {
        for line in runner.process.heard() {
            match Note::read(&line) {
                Some(Note::Trying { key }) => {
                    self.tried.insert(key);
                }
                Some(Note::Happened { fact }) => {
                    self.happened.insert(fact.id(), fact);
                }
                Some(Note::Ordered { order, total }) => {
                    self.ordered.insert(order, total);
                }
                Some(Note::Cancelled { order }) => {
                    self.cancelled.insert(order);
                }
                Some(Note::Refused { order, why }) => {
                    self.refused.insert(order, why);
                }
                Some(Note::InStep { stock }) => {
                    self.shelves.insert(runner.name.clone(), stock.into_iter().collect());
                }
                Some(Note::NotDone { why }) => self.not_done.push(why),
                Some(Note::Fault { what }) => self.faults.push(what),
                None => {}
            }
        }
    }
}

impl Said {
    /// Whether every device shows this stock.
    fn agrees_with(&self, stock: &HashMap<Uuid, i64>) -> bool {
        self.shelves.values().all(|shelf| shelf == stock)
    }
}

/// A hub's program.
struct Hub {
    runner: Runner,
    address: SocketAddr,
}

impl Hub {
    async fn start(
        number: u64,
        folder: &Path,
        database: Option<String>,
        clock: Option<Clock>,
    ) -> Result<Self> {
        let port = free_port()?;
        let folder = folder.to_owned();
        let command = move || hub_command(&folder, database.as_deref(), port);
        let runner = Runner::start(&format!("hub {number}"), clock, command)?;
        let hub = Self { runner, address: SocketAddr::from(([127, 0, 0, 1], port)) };
        hub.until_answered().await?;
        Ok(hub)
    }

    async fn until_answered(&self) -> Result<()> {
        until_answered(self.address, "/readyz", START).await.with_context(|| self.runner.process.said())
    }
}

fn victim<'a>(hubs: &'a mut [Hub], devices: &'a mut [Runner], random: &mut Rng) -> &'a mut Runner {
    if random.bool() {
        &mut hubs[random.usize(..hubs.len())].runner
    } else {
        &mut devices[random.usize(..devices.len())]
    }
}

/// The stock that a hub tells of.
async fn shown_by(hub: &Hub) -> Result<HashMap<Uuid, i64>> {
    let mut connection = Connection::open(hub.address).await?;
    let browse = Browse { category: None, after: None, limit: PAGE_LIMIT };
    let products = connection.done(None, &browse).await?.products;
    Ok(products.into_iter().map(|product| (product.id.0, product.available)).collect())
}

/// Moves the shop from its file to a database of a server that lives as long as this program, and gives its address.
fn move_to_server(folder: &Path) -> Result<String> {
    let url = ministore_test_postgres::server()?.database()?.url;
    let file = database_path(folder);
    copy(&format!("sqlite://{}", file.display()), &url)?;
    std::fs::rename(&file, file.with_extension("before"))?;
    Ok(url)
}

/// Moves it back, so that the same books are read in the end.
fn move_back(url: &str, folder: &Path) -> Result<()> {
    copy(url, &format!("sqlite://{}", database_path(folder).display()))
}

/// Asks about the payments that a kill left open, as a hub does when it starts and every half minute.
async fn settle(folder: &Path) -> Result<()> {
    let engine = Engine::open(database_path(folder), EngineOptions::hub()).await?;
    let open = engine.settle_payments().await;
    engine.close().await;
    ensure!(open? == 0, "some payments stay open");
    Ok(())
}

fn copy(from: &str, to: &str) -> Result<()> {
    let output =
        Command::new(program("ministore-hub")?).args(["copy", "--from", from, "--to", to]).output()?;
    ensure!(output.status.success(), "the shop was not copied: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// What was done to the programs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Blows {
    pub(crate) hub_kills: u32,
    pub(crate) device_kills: u32,
    pub(crate) disk_full: u32,
    pub(crate) clock_jumps: u32,
}

/// Storms, and says whether the books are clean after it. What is not clean, or did not end, leaves its files.
pub(crate) async fn run(storm: &Storm) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    let outcome = blow(storm, folder.path()).await;
    if storm.keep || !matches!(outcome, Ok(true)) {
        println!("files: {}", folder.keep().display());
    }
    outcome
}

async fn blow(storm: &Storm, folder: &Path) -> Result<bool> {
    let begun = Instant::now();
    let products = shop::found(&make(&folder.join("hub"))?).await?;
    let hub_folder = folder.join("hub");
    let address = if storm.postgres { Some(move_to_server(&hub_folder)?) } else { None };
    let clock = |name: &str| Clock::at(&folder.join(name));
    let mut hubs = Vec::new();
    let mut lines = Vec::new();
    for number in 0..if storm.postgres { 2 } else { 1 } {
        let hub =
            Hub::start(number, &hub_folder, address.clone(), clock(&format!("hub {number}.clock"))?).await?;
        lines.push(Line::to(hub.address, storm.seed ^ number).await?);
        hubs.push(hub);
    }
    let mut random = Rng::with_seed(storm.seed);
    let mut devices = Vec::new();
    for number in 0..storm.tills + storm.phones {
        let name = format!("{} {number}", if number < storm.tills { "till" } else { "phone" });
        let own = make(&folder.join(&name))?;
        let line = &lines[number % lines.len()];
        let (address, till, seed) = (line.address, number < storm.tills, random.u64(..));
        let starts = std::cell::Cell::new(0_u64);
        devices.push(Runner::start(&name.clone(), clock(&format!("{name}.clock"))?, move || {
            // Another start, other choices.
            starts.set(starts.get() + 1);
            device_command(&own, address, seed ^ starts.get(), till)
        })?);
    }
    let mut said = Said::default();
    let mut blows = Blows::default();
    let has_clocks = hubs.iter().any(|hub| hub.runner.clock.is_some());
    while blows.hub_kills + blows.device_kills < storm.kills {
        sleep(Duration::from_millis(random.u64(150..900))).await;
        for device in &mut devices {
            said.hear(device);
        }
        match random.u32(..20) {
            0..7 => {
                let victim = random.usize(..hubs.len());
                let hub = &mut hubs[victim];
                hub.runner.process.kill()?;
                blows.hub_kills += 1;
                sleep(Duration::from_millis(random.u64(..700))).await;
                hub.runner.start_again()?;
                if random.bool() {
                    hub.until_answered().await?;
                }
            }
            7..16 => {
                let victim = random.usize(..devices.len());
                let device = &mut devices[victim];
                device.process.kill()?;
                blows.device_kills += 1;
                said.hear(device);
                sleep(Duration::from_millis(random.u64(..400))).await;
                device.start_again()?;
            }
            16..18 => {
                let victim = victim(&mut hubs, &mut devices, &mut random);
                if fill_disk(victim.process.id())? {
                    blows.disk_full += 1;
                }
                sleep(Duration::from_millis(random.u64(100..500))).await;
                make_room(victim.process.id())?;
                // One that was just starting may have given up: no program starts on a full disk.
                sleep(Duration::from_millis(100)).await;
                if victim.process.has_failed()? {
                    victim.start_again()?;
                }
            }
            _ => {
                let victim = victim(&mut hubs, &mut devices, &mut random);
                if let Some(clock) = &victim.clock {
                    clock.set(random.i64(-7200..7200))?;
                    blows.clock_jumps += 1;
                }
            }
        }
    }
    lines.iter().for_each(Line::calm_down);
    for hub in &hubs {
        hub.until_answered().await?;
    }
    for device in &devices {
        std::fs::write(folder.join(&device.name).join(FINISH), "")?;
    }
    let calm = Instant::now();
    loop {
        // All say that nothing waits, and show what the hub has.
        if said.shelves.len() == devices.len()
            && (said.agrees_with(&shown_by(&hubs[0]).await?) || calm.elapsed() > CALM)
        {
            break;
        }
        for device in &mut devices {
            said.hear(device);
            if device.process.has_failed()? {
                bail!("{} ended: {}", device.name, device.process.said());
            }
        }
        if calm.elapsed() > CALM && said.shelves.len() < devices.len() {
            let silent: Vec<String> = devices.iter().map(|device| device.process.said()).collect();
            bail!("devices do not get in step:\n{}", silent.join("\n---\n"));
        }
        sleep(Duration::from_millis(50)).await;
    }
    for device in &mut devices {
        device.process.kill()?;
    }
    for hub in &mut hubs {
        hub.runner.process.stop(Duration::from_secs(30))?;
    }
    if let Some(address) = &address {
        move_back(address, &hub_folder)?;
    }
    settle(&hub_folder).await?;
    report(&said, &blows, &lines, begun.elapsed(), has_clocks);
    verdict::print(&hub_folder, &products, &said)
}

fn report(said: &Said, blows: &Blows, lines: &[Line], took: Duration, has_clocks: bool) {
    let Blows { hub_kills, device_kills, disk_full, clock_jumps } = blows;
    let harm = |of: fn(&Harm) -> &AtomicU64| -> u64 {
        lines.iter().map(|line| of(&line.harm).load(Ordering::Relaxed)).sum()
    };
    println!("storm        {:.0} s", took.as_secs_f64());
    println!("killed       {} times: the hub {hub_kills}, devices {device_kills}", hub_kills + device_kills);
    println!("disk full    {disk_full} times");
    if has_clocks {
        println!("clock set    {clock_jumps} times, up to two hours wrong");
    } else {
        println!("clock set    never: libfaketime is not installed");
    }
    println!(
        "line         {} requests: {} lost, {} answers lost, {} torn, {} doubled, {} copied late, {} delayed",
        harm(|harm| &harm.passed),
        harm(|harm| &harm.lost_requests),
        harm(|harm| &harm.lost_answers),
        harm(|harm| &harm.torn_answers),
        harm(|harm| &harm.doubled),
        harm(|harm| &harm.late_copies),
        harm(|harm| &harm.delayed),
    );
    let of = |wanted: &str| said.happened.values().filter(|fact| fact.word() == wanted).count();
    println!(
        "confirmed    {} sales, {} refunds, {} counts, {} orders, {} cancellations; {} orders refused",
        of("sale"),
        of("refund"),
        of("count"),
        said.ordered.len(),
        said.cancelled.len(),
        said.refused.len(),
    );
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for why in said.refused.values().chain(&said.not_done) {
        // One sentence for all products, and for all log entries.
        let kind = why.split([';', ':']).next().unwrap_or(why);
        let kind = if kind.contains(" left of ") { "sold out" } else { kind };
        *reasons.entry(kind).or_default() += 1;
    }
    for (why, count) in reasons {
        println!("not done     {count} times: {why}");
    }
}

fn make(folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    Ok(folder.to_owned())
}

/// A program that takes a write beyond its limit as an error, not as its end.
fn tough(program: &Path) -> Command {
    let mut command = Command::new("env");
    command.arg("--ignore-signal=XFSZ").arg(program);
    command
}

fn hub_command(folder: &Path, database: Option<&str>, port: u16) -> Result<Command> {
    let mut command = tough(&program("ministore-hub")?);
    command.arg("serve");
    match database {
        Some(url) => command.env("MINISTORE_DATABASE", url),
        None => command.arg("--data").arg(folder),
    };
    command.args(["--listen", &format!("127.0.0.1:{port}")]).arg("--tls-dir").arg(folder.join("tls"));
    Ok(command)
}

fn device_command(folder: &Path, hub: SocketAddr, seed: u64, till: bool) -> Result<Command> {
    let mut command = tough(&std::env::current_exe()?);
    command.arg("device").arg("--folder").arg(folder).args(["--hub", &format!("http://{hub}")]);
    command.args(["--seed", &seed.to_string()]).args(till.then_some("--till"));
    Ok(command)
}

/// Lets no file of the process grow beyond a small size, as on a full disk (setrlimit(2), RLIMIT_FSIZE). Gives whether
/// that could be done.
fn fill_disk(process: u32) -> Result<bool> {
    limit_files(process, "65536:")
}

fn make_room(process: u32) -> Result<()> {
    limit_files(process, "unlimited:").map(drop)
}

fn limit_files(process: u32, limit: &str) -> Result<bool> {
    let done = Command::new("prlimit")
        .args(["--pid", &process.to_string(), &format!("--fsize={limit}")])
        .status()
        .context("prlimit (util-linux) is missing")?;
    ensure!(done.code().is_some(), "prlimit was interrupted");
    Ok(done.success())
}
