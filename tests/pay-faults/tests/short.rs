//! A short run of every manner of customer. `cargo xtask pay-faults` makes a long one.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use ministore_pay_faults::{Plan, run};

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_the_service_takes_money_twice_or_for_nothing() {
    let verdict = run(Plan { runs: 300, seed: 1, at_once: 16, faults: 120 }, |_| {}).await.unwrap();
    assert!(verdict.is_clean(), "{verdict}");
    assert!(
        verdict.paid > 60 && verdict.expired > 10 && verdict.given_back > 5 && verdict.forgeries > 10,
        "{verdict}"
    );
}
