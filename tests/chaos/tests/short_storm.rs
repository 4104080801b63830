//! A short storm, so that every change of the code meets one.

#![expect(clippy::unwrap_used, reason = "a storm that does not start has failed")]

use std::process::Command;

#[test]
fn the_books_are_clean_after_a_short_storm_over_a_file() {
    storm(&[]);
}

#[test]
fn the_books_are_clean_after_a_short_storm_over_two_hubs_and_a_server() {
    storm(&["--postgres"]);
}

fn storm(arguments: &[&str]) {
    let storm = Command::new(env!("CARGO_BIN_EXE_chaos"))
        .args(["--kills", "8", "--seed", "20261129"])
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&storm.stdout);
    assert!(storm.status.success(), "{said}\n{}", String::from_utf8_lossy(&storm.stderr));
}
