//! Hubs over a PostgreSQL database that they share.

use std::process::{Command, Output, Stdio};

use ministore_core::order::{Get, OrderState};
use ministore_core::sync::{Changed, Event};
use ministore_hub::Founding;
use ministore_hub::server::database_path;

use crate::shopping::{order_of, pieces};
use crate::support::{TestHub, put_demo_shop};

fn empty_database() -> String {
    match ministore_test_postgres::server().and_then(|server| server.database()) {
        Ok(database) => database.url,
        Err(error) => panic!("{error}"),
    }
}

async fn start(url: &str) -> TestHub {
    TestHub::start_with(|config| {
        config.database = Some(url.parse().unwrap());
        config.founding = Founding::Demo;
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hubs_that_start_at_once_make_one_shop_and_any_of_them_answers() {
    let url = empty_database();
    let (one, two) = tokio::join!(start(&url), start(&url));
    assert_eq!(usize::from(one.hub.founded().is_some()) + usize::from(two.hub.founded().is_some()), 1);

    let (shopper, cashier) = (one.shopper().await, one.staff("2468").await);
    let product = pieces(&shopper, 10).await.remove(0);
    // The stream is open at the other hub, with a session that this one began.
    let mut events = cashier.at(two.hub.addr()).events(None).await;
    assert_eq!(events.next().await.unwrap().event.as_deref(), Some("hello"));
    let order = shopper.call(&order_of(&shopper, &product, 1).await).await.unwrap();
    loop {
        let message = events.next().await.unwrap();
        let event: Event = serde_json::from_str(&message.data).unwrap();
        if let Changed::Order { order: told, state, .. } = event.what {
            assert_eq!((told, state), (order.id, OrderState::Placed));
            break;
        }
    }
    let seen = shopper.at(two.hub.addr()).call(&Get { order: order.id }).await.unwrap();
    assert_eq!(seen, order);
    one.stop().await;
    let seen = shopper.at(two.hub.addr()).call(&Get { order: order.id }).await.unwrap();
    assert_eq!(seen, order, "the other hub goes on");
    two.stop().await;
}

fn run(arguments: &[&str], database: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ministore-hub"));
    command.args(arguments).env_remove("RUST_LOG").env_remove("MINISTORE_DATABASE").stdin(Stdio::null());
    if let Some(database) = database {
        command.env("MINISTORE_DATABASE", database);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[tokio::test]
async fn a_shop_is_copied_to_a_server_and_served_from_there() {
    let folder = tempfile::tempdir().unwrap();
    put_demo_shop(folder.path()).await;
    let file = database_path(folder.path());
    let before = std::fs::read(&file).unwrap();
    let (from, to) = (format!("sqlite://{}", file.display()), empty_database());

    let copied = run(&["copy", "--from", &from, "--to", &to], None);
    assert_eq!(copied.status.code(), Some(0), "{}", said(&copied));
    assert!(said(&copied).contains("are what their ledgers say"), "{}", said(&copied));
    assert_eq!(std::fs::read(&file).unwrap(), before);

    let again = run(&["copy", "--from", &from], Some(&to));
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("is not empty"), "{}", said(&again));

    let data = folder.path().to_str().unwrap();
    let (out, from_file) = (folder.path().join("server.csv"), folder.path().join("file.csv"));
    let exported = run(&["export", out.to_str().unwrap()], Some(&to));
    assert_eq!(exported.status.code(), Some(0), "{}", said(&exported));
    let exported = run(&["export", from_file.to_str().unwrap(), "--data", data], None);
    assert_eq!(exported.status.code(), Some(0), "{}", said(&exported));
    assert_eq!(std::fs::read(out).unwrap(), std::fs::read(from_file).unwrap());
    let staff = run(&["staff", "--database", &to, "list"], None);
    assert!(said(&staff).contains("Lin Mei"), "{}", said(&staff));
    let backup = folder.path().join("backup.db");
    let refused = run(&["backup", "--to", backup.to_str().unwrap()], Some(&to));
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("pg_dump") && !backup.exists(), "{}", said(&refused));
}

#[tokio::test]
async fn a_shop_that_a_hub_sells_from_is_not_copied() {
    let hub = TestHub::start().await;
    let from = format!("sqlite://{}", database_path(hub.folder.path()).display());
    let refused = run(&["copy", "--from", &from, "--to", &empty_database()], None);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("another hub runs on"), "{}", said(&refused));
    hub.stop().await;
}

#[test]
fn a_password_is_never_said() {
    let secret = "correct-horse";
    let guarded = |server: &str| format!("postgres://ada:{secret}@{server}");
    for url in [guarded("127.0.0.1:1/shop"), guarded("[::1/shop"), format!("mysql://ada:{secret}@db/shop")] {
        for arguments in [["check", "--database", url.as_str()].as_slice(), &["check"]] {
            let output = run(arguments, Some(&url));
            assert_eq!(output.status.code(), Some(1), "{}", said(&output));
            assert!(!said(&output).contains(secret), "{}", said(&output));
        }
    }
    let help = run(&["serve", "--help"], Some(&guarded("db/shop")));
    assert!(said(&help).contains("MINISTORE_DATABASE") && !said(&help).contains(secret), "{}", said(&help));
    let empty = run(&["check"], Some(&empty_database()));
    assert!(said(&empty).contains("there is no shop in test_"), "{}", said(&empty));
}
