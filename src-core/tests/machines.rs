//! The drawings in `docs/orders-and-payments.md` are of the machines as they are written in the code.

#![expect(clippy::unwrap_used, reason = "what is taken for granted fails the test")]

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;
use std::path::Path;

use ministore_core::fulfilment::Mode;
use ministore_core::order::{OrderState, Step};
use ministore_core::payment::PaymentState;
use proptest::prelude::*;

/// Where a walk of an order begins.
const PLACED: OrderState = OrderState::Placed;

fn word(step: Step) -> String {
    serde_json::to_value(step).unwrap().as_str().unwrap().replace('_', " ")
}

/// A machine as Mermaid draws it (<https://mermaid.js.org/syntax/stateDiagram.html>).
fn drawing(starts: &[&str], arrows: &[(String, String, String)], ends: &[&str]) -> String {
    let mut text = String::from("```mermaid\nstateDiagram-v2\n");
    for start in starts {
        writeln!(text, "    [*] --> {start}").unwrap();
    }
    for (from, to, by) in arrows {
        let by = if by.is_empty() { String::new() } else { format!(": {by}") };
        writeln!(text, "    {from} --> {to}{by}").unwrap();
    }
    for end in ends {
        writeln!(text, "    {end} --> [*]").unwrap();
    }
    text + "```\n"
}

/// Where an order can come to.
fn reachable(mode: Mode) -> BTreeSet<OrderState> {
    let mut there = BTreeSet::from([PLACED]);
    loop {
        let next: BTreeSet<_> = there
            .iter()
            .flat_map(|from| Step::ALL.into_iter().filter_map(|step| step.taken_at(*from, mode)))
            .chain(there.iter().copied())
            .collect();
        if next == there {
            return there;
        }
        there = next;
    }
}

fn order_drawing(mode: Mode) -> String {
    let mut arrows: Vec<(String, String, String)> = Vec::new();
    for from in OrderState::ALL.into_iter().filter(|state| reachable(mode).contains(state)) {
        for to in OrderState::ALL {
            let steps: Vec<_> = Step::ALL
                .into_iter()
                .filter(|step| step.taken_at(from, mode) == Some(to))
                .map(word)
                .collect();
            if !steps.is_empty() {
                arrows.push((from.word().to_owned(), to.word().to_owned(), steps.join(", ")));
            }
        }
    }
    let ends: Vec<_> = OrderState::ALL.into_iter().filter(|state| state.is_final()).collect();
    drawing(&[PLACED.word()], &arrows, &ends.iter().map(|state| state.word()).collect::<Vec<_>>())
}

fn payment_drawing() -> String {
    let mut arrows = Vec::new();
    for from in PaymentState::ALL {
        for to in PaymentState::ALL.into_iter().filter(|to| from.can_become(*to)) {
            arrows.push((from.word().to_owned(), to.word().to_owned(), String::new()));
        }
    }
    let ends: Vec<_> = PaymentState::ALL
        .into_iter()
        .filter(|from| PaymentState::ALL.into_iter().all(|to| !from.can_become(to)))
        .map(PaymentState::word)
        .collect();
    drawing(&["due", "unknown"], &arrows, &ends)
}

/// Puts `drawn` in place of what stands between the marks of `name`.
fn with(text: &str, name: &str, drawn: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}{begin}{drawn}{end}{after}")
}

#[test]
fn the_drawings_are_of_the_machines_as_they_are() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/orders-and-payments.md");
    let kept = std::fs::read_to_string(&file).unwrap();
    let mut drawn = kept.clone();
    for (name, drawing) in [
        ("order to pick up", order_drawing(Mode::Pickup)),
        ("order to deliver", order_drawing(Mode::Delivery)),
        ("order carried out", order_drawing(Mode::CarryOut)),
        ("payment", payment_drawing()),
    ] {
        drawn = with(&drawn, name, &drawing);
    }
    if std::env::var_os("DRAW_MACHINES").is_some() {
        std::fs::write(&file, &drawn).unwrap();
    } else {
        assert_eq!(
            kept, drawn,
            "DRAW_MACHINES=1 cargo test -p ministore-core --test machines draws them anew"
        );
    }
}

/// The arrows that the document draws between its marks of `name`.
fn drawn_arrows(name: &str) -> HashSet<(String, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/orders-and-payments.md");
    let text = std::fs::read_to_string(file).unwrap();
    let part = text.split_once(&format!("<!-- {name} -->")).unwrap().1;
    let part = part.split_once("<!-- end").unwrap().0;
    let arrow = |line: &str| {
        let (from, to) = line.trim().split_once(" --> ")?;
        Some((from.to_owned(), to.split(':').next()?.trim().to_owned()))
    };
    part.lines().filter_map(arrow).collect()
}

proptest! {
    #[test]
    fn no_walk_of_an_order_leaves_the_drawing(
        mode in prop_oneof![Just(Mode::Pickup), Just(Mode::Delivery), Just(Mode::CarryOut)],
        steps in prop::collection::vec(prop::sample::select(Step::ALL.to_vec()), 0..60),
    ) {
        let name = match mode {
            Mode::Pickup => "order to pick up",
            Mode::Delivery => "order to deliver",
            Mode::CarryOut => "order carried out",
        };
        let drawn = drawn_arrows(name);
        let mut state = PLACED;
        for step in steps {
            if let Some(next) = step.taken_at(state, mode) {
                let arrow = (state.word().to_owned(), next.word().to_owned());
                prop_assert!(drawn.contains(&arrow), "{arrow:?}");
                state = next;
            }
        }
    }

    #[test]
    fn no_walk_of_a_payment_leaves_the_drawing(
        steps in prop::collection::vec(prop::sample::select(PaymentState::ALL.to_vec()), 0..60),
    ) {
        let drawn = drawn_arrows("payment");
        let mut seen = BTreeSet::new();
        let mut state = PaymentState::Due;
        for next in steps.into_iter().filter(|next| *next != PaymentState::Due) {
            if state.can_become(next) {
                let arrow = (state.word().to_owned(), next.word().to_owned());
                prop_assert!(drawn.contains(&arrow), "{arrow:?}");
                seen.insert(arrow);
                state = next;
            }
        }
        // Money comes in once, whatever happens.
        prop_assert!(seen.iter().filter(|(_, to)| to == "captured").count() <= 1);
    }
}
