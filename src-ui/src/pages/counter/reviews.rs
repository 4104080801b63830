//! What shoppers say, for managers: words are read here before everybody reads them.

use leptos::prelude::*;
use ministore_core::refusal::Refusal;
use ministore_core::review::{
    DeskReview, GetReviewDesk, HideReason, JudgeReview, LONGEST_ANSWER, ReviewState,
};
use wasm_bindgen_futures::spawn_local;

use super::frame::pane_head;
use super::place::Place;
use super::trouble::trouble_panel;
use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::client::{call_again, new_id};
use crate::i18n::{day_and_time, local, say};
use crate::state::shop::zone;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::rated::{rating, stars, why_words};
use crate::widgets::skeleton::row_skeletons;

/// What the screen's parts share.
#[derive(Clone, Copy)]
struct Desk {
    reviews: Query<GetReviewDesk>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
    said: RwSignal<Option<&'static str>>,
}

impl Desk {
    fn judge(self, call: JudgeReview) {
        if self.busy.get_untracked() {
            return;
        }
        let words = if call.hide.is_some() { say::REVIEW_NOW_HIDDEN } else { say::REVIEW_NOW_SHOWN };
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = call_again(call, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                Ok(_) => {
                    announce(words());
                    self.said.set(Some(words()));
                }
                Err(why) => self.problem.set(Some(why)),
            }
            self.reviews.reload();
        });
    }
}

/// The screen.
pub(super) fn reviews_screen() -> AnyView {
    let desk = Desk {
        reviews: Query::new(|| Some(GetReviewDesk {})),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        said: RwSignal::new(None),
    };
    on_live(move |live| {
        if matches!(live, Live::Anything) {
            desk.reviews.reload();
        }
    });
    let title = Signal::derive(|| say::REVIEW_TITLE().to_owned());
    let reload = Callback::new(move |()| desk.reviews.reload());
    view! {
        {pane_head(title, Some(Place::Manage), None)}
        <div class="pane-body" data-testid="review-desk">
            <p class="quiet-text">{say::REVIEW_DESK_TEXT}</p>
            <p role="status" data-testid="review-said">{move || desk.said.get()}</p>
            {move || desk.problem.get().map(|why| trouble_panel(why, None))}
            {move || desk.reviews.with(|load| match load {
                Load::Loading => row_skeletons(3),
                Load::Failed(refusal) => trouble_panel(refusal.clone(), Some(reload)),
                Load::Ready(there) => {
                    let nothing = there.waiting.is_empty().then(|| view! {
                        <div class="pane-empty" data-testid="no-words">
                            <span class="empty-sign">{icon(Icon::Star)}</span>
                            <h3>{say::REVIEW_DESK_NONE}</h3>
                            <p>{say::REVIEW_DESK_NONE_TEXT}</p>
                        </div>
                    }.into_any());
                    let waiting = there.waiting.iter().map(|one| row(desk, one));
                    let read = there.read.iter().map(|one| row(desk, one));
                    view! {
                        <div class="review-desk-shop"><strong>{say::REVIEW_OF_SHOP}</strong> {rating(there.shop)}</div>
                        <section aria-labelledby="to-be-read">
                            <h3 id="to-be-read">{say::REVIEW_DESK_WAITING}</h3>
                            {nothing}
                            <ul class="device-list">{waiting.collect_view()}</ul>
                        </section>
                        {(!there.read.is_empty()).then(|| view! {
                            <section aria-labelledby="read-already">
                                <h3 id="read-already">{say::REVIEW_DESK_READ}</h3>
                                <ul class="device-list">{read.collect_view()}</ul>
                            </section>
                        }.into_any())}
                    }
                    .into_any()
                }
            })}
        </div>
    }
    .into_any()
}

fn row(desk: Desk, one: &DeskReview) -> AnyView {
    let DeskReview { review, name } = one.clone();
    let (id, at, state) = (review.id, review.at, review.state);
    let answer = RwSignal::new(review.answer);
    let why = RwSignal::new(match state {
        ReviewState::Hidden { why } => why,
        ReviewState::Waiting | ReviewState::Shown => HideReason::Abuse,
    });
    let what = move || name.as_ref().map_or_else(|| say::REVIEW_OF_SHOP().to_owned(), local);
    let judge = move |hide| {
        let answer = answer.get_untracked().trim().to_owned();
        desk.judge(JudgeReview { review: id, at, hide, answer });
    };
    let options = HideReason::ALL.map(|reason| {
        view! {
            <option value=ReviewState::Hidden { why: reason }.word() selected=move || why.get() == reason>
                {move || why_words(reason)}
            </option>
        }
        .into_any()
    });
    let choose = move |event| {
        let word = event_target_value(&event);
        if let Some(ReviewState::Hidden { why: chosen }) = ReviewState::of_word(&word) {
            why.set(chosen);
        }
    };
    let hidden = match state {
        ReviewState::Hidden { why } => Some(why),
        ReviewState::Waiting | ReviewState::Shown => None,
    };
    view! {
        <li class="device review-desk-row" data-testid="desk-review" data-state=state.word()>
            <div class="device-words">
                <p class="device-name"><strong>{what}</strong> " " {stars(review.stars)}</p>
                <p class="quiet-text">{move || day_and_time(at, &zone())}</p>
                <p class="review-words">{review.words}</p>
                {hidden.map(|why| view! {
                    <p class="quiet-text" data-testid="desk-hidden">{move || say::review_is_hidden(why_words(why))}</p>
                }.into_any())}
                <label class="field">
                    <span>{say::REVIEW_ANSWER_LABEL}</span>
                    <input
                        type="text"
                        autocomplete="off"
                        maxlength=LONGEST_ANSWER
                        data-testid="desk-answer"
                        prop:value=move || answer.get()
                        on:input=move |event| answer.set(event_target_value(&event))
                    />
                </label>
                <label class="field">
                    <span>{say::REVIEW_HIDE_WHY}</span>
                    <select data-testid="desk-why" on:change=choose>{options.collect_view()}</select>
                </label>
                <div class="row-actions">
                    <button type="button" class="button primary" data-testid="desk-show" disabled=move || desk.busy.get() on:click=move |_| judge(None)>
                        {say::REVIEW_SHOW}
                    </button>
                    <button
                        type="button"
                        class="button danger"
                        data-testid="desk-hide"
                        disabled=move || desk.busy.get()
                        on:click=move |_| judge(Some(why.get_untracked()))
                    >
                        {say::REVIEW_HIDE}
                    </button>
                </div>
            </div>
        </li>
    }
    .into_any()
}
