//! A short run of every manner of customer, and the same with rules that are wrong. `cargo xtask pay-faults` makes a long one.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use ministore_pay_faults::verdict::Verdict;
use ministore_pay_faults::wrong::Break;
use ministore_pay_faults::{Plan, run};

async fn run_with(broken: Option<Break>) -> Verdict {
    run(Plan { runs: 300, seed: 1, at_once: 16, faults: 120, broken }, |_| {}).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_the_service_takes_money_twice_or_for_nothing() {
    let verdict = run_with(None).await;
    assert!(verdict.is_clean(), "{verdict}");
    assert!(
        verdict.paid > 60 && verdict.expired > 10 && verdict.given_back > 5 && verdict.forgeries > 10,
        "{verdict}"
    );
}

/// Each wrong rule costs somebody money, and the books say whom.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_rule_of_the_client_is_seen_in_the_books() {
    let (silence, waiting, renumbered, unclosed) = futures::join!(
        run_with(Some(Break::SilenceIsNo)),
        run_with(Some(Break::WaitingIsPaid)),
        run_with(Some(Break::AnotherNumber)),
        run_with(Some(Break::NothingIsClosed)),
    );
    assert!(!silence.is_clean() && silence.paid_without_goods > 0, "{silence}");
    assert!(!waiting.is_clean() && waiting.goods_without_payment > 10, "{waiting}");
    assert!(!renumbered.is_clean() && renumbered.strays > 0, "{renumbered}");
    assert!(!unclosed.is_clean() && unclosed.paid_without_goods > 0, "{unclosed}");
}
