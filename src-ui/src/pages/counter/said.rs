//! What has just happened, told in one place at the top of the screen: in words, with a sign and a colour.

use leptos::prelude::*;
use ministore_core::refusal::Refusal;

use super::desk::{Desk, Picked, Said};
use super::order_words as words;
use super::trouble::{trouble_panel, words_of, words_of_code};
use crate::i18n::{day_and_time, local, number, say};
use crate::state::shop;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;

/// What has just happened on this screen; nothing where nothing has.
pub(crate) fn said_banner(desk: Desk) -> AnyView {
    view! {
        <div class="said-place" data-testid="said-place">
            {move || desk.said().map(|said| banner(desk, said))}
        </div>
    }
    .into_any()
}

fn banner(desk: Desk, said: Said) -> AnyView {
    match said {
        Said::Picked(picked) => picked_banner(desk, &picked),
        Said::PutBack(name) => {
            let what = Signal::derive(move || say::counter_put_back_done(&local(&name)));
            told(Tone::Quiet, Icon::Undo, what, None)
        }
        Said::Wrong(refusal) => wrong_banner(refusal),
        Said::Unread(error) => told(
            Tone::Wrong,
            Icon::Alert,
            Signal::derive(move || words_of_code(error).0.to_owned()),
            Some(Signal::derive(move || words_of_code(error).1.to_owned())),
        ),
        Said::Failed(refusal, again) => trouble_panel(refusal, again),
        Said::Other { asked, found } => told(
            Tone::Warn,
            Icon::Alert,
            Signal::derive(move || say::counter_other_order(&found.to_string(), &asked.to_string())),
            Some(Signal::derive(|| say::COUNTER_OTHER_ORDER_NEXT().to_owned())),
        ),
        Said::Ended { handed_over, since } => told(
            Tone::Wrong,
            Icon::Alert,
            Signal::derive(move || match (handed_over, since) {
                (true, Some(since)) => say::counter_handed_already_at(&day_and_time(since, &shop::zone())),
                (true, None) => say::COUNTER_HANDED_ALREADY().to_owned(),
                (false, _) => say::COUNTER_CANCELLED_ALREADY().to_owned(),
            }),
            Some(Signal::derive(|| say::COUNTER_GIVE_NOTHING().to_owned())),
        ),
        Said::NotReady => told(
            Tone::Warn,
            Icon::Clock,
            Signal::derive(|| say::COUNTER_NOT_READY().to_owned()),
            Some(Signal::derive(|| say::COUNTER_NOT_READY_NEXT().to_owned())),
        ),
    }
}

#[derive(Clone, Copy)]
enum Tone {
    Quiet,
    Warn,
    Wrong,
}

fn told(tone: Tone, sign: Icon, what: Signal<String>, next: Option<Signal<String>>) -> AnyView {
    let (class, role, id) = match tone {
        Tone::Quiet => ("said", "status", "said"),
        Tone::Warn => ("said said-warn", "status", "said"),
        Tone::Wrong => ("said said-wrong", "alert", "said-wrong"),
    };
    view! {
        <div class=class role=role data-testid=id>
            <span class="said-sign">{icon(sign)}</span>
            <p class="said-words">
                <strong>{move || what.get()}</strong>
                {next.map(|next| view! { <span>{move || next.get()}</span> }.into_any())}
            </p>
        </div>
    }
    .into_any()
}

/// A wrong item says its own name, as large as the sign: whoever holds it sees that it is the one in hand.
fn wrong_banner(refusal: Refusal) -> AnyView {
    let words = Signal::derive(move || words_of(&refusal));
    told(
        Tone::Wrong,
        Icon::Wrong,
        Signal::derive(move || words.get().happened),
        Some(Signal::derive(move || words.get().next)),
    )
}

fn picked_banner(desk: Desk, picked: &Picked) -> AnyView {
    let Picked { order, line } = *picked;
    let line = Memo::new(move |_| {
        desk.order(order).and_then(|order| order.lines.into_iter().find(|there| there.id == line))
    });
    (move || {
        line.get().map(|line| {
            let items = line.measure.items();
            let how_far = say::counter_progress(&number(line.picked.into()), &number(items.into()));
            let class = if line.to_pick() == 0 { "said said-good" } else { "said" };
            let seed = line.code.to_string();
            view! {
                <div class=class data-testid="said">
                    <span class="said-picture">{picture(line.picture.as_ref(), &seed)}</span>
                    <p class="said-words">
                        <strong>{words::name(&line)}</strong>
                        <span>{icon(Icon::Check)} {how_far}</span>
                    </p>
                </div>
            }
            .into_any()
        })
    })
    .into_any()
}
