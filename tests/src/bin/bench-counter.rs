//! Measures what a cashier and a queue wait for, and prints a table. Run by `cargo xtask bench counter`.
//!
//! A real Chromium at a real hub whose shop has 100,000 products. Keys are events of the page, made at a scanner's rhythm;
//! what is measured is told above the table.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use ministore_core::catalogue::Product;
use ministore_core::device::{Register, Secret};
use ministore_core::fact::RecordSale;
use ministore_core::id::{CallId, DeviceId, SaleId, SessionId, ShiftId, StaffId};
use ministore_core::money::Currency;
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shift::OpenShift;
use ministore_core::shop::GetShop;
use ministore_hub::server::database_path;
use ministore_store::staff::StaffMember;
use ministore_store::{Engine, EngineOptions};
use ministore_tests::day::{press, put, scan};
use ministore_tests::measure::catalogue::gtin;
use ministore_tests::measure::durable::bare_commits;
use ministore_tests::measure::samples::{Samples, Table};
use ministore_tests::measure::shelf::{Home, Shelf, line};
use ministore_tests::{Browser, HubProcess, Page, Screen, story};
use serde_json::{Value, json};
use uuid::Uuid;

/// The PIN of who works at the till.
const PIN: &str = "135790";

/// Lines of the long ticket; a sale holds one more.
const LINES: usize = 199;

/// Products that the short tickets are made of.
const IN_TURN: usize = 3_000;

/// Measures what a cashier and a queue wait for.
#[derive(Parser)]
struct Arguments {
    /// Products of the shop.
    #[arg(long, default_value_t = 100_000)]
    products: u32,
    /// Scans onto the long ticket, of each kind.
    #[arg(long, default_value_t = 300)]
    scans: usize,
    /// Tickets that are sold, one after the other, before the page's memory is measured again.
    #[arg(long, default_value_t = 1_000)]
    tickets: usize,
    /// Times that the page is started.
    #[arg(long, default_value_t = 20)]
    starts: usize,
    /// Only see that all of it works.
    #[arg(long)]
    quick: bool,
}

fn main() -> Result<()> {
    let mut arguments = Arguments::parse();
    if arguments.quick {
        (arguments.scans, arguments.tickets, arguments.starts) = (10, 20, 2);
        arguments.products = arguments.products.min(5_000);
    }
    ensure!(arguments.products as usize > IN_TURN + LINES + arguments.scans, "too few products");
    story("bench_counter", async |story| {
        let mut table = Table::default();
        let home = Home::sqlite()?;
        let shelf = Box::pin(Shelf::stock(home, arguments.products)).await?;
        let Home::Sqlite(folder) = shelf.home() else { anyhow::bail!("the shop is in a file") };
        let database = database_path(folder.path());
        let cashier = prepare(&database).await?;
        Box::pin(engine(&database, cashier, &shelf.goods, &arguments, &mut table)).await?;
        let (mut hub, _) = shelf.serve().await?;
        let page = story.browser("till", Browser::new(Screen::TABLET)).await?;
        page.driver().cdp().send_raw("Page.enable", json!({})).await?;
        page.driver()
            .cdp()
            .send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }))
            .await?;
        Box::pin(at_the_till(&page, &hub, &arguments, &mut table)).await?;
        hub.stop()?;
        shelf.check()?;
        table.figure("the books after all that", "agree".to_owned(), String::new(), "agree");
        println!(
            "with {} products; all times at the page are from the event to the frame that shows it:",
            arguments.products
        );
        println!("  a scan: from Enter behind the code until the message after the frame that has the line;");
        println!("  \"in the document\": from Enter until the line is there, before the browser draws it;");
        println!(
            "  the floor of a scan: a text set by a bare listener, measured the same way: waiting for the frame;"
        );
        println!("  the floor of a sale: one bare durable row in the same folder.");
        table.print(&mut std::io::stdout().lock())?;
        Ok(())
    })
}

fn new_call() -> CallId {
    CallId(Uuid::now_v7())
}

