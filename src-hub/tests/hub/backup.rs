//! Copies of a shop's database, and its return from one, by the program itself.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ministore_core::id::OrderId;
use ministore_core::order::Get;
use ministore_core::refusal::Refusal;
use ministore_hub::server::database_path;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tempfile::TempDir;

use crate::program::{Serving, address_in, demo_folder, path, program, run, text};
use crate::shopping::{order_of, pieces};
use crate::support::Caller;

fn data(folder: &TempDir) -> &str {
    folder.path().to_str().unwrap()
}

/// Runs a command on the folder, which succeeds, and gives what it says.
fn done(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(&[arguments, &["--data", data(folder)]].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs a command on the folder, which fails, and gives why.
fn failed(folder: &TempDir, arguments: &[&str]) -> String {
    let output = run(&[arguments, &["--data", data(folder)]].concat());
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

/// Takes somebody on, by whom two states of the shop are told apart.
fn take_on(folder: &TempDir, name: &str, pin: &str) {
    use std::io::Write;
    let mut child = program(&["staff", "--data", data(folder), "add", "--name", name, "--role", "cashier"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{pin}").unwrap();
    assert!(child.wait().unwrap().success());
}

fn staff(folder: &TempDir) -> String {
    text(&run(&["staff", "--data", data(folder), "list"]).stdout)
}

/// A folder whose database is a copy of this file.
fn folder_with(database: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(database, database_path(folder.path())).unwrap();
    folder
}

/// What `restore` kept, without what lies beside it.
fn kept(folder: &TempDir) -> Vec<PathBuf> {
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    names.filter(|path| path.to_str().unwrap().contains(".db.before-restore-")).collect()
}

async fn open(database: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(database).connect().await.unwrap()
}

/// Places orders until told to end or the shop has nothing more to give. Each that was acknowledged is kept.
async fn place_orders(
    caller: Caller,
    acknowledged: Arc<std::sync::Mutex<Vec<OrderId>>>,
    end: Arc<AtomicBool>,
) {
    for product in pieces(&caller, 10).await.iter().cycle().take(500) {
        if end.load(Ordering::Relaxed) {
            return;
        }
        match caller.call(&order_of(&caller, product, 1).await).await {
            Ok(order) => acknowledged.lock().unwrap().push(order.id),
            Err(Refusal::SoldOut { .. }) => {}
            Err(refusal) => panic!("{refusal}"),
        }
    }
}

#[tokio::test]
async fn a_backup_taken_while_orders_come_in_holds_all_that_were_acknowledged() {
    let folder = demo_folder().await;
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let caller = Caller::of(&address_in(&hub.ready())).register().await;
    let acknowledged = Arc::new(std::sync::Mutex::new(Vec::new()));
    let end = Arc::new(AtomicBool::new(false));
    let placing = tokio::spawn(place_orders(caller.clone(), acknowledged.clone(), end.clone()));
    while acknowledged.lock().unwrap().len() < 10 {
        assert!(!placing.is_finished());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let before = acknowledged.lock().unwrap().clone();
    let to = path(&folder, "copy.db");
    let output = tokio::task::spawn_blocking({
        let arguments =
            ["backup".to_owned(), "--to".into(), to.clone(), "--data".into(), data(&folder).into()];
        move || run(&arguments.each_ref().map(String::as_str))
    })
    .await
    .unwrap();
    end.store(true, Ordering::Relaxed);
    placing.await.unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.contains("copy.db") && said.contains("MiB") && said.contains(" s"), "{said}");
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let parts: Vec<_> = names.filter(|name| name.to_str().unwrap().contains(".part")).collect();
    assert!(parts.is_empty(), "{parts:?}");
    drop(hub);

    let other = folder_with(Path::new(&to));
    done(&other, &["check"]);
    let mut hub = Serving::start(other.path(), "127.0.0.1:0", &["--demo"]);
    let caller = caller.at(address_in(&hub.ready()).trim_start_matches("http://").parse().unwrap());
    for order in before {
        assert_eq!(caller.call(&Get { order }).await.unwrap().id, order);
    }
}

#[tokio::test]
async fn a_backup_replaces_nothing_unasked_and_never_the_shop() {
    let folder = demo_folder().await;
    let to = path(&folder, "copy.db");
    std::fs::write(&to, "something else").unwrap();
    assert!(failed(&folder, &["backup", "--to", &to]).contains("--force"));
    assert_eq!(std::fs::read(&to).unwrap(), b"something else");
    done(&folder, &["backup", "--to", &to, "--force"]);
    assert!(std::fs::read(&to).unwrap().starts_with(b"SQLite format 3"));
    for own in ["ministore.db", "ministore.db-wal", "./ministore.db", "ministore.lock"] {
        let said = failed(&folder, &["backup", "--to", &path(&folder, own), "--force"]);
        assert!(said.contains("the shop's own file"), "{own}: {said}");
    }
    done(&folder, &["check"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o077, 0, "others cannot read it");
    }
    let empty = tempfile::tempdir().unwrap();
    assert!(failed(&empty, &["backup", "--to", &to, "--force"]).contains("there is no database"));
    let nowhere = path(&folder, "none/copy.db");
    assert!(failed(&folder, &["backup", "--to", &nowhere]).contains("none"));
}

#[tokio::test]
async fn a_restored_shop_is_the_backups_and_the_other_is_kept() {
    let folder = demo_folder().await;
    let copy = path(&folder, "copy.db");
    done(&folder, &["backup", "--to", &copy]);
    take_on(&folder, "Zhou An", "135790");
    let said = done(&folder, &["restore", "--from", &copy]);
    assert!(said.contains("is kept as") && said.contains("what their ledgers say"), "{said}");
    assert!(!staff(&folder).contains("Zhou An"), "{}", staff(&folder));
    let kept = kept(&folder);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(staff(&folder_with(&kept[0])).contains("Zhou An"));

    let new = tempfile::tempdir().unwrap();
    let moved = new.path().join("made/for/it");
    let output = run(&["restore", "--from", &copy, "--data", moved.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!text(&output.stdout).contains("is kept as"));
    let output = run(&["check", "--data", moved.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[tokio::test]
async fn the_log_of_the_old_database_is_not_read_into_the_new_one() {
    let folder = demo_folder().await;
    let copy = path(&folder, "copy.db");
    done(&folder, &["backup", "--to", &copy]);
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let caller = Caller::of(&address_in(&hub.ready())).register().await;
    let product = pieces(&caller, 10).await.remove(0);
    let order = caller.call(&order_of(&caller, &product, 1).await).await.unwrap().id;
    drop(hub);
    let log = folder.path().join("ministore.db-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 0, "a hub that was killed leaves its log");

    done(&folder, &["restore", "--from", &copy]);
    assert!(!log.exists());
    done(&folder, &["check"]);
    let old = folder_with(&kept(&folder)[0]);
    let mut hub = Serving::start(old.path(), "127.0.0.1:0", &["--demo"]);
    let caller = caller.at(address_in(&hub.ready()).trim_start_matches("http://").parse().unwrap());
    assert_eq!(caller.call(&Get { order }).await.unwrap().id, order, "what was in the log is kept");
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let caller = caller.at(address_in(&hub.ready()).trim_start_matches("http://").parse().unwrap());
    assert_eq!(
        caller.call(&Get { order }).await,
        Err(Refusal::SignInFirst),
        "nobody is known who came later"
    );
}

#[tokio::test]
async fn nothing_is_restored_while_the_shop_is_in_use() {
    let folder = demo_folder().await;
    let copy = path(&folder, "copy.db");
    done(&folder, &["backup", "--to", &copy]);
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let address = address_in(&hub.ready());
    assert!(failed(&folder, &["restore", "--from", &copy]).contains("another hub runs on"));
    assert_eq!(reqwest::get(format!("{address}/healthz")).await.unwrap().status(), 200);
    drop(hub);

    let mut other = open(&database_path(folder.path())).await;
    sqlx::query("SELECT COUNT(*) FROM staff").execute(&mut other).await.unwrap();
    assert!(failed(&folder, &["restore", "--from", &copy]).contains("in use by another program"));
    assert!(kept(&folder).is_empty());
    other.close().await.unwrap();
    done(&folder, &["restore", "--from", &copy]);
}

#[tokio::test]
async fn what_is_newer_damaged_or_foreign_is_not_restored() {
    let folder = demo_folder().await;
    let copy = path(&folder, "copy.db");
    done(&folder, &["backup", "--to", &copy]);
    let before = std::fs::read(database_path(folder.path())).unwrap();
    let whole = std::fs::read(&copy).unwrap();

    let newer = path(&folder, "newer.db");
    std::fs::write(&newer, &whole).unwrap();
    let mut conn = open(Path::new(&newer)).await;
    let known: i64 =
        sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&mut conn).await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET version = 9001 WHERE version = $1")
        .bind(known)
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    let said = failed(&folder, &["restore", "--from", &newer]);
    for word in ["newer version", "schema 9001", &format!("knows {known}"), "Nothing was changed"] {
        assert!(said.contains(word), "{word} in {said}");
    }

    let cut = path(&folder, "cut.db");
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    assert!(failed(&folder, &["restore", "--from", &cut]).contains("damaged"));
    let overwritten = path(&folder, "overwritten.db");
    let mut bytes = whole.clone();
    bytes[whole.len() / 3..whole.len() / 3 + 20_000].fill(0x55);
    std::fs::write(&overwritten, bytes).unwrap();
    assert!(failed(&folder, &["restore", "--from", &overwritten]).contains("damaged"));
    let prose = path(&folder, "prose.db");
    std::fs::write(&prose, "this is no database, and long enough to look at ".repeat(100)).unwrap();
    assert!(failed(&folder, &["restore", "--from", &prose]).contains("damaged"));
    let foreign = path(&folder, "foreign.db");
    let mut conn =
        SqliteConnectOptions::new().filename(&foreign).create_if_missing(true).connect().await.unwrap();
    sqlx::query("CREATE TABLE recipe (name TEXT)").execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    assert!(failed(&folder, &["restore", "--from", &foreign]).contains("no shop of Ministore"));
    assert!(
        failed(&folder, &["restore", "--from", &path(&folder, "none.db")]).contains("there is no database")
    );

    let own = path(&folder, "ministore.db.restoring");
    std::fs::write(&own, &whole).unwrap();
    assert!(failed(&folder, &["restore", "--from", &own]).contains("the shop's own file"));
    assert_eq!(std::fs::read(&own).unwrap(), whole);

    assert_eq!(std::fs::read(database_path(folder.path())).unwrap(), before);
    assert!(kept(&folder).is_empty());
}

#[tokio::test]
async fn a_damaged_shop_is_kept_as_it_is_and_replaced() {
    let folder = demo_folder().await;
    let copy = path(&folder, "copy.db");
    done(&folder, &["backup", "--to", &copy]);
    let damaged = b"this is no database, and long enough to look at ".repeat(100);
    std::fs::write(database_path(folder.path()), &damaged).unwrap();
    std::fs::write(folder.path().join("ministore.db-wal"), "nor is this a log").unwrap();
    done(&folder, &["restore", "--from", &copy]);
    done(&folder, &["check"]);
    let mut kept = kept(&folder);
    kept.sort();
    assert_eq!(std::fs::read(&kept[0]).unwrap(), damaged);
    assert_eq!(std::fs::read(&kept[1]).unwrap(), b"nor is this a log");
}

/// Only the superuser can give files away, and only then is there something to see.
#[cfg(unix)]
#[tokio::test]
async fn what_the_superuser_restores_belongs_to_the_folders_owner() {
    use std::os::unix::fs::{MetadataExt, chown};
    let folder = demo_folder().await;
    let copy = path(&folder, "copy.db");
    done(&folder, &["backup", "--to", &copy]);
    if chown(folder.path(), Some(12_345), Some(12_345)).is_err() {
        return;
    }
    done(&folder, &["restore", "--from", &copy]);
    for file in [database_path(folder.path()), folder.path().join("ministore.lock"), kept(&folder).remove(0)]
    {
        assert_eq!(std::fs::metadata(&file).unwrap().uid(), 12_345, "{}", file.display());
    }
}

#[tokio::test]
async fn a_restore_that_is_killed_leaves_the_old_shop_or_the_new_one() {
    let folder = demo_folder().await;
    let copy = path(&folder, "copy.db");
    take_on(&folder, "Zhou An", "135790");
    done(&folder, &["backup", "--to", &copy]);
    let mut finished = 0;
    // Each is killed a little later than the one before, until several have come to their end.
    for step in 0_u64.. {
        let fresh = demo_folder().await;
        let mut child = program(&["restore", "--from", &copy, "--data", data(&fresh)])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(4 * step));
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        done(&fresh, &["check"]);
        let listed = staff(&fresh);
        assert!(listed.contains("Chen Yu"), "{listed}");
        if listed.contains("Zhou An") {
            let old = kept(&fresh).into_iter().find(|path| path.extension().is_some_and(|end| end != "part"));
            assert!(!staff(&folder_with(&old.expect("the old shop is kept"))).contains("Zhou An"));
        }
        done(&fresh, &["restore", "--from", &copy]);
        assert!(staff(&fresh).contains("Zhou An"), "the next one goes through");
        if let Some(status) = ended {
            assert!(status.success());
            finished += 1;
        }
        if finished == 2 {
            return;
        }
    }
}

/// A database of the schema before this version's.
async fn older(folder: &TempDir) -> (i64, i64) {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let entries = std::fs::read_dir(all).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    let newest = files.pop().unwrap();
    let some = tempfile::tempdir().unwrap();
    for file in &files {
        std::fs::copy(file, some.path().join(file.file_name().unwrap())).unwrap();
    }
    let migrator = Migrator::new(some.path()).await.unwrap();
    let options = SqliteConnectOptions::new().filename(database_path(folder.path())).create_if_missing(true);
    let mut conn = options.connect().await.unwrap();
    migrator.run(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    let number = |file: &Path| file.file_name().unwrap().to_str().unwrap()[..4].parse().unwrap();
    (number(files.last().unwrap()), number(&newest))
}

#[tokio::test]
async fn the_schema_is_brought_up_to_date_after_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = older(&folder).await;
    let before = |folder: &TempDir| {
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        names.filter(|path| path.to_str().unwrap().contains(".db.before-schema-")).collect::<Vec<_>>()
    };
    let said = done(&folder, &["migrate"]);
    assert!(said.contains(&format!("from {old} to {new}")) && said.contains("is kept as"), "{said}");
    let copies = before(&folder);
    assert_eq!(copies.len(), 1);
    let mut conn = open(&copies[0]).await;
    let schema: i64 =
        sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&mut conn).await.unwrap();
    assert_eq!(schema, old);
    conn.close().await.unwrap();
    let said = done(&folder, &["migrate"]);
    assert!(said.contains("Nothing was changed"), "{said}");

    let again = folder_with(&copies[0]);
    let said = done(&again, &["migrate", "--no-backup"]);
    assert!(said.contains(&format!("from {old} to {new}")) && !said.contains("is kept as"), "{said}");
    assert!(before(&again).is_empty());
}

#[tokio::test]
async fn a_schema_is_left_alone_while_a_hub_runs_or_where_it_is_newer() {
    let folder = tempfile::tempdir().unwrap();
    older(&folder).await;
    let lock = ministore_hub::server::lock_folder(folder.path()).unwrap();
    assert!(failed(&folder, &["migrate"]).contains("another hub runs on"));
    drop(lock);
    let mut conn = open(&database_path(folder.path())).await;
    sqlx::query("UPDATE _sqlx_migrations SET version = 9001 WHERE version = 1")
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    assert!(failed(&folder, &["migrate"]).contains("schema 9001"));
    assert!(failed(&tempfile::tempdir().unwrap(), &["migrate"]).contains("there is no database"));
}
