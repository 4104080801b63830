//! The program as a person runs it, in a process of its own.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use ministore_core::device::{GetDevice, sign_of};
use tempfile::TempDir;

use crate::program::{Serving, address_in, demo_folder, path, program, run, text};
use crate::support::TestHub;

const HEADER: &str = "gtin,plu,category,name_en,name_zh,brand,price,sold_by,content,tax_rate,stock,aisle,min_age,allergens_en,allergens_zh,notes_en,notes_zh,picture\n";

/// A row of our own CSV: one packaged product.
fn row(gtin: &str, name: &str, price: &str) -> String {
    format!("{gtin},,bakery,{name},,,{price},piece,,13,5,,,,,,,\n")
}

fn import(folder: &TempDir, file: &str, more: &[&str]) -> Output {
    let data = folder.path().to_str().unwrap();
    run(&[&["import", file, "--data", data], more].concat())
}

fn export(folder: &TempDir, name: &str) -> Vec<u8> {
    let file = path(folder, name);
    let output = run(&["export", &file, "--data", folder.path().to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    std::fs::read(file).unwrap()
}

#[tokio::test]
async fn good_rows_are_kept_and_bad_ones_are_told_with_their_line_and_reason() {
    let folder = demo_folder().await;
    let file = path(&folder, "products.csv");
    let mut csv = HEADER.as_bytes().to_vec();
    csv.extend(row("9521234567806", "Good bread", "12.50").bytes());
    csv.extend(row("9521234567813", "Bad price", "-3.00").bytes());
    csv.extend(row("9521234567890", "Wrong check digit", "3.00").bytes());
    csv.extend(b"9521234567820,,bakery,Broken \xff\xfe text,,,3.00,piece,,13,5,,,,,,,\n");
    csv.extend(row("9521234567837", "Good roll", "2.50").bytes());
    std::fs::write(&file, csv).unwrap();
    let report = path(&folder, "report.txt");
    let output = import(&folder, &file, &["--report", &report]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    for line in ["line 3", "line 4", "line 5"] {
        assert!(told.contains(line), "{line} in {told}");
    }
    assert!(!told.contains("line 2:") && !told.contains("line 6:"), "{told}");
    assert!(std::fs::read_to_string(report).unwrap().contains("line 3"));
    let kept = text(&export(&folder, "after.csv"));
    assert!(kept.contains("Good bread") && kept.contains("Good roll"));
    assert!(!kept.contains("Bad price") && !kept.contains("Wrong check digit"));
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    let folder = demo_folder().await;
    let before = export(&folder, "before.csv");
    let file = path(&folder, "before.csv");
    for _ in 0..2 {
        let output = import(&folder, &file, &[]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    assert_eq!(text(&export(&folder, "after.csv")), text(&before));
}

#[tokio::test]
async fn a_gzipped_file_reads_like_a_plain_one() {
    let folder = demo_folder().await;
    let file = path(&folder, "products.csv.gz");
    let mut packed = GzEncoder::new(std::fs::File::create(&file).unwrap(), Compression::fast());
    packed.write_all(HEADER.as_bytes()).unwrap();
    packed.write_all(row("9521234567806", "Packed bread", "12.50").as_bytes()).unwrap();
    packed.finish().unwrap();
    let output = import(&folder, &file, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&export(&folder, "after.csv")).contains("Packed bread"));

    let cut = std::fs::read(&file).unwrap();
    std::fs::write(&file, &cut[..cut.len() - 12]).unwrap();
    let output = import(&folder, &file, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
}

#[tokio::test]
async fn an_export_of_open_food_facts_is_known_by_its_first_line() {
    let folder = demo_folder().await;
    let csv = path(&folder, "products.csv");
    std::fs::write(&csv, "code\tproduct_name\tquantity\n9521234567806\tTabbed tea\t100 g\n1\tNo code\t\n")
        .unwrap();
    let output = import(&folder, &csv, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("line 3"), "{}", text(&output.stderr));

    let jsonl = path(&folder, "products.jsonl.gz");
    let mut packed = GzEncoder::new(std::fs::File::create(&jsonl).unwrap(), Compression::fast());
    packed.write_all(b"{\"code\":\"9521234567813\",\"product_name\":\"Lined tea\"}\n").unwrap();
    packed.finish().unwrap();
    let output = import(&folder, &jsonl, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let kept = text(&export(&folder, "after.csv"));
    assert!(kept.contains("Tabbed tea") && kept.contains("Lined tea") && !kept.contains("No code"));
}

#[tokio::test]
async fn a_million_columns_are_refused_and_nothing_is_lost() {
    let folder = demo_folder().await;
    let before = export(&folder, "before.csv");
    let file = path(&folder, "wide.csv");
    std::fs::write(&file, format!("{}\n", ",".repeat(1_000_000))).unwrap();
    let output = import(&folder, &file, &["--format", "csv"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(!output.stderr.is_empty() && output.stderr.len() < 2000, "{}", output.stderr.len());

    std::fs::write(&file, format!("{HEADER}{}\n", ",".repeat(1_000_000))).unwrap();
    let output = import(&folder, &file, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("line 2"));
    assert_eq!(export(&folder, "after.csv"), before);
}

#[tokio::test]
async fn a_file_or_a_shop_that_is_not_there() {
    let folder = demo_folder().await;
    let output = import(&folder, &path(&folder, "none.csv"), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("none.csv"));
    let empty = tempfile::tempdir().unwrap();
    let output = import(&empty, &path(&folder, "none.csv"), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("there is no shop in"));
    let output = run(&["import"]);
    assert_eq!(output.status.code(), Some(1), "2 is for refused rows");
}

#[tokio::test]
async fn balances_are_checked() {
    let folder = demo_folder().await;
    let output = run(&["check", "--data", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!output.stdout.is_empty());
}

#[tokio::test]
async fn staff_is_added_with_a_pin_from_standard_input() {
    let folder = demo_folder().await;
    let data = folder.path().to_str().unwrap();
    let with_pin = |arguments: &[&str], pin: &str| {
        let mut child = program(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{pin}").unwrap();
        child.wait_with_output().unwrap()
    };
    let add = ["staff", "--data", data, "add", "--name", "Zhou An", "--role", "cashier"];
    let output = with_pin(&add, "12");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("4 to 8 digits"), "{}", text(&output.stderr));
    let output = with_pin(&add, "2468");
    assert_eq!(output.status.code(), Some(1), "the PIN is another's");
    let output = with_pin(&add, "135790");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let listed = text(&run(&["staff", "--data", data, "list"]).stdout);
    assert!(listed.contains("cashier  Zhou An") && !listed.contains("135790"), "{listed}");
    let output = with_pin(&["staff", "--data", data, "set-pin", "Zhou An"], "975310");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let output = with_pin(&["staff", "--data", data, "set-pin", "Nobody"], "1111");
    assert_eq!(output.status.code(), Some(1));
}

#[tokio::test]
async fn whoever_sits_at_the_hub_approves_devices_and_shuts_them_out() {
    let hub = TestHub::start().await;
    let counter = hub.staff("2468").await;
    let me = counter.call(&GetDevice {}).await.unwrap();
    let sign = sign_of(me.device);
    let folder = hub.stop().await;
    let data = folder.path().to_str().unwrap();
    let device = |arguments: &[&str]| run(&[&["device", "--data", data], arguments].concat());

    let listed = text(&device(&["list"]).stdout);
    assert!(listed.contains(&sign) && listed.contains("Chen Yu"), "{listed}");
    let output = device(&["approve", &sign.to_lowercase(), "--name", "Till 2"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let listed = text(&device(&["list"]).stdout);
    assert!(listed.contains("cashier   Till 2"), "{listed}");
    let output = device(&["shut-out", "Till 2"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&device(&["list"]).stdout).contains("shut out"));
    let output = device(&["shut-out", "Till 3"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("device list"), "{}", text(&output.stderr));
    let output = device(&["approve", &sign, "--name", ""]);
    assert_eq!(output.status.code(), Some(1), "a device has a name");
}

#[tokio::test]
async fn a_sheet_of_barcodes_is_a_pdf() {
    let folder = demo_folder().await;
    let out = path(&folder, "sheet.pdf");
    let output = run(&["sheet", &out, "--data", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(std::fs::read(out).unwrap().starts_with(b"%PDF"));
}

#[cfg(unix)]
#[tokio::test]
async fn sigterm_closes_the_shop_and_streams_end() {
    let folder = demo_folder().await;
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let told = hub.ready();
    assert!(told.contains("街角小店") && told.contains("/counter") && told.contains("2468"), "{told}");
    let mut stream = reqwest::get(format!("{}/events", address_in(&told))).await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some());

    let asked = Instant::now();
    let killed = Command::new("kill").arg(hub.child.id().to_string()).status().unwrap();
    assert!(killed.success());
    while let Ok(Some(_)) = stream.chunk().await {}
    let status = tokio::task::spawn_blocking(move || hub.child.wait().unwrap()).await.unwrap();
    assert!(status.success(), "{status}");
    assert!(asked.elapsed() < Duration::from_secs(30));
    assert!(!folder.path().join("ministore.db-wal").exists(), "all is in the one file");
}

#[tokio::test]
async fn a_new_shop_has_a_manager_whose_pin_is_shown_once() {
    let folder = tempfile::tempdir().unwrap();
    let made = ["--name", "Li's", "--name-zh", "李记", "--currency", "EUR", "--zone", "Europe/Berlin"];
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &made);
    let told = hub.ready();
    assert!(told.contains("Li's · 李记") && told.contains("PIN is"), "{told}");
    let shop = reqwest::Client::new()
        .post(format!("{}/api/shop.get", address_in(&told)))
        .header("content-type", "application/json")
        .body("{}")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(shop.contains("\"EUR\"") && shop.contains("Europe/Berlin"), "{shop}");
    drop(hub);
    let told = Serving::start(folder.path(), "127.0.0.1:0", &[]).ready();
    assert!(told.contains("Li's") && !told.contains("PIN is"), "{told}");
}

/// What `serve` says when it does not start.
fn refusal_to_serve(data: &Path, listen: &str, more: &[&str]) -> String {
    let data = data.to_str().unwrap();
    let output = run(&[&["serve", "--data", data, "--listen", listen], more].concat());
    assert_eq!(output.status.code(), Some(1));
    text(&output.stderr)
}

#[tokio::test]
async fn why_a_hub_does_not_start() {
    let folder = demo_folder().await;
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let address = address_in(&hub.ready());
    let said = refusal_to_serve(folder.path(), "127.0.0.1:0", &[]);
    assert!(said.contains("another hub runs on"), "{said}");
    let taken = address.trim_start_matches("http://");
    let said = refusal_to_serve(demo_folder().await.path(), taken, &[]);
    assert!(said.contains("is taken by another program"), "{said}");
    drop(hub);

    let damaged = tempfile::tempdir().unwrap();
    let database = damaged.path().join("ministore.db");
    std::fs::write(&database, "this is no database, and long enough to look at ".repeat(100)).unwrap();
    let before = std::fs::read(&database).unwrap();
    let said = refusal_to_serve(damaged.path(), "127.0.0.1:0", &["--demo"]);
    assert!(said.contains("damaged"), "{said}");
    assert_eq!(std::fs::read(&database).unwrap(), before, "left as it was");

    let file = damaged.path().join("file");
    std::fs::write(&file, "").unwrap();
    let said = refusal_to_serve(&file.join("below"), "127.0.0.1:0", &["--demo"]);
    assert!(said.contains("cannot be written to"), "{said}");
    let said = refusal_to_serve(&damaged.path().join("new"), "127.0.0.1:0", &["--zone", "Mars/Base"]);
    assert!(said.contains("zone"), "{said}");
}

#[tokio::test]
async fn what_a_shop_reaches_is_printed_and_taken_over_as_a_whole() {
    let folder = demo_folder().await;
    let data = folder.path().to_str().unwrap().to_owned();
    let told = || text(&run(&["reach", "--data", &data]).stdout);
    let before = told();
    for part in ["Around the corner", "Orchard Hill", "Plum Lane", "\"fee\"", "31230400"] {
        assert!(before.contains(part), "{part} in {before}");
    }
    let file = path(&folder, "reach.json");
    std::fs::write(&file, before.replace("Around the corner", "The block")).unwrap();
    let output = run(&["reach", &file, "--data", &data]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("3 zones, 4 sister shops, 12 neighbourhoods"));
    let after = told();
    assert_eq!(after, before.replace("Around the corner", "The block"));

    // A point that is none, a field that is not known, a zone without a fee: nothing of the file is taken.
    for (good, bad) in
        [("31230400", "91230400"), ("\"bands\"", "\"bandz\""), ("\"up_to\": 1500", "\"up_to\": -1")]
    {
        let wrong = after.replace("Plum Lane", "Pear Lane").replacen(good, bad, 1);
        assert!(wrong.contains(bad), "{bad}");
        std::fs::write(&file, wrong).unwrap();
        let output = run(&["reach", &file, "--data", &data]);
        assert_eq!(output.status.code(), Some(1), "{bad}");
        assert!(text(&output.stderr).contains("reach.json"), "{}", text(&output.stderr));
        assert_eq!(told(), after);
    }
}

#[tokio::test]
async fn a_shop_takes_money_on_cards_or_does_not() {
    let folder = demo_folder().await;
    let data = folder.path().to_str().unwrap();
    let said = |more: &[&str]| {
        let output = run(&[&["stored-value", "--data", data], more].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    assert_eq!(said(&[]).trim(), "Stored value is on.");
    assert_eq!(said(&["off"]).trim(), "Stored value is off now.");
    assert_eq!(said(&["off"]).trim(), "Stored value is off.");
    assert_eq!(said(&["on"]).trim(), "Stored value is on now.");
    let wrong = run(&["stored-value", "--data", data, "perhaps"]);
    assert!(!wrong.status.success());
}