/// A demo shop, in which every device may be a till, and somebody who works there.
async fn prepare(database: &Path) -> Result<StaffId> {
    let engine = Engine::open(database, EngineOptions::hub()).await?;
    let mut shop = engine.call(&Actor::Visitor, new_call(), GetShop {}).await?;
    shop.demo = true;
    engine.update_shop(&shop).await?;
    let cashier =
        StaffMember { id: StaffId(Uuid::now_v7()), name: "Zhao".to_owned(), role: StaffRole::Cashier };
    engine.add_staff(&cashier, &PIN.parse()?).await?;
    engine.close().await;
    Ok(cashier.id)
}

/// A sale at the engine: one fact, its journal's entry and its stock, on the disk before the answer.
async fn engine(
    database: &Path,
    staff: StaffId,
    goods: &[Product],
    arguments: &Arguments,
    table: &mut Table,
) -> Result<()> {
    let engine = Engine::open(database, EngineOptions::hub()).await?;
    let device = DeviceId(Uuid::now_v7());
    let register = Register { device, secret: Secret::from_bytes([9; 32]), proof: None };
    engine.call(&Actor::Visitor, new_call(), register).await?;
    let till = Actor::Staff { device, session: SessionId(Uuid::now_v7()), staff, role: StaffRole::Cashier };
    let float = Currency::CNY.minor(10_000);
    engine.call(&till, new_call(), OpenShift { shift: ShiftId(Uuid::now_v7()), float }).await?;
    for lines in [3, 50] {
        let some = goods.get(..lines).context("too few products")?;
        let total = Currency::CNY.minor(some.iter().map(|product| product.price.money().minor).sum());
        let mut times = Vec::new();
        for _ in 0..arguments.scans {
            let placed = some.iter().map(|product| line(product, 1)).collect();
            let sale = RecordSale::in_cash(SaleId(Uuid::now_v7()), placed, total, total);
            let start = Instant::now();
            engine.call(&till, new_call(), sale).await?;
            times.push(start.elapsed());
        }
        let floor = bare_commits(&database.with_file_name(format!("bare-{lines}.db")))?;
        let what = format!("a sale of {lines} lines durable, at the engine");
        table.times(&what, &Samples::from_times(times), Some(&floor), "p99 under 50 ms");
    }
    engine.close().await;
    Ok(())
}

/// Keeps WebAssembly's memories where they can be measured, and when the till was first ready.
const WATCH: &str = "
    window.memoriesOfTest = [];
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const real = WebAssembly[name];
        WebAssembly[name] = async (...given) => {
            const made = await real.apply(WebAssembly, given);
            for (const memory of Object.values((made.instance ?? made).exports)) {
                if (memory instanceof WebAssembly.Memory) window.memoriesOfTest.push(memory);
            }
            return made;
        };
    }
    const look = () => {
        if (document.querySelector('[data-testid=ticket-empty]')) {
            const after = new MessageChannel();
            after.port1.onmessage = () => { window.readyOfTest ??= performance.now(); };
            after.port2.postMessage(0);
        } else {
            requestAnimationFrame(look);
        }
    };
    requestAnimationFrame(look);
";

/// What the page is measured with.
const BENCH: &str = "
    const wait = millis => new Promise(done => setTimeout(done, millis));
    const key = key => (document.activeElement ?? document.body)
        .dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    // Ends in the message behind the next frame's scripts, styles, layout and paint.
    const painted = () => new Promise(done => requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => done(performance.now());
        after.port2.postMessage(0);
    }));
    const changes = (node, made) => new Promise(done => {
        const observer = new MutationObserver(() => {
            if (made()) { observer.disconnect(); done(performance.now()); }
        });
        observer.observe(node, { childList: true, subtree: true, characterData: true, attributes: true });
    });
    const part = name => document.querySelector(`[data-testid=${name}]`);
    const total = () => part('ticket-total')?.textContent;
    const items = () => parseInt(document.querySelector('.till-total dt')?.textContent ?? '0');
    // Where this machine stalled between two keys it was no scanner, and begins again.
    const codeOf = async code => {
        for (let slowest = Infinity; slowest > 30;) {
            key('Escape');
            slowest = 0;
            for (const digit of code) {
                const begun = performance.now();
                key(digit);
                await wait(4);
                slowest = Math.max(slowest, performance.now() - begun);
            }
        }
    };
    const scan = async code => {
        await wait(120 + Math.random() * 60);
        await codeOf(code);
        const before = items();
        const begun = performance.now();
        const drawn = changes(document.querySelector('.till-ticket'), () => items() === before + 1);
        key('Enter');
        const there = await drawn;
        return [there - begun, await painted() - begun];
    };
    const bare = async () => {
        await wait(120 + Math.random() * 60);
        const node = document.createElement('p');
        document.body.append(node);
        node.textContent = '0';
        await painted();
        await wait(20 + Math.random() * 20);
        const set = () => { node.textContent = '1'; };
        node.addEventListener('keydown', set);
        const begun = performance.now();
        const drawn = changes(node, () => node.textContent === '1');
        node.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
        const there = await drawn;
        const times = [there - begun, await painted() - begun];
        node.remove();
        return times;
    };
    const until = async made => { while (!made()) await painted(); };
    const sell = async codes => {
        for (const code of codes) {
            const before = items();
            for (const digit of code) key(digit);
            key('Enter');
            await until(() => items() === before + 1);
        }
        key('F2');
        await until(() => part('sell') && !part('sell').disabled);
        const begun = performance.now();
        const sold = changes(document.querySelector('.till'), () => part('sold'));
        part('sell').click();
        await sold;
        const took = await painted() - begun;
        part('next-sale').click();
        await until(() => part('ticket-empty'));
        return took;
    };
    window.bench = { scan, bare, sell, key, wait, items };
