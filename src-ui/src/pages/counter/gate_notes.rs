//! What was noted at the way out, for everyone who works there.

use leptos::prelude::*;
use ministore_core::exit::{LookedBy, Noted, NotedOf};

use super::gate::GateDesk;
use crate::client::query::Load;
use crate::i18n::{day_and_time, local, say};
use crate::state::shop;

/// The latest notes; nothing where there are none.
pub(super) fn notes(gate: GateDesk) -> AnyView {
    (move || {
        gate.gate.with(|load| match load {
            Load::Ready(there) if !there.noted.is_empty() => {
                let rows = there.noted.iter().map(row).collect_view();
                Some(
                    view! {
                        <section class="gate-section" aria-labelledby="gate-noted">
                            <h3 id="gate-noted">{say::EXIT_NOTES}</h3>
                            <ul class="gate-notes" data-testid="gate-notes">{rows}</ul>
                        </section>
                    }
                    .into_any(),
                )
            }
            _ => None,
        })
    })
    .into_any()
}

fn row(noted: &NotedOf) -> AnyView {
    let wrong = match &noted.note.what {
        Noted::Looked { right, .. } => !right,
        Noted::UsedTwice | Noted::LeftCancelled => true,
        Noted::Settled { .. } => false,
    };
    let details = match &noted.note.what {
        Noted::Looked { corrections, .. } => corrections
            .iter()
            .map(|one| {
                let counts = say::exit_paid_found(&one.paid.to_string(), &one.found.to_string());
                [&local(&one.name), ": ", &counts].concat()
            })
            .collect::<Vec<_>>()
            .join("; "),
        _ => String::new(),
    };
    let when = day_and_time(noted.note.at, &shop::zone());
    let by = noted.note.by.clone().unwrap_or_default();
    view! {
        <li class="gate-note" data-wrong=wrong.then_some("")>
            <strong>"#" {noted.number.to_string()} " · " {words(&noted.note.what)}</strong>
            <span>{details}</span>
            <span class="quiet-text">{when} " · " {by}</span>
        </li>
    }
    .into_any()
}

fn words(noted: &Noted) -> &'static str {
    match noted {
        Noted::Looked { by: LookedBy::Eye, right: true, .. } => say::EXIT_NOTE_EYE_RIGHT(),
        Noted::Looked { by: LookedBy::Eye, right: false, .. } => say::EXIT_NOTE_EYE_WRONG(),
        Noted::Looked { by: LookedBy::Part, right: true, .. } => say::EXIT_NOTE_PART_RIGHT(),
        Noted::Looked { by: LookedBy::Part, right: false, .. } => say::EXIT_NOTE_PART_WRONG(),
        Noted::Looked { by: LookedBy::Whole, right: true, .. } => say::EXIT_NOTE_WHOLE_RIGHT(),
        Noted::Looked { by: LookedBy::Whole, right: false, .. } => say::EXIT_NOTE_WHOLE_WRONG(),
        Noted::Settled { sale: Some(_) } => say::EXIT_NOTE_PAID(),
        Noted::Settled { sale: None } => say::EXIT_NOTE_SETTLED(),
        Noted::UsedTwice => say::EXIT_NOTE_USED_TWICE(),
        Noted::LeftCancelled => say::EXIT_NOTE_LEFT_CANCELLED(),
    }
}