";

async fn times(page: &Page, script: &str, arguments: Vec<Value>) -> Result<Vec<[f64; 2]>> {
    let script = format!("return (async () => {{ const given = arguments[0]; {script} }})();");
    // An arrow function has the arguments of what is around it.
    Ok(serde_json::from_value(page.run(&script, vec![Value::Array(arguments)]).await?)?)
}

fn samples(times: &[[f64; 2]], which: usize) -> Samples {
    Samples::from_times(
        times.iter().map(|time| Duration::from_secs_f64(time[which].max(0.0) / 1e3)).collect(),
    )
}

/// How many are measured before the driver is asked again: scripts may not run on for long.
const AT_ONCE: usize = 25;

async fn at_the_till(page: &Page, hub: &HubProcess, arguments: &Arguments, table: &mut Table) -> Result<()> {
    page.open(&hub.url("/counter/till")).await?;
    page.sees("@counter-sign-in").await?;
    put(page, "@pin", PIN).await?;
    page.taps("@pin-submit").await?;
    page.taps("@to-open").await?;
    put(page, "@field-float", "100").await?;
    page.taps("@open-till").await?;
    page.sees("@ticket-empty").await?;

    let mut starts = Vec::new();
    for _ in 0..arguments.starts {
        page.reload().await?;
        page.until("the till is ready", "window.readyOfTest !== undefined").await?;
        let ready = page.run("return window.readyOfTest;", Vec::new()).await?;
        starts.push(Duration::from_secs_f64(ready.as_f64().context("no time")? / 1e3));
        scan(page, &[gtin(1)]).await?;
        page.counts("@ticket-line", 1).await?;
        press(page, "F7").await?;
        page.sees("@ticket-empty").await?;
        page.eventually("the empty ticket to be kept", async || {
            let kept =
                page.kept("ministore.till").await.map_err(|error| error.to_string())?.unwrap_or_default();
            if kept.contains("\"lines\":[]") { Ok(()) } else { Err(kept) }
        })
        .await?;
    }
    table.times(
        "start the page again until it takes a scan",
        &Samples::from_times(starts),
        None,
        "under 1.5 s",
    );

    // The long ticket.
    page.run(BENCH, Vec::new()).await?;
    let codes: Vec<String> = (0..LINES as u32).map(gtin).collect();
    scan(page, &codes).await?;
    page.until("the long ticket", &format!("window.bench.items() === {LINES}")).await?;
    let (mut floor, mut known, mut new) = (Vec::new(), Vec::new(), Vec::new());
    let mut done = 0;
    while done < arguments.scans {
        let count = AT_ONCE.min(arguments.scans - done);
        let again: Vec<_> = (0..count).map(|at| gtin(((done + at) * 37 % LINES) as u32)).collect();
        let fresh: Vec<_> = (0..count).map(|at| gtin((LINES + IN_TURN + done + at) as u32)).collect();
        let some = "const all = []; for (const code of given) all.push(await bench.scan(code)); return all;";
        let undone = "const all = [];
            for (const code of given) {
                all.push(await bench.scan(code));
                await bench.wait(50);
                bench.key('F7');
            }
            return all;";
        let bare = "const all = []; for (const _ of given) all.push(await bench.bare()); return all;";
        known.extend(times(page, some, again.iter().map(|code| json!(code)).collect()).await?);
        new.extend(times(page, undone, fresh.iter().map(|code| json!(code)).collect()).await?);
        floor.extend(times(page, bare, again.iter().map(|code| json!(code)).collect()).await?);
        done += count;
    }
    let bare = samples(&floor, 1);
    let goal = "p99 under 16.7 ms";
    table.times("scan of a product that is on a ticket of 199 lines", &samples(&known, 1), Some(&bare), goal);
    table.times("  in the document", &samples(&known, 0), None, "");
    table.times("scan of another product, asked of the hub", &samples(&new, 1), Some(&bare), goal);
    table.times("  in the document", &samples(&new, 0), None, "");
    table.times("  a bare change of the page", &bare, None, "");
    press(page, "F2").await?;
    page.sees("@tender").await?;
    page.taps("@ring-on").await?;
    page.taps("@void").await?;
    page.taps("@void-sure").await?;
    page.sees("@ticket-empty").await?;

    // Tickets, one after the other.
    let mut sold = Vec::new();
    let mut early = None;
    while sold.len() < arguments.tickets {
        if sold.len() == 10 {
            early = Some(memory(page).await?);
        }
        let count = if sold.is_empty() { 10 } else { AT_ONCE.min(arguments.tickets - sold.len()) };
        let tickets: Vec<Value> = (sold.len()..sold.len() + count)
            .map(|at| json!([0, 1, 2].map(|place| gtin(((at * 3 + place) % IN_TURN) as u32))))
            .collect();
        let some =
            "const all = []; for (const codes of given) all.push([await bench.sell(codes), 0]); return all;";
        sold.extend(times(page, some, tickets).await?);
    }
    let (early, late) = (early.context("too few tickets")?, memory(page).await?);
    let goal = "p99 under 50 ms";
    table.times("a sale of 3 lines, from the tap to the receipt", &samples(&sold, 0), None, goal);
    let grown = |early: f64, late: f64| format!("{:+.1} %", (late / early - 1.0) * 100.0);
    let mebibytes = |bytes: f64| format!("{:.2} MiB", bytes / 1024.0 / 1024.0);
    let tickets = arguments.tickets;
    for (what, early, late) in
        [("the scripts' heap", early.heap, late.heap), ("WebAssembly's memory", early.wasm, late.wasm)]
    {
        table.figure(&format!("{what} after 10 tickets"), mebibytes(early), String::new(), "");
        let goal = format!("at most +10 %: {}", grown(early, late));
        table.figure(&format!("{what} after {tickets}"), mebibytes(late), String::new(), &goal);
    }
    let nodes = format!("{:.0} → {:.0}", early.nodes, late.nodes);
    table.figure("nodes of the document, then and now", nodes, String::new(), "");
    table.figure(
        "all the page's memory",
        grown(early.heap + early.wasm, late.heap + late.wasm),
        String::new(),
        "at most +10 %",
    );
    Ok(())
}

/// What a page holds, in bytes, once nothing is left to be thrown away.
struct Memory {
    heap: f64,
    wasm: f64,
    nodes: f64,
}

async fn memory(page: &Page) -> Result<Memory> {
    let cdp = page.driver().cdp();
    for _ in 0..3 {
        cdp.send_raw("HeapProfiler.collectGarbage", json!({})).await?;
    }
    let heap = cdp.send_raw("Runtime.getHeapUsage", json!({})).await?;
    cdp.send_raw("Performance.enable", json!({})).await?;
    let metrics = cdp.send_raw("Performance.getMetrics", json!({})).await?;
    let nodes = metrics["metrics"].as_array().into_iter().flatten().find(|metric| metric["name"] == "Nodes");
    let wasm = "return window.memoriesOfTest.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);";
    let wasm = page.run(wasm, Vec::new()).await?;
    Ok(Memory {
        heap: heap["usedSize"].as_f64().context("no size of the heap")?,
        wasm: wasm.as_f64().filter(|bytes| *bytes > 0.0).context("no memory of WebAssembly")?,
        nodes: nodes.and_then(|metric| metric["value"].as_f64()).context("no nodes")?,
    })
}
